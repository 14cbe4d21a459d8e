"""Content negotiation: which of the representations that are offered a request prefers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_RANGE = re.compile(r"\s*([\w!#$&^.+*-]+)/([\w!#$&^.+*-]+)\s*((?:;.*)?)\s*$")
_QUALITY = re.compile(r";\s*q\s*=\s*(1(?:\.0{0,3})?|0(?:\.\d{0,3})?)\s*(?:;|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _MediaRange:
    type: str
    subtype: str
    quality: float

    def matches(self, media_type: str) -> int:
        """Return how specific the match is: 3 exact, 2 by type, 1 anything, 0 none."""
        main, _, sub = media_type.partition("/")
        if (self.type, self.subtype) == (main, sub):
            return 3
        if self.type == main and self.subtype == "*":
            return 2
        return 1 if self.type == self.subtype == "*" else 0


def negotiate(accept: str | None, offered: Sequence[str], *, aliases: dict[str, str] | None = None) -> str | None:
    """Return the offered media type that an Accept header prefers.

    The most specific range that matches a type gives its quality; then quality decides, then the specificity, then
    the order of `offered`. Parameters such as `profile` and `charset` do not keep a range from matching; a malformed
    range is ignored; `q=0` excludes. A missing or empty header means the first offered; `None` means that nothing
    offered is acceptable (answer 406). `aliases` maps other names of a type to the offered one.

    >>> negotiate("text/turtle;q=0.5, application/ld+json", ["text/turtle", "application/ld+json"])
    'application/ld+json'

    Source: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
    """
    if accept is None or not accept.strip():
        return offered[0]
    ranges = [_aliased(each, aliases or {}) for each in _parse(accept)]
    best: tuple[float, int, int] = (0.0, 0, 0)
    chosen = None
    for place, media_type in enumerate(offered):
        specificity, quality = max(((r.matches(media_type), r.quality) for r in ranges), default=(0, 0.0))
        if specificity and quality > 0 and (quality, specificity, -place) > (best if chosen else (0.0, 0, -place - 1)):
            best, chosen = (quality, specificity, -place), media_type
    return chosen


def _aliased(media_range: _MediaRange, aliases: dict[str, str]) -> _MediaRange:
    other = aliases.get(f"{media_range.type}/{media_range.subtype}")
    if other is None:
        return media_range
    main, _, sub = other.partition("/")
    return _MediaRange(main, sub, media_range.quality)


def _parse(accept: str) -> list[_MediaRange]:
    found = []
    for part in re.split(r',(?=(?:[^"]*"[^"]*")*[^"]*$)', accept):
        match = _RANGE.match(part)
        if match is None:
            continue
        quality = _QUALITY.search(match[3])
        if quality is None and re.search(r";\s*q\s*=", match[3], re.IGNORECASE):
            continue  # a quality that is no number: the range is malformed
        found.append(_MediaRange(match[1].lower(), match[2].lower(), float(quality[1]) if quality else 1.0))
    return found


def negotiate_language(accept: str | None, offered: Sequence[str]) -> str:
    """Return the offered language that an Accept-Language header prefers, the first offered where it names none.

    A range matches a tag that equals it or begins with it and a hyphen, and `fi-FI` finds `fi`.

    Source: https://www.rfc-editor.org/rfc/rfc4647#section-3.4
    """
    wishes = []
    for place, part in enumerate((accept or "").split(",")):
        tag, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((_number(p[2:]) for p in parameters if p.startswith("q=")), 1.0)
        if tag and quality > 0:
            wishes.append((-quality, place, tag))
    for _, _, tag in sorted(wishes):
        for language in offered:
            low = language.lower()
            if tag == low or low.startswith(tag + "-") or tag.startswith(low + "-"):
                return language
    return offered[0]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
