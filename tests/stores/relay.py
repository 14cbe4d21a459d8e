"""A relay between a program and a real store, which does something at a chosen moment of what passes through."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

_WRITE = re.compile(rb"(?P<method>PUT|DELETE) \S*\?graph=(?P<graph>\S+) HTTP/1\.1\r\n")
_PIECE = 1 << 16


@dataclass(frozen=True)
class Moment:
    """A point of a push: the `nth` time that a graph whose IRI ends with `graph` is written or deleted.

    `sent` says how many bytes have passed to the store by then; `answered` means that the store has answered.
    """

    graph: str
    nth: int = 1
    sent: int = 0
    answered: bool = False


@dataclass
class Relay:
    """Passes everything on to `url`'s host until `moment`, then does `act`.

    Of that exchange it then passes nothing more, unless it `goes_on` as if nothing had been.
    """

    url: str
    moment: Moment
    act: Callable[[], object]
    goes_on: bool = False
    writes: list[str] = field(default_factory=list)
    reached: bool = False

    def __enter__(self) -> str:
        self._listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()
        parts = urlsplit(self.url)
        return parts._replace(netloc=f"127.0.0.1:{self._listening.getsockname()[1]}").geturl()

    def __exit__(self, *_: object) -> None:
        self._listening.close()

    def _accept(self) -> None:
        parts = urlsplit(self.url)
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection((parts.hostname, parts.port))
                exchange = _Exchange(self, near, far)
                threading.Thread(target=exchange.forth, daemon=True).start()
                threading.Thread(target=exchange.back, daemon=True).start()


@dataclass
class _Exchange:
    relay: Relay
    near: socket.socket
    far: socket.socket
    here: bool = False
    sent: int = 0

    def forth(self) -> None:
        with suppress(OSError):
            while piece := self.near.recv(_PIECE):
                self._look(piece)
                if self._stops(answered=False):
                    break
                self.far.sendall(piece)
                self.sent += len(piece)
        self._end()

    def back(self) -> None:
        with suppress(OSError):
            while piece := self.far.recv(_PIECE):
                if self._stops(answered=True):
                    break
                self.near.sendall(piece)
        self._end()

    def _stops(self, *, answered: bool) -> bool:
        """Do what is to be done if this is the moment; whether nothing more is passed on."""
        relay = self.relay
        if not self.here or relay.moment.answered != answered or self.sent < relay.moment.sent or relay.reached:
            return False
        relay.reached = True
        relay.act()
        return not relay.goes_on

    def _look(self, piece: bytes) -> None:
        """Note what is asked for: the client sends the head of a request in one piece, and nothing before it."""
        if (head := _WRITE.match(piece)) is None:
            return
        graph = unquote(head["graph"].decode())
        self.relay.writes.append(graph)
        passed = sum(each.endswith(self.relay.moment.graph) for each in self.relay.writes)
        self.here = graph.endswith(self.relay.moment.graph) and passed == self.relay.moment.nth
        self.sent = 0

    def _end(self) -> None:
        for each in (self.near, self.far):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
