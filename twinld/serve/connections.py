"""The connections of a server process: none that is idle or slow, on purpose or not, keeps others waiting.

gunicorn's own worker waits for the first bytes of a connection in a thread (of which there are few), for the rest
without an end, and for the end of a connection in the loop that serves all. Here the loop waits for the beginning and
for the end, and the whole of a request has a deadline.
"""

from __future__ import annotations

import errno
import selectors
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

REQUEST_SECONDS = 10.0  # in which a request must have come, head and body, from its first byte on
IDLE_SECONDS = 10.0  # in which the first byte of a new connection must come
LINGER_SECONDS = 2.0  # for the client to close, so that the end of its answer is not lost to a reset
LINGERING = 2_000  # of those at most; an overtaken one closes at once
UNREAD_SECONDS = 30  # in which a client must take some of its answer


class Hurried:
    """A socket whose reads together have a deadline; after it the client counts as gone."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self.deadline = sock, 0.0

    def recv(self, size: int) -> bytes:
        """Return what comes before the deadline; raises ConnectionResetError after it."""
        self.sock.settimeout(max(0.001, self.deadline - time.monotonic()))
        try:
            return self.sock.recv(size)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "the request took too long") from None
        finally:
            self.sock.settimeout(None)

    def gettimeout(self) -> None:
        """Return that reads wait, as those of any blocking socket."""

    def settimeout(self, seconds: float | None) -> None:
        """Bring the deadline nearer; gunicorn does so when it drops a body that nobody wanted."""
        if seconds is not None:
            self.deadline = min(self.deadline, time.monotonic() + seconds)


class Connection(TConn):  # type: ignore[misc]
    """A connection that is hurried while it is read, and lingers in the loop of its worker when it ends."""

    linger: Callable[[socket.socket], None]

    def init(self) -> None:
        """Make the parser; called before every request is read."""
        super().init()
        if not isinstance(self.parser.unreader.sock, Hurried):
            self.parser.unreader.sock = Hurried(self.sock)
        self.parser.unreader.sock.deadline = time.monotonic() + REQUEST_SECONDS

    def close(self, graceful: bool = False) -> None:
        """End the connection; gracefully when an answer was sent."""
        if graceful:
            self.linger(self.sock)
        else:
            super().close()


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker with threads, for clients that mean no good."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as gunicorn has it
        super().__init__(*args, **kwargs)
        self.lingering: deque[tuple[float, socket.socket]] = deque()

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection; it gets a thread when its first bytes are here."""
        try:
            sock, address = listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                time.sleep(0.05)  # no descriptor is free: others end meanwhile
                return
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", UNREAD_SECONDS, 0))
        self.nr_conns += 1
        connection = Connection(self.cfg, sock, address, listener.getsockname())
        connection.linger = self.linger
        connection.timeout = time.monotonic() + IDLE_SECONDS
        self.pending_conns.append(connection)
        self.poller.register(sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, connection))

    def handle_request(self, req: object, conn: Connection) -> object:
        """Answer a request; a client that reads nothing of it is let go."""
        try:
            return super().handle_request(req, conn)
        except (BlockingIOError, TimeoutError):
            raise StopIteration from None  # as gunicorn ends a connection without a line in the log

    def linger(self, sock: socket.socket) -> None:
        """Say that no more comes, and wait in the loop for the client to close."""
        try:
            sock.setblocking(False)
            sock.shutdown(socket.SHUT_WR)
            self.poller.register(sock, selectors.EVENT_READ, self._drain)
        except (OSError, ValueError, KeyError):
            sock.close()
            return
        self.nr_conns += 1
        self.lingering.append((time.monotonic() + LINGER_SECONDS, sock))
        if len(self.lingering) > LINGERING:
            self._let_go(self.lingering.popleft()[1])

    def _drain(self, sock: socket.socket) -> None:
        """Drop what still comes; close when the client has closed."""
        try:
            more = sock.recv(65_536)
        except BlockingIOError:
            return
        except OSError:
            more = b""
        if not more:
            self._let_go(sock)

    def _let_go(self, sock: socket.socket) -> None:
        if sock.fileno() >= 0:
            self.poller.unregister(sock)
            sock.close()
            self.nr_conns -= 1

    def murder_pending(self) -> None:
        """Close what was idle or lingered too long; called at every turn of the loop."""
        super().murder_pending()
        now = time.monotonic()
        while self.lingering and (self.lingering[0][0] <= now or self.lingering[0][1].fileno() < 0):
            self._let_go(self.lingering.popleft()[1])

    def _cap_keepalive(self, deadline: float) -> None:
        """Wait no longer for idle connections when the process stops."""
        super()._cap_keepalive(deadline)
        for connection in self.pending_conns:
            connection.timeout = min(connection.timeout, deadline)
