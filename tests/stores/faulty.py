"""A relay in front of a real store that can be told to go wrong: to stall, to trickle, to cut answers off."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

PASS, STALL, TRICKLE, CUT = "pass", "stall", "trickle", "cut"
_PIECE = 1 << 16


@dataclass
class Faulty:
    """Passes everything on to `url`'s host while `mode` is PASS.

    STALL takes the request and never answers; TRICKLE answers a byte at a time; CUT ends an answer in its middle.
    """

    url: str
    mode: str = PASS

    def __enter__(self) -> Faulty:
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=256)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()

    @property
    def address(self) -> str:
        return urlsplit(self.url)._replace(netloc=f"127.0.0.1:{self._listening.getsockname()[1]}").geturl()

    def _accept(self) -> None:
        parts = urlsplit(self.url)
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                with suppress(OSError):
                    far = socket.create_connection((parts.hostname, parts.port))
                    threading.Thread(target=self._forth, args=(near, far), daemon=True).start()
                    threading.Thread(target=self._back, args=(near, far), daemon=True).start()

    def _forth(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while piece := near.recv(_PIECE):
                while self.mode == STALL:
                    time.sleep(0.05)
                far.sendall(piece)
        with suppress(OSError):
            far.shutdown(socket.SHUT_WR)

    def _back(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while piece := far.recv(_PIECE):
                if self.mode == CUT:
                    near.sendall(piece[: len(piece) // 2])
                    break
                if self.mode == TRICKLE:
                    self._trickle(near, piece)
                else:
                    near.sendall(piece)
        for each in (near, far):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _trickle(self, near: socket.socket, piece: bytes) -> None:
        for at in range(len(piece)):
            if self.mode != TRICKLE:
                near.sendall(piece[at:])
                return
            near.sendall(piece[at : at + 1])
            time.sleep(0.1)
