"""A timeline: rows with spans and moments on a common axis of years. The facts stand in the text beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from twinld.publish.pages.figures.svg import css_class, joined, number

if TYPE_CHECKING:
    from twinld.publish.pages.view import Node, View

WIDTH = 1000.0
LETTER = 7.6  # units that a letter of a name takes at most
ROW = 30.0
TOP = 34.0
STEPS = (1, 2, 5, 10, 20, 25, 50, 100)


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its name, from when to when (years with fractions), moments in it, and a kind that becomes a class."""

    node: Node | None
    name: str
    start: float
    end: float | None
    moments: tuple[tuple[float, str], ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The years from `low` to `high` on the drawing, to the right of the names; what goes on ends at `now`."""

    low: int
    high: int
    left: float
    now: float

    def x(self, year: float) -> float:
        """Return where a time stands."""
        return self.left + (year - self.low) / (self.high - self.low) * (WIDTH - self.left - 24)


def timeline(view: View, rows: Iterable[Mapping[str, Any]], *, title: str = "") -> Markup:
    """Return rows on an axis of years as SVG; empty where no row has a date.

    A row is a mapping: `node` or `name`, `start`, `end` (dates as text or terms; no end is drawn as going on),
    `moments` (pairs of date and name), `kind`. What goes on is drawn to the day when the data last changed, not to
    today: the bytes of a page must not depend on the day.
    """
    found = sorted((row for each in rows if (row := _row(each))), key=lambda row: (row.start, row.name))
    if not found:
        return Markup("")
    first = min(row.start for row in found)
    now = year_of(view.edition.publication.latest_modified)
    last = max([*(_ends(row) for row in found), *([now] if now else [])])
    step = next((step for step in STEPS if (last - first) / step <= 9), STEPS[-1])
    low, high = int(first // step) * step, (int(last // step) + 1) * step
    height = TOP + ROW * len(found) + 8
    axis = Axis(low, high, 24 + LETTER * max(len(_short(row.name)) for row in found), now or high)
    return Markup('<svg class="timeline" viewBox="0 0 {} {}" role="group" aria-label="{}">{}{}</svg>').format(
        number(WIDTH),
        number(height),
        title or view.words.gettext("Timeline"),
        _marks(axis, step, height),
        joined([_drawn(row, TOP + ROW * at, axis) for at, row in enumerate(found)]),
    )


def _row(said: Mapping[str, Any]) -> Row | None:
    moments = tuple((when, str(name)) for date, name in said.get("moments") or () if (when := year_of(date)))
    start = year_of(said.get("start"))
    if start is None:
        start = min((when for when, _ in moments), default=None)
    if start is None:
        return None
    node = said.get("node")
    name = str(said.get("name") or (node.text if node is not None else ""))
    return Row(node, name, start, year_of(said.get("end")), moments, str(said.get("kind") or ""))


def year_of(date: object) -> float | None:
    """Return the year with a fraction of a date given as text, number, or term; `None` where there is none."""
    from twinld.publish.pages.literals import sort_year

    if date is None:
        return None
    return float(date) if isinstance(date, int | float) else sort_year(str(date))


def _ends(row: Row) -> float:
    return max([row.start, row.end or row.start, *(when for when, _ in row.moments)])


def _marks(axis: Axis, step: int, height: float) -> Markup:
    marks = []
    for year in range(axis.low, axis.high + 1, step):
        x = number(axis.x(year))
        line = f'<line x1="{x}" y1="{number(TOP - 10)}" x2="{x}" y2="{number(height - 4)}"/>'
        marks.append(f'{line}<text x="{x}" y="16">{year}</text>')
    return Markup(f'<g class="axis" aria-hidden="true">{"".join(marks)}</g>')


def _drawn(row: Row, y: float, axis: Axis) -> Markup:
    start, middle = axis.x(row.start), y + ROW / 2
    end = axis.x(row.end if row.end is not None else max(axis.now, row.start))
    name = f'<text class="name" x="{number(axis.left - 16)}" y="{number(middle + 5)}">{escape(_short(row.name))}</text>'
    if row.node is not None:
        name = f'<a href="{escape(row.node.href)}">{name}</a>'
    width = number(max(end - start, 8))
    bar = f'<rect x="{number(start)}" y="{number(middle - 4)}" width="{width}" height="8" rx="4"/>'
    dots = joined([_moment(when, text, middle, axis) for when, text in row.moments])
    opened = "" if row.end is not None else "open"
    return Markup(f'<g class="row {css_class(row.kind)} {opened}">{name}{bar}{dots}</g>')


def _moment(when: float, name: str, y: float, axis: Axis) -> Markup:
    x = number(axis.x(when))
    return Markup(f'<circle cx="{x}" cy="{number(y)}" r="6"><title>{escape(name)}</title></circle>')


def _short(name: str) -> str:
    return name if len(name) <= 36 else name[:35].rstrip() + "…"
