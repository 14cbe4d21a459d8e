"""In front of the application: what was answered before is answered again, headers and all, without routing anew.

A publication never changes under its application, so the same address with the same wishes has the same answer.
Only whole public answers without parameters are kept, within a bound; everything else goes through.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEPT_ANSWERS = 4_096
KEPT_BYTES = 64 * 1024 * 1024  # a process, counted for each answer although equal bodies are shared
LARGEST_KEPT = 1024 * 1024
WISHES = ("HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING", "HTTP_HOST", "SCRIPT_NAME")
CONDITIONS = ("HTTP_RANGE", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE")

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer with status 200: its headers, those of the 304 in its place, its entity tag and its bytes."""

    headers: Headers
    unchanged: Headers
    etag: str
    body: bytes


@dataclass
class Front:
    """A WSGI application that keeps the answers of another one."""

    app: WSGIApplication
    _kept: dict[tuple[str, ...], Kept] = field(default_factory=dict)
    _bytes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request. Source: PEP 3333."""
        key = _key(environ)
        if key is None:
            return self.app(environ, start_response)
        found = self._kept.get(key)
        if found is None:
            return self._passed(key, environ, start_response)
        if _has(environ.get("HTTP_IF_NONE_MATCH"), found.etag):
            start_response("304 NOT MODIFIED", list(found.unchanged))
            return []
        start_response("200 OK", list(found.headers))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [found.body]

    def _passed(self, key: tuple[str, ...], environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Let the application answer, and keep what may be kept."""
        said: list[tuple[str, Headers]] = []

        def listen(status: str, headers: Headers, *rest: Any) -> Callable[[bytes], object]:  # noqa: ANN401 - as WSGI has it
            said.append((status, list(headers)))
            return start_response(status, headers, *rest)

        answer = self.app(environ, listen)
        if environ["REQUEST_METHOD"] != "GET" or not said or not _worth(*said[-1]):
            return answer
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        self._keep(key, said[-1][1], body)
        return [body]

    def _keep(self, key: tuple[str, ...], headers: Headers, body: bytes) -> None:
        from werkzeug.http import remove_entity_headers

        unchanged = list(headers)
        remove_entity_headers(unchanged)
        etag = next(value for name, value in headers if name == "ETag")
        with self._lock:
            self._kept[key] = Kept(headers, unchanged, etag, body)
            self._bytes += len(body)
            while self._bytes > KEPT_BYTES or len(self._kept) > KEPT_ANSWERS:
                self._bytes -= len(self._kept.pop(next(iter(self._kept))).body)


def _key(environ: WSGIEnvironment) -> tuple[str, ...] | None:
    """Return what tells one answer from another, `None` for a request that is not for kept ones."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("QUERY_STRING"):
        return None
    if any(name in environ for name in CONDITIONS):
        return None
    path = environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ["PATH_INFO"]
    return (path, *(environ.get(name, "") for name in WISHES))


def _worth(status: str, headers: Headers) -> bool:
    known = dict(headers)
    public = known.get("Cache-Control", "").startswith("public")
    length = known.get("Content-Length", "")
    return status.startswith("200") and public and "ETag" in known and length.isdigit() and int(length) <= LARGEST_KEPT


def _has(condition: str | None, etag: str) -> bool:
    """Tell whether If-None-Match names an entity tag, by weak comparison. Source: RFC 9110, section 13.1.2."""
    if condition is None:
        return False
    if condition == etag:
        return True
    from werkzeug.http import parse_etags

    return parse_etags(condition).contains_weak(etag.strip('"'))
