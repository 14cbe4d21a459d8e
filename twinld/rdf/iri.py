"""Relative references against a base, as RFC 3986 section 5.2 says, on text."""

from __future__ import annotations

import re

# RFC 3986, appendix B; it matches every string.
_PARTS = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.\-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")


def is_absolute(iri: str) -> bool:
    """Return whether a reference starts with a scheme."""
    return _SCHEME.match(iri) is not None


def resolve(base: str, reference: str) -> str:
    """Return the absolute IRI that a reference means against an absolute base.

    A reference with a scheme is returned as it is: RDF compares IRIs as written.

    >>> resolve("http://a/b/c/d;p?q", "../g")
    'http://a/b/g'

    Source: https://www.rfc-editor.org/rfc/rfc3986#section-5.2.2
    """
    if is_absolute(reference):
        return reference
    scheme, authority, path, query, _ = _split(base)
    _, own_authority, own_path, own_query, fragment = _split(reference)
    if own_authority is not None:
        authority, path, query = own_authority, _without_dots(own_path or ""), own_query
    elif own_path:
        merged = own_path if own_path.startswith("/") else _merge(authority, path or "", own_path)
        path, query = _without_dots(merged), own_query
    elif own_query is not None:
        query = own_query
    return _join(scheme, authority, path or "", query, fragment)


def _split(iri: str) -> tuple[str | None, str | None, str | None, str | None, str | None]:
    match = _PARTS.fullmatch(iri)
    assert match is not None
    scheme, authority, path, query, fragment = match.groups()
    return scheme, authority, path, query, fragment


def _merge(authority: str | None, base_path: str, path: str) -> str:
    if authority is not None and not base_path:
        return "/" + path
    return base_path[: base_path.rfind("/") + 1] + path


def _without_dots(path: str) -> str:
    """Return a path without `.` and `..` segments (RFC 3986 section 5.2.4)."""
    kept: list[str] = []
    segments = path.split("/")
    rooted = path.startswith("/")
    for segment in segments[1:] if rooted else segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return ("/" if rooted else "") + "/".join(kept)


def _join(scheme: str | None, authority: str | None, path: str, query: str | None, fragment: str | None) -> str:
    return "".join(
        (
            f"{scheme}:",
            "" if authority is None else f"//{authority}",
            path,
            "" if query is None else f"?{query}",
            "" if fragment is None else f"#{fragment}",
        )
    )
