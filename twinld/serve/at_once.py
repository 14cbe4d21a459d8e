"""Requests that are answered at once, in the loop of a server process: those whose answers the front keeps.

Handing a connection to a thread and back takes ten times as long as such an answer. Only the plainest requests are read
here; whatever is unusual about one, it takes the usual way and meets gunicorn's own parser.
"""

from __future__ import annotations

import re
import time
from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

HEAD_BYTES = 8_190  # a longer one is unusual
LARGEST = 128 * 1024  # bytes of an answer that the kernel takes in one piece
PLAIN = re.compile(rb"(GET|HEAD) (/[!-~]*) HTTP/1\.1\r\n((?:[A-Za-z0-9-]+: ?[ -~]*\r\n)*)\r\n")
UNUSUAL = {
    "HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE", "HTTP_TRANSFER_ENCODING", "HTTP_EXPECT", "HTTP_UPGRADE", "HTTP_TE",
    "HTTP_TRAILER", "HTTP_HTTP2_SETTINGS", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_SSL",
}  # fmt: skip


def read(data: bytes, server: tuple[str, int], client: tuple[str, int]) -> WSGIEnvironment | None:
    """Return the WSGI environment of exactly one plain request without a body, `None` for anything else."""
    found = PLAIN.fullmatch(data)
    if found is None:
        return None
    path, _, query = found[2].partition(b"?")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": found[1].decode(),
        "RAW_URI": found[2].decode(),
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query.decode(),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1]),
        "REMOTE_ADDR": str(client[0]),
        "wsgi.url_scheme": "http",
    }
    return _with_fields(environ, found[3].decode())


def _with_fields(environ: WSGIEnvironment, lines: str) -> WSGIEnvironment | None:
    for line in lines.split("\r\n")[:-1]:
        name, _, value = line.partition(":")
        name = "HTTP_" + name.upper().replace("-", "_")
        if name in environ or name in UNUSUAL:
            return None
        environ[name] = value.strip()
    if environ.pop("HTTP_CONNECTION", "keep-alive").lower() != "keep-alive" or "HTTP_HOST" not in environ:
        return None
    return environ


def answered(app: WSGIApplication, environ: WSGIEnvironment) -> bytes:
    """Return the whole answer of an application that keeps it, as bytes for the wire."""
    said: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> object:
        said.append((status, headers))
        return None

    body = b"".join(app(environ, start_response))  # type: ignore[arg-type]
    status, headers = said[-1]
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"HTTP/1.1 {status}\r\n{_own_fields(int(time.time()))}{fields}\r\n".encode("latin-1") + body


@lru_cache(maxsize=2)
def _own_fields(second: int) -> str:
    """Return the fields that the server itself adds, as gunicorn does."""
    return f"Server: gunicorn\r\nDate: {formatdate(second, usegmt=True)}\r\nConnection: keep-alive\r\n"
