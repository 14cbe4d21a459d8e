"""A map of places and the relations between them. The land is an image beside the page; places and arcs are links.

The window on the world is always drawn 1,000 units wide, so that the style sheet can size dots and names for a screen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from twinld.publish.pages.figures.labels import Box, Spot, around, free_spot, inside, spots
from twinld.publish.pages.figures.projection import HEIGHT, WIDTH, project
from twinld.publish.pages.figures.svg import css_class, joined, number

if TYPE_CHECKING:
    from twinld.publish.pages.view import Node, View

NARROWEST = 180.0
"""Map units that are shown at least across: about 30 degrees, so that one city stands in its surroundings."""
COARSE = 900.0
"""From this width on the coarse outlines do."""
STRIPS = (("middle", 755.0, 1345.0), ("west", 0.0, 895.0), ("east", 1155.0, 2000.0))
"""Strips of the world whose fine outlines have a file of their own, a little narrower than it: its edge is no shore."""
MARGIN = 0.14
RATIO = (1.7, 2.5)  # least and greatest width of a map in heights
WORLD = (60.0, 30.0, 1890.0, 860.0)
CROWD = 250
"""More places than this are drawn as smaller dots."""
LABELS = 60
"""More places than this are named on hover and in the list only."""
DRAWN = 1000.0  # units of the drawing across
WIDE = (17.0, 5.0)  # height of a name and radius of a dot, in units of the drawing; the style sheet has the same
NARROW = (38.0, 10.0)  # the same on a phone, where 1,000 units are 390 pixels


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the map, in map units, then in those of the drawing; `main` is one that the page is about."""

    node: Node
    x: float
    y: float
    kind: str = ""
    main: bool = False


Point = tuple[float, float]
Window = tuple[float, float, float, float]


def world_map(
    view: View,
    places: Iterable[Node],
    *,
    arcs: Iterable[Sequence[object]] = (),
    main: Node | Sequence[Node] | None = None,
    at: str | None = None,
    where: Mapping[Node, tuple[float, float]] | None = None,
    title: str = "",
    whole: bool = False,
) -> Markup:
    """Return a map as SVG; empty where no place has coordinates.

    `main` is what the page is about, one thing or several. `at` is a path from a thing to the place that has its
    coordinates, `where` gives longitude and latitude themselves.
    An arc is two things, and a kind that becomes a class of the line (`in-force`, `suspended`, `ended`). The window
    fits the places unless `whole` is asked for, which leaves the names out.
    """
    mains = () if main is None else tuple(main) if isinstance(main, Sequence) else (main,)
    nodes = dict.fromkeys([*mains, *places])
    on_earth = {node: place for node in nodes if (place := _placed(node, at, where or {}, mains))}
    if not on_earth:
        return Markup("")
    window = WORLD if whole else _window(list(on_earth.values()))
    found = {node: _drawn(place, window) for node, place in on_earth.items()}
    lines = [drawn for arc in arcs if (drawn := _arc(arc, found))]
    return Markup(
        '<svg class="map{}" viewBox="0 0 {} {}" role="group" aria-label="{}">'
        '{}{}<g class="arcs">{}</g><g class="places">{}</g>{}</svg>'
    ).format(
        " crowd" if len(found) > CROWD else "",
        number(DRAWN),
        number(window[3] * DRAWN / window[2]),
        title or view.words.gettext("Map"),
        _land(view, window),
        _graticule(window),
        joined(lines),
        joined([_dot(place, 3 if len(found) > CROWD else 5) for place in found.values()]),
        Markup("") if whole or len(found) > LABELS else _names(list(found.values()), window),
    )


def _drawn(place: Place, window: Window) -> Place:
    """Return a place in units of the drawing."""
    scale = DRAWN / window[2]
    return replace(place, x=(place.x - window[0]) * scale, y=(place.y - window[1]) * scale)


def _land(view: View, window: Window) -> Markup:
    scale = DRAWN / window[2]
    return Markup('<image href="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        view.href(f"static/vendor/world-atlas/land-{_outlines(window)}.svg"),
        number(-window[0] * scale),
        number(-window[1] * scale),
        number(WIDTH * scale),
        number(HEIGHT * scale),
    )


def _outlines(window: Window) -> str:
    """Return which outlines are loaded: coarse ones of the world, or fine ones of the strip that holds the window."""
    left, _, width, _ = window
    if width > COARSE:
        return "110m"
    strips = (name for name, start, end in STRIPS if start <= left and left + width <= end)
    return "-".join(["50m", *islice(strips, 1)])


def _placed(
    node: Node, at: str | None, where: Mapping[Node, tuple[float, float]], mains: Sequence[Node]
) -> Place | None:
    place = where.get(node) or node.place
    if place is None and at:
        place = next((found for each in node.all(at) if (found := each.place)), None)
    return Place(node, *project(*place), main=node in mains) if place else None


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
    left, top, width, height = window
    scale = DRAWN / width
    meridians, parallels = _graticules(30 if width > COARSE else 10)
    lines = []
    for points in meridians:
        if any(left <= x <= left + width for x, _ in points):
            lines.append("M" + "L".join(f"{number((x - left) * scale)} {number((y - top) * scale)}" for x, y in points))
    for right, y in parallels:
        if top <= y <= top + height:
            start, end = (number((x - left) * scale) for x in (WIDTH - right, right))
            lines.append(f"M{start} {number((y - top) * scale)}H{end}")
    return Markup(f'<path class="graticule" d="{"".join(lines)}"/>')


@lru_cache(maxsize=2)
def _graticules(step: int) -> tuple[tuple[tuple[Point, ...], ...], tuple[Point, ...]]:
    """Return the points of each meridian, and the eastern end of each parallel."""
    meridians = tuple(
        tuple(project(longitude, latitude) for latitude in range(-80, 81, 10)) for longitude in range(-180, 181, step)
    )
    return meridians, tuple(project(180, latitude) for latitude in range(-60, 81, step))


def _arc(arc: Sequence[object], found: dict[Node, Place]) -> Markup | None:
    start, end = found.get(arc[0]), found.get(arc[1])  # type: ignore[call-overload]
    if start is None or end is None or start is end:
        return None
    kind = css_class(str(arc[2])) if len(arc) > 2 else ""
    return Markup(f'<path class="arc {kind}" d="{curve(start.x, start.y, end.x, end.y)}"/>')


def curve(x0: float, y0: float, x1: float, y1: float) -> str:
    """Return path data of an arc that bends to the north, the more the farther it goes."""
    distance = math.hypot(x1 - x0, y1 - y0)
    bend = 0.22 * distance
    dx, dy = (x1 - x0) / (distance or 1), (y1 - y0) / (distance or 1)
    side = -1 if dx >= 0 else 1
    cx, cy = (x0 + x1) / 2 - side * dy * bend, (y0 + y1) / 2 + side * dx * bend
    return f"M{number(x0)} {number(y0)}Q{number(cx)} {number(cy)} {number(x1)} {number(y1)}"


def _dot(place: Place, radius: int) -> Markup:
    kind, radius = (' class="main"', radius + 2) if place.main else ("", radius)
    circle = f'<circle{kind} cx="{number(place.x)}" cy="{number(place.y)}" r="{radius}">'
    title = f"<title>{escape(place.node.text)}</title>"
    return Markup(f'<a href="{escape(place.node.href)}">{circle}{title}</circle></a>')


def _names(places: list[Place], window: Window) -> Markup:
    """Return names for a wide screen and, fewer and larger, for a narrow one; the style sheet shows one of the two."""
    height = window[3] * DRAWN / window[2]
    return Markup('<g class="names" aria-hidden="true">{}</g><g class="names narrow" aria-hidden="true">{}</g>').format(
        joined(_labels(places, *WIDE, height)), joined(_labels(places, *NARROW, height))
    )


def _labels(places: list[Place], size: float, radius: float, height: float) -> list[Markup]:
    """Return names beside the dots; what finds no room is left out; what the page is about may cover dots."""
    dots = [around(place.x, place.y, radius) for place in places]
    names: list[Box] = []
    drawn = []
    for place in sorted(places, key=lambda p: not p.main):
        wished = [
            spot for spot in spots(place.x, place.y, radius, place.node.text, size) if inside(spot.box, DRAWN, height)
        ]
        spot = free_spot(wished, dots + names) or (free_spot(wished, names) if place.main else None)
        if spot is not None:
            names.append(spot.box)
            drawn.append(_name(place, spot))
    return drawn


def _name(place: Place, spot: Spot) -> Markup:
    label = place.node.label
    kind = ' class="main"' if place.main else ""
    language = f' lang="{escape(label.language or "")}"' if label.foreign else ""
    at = f'x="{number(spot.x)}" y="{number(spot.y)}" text-anchor="{spot.anchor}"'
    return Markup(f"<text{kind} {at}{language}>{escape(label.text)}</text>")
