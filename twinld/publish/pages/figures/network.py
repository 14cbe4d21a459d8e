"""A network of things and lines between them, laid out by forces from a fixed start: the same bytes every time."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from twinld.publish.pages.figures.labels import Box, Spot, around, free_spot, spots
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
    tied = _tied(lines)
    dots = [
        _dot_of(node, places[node], _centre(places[end] for end in tied[node]), ties[node], scale, main)
        for node in nodes
    ]
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
    # By key, not in the order of the page, which a language decides: the same drawing in all, laid out once.
    index = {node: number for number, node in enumerate(sorted(nodes, key=lambda node: node.key))}
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
    across = [(middle[0] - x) * 0.012 for x, _ in points]
    down = [(middle[1] - y) * 0.03 for _, y in points]
    _push(points, across, down, ideal)
    _pull(points, across, down, pairs, ideal)
    return [_stepped(point, dx, dy, limit) for point, dx, dy in zip(points, across, down, strict=True)]


def _push(points: list[Point], across: list[float], down: list[float], ideal: float) -> None:
    """Add to the way of each node what its neighbours push it off."""
    # less what the force is at the reach: it fades to nothing there, or nodes would gather at the grid's lines
    square, fade = ideal * ideal, 1 / (REACH * REACH)
    for a, b in _near(points, REACH * ideal):
        (x0, y0), (x1, y1) = points[a], points[b]
        dx, dy = x0 - x1, y0 - y1
        force = square / (dx * dx + dy * dy + 0.01) - fade
        if force > 0:
            across[a] += dx * force
            down[a] += dy * force
            across[b] -= dx * force
            down[b] -= dy * force


def _pull(
    points: list[Point], across: list[float], down: list[float], pairs: Sequence[tuple[int, int]], ideal: float
) -> None:
    """Add to the way of each node what its ties pull it by."""
    for a, b in pairs:
        dx, dy = points[b][0] - points[a][0], points[b][1] - points[a][1]
        force = math.hypot(dx, dy) / ideal
        across[a] += dx * force
        down[a] += dy * force
        across[b] -= dx * force
        down[b] -= dy * force


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
    return Markup(f'<line class="{kind}" x1="{number(x0)}" y1="{number(y0)}" x2="{number(x1)}" y2="{number(y1)}"/>')


def _dot_of(node: Node, place: Point, toward: Point, ties: int, scale: float, main: Node | None) -> Dot:
    hub = ties > HUB * scale or node == main
    return Dot(node, *place, 4 + 1.8 * math.sqrt(ties), hub, node == main, place[0] >= toward[0])


def _drawn(dots: list[Dot], sizes: tuple[float, float]) -> list[Markup]:
    """Return the dots with their names; hubs choose first and may cover dots. What finds no place shows on hovering."""
    dots_taken = [around(dot.x, dot.y, dot.radius) for dot in dots]
    taken: list[Box] = []
    names: dict[Node, tuple[Spot, bool]] = {}
    for dot in sorted(dots, key=lambda dot: (not dot.hub, -dot.radius)):
        wished = _wished(dot, sizes[dot.hub])
        spot = free_spot(wished, dots_taken + taken) or (free_spot(wished, taken) if dot.hub else None)
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
    text, label = escape(dot.node.text), dot.node.label
    language = f' lang="{escape(label.language or "")}"' if label.foreign else ""
    kind = ("big" if dot.hub else "") + ("" if free else " covered")
    return Markup(
        f'<a href="{escape(dot.node.href)}"><circle class="{"main" if dot.main else ""}" cx="{number(dot.x)}"'
        f' cy="{number(dot.y)}" r="{number(dot.radius)}"><title>{text}</title></circle>'
        f'<text class="{kind}" x="{number(spot.x)}" y="{number(spot.y)}" text-anchor="{spot.anchor}"{language}>'
        f"{text}</text></a>"
    )


def _tied(lines: list[tuple[object, ...]]) -> dict[object, list[Node]]:
    """Return what each node is tied to, once for every line."""
    found: dict[object, list[Node]] = {}
    for a, b, *_ in lines:
        found.setdefault(a, []).append(b)  # type: ignore[arg-type]
        found.setdefault(b, []).append(a)  # type: ignore[arg-type]
    return found


def _centre(points: Iterable[Point]) -> Point:
    """Return the middle of some points."""
    ends = list(points)
    return sum(x for x, _ in ends) / len(ends), sum(y for _, y in ends) / len(ends)
