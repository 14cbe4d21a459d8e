"""A graph as the engine reads it: for one predicate at a time, from subjects to values and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from twinld.rdf.statements import Statements
from twinld.rdf.terms import TermTable
from twinld.shacl.vocabulary import RDF_FIRST, RDF_NIL, RDF_REST

Edges = dict[int, list[int]]


class Graph:
    """The union of statements, their graphs ignored, each triple once.

    Edges are gathered when a predicate is first asked for; `prepare` gathers many in one pass over the columns.
    """

    def __init__(self, table: TermTable, parts: Sequence[Statements]) -> None:
        self.table = table
        self.parts = tuple(parts)
        self._forward: dict[int, Edges] = {}
        self._backward: dict[int, Edges] = {}

    def prepare(self, predicates: Iterable[int]) -> None:
        """Gather the edges of several predicates at once."""
        wanted: dict[int, Edges] = {each: {} for each in predicates if each not in self._forward}
        if not wanted:
            return
        for part in self.parts:
            _gather(part, wanted)
        for edges in wanted.values():
            for subject, values in edges.items():
                if len(values) > 1 and len(set(values)) < len(values):
                    edges[subject] = list(dict.fromkeys(values))
        self._forward.update(wanted)

    def forward(self, predicate: int) -> Edges:
        """Return the values of a predicate by subject."""
        found = self._forward.get(predicate)
        if found is None:
            self.prepare((predicate,))
            found = self._forward[predicate]
        return found

    def backward(self, predicate: int) -> Edges:
        """Return the subjects of a predicate by value."""
        found = self._backward.get(predicate)
        if found is None:
            found = self._backward[predicate] = _mirrored(self.forward(predicate))
        return found

    def number(self, key: str) -> int:
        """Return the number of a key; a key that occurs nowhere gets one, and has no edges."""
        return self.table.intern(key)

    def values(self, subject: int, key: str) -> list[int]:
        """Return the values of a predicate, given as a key, at one subject."""
        return self.forward(self.number(key)).get(subject, [])

    def value(self, subject: int, key: str) -> int | None:
        """Return one value of a predicate at a subject, `None` if there is none."""
        found = self.values(subject, key)
        return found[0] if found else None

    def items(self, head: int) -> list[int] | None:
        """Return the members of an RDF collection; `None` if it is not well-formed (SHACL section 1.1, SHACL list)."""
        nil, found, seen = self.number(RDF_NIL), list[int](), set[int]()
        while head != nil:
            first, rest = self.values(head, RDF_FIRST), self.values(head, RDF_REST)
            if head in seen or len(first) != 1 or len(rest) != 1:
                return None
            seen.add(head)
            found.append(first[0])
            head = rest[0]
        return found

    def triples(self) -> Iterator[tuple[int, int, int]]:
        """Yield every triple, repeated ones as often as they stand there."""
        for part in self.parts:
            yield from zip(part.subject, part.predicate, part.object, strict=True)


def _gather(part: Statements, wanted: dict[int, Edges]) -> None:
    find = wanted.get
    for subject, predicate, value in zip(part.subject, part.predicate, part.object, strict=True):
        edges = find(predicate)
        if edges is not None:
            values = edges.get(subject)
            if values is None:
                edges[subject] = [value]
            else:
                values.append(value)


def _mirrored(edges: Edges) -> Edges:
    mirrored: Edges = {}
    for subject, values in edges.items():
        for value in values:
            subjects = mirrored.get(value)
            if subjects is None:
                mirrored[value] = [subject]
            else:
                subjects.append(subject)
    return mirrored
