"""A map of places and the relations between them. The land is an image beside the page; places and arcs are links."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from twinld.publish.pages.figures.projection import HEIGHT, WIDTH, project
from twinld.publish.pages.figures.svg import css_class, joined, number

if TYPE_CHECKING:
    from twinld.publish.pages.view import Node, View

NARROWEST = 180.0
"""Map units that are shown at least across: about 30 degrees, so that one city stands in its surroundings."""
COARSE = 900.0
"""From this width on the coarse outlines do."""
MARGIN = 0.14
RATIO = (1.7, 2.5)  # least and greatest width of a map in heights
WORLD = (60.0, 30.0, 1890.0, 860.0)
CROWD = 250
"""More places than this are drawn as smaller dots."""
LABELS = 28
"""More places than this are named on hover and in the list only."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the map, in map units; `main` is the one that the page is about."""

    node: Node
    x: float
    y: float
    kind: str = ""
    main: bool = False


Window = tuple[float, float, float, float]


def world_map(
    view: View,
    places: Iterable[Node],
    *,
    arcs: Iterable[Sequence[object]] = (),
    main: Node | None = None,
    at: str | None = None,
    where: Mapping[Node, tuple[float, float]] | None = None,
    title: str = "",
    whole: bool = False,
) -> Markup:
    """Return a map as SVG; empty where no place has coordinates.

    `at` is a path from a thing to the place that has its coordinates, `where` gives longitude and latitude themselves.
    An arc is two things, and a kind that becomes a class of the line (`in-force`, `suspended`, `ended`). The window
    fits the places unless `whole` is asked for, which leaves the names out.
    """
    nodes = dict.fromkeys([*([main] if main else []), *places])
    found = {node: place for node in nodes if (place := _placed(node, at, where or {}, main))}
    if not found:
        return Markup("")
    lines = [drawn for arc in arcs if (drawn := _arc(arc, found))]
    window = WORLD if whole else _window(list(found.values()))
    scale = window[2] / 1000
    labelled = not whole and len(found) <= LABELS
    return Markup(
        '<svg class="map" viewBox="{}" role="group" aria-label="{}">'
        '<image href="{}" width="{}" height="{}"/>{}<g class="arcs">{}</g>'
        '<g class="places">{}</g></svg>'
    ).format(
        " ".join(number(value) for value in window),
        title or view.words.gettext("Map"),
        view.href(f"static/vendor/world-atlas/land-{'110m' if window[2] > COARSE else '50m'}.svg"),
        number(WIDTH),
        number(round(HEIGHT)),
        _graticule(window),
        joined(lines),
        joined([_dot(place, scale * (0.6 if len(found) > CROWD else 1)) for place in found.values()])
        + (_labels(list(found.values()), scale, window) if labelled else Markup("")),
    )


def _placed(node: Node, at: str | None, where: Mapping[Node, tuple[float, float]], main: Node | None) -> Place | None:
    place = where.get(node) or node.place
    if place is None and at:
        place = next((found for each in node.all(at) if (found := each.place)), None)
    return Place(node, *project(*place), main=node == main) if place else None


def _window(places: list[Place]) -> Window:
    left, right = min(p.x for p in places), max(p.x for p in places)
    top, bottom = min(p.y for p in places), max(p.y for p in places)
    width = max((right - left) * (1 + 2 * MARGIN), NARROWEST)
    height = max((bottom - top) * (1 + 2 * MARGIN), NARROWEST / RATIO[1])
    width = max(width, height * RATIO[0])
    height = max(height, width / RATIO[1])
    if width > WORLD[2]:
        return WORLD
    x = min(max((left + right - width) / 2, 0), WIDTH - width)
    y = min(max((top + bottom - height) / 2, 0), HEIGHT - height)
    return (x, y, width, height)


def _graticule(window: Window) -> Markup:
    step = 30 if window[2] > COARSE else 10
    lines = []
    for longitude in range(-180, 181, step):
        points = [project(longitude, latitude) for latitude in range(-80, 81, 10)]
        lines.append("M" + "L".join(f"{number(x)} {number(y)}" for x, y in points))
    for latitude in range(-60, 81, step):
        y = project(0, latitude)[1]
        if window[1] <= y <= window[1] + window[3]:
            half = project(180, latitude)[0]
            lines.append(f"M{number(WIDTH - half)} {number(y)}H{number(half)}")
    return Markup('<path class="graticule" d="{}"/>').format("".join(lines))


def _arc(arc: Sequence[object], found: dict[Node, Place]) -> Markup | None:
    start, end = found.get(arc[0]), found.get(arc[1])  # type: ignore[call-overload]
    if start is None or end is None or start is end:
        return None
    kind = css_class(str(arc[2])) if len(arc) > 2 else ""
    return Markup('<path class="arc {}" d="{}"/>').format(kind, curve(start.x, start.y, end.x, end.y))


def curve(x0: float, y0: float, x1: float, y1: float) -> str:
    """Return path data of an arc that bends to the north, the more the farther it goes."""
    distance = math.hypot(x1 - x0, y1 - y0)
    bend = 0.22 * distance
    dx, dy = (x1 - x0) / (distance or 1), (y1 - y0) / (distance or 1)
    side = -1 if dx >= 0 else 1
    cx, cy = (x0 + x1) / 2 - side * dy * bend, (y0 + y1) / 2 + side * dx * bend
    return f"M{number(x0)} {number(y0)}Q{number(cx)} {number(cy)} {number(x1)} {number(y1)}"


def _dot(place: Place, scale: float) -> Markup:
    return Markup('<a href="{}"><circle class="{}" cx="{}" cy="{}" r="{}"><title>{}</title></circle></a>').format(
        place.node.href,
        "main" if place.main else "",
        number(place.x),
        number(place.y),
        f"{scale * (7 if place.main else 5):.2f}",
        place.node.text,
    )


def _labels(places: list[Place], scale: float, window: Window) -> Markup:
    """Return names beside the dots, each on the side where it covers no other; what finds no room is left out."""
    size = 17 * scale
    taken: list[Window] = [(p.x - 6 * scale, p.y - 6 * scale, 12 * scale, 12 * scale) for p in places]
    drawn = []
    for place in sorted(places, key=lambda p: not p.main):
        length = len(place.node.text) * size * 0.52
        for anchor, dx, dy in (("start", 9, 5), ("end", -9, 5), ("middle", 0, -10), ("middle", 0, 22)):
            x, y = place.x + dx * scale, place.y + dy * scale
            left = x - {"start": 0.0, "end": length, "middle": length / 2}[anchor]
            box = (left, y - size * 0.8, length, size)
            if _inside(box, window) and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                drawn.append(_name(place, x, y, anchor, size))
                break
    return Markup('<g class="names" aria-hidden="true">{}</g>').format(joined(drawn))


def _name(place: Place, x: float, y: float, anchor: str, size: float) -> Markup:
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}" font-size="{}">{}</text>').format(
        "main" if place.main else "", number(x), number(y), anchor, number(size), place.node.text
    )


def _inside(box: Window, window: Window) -> bool:
    return (
        box[0] >= window[0]
        and box[1] >= window[1]
        and box[0] + box[2] <= window[0] + window[2]
        and box[1] + box[3] <= window[1] + window[3]
    )


def _overlap(a: Window, b: Window) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]
