"""Where pages are, and how one leads to another: every link is relative, so that a site works under any path."""

from __future__ import annotations

import re
from functools import lru_cache

_SAFE_SCHEMES = re.compile(r"(?:https?://|mailto:)[^\x00-\x20<>\"\\^`{|}]+", re.IGNORECASE)


def page_path(path: str, language: str, languages: tuple[str, ...]) -> str:
    """Return the path of a page in one language: its own extension, and the language unless it is the default.

    >>> page_path("browse/", "fi", ("en", "fi"))
    'browse/index.fi.html'
    >>> page_path("sparql", "en", ("en", "fi"))
    'sparql.html'
    """
    stem = path + "index" if not path or path.endswith("/") else path
    tag = f".{language}" if language != languages[0] else ""
    return f"{stem}{tag}.html"


def relative(source: str, target: str) -> str:
    """Return the reference from one path below the root to another, `target` with its query or fragment.

    >>> relative("doc/id/city/a.html", "doc/id/network/ubc.html")
    '../network/ubc.html'
    >>> relative("index.html", "")
    './'
    """
    return _from_folder(source[: source.rfind("/") + 1], target)


@lru_cache(maxsize=1 << 14)  # the pages of a folder lead to the same few hundred
def _from_folder(folder: str, target: str) -> str:
    path, mark, rest = _split(target)
    start = folder.split("/")[:-1]
    steps = path.split("/")
    shared = 0
    while shared < min(len(start), len(steps) - 1) and start[shared] == steps[shared]:
        shared += 1
    found = "../" * (len(start) - shared) + "/".join(steps[shared:])
    if not found or ":" in found.partition("/")[0]:
        found = "./" + found
    return found + mark + rest


def _split(target: str) -> tuple[str, str, str]:
    if "#" not in target and "?" not in target:
        return target, "", ""
    for at, character in enumerate(target):
        if character in "?#":
            return target[:at], character, target[at + 1 :]
    return target, "", ""


def safe_href(iri: str) -> str | None:
    """Return an IRI that may stand in a link: http, https or mailto, nothing else; else `None`."""
    return iri if _SAFE_SCHEMES.fullmatch(iri) else None
