"""A non-blocking socket with a frame buffer, for the supervisor's loop: it must never wait for one peer."""

from __future__ import annotations

import selectors
import socket
from collections import deque
from collections.abc import Callable
from typing import BinaryIO

from twinld.query import wire

READ_BYTES = 1 << 18
WRITABLE = selectors.EVENT_WRITE
READABLE = selectors.EVENT_READ


class Channel:
    """One connection of the supervisor, to a caller or to a worker; calls back when readable."""

    def __init__(
        self,
        sock: socket.socket,
        selector: selectors.BaseSelector,
        on_frame: Callable[[bytes], None],
        on_end: Callable[[], None],
    ) -> None:
        sock.setblocking(False)
        self.sock, self.selector = sock, selector
        self.on_frame, self.on_end = on_frame, on_end
        self.inbox = bytearray()
        self.outbox: deque[tuple[memoryview, BinaryIO | None]] = deque()
        self.open = True
        selector.register(sock, READABLE, self.ready)

    def ready(self, mask: int) -> None:
        """Do what the selector says can be done."""
        if mask & WRITABLE and self.open:
            self.flush()
        if mask & READABLE and self.open:
            self._read()

    def send(self, data: bytes, file: BinaryIO | None = None) -> None:
        """Send a frame, with the open file that its body is in; the file is closed once it is on its way."""
        self.outbox.append((memoryview(data), file))
        if self.open:
            self.flush()

    def flush(self) -> None:
        """Send what the socket takes now; the rest goes when it is writable."""
        try:
            while self.outbox:
                self._send_first()
        except BlockingIOError:
            self.selector.modify(self.sock, READABLE | WRITABLE, self.ready)
            return
        except OSError:
            self.outbox.clear()  # the peer is gone; its end is read in a moment
        self.selector.modify(self.sock, READABLE, self.ready)

    def _send_first(self) -> None:
        data, file = self.outbox[0]
        if file is None:
            sent = self.sock.send(data)
        else:
            sent = socket.send_fds(self.sock, [data], [file.fileno()])
            file.close()
        if sent == len(data):
            self.outbox.popleft()
        else:
            self.outbox[0] = (data[sent:], None)

    def _read(self) -> None:
        try:
            data = self.sock.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            self.on_end()
            return
        self.inbox += data
        while (length := wire.frame_length(self.inbox)) is not None and len(self.inbox) >= length:
            frame = bytes(self.inbox[:length])
            del self.inbox[:length]
            self.on_frame(frame)

    def close(self) -> None:
        """Close the socket; nothing is called back any more."""
        if self.open:
            self.open = False
            self.selector.unregister(self.sock)
            self.sock.close()
