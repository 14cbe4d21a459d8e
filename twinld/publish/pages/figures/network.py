"""A network of things and lines between them, laid out by forces from a fixed start: the same bytes every time."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from twinld.publish.pages.figures.labels import Spot, around, free_spot, spots
from twinld.publish.pages.figures.svg import css_class, joined, number

if TYPE_CHECKING:
    from twinld.publish.pages.view import Node, View

WIDTH, HEIGHT = 1000.0, 640.0
CROWD = 70
"""With more nodes than this the drawing grows."""
ROUNDS = 140
MOST = 700
"""More nodes than this are drawn on a ring: the forces would take seconds, and the picture would say nothing."""
LARGE = 1.5  # from this scale on the drawing is wider than a page and is scrolled
HUB = 3  # a node with more ties than this has its name above it, in bold
REACH = 2.2  # how far nodes push each other apart, in ideal distances
KEPT_LAYOUTS = 128
SIZES = ((11.0, 14.0), (12.5, 20.0))
"""Height of the name of a leaf and of a hub, in a usual and in a large drawing; the style sheet has the same."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Dot:
    """A node of the drawing; `outward` tells whether what it is tied to lies to its left."""

    node: Node
    x: float
    y: float
    radius: float
    hub: bool
    main: bool
    outward: bool


def network(view: View, edges: Iterable[Sequence[object]], *, main: Node | None = None, title: str = "") -> Markup:
    """Return a drawing of pairs of things as SVG; empty without pairs. A third member of a pair is its kind."""
    lines = [tuple(edge) for edge in edges if edge[0] != edge[1]]
    nodes: list[Node] = list(dict.fromkeys(end for line in lines for end in line[:2]))  # type: ignore[misc]
    if not nodes:
        return Markup("")
    places = _places(nodes, lines)
    ties = Counter(end for line in lines for end in line[:2])
    scale = _scale(len(nodes))
    dots = [_dot_of(node, places[node], _centre(node, lines, places), ties[node], scale, main) for node in nodes]
    return Markup('<svg class="network{}" viewBox="0 0 {} {}" role="group" aria-label="{}"{}>{}{}</svg>').format(
        " large" if scale > LARGE else "",
        number(WIDTH * scale),
        number(HEIGHT * scale),
        title or view.words.gettext("Network"),
        _zoom_words(view) if scale > LARGE else "",
        Markup('<g class="lines">{}</g>').format(joined([_line(line, places) for line in lines])),
        joined(_drawn(dots, SIZES[scale > LARGE])),
    )


def _zoom_words(view: View) -> Markup:
    """Return what the script that lets a large drawing be zoomed calls its buttons."""
    words = view.words.gettext("Larger"), view.words.gettext("Smaller")
    return Markup(' data-larger="{}" data-smaller="{}"').format(*words)


def _scale(count: int) -> float:
    return max(1.0, math.sqrt(count / CROWD))


def _places(nodes: list[Node], lines: list[tuple[object, ...]]) -> dict[Node, Point]:
    index = {node: number for number, node in enumerate(nodes)}
    pairs = sorted({(min(index[a], index[b]), max(index[a], index[b])) for a, b, *_ in lines})  # type: ignore[index]
    found = layout(len(nodes), tuple(pairs))
    return {node: found[number] for node, number in index.items()}


@lru_cache(maxsize=KEPT_LAYOUTS)
def layout(count: int, pairs: tuple[tuple[int, int], ...]) -> list[Point]:
    """Return places in the drawing for nodes 0 to count - 1 (Fruchterman and Reingold, from a spiral)."""
    width, height = WIDTH * _scale(count), HEIGHT * _scale(count)
    if count > MOST:
        return [_ring(number, count, width, height) for number in range(count)]
    points = [_start(number, count, width, height) for number in range(count)]
    ideal = 0.7 * math.sqrt(width * height / count)
    for turn in range(ROUNDS):
        limit = width / 8 * (1 - turn / ROUNDS) ** 2 + 1
        points = _moved(points, pairs, ideal, limit, (width / 2, height / 2))
    return _fitted(points, width, height)


def _start(number: int, count: int, width: float, height: float) -> Point:
    angle, radius = number * 2.39996, 0.45 * height * math.sqrt((number + 0.5) / count)
    return width / 2 + 1.5 * radius * math.cos(angle), height / 2 + radius * math.sin(angle)


def _ring(number: int, count: int, width: float, height: float) -> Point:
    angle = 2 * math.pi * number / count
    return width / 2 + 0.46 * width * math.cos(angle), height / 2 + 0.46 * height * math.sin(angle)


def _moved(
    points: list[Point], pairs: Sequence[tuple[int, int]], ideal: float, limit: float, middle: Point
) -> list[Point]:
    push = [[(middle[0] - x) * 0.012, (middle[1] - y) * 0.03] for x, y in points]
    for a, b in _near(points, REACH * ideal):
        dx, dy = points[a][0] - points[b][0], points[a][1] - points[b][1]
        # less what the force is at the reach: it fades to nothing there, or nodes would gather at the grid's lines
        force = ideal * ideal / (dx * dx + dy * dy + 0.01) - 1 / (REACH * REACH)
        _add(push, a, b, dx, dy, max(force, 0.0))
    for a, b in pairs:
        dx, dy = points[a][0] - points[b][0], points[a][1] - points[b][1]
        _add(push, a, b, dx, dy, -math.hypot(dx, dy) / ideal)
    return [_stepped(point, dx, dy, limit) for point, (dx, dy) in zip(points, push, strict=True)]


def _near(points: list[Point], reach: float) -> Iterator[tuple[int, int]]:
    """Yield pairs of nodes in the same cell of a grid or in cells side by side: no node far away is looked at."""
    cells: dict[tuple[int, int], list[int]] = {}
    for at, (x, y) in enumerate(points):
        cells.setdefault((int(x // reach), int(y // reach)), []).append(at)
    for (column, row), members in cells.items():
        around = [other for dx in (-1, 0, 1) for dy in (-1, 0, 1) for other in cells.get((column + dx, row + dy), ())]
        for a in members:
            for b in around:
                if a < b:
                    yield a, b


def _add(push: list[list[float]], a: int, b: int, dx: float, dy: float, force: float) -> None:
    push[a][0] += dx * force
    push[a][1] += dy * force
    push[b][0] -= dx * force
    push[b][1] -= dy * force


def _stepped(point: Point, dx: float, dy: float, limit: float) -> Point:
    length = math.hypot(dx, dy)
    share = min(1.0, limit / length) if length else 0.0
    return point[0] + dx * share, point[1] + dy * share


def _fitted(points: list[Point], width: float, height: float) -> list[Point]:
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    margin_x, margin_y = 120, 30
    across, down = max(right - left, 1), max(bottom - top, 1)
    return [
        (
            margin_x + (x - left) / across * (width - 2 * margin_x),
            margin_y + (y - top) / down * (height - 2 * margin_y),
        )
        for x, y in points
    ]


def _line(line: tuple[object, ...], places: dict[Node, Point]) -> Markup:
    (x0, y0), (x1, y1) = places[line[0]], places[line[1]]  # type: ignore[index]
    kind = css_class(str(line[2])) if len(line) > 2 else ""
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
        kind, number(x0), number(y0), number(x1), number(y1)
    )


def _dot_of(node: Node, place: Point, toward: Point, ties: int, scale: float, main: Node | None) -> Dot:
    hub = ties > HUB * scale or node == main
    return Dot(node, *place, 4 + 1.8 * math.sqrt(ties), hub, node == main, place[0] >= toward[0])


def _drawn(dots: list[Dot], sizes: tuple[float, float]) -> list[Markup]:
    """Return the dots with their names; hubs choose their place first, and a name that finds none shows on hovering."""
    taken = [around(dot.x, dot.y, dot.radius) for dot in dots]
    names: dict[Node, tuple[Spot, bool]] = {}
    for dot in sorted(dots, key=lambda dot: (not dot.hub, -dot.radius)):
        wished = _wished(dot, sizes[dot.hub])
        spot = free_spot(wished, taken)
        names[dot.node] = spot or wished[0], spot is not None
        if spot is not None:
            taken.append(spot.box)
    return [_dot(dot, *names[dot.node]) for dot in dots]


def _wished(dot: Dot, size: float) -> list[Spot]:
    """Return where a name may stand, best first: above a hub, else on the side away from what it is tied to."""
    right, left, above, below = spots(dot.x, dot.y, dot.radius, dot.node.text, size)
    if dot.hub:
        return [above, below, right, left]
    return [right, left, above, below] if dot.outward else [left, right, above, below]


def _dot(dot: Dot, spot: Spot, free: bool) -> Markup:
    return Markup(
        '<a href="{}"><circle class="{}" cx="{}" cy="{}" r="{}"><title>{text}</title></circle>'
        '<text class="{}" x="{}" y="{}" text-anchor="{}"{}>{text}</text></a>'
    ).format(
        dot.node.href,
        "main" if dot.main else "",
        number(dot.x),
        number(dot.y),
        number(dot.radius),
        ("big" if dot.hub else "") + ("" if free else " covered"),
        number(spot.x),
        number(spot.y),
        spot.anchor,
        Markup(' lang="{}"').format(dot.node.label.language) if dot.node.label.foreign else "",
        text=dot.node.text,
    )


def _centre(node: Node, lines: list[tuple[object, ...]], places: dict[Node, Point]) -> Point:
    """Return the middle of what a node is tied to."""
    ends = [places[a if b == node else b] for a, b, *_ in lines if node in (a, b)]  # type: ignore[index]
    return sum(x for x, _ in ends) / len(ends), sum(y for _, y in ends) / len(ends)
