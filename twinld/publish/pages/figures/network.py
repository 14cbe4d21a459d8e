"""A network of things and lines between them, laid out by forces from a fixed start: the same bytes every time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from twinld.publish.pages.figures.svg import css_class, joined, number

if TYPE_CHECKING:
    from twinld.publish.pages.view import Node, View

WIDTH, HEIGHT = 1000.0, 640.0
ROUNDS = 160
MOST = 220
"""More nodes than this are drawn on a ring: the forces would take over a second, and the picture would say nothing."""

HUB = 3  # a node with more ties than this has its name above it, in bold

Point = tuple[float, float]


def network(view: View, edges: Iterable[Sequence[object]], *, main: Node | None = None, title: str = "") -> Markup:
    """Return a drawing of pairs of things as SVG; empty without pairs. A third member of a pair is its kind."""
    lines = [tuple(edge) for edge in edges if edge[0] != edge[1]]
    nodes: list[Node] = list(dict.fromkeys(end for line in lines for end in line[:2]))  # type: ignore[misc]
    if not nodes:
        return Markup("")
    places = _kept_layout(view, nodes, lines)
    degree = {node: sum(node in line[:2] for line in lines) for node in nodes}
    return Markup(
        '<svg class="network" viewBox="0 0 {} {}" role="group" aria-label="{}"><g class="lines">{}</g>{}</svg>'
    ).format(
        number(WIDTH),
        number(HEIGHT),
        title or view.words.gettext("Network"),
        joined([_line(line, places) for line in lines]),
        joined([_dot(node, places[node], _centre(node, lines, places), degree[node], node == main) for node in nodes]),
    )


def _kept_layout(view: View, nodes: list[Node], lines: list[tuple[object, ...]]) -> dict[Node, Point]:
    index = {node: number for number, node in enumerate(nodes)}
    pairs = sorted({tuple(sorted((index[a], index[b]))) for a, b, *_ in lines})  # type: ignore[index]
    key = ("layout", tuple(node.key for node in nodes), tuple(pairs))
    found = view.edition.keep(key, lambda: layout(len(nodes), pairs))  # type: ignore[arg-type]
    return {node: found[number] for node, number in index.items()}


def layout(count: int, pairs: Sequence[tuple[int, int]]) -> list[Point]:
    """Return places in the drawing for nodes 0 to count - 1 (Fruchterman and Reingold, from a spiral)."""
    points = [_start(number, count) for number in range(count)]
    if count > MOST:
        return [_ring(number, count) for number in range(count)]
    ideal = 0.75 * math.sqrt(WIDTH * HEIGHT / count)
    for turn in range(ROUNDS):
        points = _moved(points, pairs, ideal, limit=WIDTH / 8 * (1 - turn / ROUNDS) + 1)
    return _fitted(points)


def _start(number: int, count: int) -> Point:
    angle, radius = number * 2.39996, 0.45 * HEIGHT * math.sqrt((number + 0.5) / count)
    return WIDTH / 2 + 1.5 * radius * math.cos(angle), HEIGHT / 2 + radius * math.sin(angle)


def _ring(number: int, count: int) -> Point:
    angle = 2 * math.pi * number / count
    return WIDTH / 2 + 0.46 * WIDTH * math.cos(angle), HEIGHT / 2 + 0.46 * HEIGHT * math.sin(angle)


def _moved(points: list[Point], pairs: Sequence[tuple[int, int]], ideal: float, limit: float) -> list[Point]:
    push = [[(WIDTH / 2 - x) * 0.02, (HEIGHT / 2 - y) * 0.04] for x, y in points]
    for a, (ax, ay) in enumerate(points):
        for b in range(a):
            dx, dy = ax - points[b][0], ay - points[b][1]
            square = dx * dx + dy * dy + 0.01
            if square < 16 * ideal * ideal:
                _add(push, a, b, dx, dy, ideal * ideal / square)
    for a, b in pairs:
        dx, dy = points[a][0] - points[b][0], points[a][1] - points[b][1]
        _add(push, a, b, dx, dy, -math.hypot(dx, dy) / ideal)
    return [_stepped(point, dx, dy, limit) for point, (dx, dy) in zip(points, push, strict=True)]


def _add(push: list[list[float]], a: int, b: int, dx: float, dy: float, force: float) -> None:
    push[a][0] += dx * force
    push[a][1] += dy * force
    push[b][0] -= dx * force
    push[b][1] -= dy * force


def _stepped(point: Point, dx: float, dy: float, limit: float) -> Point:
    length = math.hypot(dx, dy)
    share = min(1.0, limit / length) if length else 0.0
    return point[0] + dx * share, point[1] + dy * share


def _fitted(points: list[Point]) -> list[Point]:
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    margin_x, margin_y = 120, 30
    width, height = max(right - left, 1), max(bottom - top, 1)
    return [
        (
            margin_x + (x - left) / width * (WIDTH - 2 * margin_x),
            margin_y + (y - top) / height * (HEIGHT - 2 * margin_y),
        )
        for x, y in points
    ]


def _line(line: tuple[object, ...], places: dict[Node, Point]) -> Markup:
    (x0, y0), (x1, y1) = places[line[0]], places[line[1]]  # type: ignore[index]
    kind = css_class(str(line[2])) if len(line) > 2 else ""
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
        kind, number(x0), number(y0), number(x1), number(y1)
    )


def _dot(node: Node, place: Point, toward: Point, degree: int, main: bool) -> Markup:
    """Return a dot with its name: above a hub, beside a leaf on the side away from what it is tied to."""
    radius = 4 + 1.8 * math.sqrt(degree)
    hub = degree > HUB or main
    x, y, anchor = place[0], place[1] - radius - 5, "middle"
    if not hub:
        side = 1 if place[0] >= toward[0] else -1
        x, y, anchor = place[0] + side * (radius + 4), place[1] + 4, "start" if side > 0 else "end"
    return Markup(
        '<a href="{}"><circle class="{}" cx="{}" cy="{}" r="{}"/>'
        '<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text></a>'
    ).format(
        node.href,
        "main" if main else "",
        number(place[0]),
        number(place[1]),
        number(radius),
        "big" if hub else "",
        number(x),
        number(y),
        anchor,
        node.text,
    )


def _centre(node: Node, lines: list[tuple[object, ...]], places: dict[Node, Point]) -> Point:
    """Return the middle of what a node is tied to."""
    ends = [places[a if b == node else b] for a, b, *_ in lines if node in (a, b)]  # type: ignore[index]
    return sum(x for x, _ in ends) / len(ends), sum(y for _, y in ends) / len(ends)
