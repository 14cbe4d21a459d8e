"""The connections of a server process: none that is idle or slow, on purpose or not, keeps others waiting.

gunicorn's own worker waits for the first bytes of a connection in a thread (of which there are few), for the rest
without an end, and for the end of a connection in the loop that serves all. Here the loop waits for the beginning and
for the end, and the whole of a request has a deadline.
"""

from __future__ import annotations

import errno
import select
import selectors
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from twinld.serve.at_once import HEAD_BYTES, LARGEST, answered, read
from twinld.serve.front import FRONT, Front

REQUEST_SECONDS = 10.0  # in which a request must have come, head and body, from its first byte on
IDLE_SECONDS = 10.0  # in which the first byte of a new connection must come
LINGER_SECONDS = 2.0  # for the client to close, so that the end of its answer is not lost to a reset
LINGERING = 2_000  # of those at most; an overtaken one closes at once
NEXT_MILLISECONDS = 2  # in which the next request of a connection comes where a program asks one after another
GATHERED_BYTES = 64 * 1024  # of an answer that are copied to be sent together
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


class Gathered:
    """A socket that sends head and body together: each call lets another thread in, and each packet costs."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self.parts, self.size = sock, list[bytes](), 0

    def sendall(self, data: bytes) -> None:
        """Send something, soon."""
        self.parts.append(data)
        self.size += len(data)
        if self.size > GATHERED_BYTES:
            self.flush()

    def flush(self) -> None:
        """Send what was gathered."""
        parts, self.parts, self.size = self.parts, [], 0
        if parts:
            self.sock.sendall(b"".join(parts))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - all else is the socket's
        return getattr(self.sock, name)


class Connection(TConn):  # type: ignore[misc]
    """A connection that is hurried while it is read, and lingers in the loop of its worker when it ends."""

    linger: Callable[[socket.socket], None]
    touched: bool = False  # it was answered at once since it was looked at for its age

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

    def load_wsgi(self) -> None:
        """Load the application, and find its front."""
        super().load_wsgi()
        self.front: Front | None = getattr(self.wsgi, "extensions", {}).get(FRONT)

    def on_client_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """Answer the next request of a connection, at once where its answer is kept."""
        answer = self._kept_answer(conn)
        if answer is None:
            super().on_client_socket_readable(conn, client)
            return
        try:
            sent = client.send(answer)
        except OSError:
            sent = 0  # it is full or gone: the thread will see
        conn.set_timeout()
        conn.touched = True
        if sent < len(answer):
            self.poller.unregister(client)
            self.keepalived_conns.remove(conn)
            self._submit(conn, self._send_rest, answer[sent:])

    def _kept_answer(self, conn: Connection) -> bytes | None:
        """Return the answer to the one request that has come, `None` where it takes the usual way."""
        if self.front is None or not self.alive:
            return None
        try:
            head = conn.sock.recv(HEAD_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except OSError:
            return None
        environ = read(head, conn.server, conn.client)
        if environ is None or not self.front.has(environ, LARGEST):
            return None
        conn.sock.recv(len(head))
        return answered(self.wsgi, environ)

    def _submit(self, conn: Connection, act: Callable[..., object], *arguments: object) -> None:
        future = self.tpool.submit(act, conn, *arguments)
        future.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))

    def _send_rest(self, conn: Connection, rest: bytes) -> bool:
        conn.sock.setblocking(True)
        conn.sock.sendall(rest)
        return True

    def murder_keepalived(self, force: bool = False) -> None:
        """Close those that are idle too long; those that were answered at once meanwhile go to the end."""
        for _ in range(len(self.keepalived_conns)):
            if not self.keepalived_conns[0].touched:
                break
            conn = self.keepalived_conns.popleft()
            conn.touched = False
            self.keepalived_conns.append(conn)
        super().murder_keepalived(force)

    def handle(self, conn: Connection) -> object:
        """Answer the requests of a connection, in a thread, as long as they follow each other without a pause.

        The way back to the loop and to another thread takes longer than most answers do.
        """
        result = super().handle(conn)
        while result is True and self._goes_on(conn):
            result = super().handle(conn)
        return result

    def _goes_on(self, conn: Connection) -> bool:
        """Tell whether the next request is here, needs a thread, and nobody waits for one."""
        if not self.alive or not self.tpool._work_queue.empty():
            return False
        if conn.parser.unreader.buf.getvalue():
            return True
        poll = select.poll()
        poll.register(conn.sock, select.POLLIN)
        if not poll.poll(NEXT_MILLISECONDS):
            return False
        try:
            environ = read(conn.sock.recv(HEAD_BYTES, socket.MSG_PEEK), conn.server, conn.client)
        except OSError:
            return False
        return environ is None or self.front is None or not self.front.has(environ, LARGEST)

    def handle_request(self, req: object, conn: Connection) -> object:
        """Answer a request; a client that reads nothing of it is let go."""
        sock, conn.sock = conn.sock, Gathered(conn.sock)
        try:
            result = super().handle_request(req, conn)
            conn.sock.flush()
            return result
        except (BlockingIOError, TimeoutError):
            raise StopIteration from None  # as gunicorn ends a connection without a line in the log
        finally:
            conn.sock = sock

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
