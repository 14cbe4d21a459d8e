"""HTTP to one host over connections that are kept open, each request within a deadline that no trickle can stretch.

The standard library's client is enough: urllib3 has no Digest and no deadline for a whole request, httpx brings five
packages. Redirects are not followed: they would carry credentials to where nobody meant them.
"""

from __future__ import annotations

import http.client
import io
import os
import select
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO
from urllib.parse import urlsplit

from twinld.errors import UsageError
from twinld.stores.credentials import Authorization, Credentials
from twinld.stores.errors import StoreAwayError, StoreError, StoreTimeoutError, StoreTooMuchError

KEPT = 8  # idle connections; a server has fewer workers than that
CONNECT_SECONDS = 5.0
MOST_BYTES = 256 << 20  # of one answer; a page of findings is a few megabytes
MOST_HEADERS = 20_000  # Virtuoso names in its answer every graph that it was asked of, each in a header
_PIECE = 1 << 16
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent: pieces that can be asked for again, and how many bytes they are."""

    pieces: Callable[[], Iterable[bytes]]
    length: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Spool:
    """Where the content of an answer goes that may be too long for memory, and how long it may be."""

    file: IO[bytes]
    most_bytes: int

    def begin(self) -> int:
        """Forget what was written before; returns how much there is then: nothing."""
        self.file.seek(0)
        self.file.truncate()
        return 0

    def whole(self) -> bytes:
        """Return what was written."""
        self.file.seek(0)
        return self.file.read()


@dataclass
class Host:
    """One host with its idle connections and what it wants for credentials; may be used by several threads.

    A host that could not be reached is not tried again for `away_seconds`: what waits for it would pile up.
    """

    url: str
    credentials: Credentials = field(default_factory=Credentials)
    most_bytes: int = MOST_BYTES
    connect_seconds: float = CONNECT_SECONDS
    away_seconds: float = 0.0

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError("the store's address is no http or https URL", hint="such as http://localhost:7878/query")
        if parts.username or parts.password:
            raise UsageError(
                "the store's address holds a user or a password, and addresses are shown and logged",
                hint="set TWINLD_STORE_USER and TWINLD_STORE_PASSWORD in the environment",
            )
        self.secure, self.name, self.port = parts.scheme == "https", parts.hostname, parts.port
        if self.credentials.token and not self._private:
            raise UsageError("a token over plain http can be read by anybody between", hint="give the https address")
        self._away: tuple[float, str] = (0.0, "")
        self._idle: list[http.client.HTTPConnection] = []
        self._authorization = Authorization(self.credentials)
        self._lock = threading.Lock()
        self._owner = os.getpid()

    @property
    def _private(self) -> bool:
        """Whether nobody between can read what is sent, or the user has said that it does not matter."""
        return self.secure or self.name in _LOOPBACK or self.credentials.plain

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for each in idle:
            each.close()

    def request(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: Body | None = None,
        *,
        seconds: float,
        repeatable: bool,
        spool: Spool | None = None,
    ) -> Reply:
        """Return the answer to one request, credentials given where they are asked for.

        `seconds` is for all of it. The content of a good answer goes into `spool` where there is one. A request that
        is `repeatable` (it says the same when it arrives twice) is sent again, once, where a kept connection turns out
        to be cut: the store may have closed it before it came. Raises `StoreAwayError`, `StoreTimeoutError`,
        `StoreTooMuchError`.
        """
        until = time.monotonic() + seconds
        if body is not None and body.length > _PIECE and self._authorization.pending:
            probe = self._once("HEAD", target, {}, None, until=until, repeatable=True)  # before much is sent in vain
            self._learn(probe)
        reply = self._once(method, target, headers, body, until=until, repeatable=repeatable, spool=spool)
        if reply.status == http.HTTPStatus.UNAUTHORIZED and self._learn(reply):
            reply = self._once(method, target, headers, body, until=until, repeatable=repeatable, spool=spool)
        return reply

    def _learn(self, reply: Reply) -> bool:
        if reply.status != http.HTTPStatus.UNAUTHORIZED or self.credentials.user is None:
            return False
        challenges = reply.headers.get("www-authenticate", "").split("\n")
        if not self._private and not any(each.lower().startswith("digest") for each in challenges):
            raise StoreError(
                f"{self.url}: it wants the password as it is, and over plain http anybody between can read that",
                hint="give the https address, or set TWINLD_STORE_PLAIN=yes where the network is your own",
            )
        return self._authorization.learn(challenges)

    def _once(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: Body | None,
        *,
        until: float,
        repeatable: bool,
        spool: Spool | None = None,
    ) -> Reply:
        with self._lock:
            if self._owner != os.getpid():
                self._idle, self._owner = [], os.getpid()  # those belong to the process we were forked from
            connection = self._idle.pop() if self._idle else None
        if connection is not None and _has_spoken(connection):
            connection.close()
            connection = None
        if connection is not None:
            try:
                return self._exchange(connection, method, target, headers, body, until, spool)
            except StoreAwayError:
                if not repeatable:
                    raise
        return self._exchange(self._opened(until), method, target, headers, body, until, spool)

    def _opened(self, until: float) -> http.client.HTTPConnection:
        until_tried, reason = self._away
        if time.monotonic() < until_tried:
            raise StoreAwayError(reason, hint="is the store running, and is the address right?")
        http.client._MAXHEADERS = MOST_HEADERS  # type: ignore[attr-defined]  # there is no public way to say so
        make = http.client.HTTPSConnection if self.secure else http.client.HTTPConnection
        connection = make(self.name, self.port, timeout=min(self.connect_seconds, _left(until)))
        try:
            connection.connect()
        except OSError as error:
            late = "no connection in time" if isinstance(error, TimeoutError) else None
            reason = f"{self.url}: nothing answers there ({late or error.strerror or type(error).__name__})"
            self._away = time.monotonic() + self.away_seconds, reason
            raise StoreAwayError(reason, hint="is the store running, and is the address right?") from None
        return connection

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: Body | None,
        until: float,
        spool: Spool | None,
    ) -> Reply:
        over = threading.Event()
        watch = threading.Timer(_left(until), _cut_off, (connection, over))
        watch.daemon = True
        connection.sock.settimeout(_left(until))
        watch.start()
        reply, kept = None, False
        try:
            self._send(connection, method, target, headers, body)
            reply, kept = self._received(connection, spool)
        except TimeoutError:
            over.set()
        except (OSError, http.client.HTTPException) as error:
            if not over.is_set():
                raise StoreAwayError(f"{self.url}: the connection was cut ({type(error).__name__})") from None
        finally:
            watch.cancel()
            if over.is_set() or not kept or not self._keep(connection):
                connection.close()
        if reply is None or over.is_set():
            raise StoreTimeoutError(f"{self.url}: no whole answer in time", hint="ask for less, or give it more time")
        return reply

    def _send(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: Body | None,
    ) -> None:
        given = {"User-Agent": "twinld", "Connection": "keep-alive", **headers}
        if (authorization := self._authorization.header(method, target)) is not None:
            given["Authorization"] = authorization
        if body is not None:
            given |= {"Content-Type": body.media_type, "Content-Length": str(body.length)}
        pieces = None if body is None else body.pieces()
        if body is not None and body.length <= _PIECE:
            pieces = b"".join(pieces or ())  # type: ignore[assignment]  # in one packet with the headers
        # A store that refuses early answers, and cuts the rest off: its answer is read all the same.
        with suppress(BrokenPipeError):
            connection.request(method, target, pieces, given)

    def _received(self, connection: http.client.HTTPConnection, spool: Spool | None) -> tuple[Reply, bool]:
        response = connection.getresponse()
        good = spool is not None and 200 <= response.status < 300
        target = spool if spool is not None and good else Spool(io.BytesIO(), self.most_bytes)
        size = target.begin()
        while piece := response.read(_PIECE):
            size += len(piece)
            if size > target.most_bytes:
                raise StoreTooMuchError(f"{self.url}: the answer is longer than {target.most_bytes >> 20} MB")
            target.file.write(piece)
        names = {name.lower() for name in response.headers}
        headers = {name: "\n".join(response.headers.get_all(name) or ()) for name in names}
        return Reply(response.status, headers, b"" if good else target.whole()), not response.will_close

    def _keep(self, connection: http.client.HTTPConnection) -> bool:
        with self._lock:
            if len(self._idle) < KEPT:
                self._idle.append(connection)
                return True
        return False


def _left(until: float) -> float:
    return max(0.001, until - time.monotonic())


def _has_spoken(connection: http.client.HTTPConnection) -> bool:
    """Return whether an idle connection is closed, or has an answer to nothing.

    The Oxigraph server 0.5.13 answers 500 to what it was not asked, when a connection has been idle for a minute.
    """
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return bool(poll.poll(0))


def _cut_off(connection: http.client.HTTPConnection, over: threading.Event) -> None:
    """End an exchange at its deadline, whatever it is waiting for."""
    over.set()
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
