"""SHACL property paths: from the shapes graph to a plan, and the values that a path leads to.

Source: https://www.w3.org/TR/shacl/#property-paths
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from twinld.rdf.terms import Keys
from twinld.shacl.graph import Graph
from twinld.shacl.vocabulary import RDF_FIRST, sh

DEEPEST = 100  # levels of paths in paths; deeper ones are no mistake that anybody makes by hand


@dataclass(frozen=True, slots=True)
class Predicate:
    """One edge, along its direction."""

    number: int


@dataclass(frozen=True, slots=True)
class Inverse:
    """A path walked backwards."""

    path: Path


@dataclass(frozen=True, slots=True)
class Sequence:
    """One path after the other."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Any of several paths."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A path again and again: `least` is 0 or 1 times, at most once unless `many`."""

    path: Path
    least: int
    many: bool


Path = Predicate | Inverse | Sequence | Alternative | Repeat

_REPEATS = {"zeroOrMorePath": (0, True), "oneOrMorePath": (1, True), "zeroOrOnePath": (0, False)}


class IllFormedPath(Exception):
    """Raised for a node of the shapes graph that is no SHACL path, with the reason."""


def read_path(shapes: Graph, node: int, depth: int = 0) -> Path:
    """Return the path that a node of the shapes graph describes; raises `IllFormedPath`."""
    if depth > DEEPEST:
        raise IllFormedPath("the path contains itself, or is too deep")
    if shapes.table.keys[node][0] == "<":
        return Predicate(node)
    if shapes.values(node, RDF_FIRST):
        return Sequence(_members(shapes, node, depth))
    for name, (least, many) in _REPEATS.items():
        inner = shapes.value(node, sh(name))
        if inner is not None:
            return Repeat(read_path(shapes, inner, depth + 1), least, many)
    inverted = shapes.value(node, sh("inversePath"))
    if inverted is not None:
        return Inverse(read_path(shapes, inverted, depth + 1))
    alternatives = shapes.value(node, sh("alternativePath"))
    if alternatives is None:
        raise IllFormedPath("it is neither an IRI nor a path of SHACL")
    return Alternative(_members(shapes, alternatives, depth))


def _members(shapes: Graph, head: int, depth: int) -> tuple[Path, ...]:
    items = shapes.items(head)
    if items is None or len(items) < 2:
        raise IllFormedPath("a sequence or alternative needs a list of two paths or more")
    return tuple(read_path(shapes, each, depth + 1) for each in items)


def predicates_of(path: Path) -> Iterable[int]:
    """Return the predicates that a path mentions."""
    match path:
        case Predicate(number):
            return (number,)
        case Inverse(inner) | Repeat(inner):
            return predicates_of(inner)
        case Sequence(paths) | Alternative(paths):
            return (number for each in paths for number in predicates_of(each))


def path_text(keys: Keys, path: Path) -> str:
    """Return a path as a property path of SPARQL, each step of more than an IRI in brackets."""
    match path:
        case Predicate(number):
            return keys[number]
        case Inverse(inner):
            return f"^({path_text(keys, inner)})"
        case Sequence(paths):
            return "(" + "/".join(path_text(keys, each) for each in paths) + ")"
        case Alternative(paths):
            return "(" + "|".join(path_text(keys, each) for each in paths) + ")"
        case Repeat(inner, least, many):
            return f"({path_text(keys, inner)}){('*', '+')[least] if many else '?'}"
