"""The page of numbers: how much there is of what, in which languages, with which values, linked to where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from twinld.publish.pages.edition import Edition
from twinld.publish.pages.render import render, view_of
from twinld.publish.pages.view import Node, View

if TYPE_CHECKING:
    from markupsafe import Markup

    from twinld.graph.statistics import Coverage, Distribution, Statistics, Tally

LANGUAGES_SHOWN = 6  # columns that a table has room for; `twinld stats --format json` has all
VALUES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Covered:
    """How many things of a class are named in each language that is shown, as a share between 0 and 1."""

    node: Node
    count: int
    shares: tuple[str, ...]
    unnamed: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How the things of a class spread over the values of a property: the commonest, and how many more there are."""

    property: Node
    values: tuple[tuple[Node, int], ...]
    more: int
    without: int


@dataclass(frozen=True, slots=True)
class Linked:
    """How many links lead to a namespace of others by one property."""

    namespace: str
    property: Node
    count: int


def statistics_page(edition: Edition, language: str) -> bytes:
    """Return the page of numbers; derived statements are counted apart, as in `twinld stats`."""
    view = view_of(edition, "statistics/", language)
    found = _statistics(edition)
    tags = found.languages[:LANGUAGES_SHOWN]
    return render(
        "statistics.html",
        view,
        found=found,
        classes=[(_class(view, each.of), each.of.number) for each in found.coverage],
        languages=[view.words.language_name(tag) if tag else "–" for tag in tags],
        coverage=[_covered(view, each, tags) for each in found.coverage],
        spreads=_spreads(view, found.distributions),
        links=[Linked(each.namespace, _node(view, each.predicate), each.predicate.number) for each in found.links],
    )


def _statistics(edition: Edition) -> Statistics:
    from twinld.graph.statistics import statistics

    make = partial(statistics, edition.dataset) if edition.elsewhere is None else partial(_counted, edition)
    return edition.keep("statistics", make)


def _counted(edition: Edition) -> Statistics:
    """Return what is counted of data that are elsewhere: statements, graphs and the things of each class."""
    from twinld.graph.statistics import Coverage, Statistics, Tally

    assert edition.elsewhere is not None
    keys = edition.dataset.table.keys
    sizes = sorted(edition.class_sizes.items(), key=lambda pair: (-pair[1], keys[pair[0]]))
    coverage = tuple(Coverage(Tally(keys[number], size, {}), {}, 0) for number, size in sizes)
    counted = edition.elsewhere
    return Statistics(counted.triples, 0, counted.graphs, 0, (), (), (), (), coverage, (), (), (), ())


def _node(view: View, tally: Tally) -> Node:
    return Node(view, tally.key)


def _class(view: View, tally: Tally) -> Markup:
    return _node(view, tally).link_to_list


def _covered(view: View, coverage: Coverage, tags: Sequence[str]) -> Covered:
    total = coverage.of.number
    shares = tuple(_percent(view, coverage.named[tag], total) for tag in tags)
    return Covered(_node(view, coverage.of), total, shares, coverage.unnamed)


def _percent(view: View, part: int, whole: int) -> str:
    """Return a share in percent, rounded down: all is only said of all. Nothing is a dash."""
    from babel.numbers import format_percent

    return format_percent(100 * part // whole / 100, locale=view.words.locale) if part else "–"


def _spreads(view: View, distributions: Sequence[Distribution]) -> list[tuple[Node, list[Spread]]]:
    """Return the distributions by class; one in which all have the same value tells nothing and is left out."""
    telling = [each for each in distributions if len(each.values) > 1 or (each.values and each.without)]
    groups = groupby(telling, key=lambda each: each.of.key)
    return [(Node(view, key), [_spread(view, each) for each in found]) for key, found in groups]


def _spread(view: View, distribution: Distribution) -> Spread:
    values = distribution.values
    shown = tuple((_node(view, value), value.number) for value in values[:VALUES_SHOWN])
    return Spread(_node(view, distribution.property), shown, len(values) - len(shown), distribution.without)
