"""In front of the application: what was answered before is answered again, headers and all, without routing anew.

A publication never changes under its application, so the same address with the same wishes has the same answer; that
goes for a query too, as long as it asks for no chance and no time. Only whole answers are kept, within a bound and for
as long as a client may keep them; everything else goes through.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FRONT = "twinld.front"  # the name of an application's front among its extensions
KEPT_SECONDS = 300.0  # as Cache-Control has it; a page may tell what day it is
LARGEST_KEPT = 1024 * 1024
VARYING = re.compile(r"rand|now|uuid|bnode|\\\\|%5c", re.IGNORECASE)  # in a query, or perhaps, behind an escape
ASKED = ("/sparql", "/query/")  # addresses whose parameters say all that the answer depends on
LONGEST_ASKED = 2_048  # characters of the parameters
WISHES = ("HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING", "HTTP_HOST", "SCRIPT_NAME")
CONDITIONS = ("HTTP_RANGE", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE")

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer with status 200: its headers, those of the 304 in its place, its entity tag, its bytes, its end."""

    headers: Headers
    unchanged: Headers
    etag: str
    body: bytes
    until: float


@dataclass
class Shelf:
    """Answers within a bound; the oldest go first. Safe for threads."""

    answers: int
    bytes: int  # counted for each answer although equal bodies are shared
    largest: int
    kept: dict[tuple[str, ...], Kept] = field(default_factory=dict)
    taken: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, key: tuple[str, ...]) -> Kept | None:
        """Return the answer of a key, `None` where none is kept or it is too old."""
        found = self.kept.get(key)
        return found if found is not None and found.until > time.monotonic() else None

    def keep(self, key: tuple[str, ...], answer: Kept) -> None:
        """Keep an answer."""
        with self._lock:
            self._drop(key)
            self.kept[key] = answer
            self.taken += len(answer.body)
            while self.taken > self.bytes or len(self.kept) > self.answers:
                self._drop(next(iter(self.kept)))

    def _drop(self, key: tuple[str, ...]) -> None:
        old = self.kept.pop(key, None)
        if old is not None:
            self.taken -= len(old.body)


@dataclass
class Front:
    """A WSGI application that keeps the answers of another one; those to queries push out no others."""

    app: WSGIApplication
    pages: Shelf = field(default_factory=lambda: Shelf(4_096, 64 << 20, LARGEST_KEPT))
    queries: Shelf = field(default_factory=lambda: Shelf(2_048, 16 << 20, 64 << 10))

    def has(self, environ: WSGIEnvironment, at_most: int = LARGEST_KEPT) -> bool:
        """Tell whether the answer to a request is kept, and no larger than that."""
        key = _key(environ)
        found = self._shelf(environ).find(key) if key is not None else None
        return found is not None and len(found.body) <= at_most

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request. Source: PEP 3333."""
        key = _key(environ)
        if key is None:
            return self.app(environ, start_response)
        shelf = self._shelf(environ)
        found = shelf.find(key)
        if found is None:
            return self._passed(key, shelf, environ, start_response)
        if _has(environ.get("HTTP_IF_NONE_MATCH"), found.etag):
            start_response("304 NOT MODIFIED", list(found.unchanged))
            return []
        start_response("200 OK", list(found.headers))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [found.body]

    def _shelf(self, environ: WSGIEnvironment) -> Shelf:
        return self.queries if environ.get("QUERY_STRING") else self.pages

    def _passed(
        self, key: tuple[str, ...], shelf: Shelf, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Let the application answer, and keep what may be kept."""
        said: list[tuple[str, Headers]] = []

        def listen(status: str, headers: Headers, *rest: Any) -> Callable[[bytes], object]:  # noqa: ANN401 - as WSGI has it
            said.append((status, list(headers)))
            return start_response(status, headers, *rest)

        answer = self.app(environ, listen)
        if environ["REQUEST_METHOD"] != "GET" or not said or not _worth(*said[-1], shelf.largest):
            return answer
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        shelf.keep(key, _kept(said[-1][1], body))
        return [body]


def _kept(headers: Headers, body: bytes) -> Kept:
    from werkzeug.http import remove_entity_headers

    unchanged = list(headers)
    remove_entity_headers(unchanged)
    etag = next(value for name, value in headers if name == "ETag")
    return Kept(headers, unchanged, etag, body, time.monotonic() + KEPT_SECONDS)


def _key(environ: WSGIEnvironment) -> tuple[str, ...] | None:
    """Return what tells one answer from another, `None` for a request that is not for kept ones."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or any(name in environ for name in CONDITIONS):
        return None
    parameters = environ.get("QUERY_STRING")
    if parameters and not _always_asks_the_same(environ["PATH_INFO"], parameters):
        return None
    # Not every server has the parameters in the address that it tells, as the test client has not.
    path = (environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ["PATH_INFO"]).partition("?")[0]
    return (path, parameters or "", *(environ.get(name, "") for name in WISHES))


def _always_asks_the_same(path: str, parameters: str) -> bool:
    return path.startswith(ASKED) and len(parameters) <= LONGEST_ASKED and not VARYING.search(parameters)


def _worth(status: str, headers: Headers, largest: int) -> bool:
    """Tell whether an answer may be kept: whole, with an entity tag, and nothing that only one client may see."""
    known = dict(headers)
    open_to_all = known.get("Cache-Control", "").startswith(("public", "no-cache"))
    length = known.get("Content-Length", "")
    return status.startswith("200") and open_to_all and "ETag" in known and length.isdigit() and int(length) <= largest


def _has(condition: str | None, etag: str) -> bool:
    """Tell whether If-None-Match names an entity tag, by weak comparison. Source: RFC 9110, section 13.1.2."""
    if condition is None:
        return False
    if condition == etag:
        return True
    from werkzeug.http import parse_etags

    return parse_etags(condition).contains_weak(etag.strip('"'))
