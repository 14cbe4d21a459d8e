"""Things narrowed down by what they have: the values of a few paths as choices, with how many each would leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from twinld.publish.pages.view import Node, in_order

EARTH_KM = 6371.0088  # mean radius

Parameters = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Option:
    """A value to choose: the term, its name in an address, how many things would be left, whether it is chosen."""

    node: Node
    value: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A field of the form: its name and its options, by label."""

    name: str
    options: tuple[Option, ...]

    @property
    def chosen(self) -> Node | None:
        """The chosen value."""
        return next((option.node for option in self.options if option.chosen), None)


@dataclass(frozen=True, slots=True)
class Facets:
    """What is left of the things, the fields to choose by, and the years that were asked for."""

    nodes: tuple[Node, ...]
    fields: tuple[Facet, ...]
    first: str
    last: str

    @property
    def active(self) -> bool:
        """Whether anything was chosen."""
        return bool(self.first or self.last) or any(field.chosen for field in self.fields)


def facets(nodes: Sequence[Node], parameters: Parameters, *, years: str | None = None, **paths: str) -> Facets:
    """Return the things that have what the parameters ask for, and the choices that are left.

    A parameter is named as its path here; its value is the last part of an IRI. `years` is a path to dates, which the
    parameters `from` and `to` bound. The count of an option leaves its own field out.
    """
    values = {name: {node: node.all(path) for node in nodes} for name, path in paths.items()}
    asked = {name: _first(parameters, name) for name in paths}
    first, last = _first(parameters, "from"), _first(parameters, "to")
    in_time = [node for node in nodes if years is None or _within(node.all(years), first, last)]

    def left(without: str | None = None) -> list[Node]:
        wanted = {name: value for name, value in asked.items() if value and name != without}
        return [node for node in in_time if all(_has(values[name][node], value) for name, value in wanted.items())]

    fields = tuple(_facet(name, asked[name], left(without=name), found) for name, found in values.items())
    return Facets(tuple(left()), fields, first, last)


def _first(parameters: Parameters, name: str) -> str:
    return next(iter(parameters.get(name, ())), "").strip()


def _has(found: Sequence[Node], value: str) -> bool:
    return any(value in (node.slug, node.iri) for node in found)


def _facet(name: str, asked: str, left: Sequence[Node], values: Mapping[Node, Sequence[Node]]) -> Facet:
    counts = Counter(value for node in left for value in dict.fromkeys(values[node]))
    options = [Option(node, node.slug, counts[node], asked in (node.slug, node.iri)) for node in in_order([*counts])]
    return Facet(name, tuple(options))


def _within(dates: Sequence[Node], first: str, last: str) -> bool:
    if not first and not last:
        return True
    low, high = _year(first, float("-inf")), _year(last, float("inf"))
    return any(date.year is not None and low <= int(date.year) <= high for date in dates)


def _year(text: str, otherwise: float) -> float:
    return float(text) if text.isdecimal() else otherwise


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the kilometres between two places given as longitude and latitude, along a great circle."""
    (x1, y1), (x2, y2) = ((radians(x), radians(y)) for x, y in (one, other))
    half = sin((y2 - y1) / 2) ** 2 + cos(y1) * cos(y2) * sin((x2 - x1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def grouped(nodes: Sequence[Node], path: str, order: Sequence[Node]) -> list[tuple[Node, list[Node]]]:
    """Return things in groups, each under the first of `order` that a path leads to; empty groups are left out."""
    groups: dict[Node, list[Node]] = {node: [] for node in order}
    for node in nodes:
        reached = set(node.all(path))
        first = next((group for group in order if group in reached), None)
        if first is not None:
            groups[first].append(node)
    return [(group, found) for group, found in groups.items() if found]


def by_date(nodes: Sequence[Node], path: str) -> list[Node]:
    """Return things in order of the first date that a path leads to; those without a date last."""
    return sorted(nodes, key=lambda node: (_earliest(node, path), node.text))


def _earliest(node: Node, path: str) -> float:
    return min((date.year for date in node.all(path) if date.year is not None), default=float("inf"))


FOR_TEMPLATES: Mapping[str, Callable[..., object]] = {
    "facets": facets,
    "distance": distance,
    "by_date": by_date,
    "grouped": grouped,
}
