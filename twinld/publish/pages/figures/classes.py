"""A diagram of classes: each beside the class that it is a kind of, from left to right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from twinld.publish.pages.figures.svg import joined, number

if TYPE_CHECKING:
    from twinld.publish.pages.view import Node, View

SUBCLASS = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
ROW, GAP, TALL = 40.0, 60.0, 30.0
NARROWEST, WIDEST = 160.0, 320.0  # of a box
LETTER = 8.2  # units a letter takes at the size of the style sheet


@dataclass(frozen=True, slots=True)
class Box:
    """A class in the diagram; `own` tells the vocabulary's classes from those it builds on."""

    node: Node
    column: int
    row: float
    own: bool


def class_diagram(view: View, classes: Sequence[Node]) -> Markup:
    """Return the classes of a vocabulary and those right above them as SVG; empty for fewer than two."""
    if len(classes) < 2:
        return Markup("")
    own = set(classes)
    parents = {node: [up for up in node.all(SUBCLASS) if up.is_iri and up != node] for node in classes}
    roots = dict.fromkeys(up for node in classes for up in parents[node] if up not in own)
    alone = [node for node in classes if not parents[node]]
    boxes: dict[Node, Box] = {}
    row = 0.0
    for root in [*roots, *alone]:
        row = _place(root, parents, own, boxes, 0, row)
    height = row * ROW + 10
    box = min(max(NARROWEST, *(len(node.text) * LETTER + 16 for node in boxes)), WIDEST)
    width = (max(each.column for each in boxes.values()) + 1) * (box + GAP) - GAP + 2
    return Markup('<svg class="classes" viewBox="0 0 {} {}" role="group" aria-label="{}">{}{}</svg>').format(
        number(width),
        number(height),
        view.words.gettext("Diagram of the classes"),
        joined([_line(boxes[up], boxes[node], box) for node in classes for up in parents[node] if node in boxes]),
        joined([_box(each, box) for each in boxes.values()]),
    )


def _place(
    node: Node, parents: dict[Node, list[Node]], own: set[Node], boxes: dict[Node, Box], column: int, row: float
) -> float:
    """Put a class and what is below it into the diagram; return the next free row."""
    if node in boxes:
        return row
    boxes[node] = Box(node, column, row, node in own)
    below = [each for each in parents if node in parents[each] and each not in boxes]
    start = row
    for each in below:
        row = _place(each, parents, own, boxes, column + 1, row)
    end = max(row, start + 1)
    boxes[node] = Box(node, column, (start + end - 1) / 2, node in own)
    return end


def _line(above: Box, below: Box, wide: float) -> Markup:
    x0, y0 = above.column * (wide + GAP) + wide, above.row * ROW + TALL / 2 + 5
    x1, y1 = below.column * (wide + GAP), below.row * ROW + TALL / 2 + 5
    middle = (x0 + x1) / 2
    return Markup('<path d="M{x0} {y0}C{m} {y0} {m} {y1} {x1} {y1}"/>').format(
        x0=number(x0), y0=number(y0), x1=number(x1), y1=number(y1), m=number(middle)
    )


def _box(box: Box, wide: float) -> Markup:
    x, y = box.column * (wide + GAP), box.row * ROW + 5
    most = int(wide / LETTER)
    text = box.node.text if len(box.node.text) <= most else box.node.text[: most - 1] + "…"
    drawn = Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="5"/><text x="{}" y="{}">{}</text>').format(
        number(x + 1), number(y), number(wide), number(TALL), number(x + wide / 2), number(y + 20), text
    )
    if not box.own:
        return Markup('<g class="foreign">{}</g>').format(drawn)
    return Markup('<a href="#{}">{}</a>').format(box.node.iri.partition("#")[2], drawn)
