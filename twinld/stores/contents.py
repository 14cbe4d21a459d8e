"""The named graphs of a dataset as they are sent: N-Triples in the order of the files, with a fingerprint.

Blank nodes are named by their order in the graph, not by the file's number: a graph keeps its fingerprint when
another file comes or goes.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from twinld.graph.dataset import Dataset
from twinld.rdf.formats import N_TRIPLES
from twinld.rdf.terms import XSD_STRING, literal_parts
from twinld.rdf.writing import ntriples_term
from twinld.stores.connections import Body

_LINES_AT_ONCE = 2_000


@dataclass(frozen=True)
class Content:
    """One named graph: its IRI, and the rows of the dataset that stand in it, each triple once."""

    graph: str
    dataset: Dataset
    rows: array[int]

    @property
    def triples(self) -> int:
        """How many triples the graph has."""
        return len(self.rows)

    @cached_property
    def _measured(self) -> tuple[str, int]:
        found, length = hashlib.sha256(), 0
        for piece in self.pieces():
            found.update(piece)
            length += len(piece)
        return found.hexdigest(), length

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of what is sent."""
        return self._measured[0]

    @property
    def body(self) -> Body:
        """What is sent, written again each time that it is asked for: it is never whole in memory."""
        return Body(self.pieces, self._measured[1], N_TRIPLES.media_type)

    def pieces(self) -> Iterator[bytes]:
        """Yield the graph as N-Triples, some thousand lines at a time."""
        lines: list[str] = []
        for line in self.lines():
            lines.append(line)
            if len(lines) == _LINES_AT_ONCE:
                yield "".join(lines).encode()
                lines = []
        if lines:
            yield "".join(lines).encode()

    def lines(self) -> Iterator[str]:
        """Yield the triples as lines of N-Triples."""
        keys, quads = self.dataset.table.keys, self.dataset.quads
        names: dict[int, str] = {}

        def written(number: int) -> str:
            key = keys[number]
            return names.setdefault(number, f"_:b{len(names)}") if key[0] == "_" else ntriples_term(key)

        for row in self.rows:
            subject, predicate, value, _ = quads.row(row)
            yield f"{written(subject)} {written(predicate)} {written(value)} .\n"

    @cached_property
    def fewest(self) -> int:
        """How many triples a store has at least that writes equal literals alike (`1.0` and `1.00`)."""
        keys, quads = self.dataset.table.keys, self.dataset.quads
        triples = (quads.row(row) for row in self.rows)
        return len({(subject, predicate, _alike(keys[value])) for subject, predicate, value, _ in triples})


def _alike(key: str) -> str:
    if key[0] != '"' or key.endswith('"'):
        return key
    _, language, datatype = literal_parts(key)
    return key.lower() if language is not None else key if datatype == XSD_STRING else '"'


def contents(dataset: Dataset) -> tuple[Content, ...]:
    """Return the named graphs of a dataset in order of IRI."""
    quads, keys = dataset.quads, dataset.table.keys
    rows: dict[int, array[int]] = {}
    for row, graph in enumerate(quads.graph):
        rows.setdefault(graph, array("I")).append(row)
    made = (Content(keys[graph][1:-1], dataset, _once(dataset, some)) for graph, some in rows.items())
    return tuple(sorted(made, key=lambda content: content.graph))


def _once(dataset: Dataset, rows: Iterable[int]) -> array[int]:
    """Return the first row of each triple."""
    first: Mapping[tuple[int, int, int], int]
    first = {dataset.quads.row(row)[:3]: row for row in reversed(array("I", rows))}
    return array("I", sorted(first.values()))
