"""From a representation to a response: validators, links, caching, compression. One place for all headers."""

from __future__ import annotations

from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from twinld.publish.representation import Link, Representation
from twinld.serve.kept import COMPRESSIBLE, Prepared

if TYPE_CHECKING:
    from flask import Request, Response

CACHE = "public, max-age=300, must-revalidate"


def respond(
    request: Request, found: Representation | Prepared, *, vary: str = "Accept", cache: str = CACHE
) -> Response:
    """Return the response for a representation: 200, or 304 if the client has these very bytes.

    The ETag is strong: a hash of the bytes sent, so each encoding has its own.
    """
    from flask import Response

    prepared = found if isinstance(found, Prepared) else Prepared(found)
    packed = prepared.gzipped if request.accept_encodings["gzip"] > 0 else None
    body, etag = packed or (prepared.representation.body, prepared.etag)
    response = Response(body, content_type=_content_type(prepared.representation.media_type))
    response.set_etag(etag)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"
    response.headers["Cache-Control"] = cache
    _describe(request, response, prepared.representation)
    if prepared.representation.status == 200:
        response.make_conditional(request)
    else:
        response.status_code = prepared.representation.status
        response.headers["Cache-Control"] = "no-store"
    return response


def _describe(request: Request, response: Response, found: Representation) -> None:
    """Set the headers that say what this representation is, and where others are."""
    response.headers["Content-Location"] = f"{request.script_root}/{found.path}"
    if found.language:
        response.headers["Content-Language"] = found.language
    if found.modified:
        _set_modified(response, found.modified)
    if found.links:
        response.headers["Link"] = ", ".join(_link(request, link) for link in found.links)


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
