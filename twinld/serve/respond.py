"""From a representation to a response: validators, links, caching, compression. One place for all headers."""

from __future__ import annotations

import gzip
import hashlib
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from twinld.publish.representation import Link, Representation

if TYPE_CHECKING:
    from flask import Request, Response

CACHE = "public, max-age=300, must-revalidate"
WORTH_COMPRESSING = 1_024  # bytes; below, gzip's own 20 bytes and the extra packet-building do not pay
COMPRESSIBLE = ("text/", "application/json", "application/ld+json", "application/rdf+xml", "application/n-",
                "application/trig", "application/xml", "image/svg+xml", "application/sparql-results")  # fmt: skip


def respond(request: Request, found: Representation, *, vary: str = "Accept", cache: str = CACHE) -> Response:
    """Return the response for a representation: 200, or 304 if the client has these very bytes.

    The ETag is strong: a hash of the bytes sent, so each encoding has its own.
    """
    from flask import Response

    body, encoding = _encoded(request, found)
    response = Response(body, content_type=_content_type(found.media_type))
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Vary"] = f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"
    response.headers["Cache-Control"] = cache
    response.headers["Content-Location"] = f"{request.script_root}/{found.path}"
    if found.language:
        response.headers["Content-Language"] = found.language
    if found.modified:
        _set_modified(response, found.modified)
    if found.links:
        response.headers["Link"] = ", ".join(_link(request, link) for link in found.links)
    response.make_conditional(request)
    return response


def _encoded(request: Request, found: Representation) -> tuple[bytes, str | None]:
    worth = len(found.body) >= WORTH_COMPRESSING and found.media_type.startswith(COMPRESSIBLE)
    if worth and request.accept_encodings["gzip"] > 0:
        return gzip.compress(found.body, 6, mtime=0), "gzip"
    return found.body, None


def _content_type(media_type: str) -> str:
    textual = media_type.startswith(COMPRESSIBLE) and not media_type.endswith("json")
    return f"{media_type}; charset=utf-8" if textual else media_type


def _set_modified(response: Response, modified: str) -> None:
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(modified)
    except ValueError:
        return  # a year or a month is no moment: better no header than an invented day
    response.headers["Last-Modified"] = format_datetime(
        moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC), usegmt=True
    )


def _link(request: Request, link: Link) -> str:
    absolute = "://" in link.target or link.target.startswith("urn:")
    target = link.target if absolute else f"{request.script_root}/{link.target}"
    target = quote(target, safe="/:?#[]@!$&'()*+,;=%-._~")
    parts = [f"<{target}>", f'rel="{link.relation}"']
    if link.media_type:
        parts.append(f'type="{link.media_type}"')
    if link.language:
        parts.append(f'hreflang="{link.language}"')
    return "; ".join(parts)
