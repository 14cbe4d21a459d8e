"""Names beside dots: each where it covers neither a dot nor another name. Widths are estimated, nothing is rendered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

LETTER = 0.52  # width of a letter in heights of it, in the typeface of the style sheet

Box = tuple[float, float, float, float]
"""Left, top, width, height."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a name may stand: its anchor, and the box that it fills."""

    x: float
    y: float
    anchor: str
    box: Box


def width_of(text: str, size: float) -> float:
    """Return about how wide a text is; an ideograph is as wide as it is high."""
    return size * sum(1.0 if east_asian_width(letter) in "WF" else LETTER for letter in text)


def spots(x: float, y: float, radius: float, text: str, size: float) -> list[Spot]:
    """Return where the name of a dot may stand: to its right, to its left, above it, below it."""
    width, aside, line = width_of(text, size), radius + 4, y + size / 3
    return [
        Spot(x + aside, line, "start", (x + aside, line - size * 0.8, width, size)),
        Spot(x - aside, line, "end", (x - aside - width, line - size * 0.8, width, size)),
        Spot(x, y - aside, "middle", (x - width / 2, y - aside - size * 0.8, width, size)),
        Spot(x, y + radius + size, "middle", (x - width / 2, y + radius + size * 0.2, width, size)),
    ]


def free_spot(wished: Sequence[Spot], taken: Iterable[Box]) -> Spot | None:
    """Return the first spot that covers none of the boxes, `None` where each of them does."""
    boxes = list(taken)
    return next((spot for spot in wished if not any(_overlap(spot.box, box) for box in boxes)), None)


def around(x: float, y: float, radius: float) -> Box:
    """Return the box of a dot."""
    return x - radius, y - radius, 2 * radius, 2 * radius


def inside(box: Box, width: float, height: float) -> bool:
    """Tell whether a box lies in a drawing."""
    return box[0] >= 0 and box[1] >= 0 and box[0] + box[2] <= width and box[1] + box[3] <= height


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]
