"""The description of one resource: what a page and the RDF of a resource are both made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from twinld.graph.dataset import Dataset

INCOMING_LIMIT = 1_000
CLOSURE_LIMIT = 10_000  # statements on blank nodes below one resource; guards against a file that is one big list

LABELS = tuple(
    f"<{iri}>"
    for iri in (
        "http://www.w3.org/2004/02/skos/core#prefLabel",
        "http://www.w3.org/2000/01/rdf-schema#label",
        "http://purl.org/dc/terms/title",
        "http://schema.org/name",
        "https://schema.org/name",
        "http://xmlns.com/foaf/0.1/name",
        "http://www.w3.org/ns/shacl#name",
        "http://purl.org/dc/elements/1.1/title",
    )
)
"""Properties whose value names a thing, the first that is there counts."""


class Statement(NamedTuple):
    """Subject, predicate and object as keys of terms, and the named graphs that hold the triple."""

    subject: str
    predicate: str
    object: str
    graphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """What the data say of a resource: from it (blank nodes followed), to it, and the labels of its neighbours.

    `incoming_total` counts all statements that point here; `incoming` holds those from `incoming_offset` on,
    1,000 at the most.
    """

    iri: str
    outgoing: tuple[Statement, ...]
    incoming: tuple[Statement, ...]
    incoming_total: int
    incoming_offset: int
    labels: Mapping[str, tuple[Statement, ...]]

    @property
    def key(self) -> str:
        """The key of the resource itself."""
        return f"<{self.iri}>"

    def triples(self) -> Iterable[tuple[str, str, str]]:
        """Return every triple of the description once, as keys, the labels of neighbours included."""
        parts = (self.outgoing, self.incoming, *self.labels.values())
        return dict.fromkeys((s.subject, s.predicate, s.object) for part in parts for s in part)


def describe(dataset: Dataset, iri: str, *, offset: int = 0) -> Description | None:
    """Return the description of an IRI, `None` where the data neither speak of it nor point to it."""
    number = dataset.table.ids.get(f"<{iri}>")
    if number is None:
        return None
    outgoing = _statements(dataset, _closure(dataset, number))
    rows, total = dataset.quads.incoming(number, offset, INCOMING_LIMIT)
    incoming = _statements(dataset, rows)
    if not outgoing and not incoming and offset == 0:
        return None
    return Description(iri, outgoing, incoming, total, offset, _labels(dataset, number, (*outgoing, *incoming)))


def labels_of(dataset: Dataset, number: int) -> tuple[Statement, ...]:
    """Return the statements of the first label property that a resource has, in all languages."""
    quads, keys = dataset.quads, dataset.table.keys
    by_property: dict[str, list[int]] = {}
    for row in quads.rows_naming(number):
        by_property.setdefault(keys[quads.predicate[row]], []).append(row)
    for label in LABELS:
        if label in by_property:
            return _statements(dataset, by_property[label])
    return ()


def _closure(dataset: Dataset, number: int) -> list[int]:
    """Return the rows from a resource and from the blank nodes that they lead to, each node once."""
    quads, keys = dataset.quads, dataset.table.keys
    seen = {number}
    queue = [number]
    rows: list[int] = []
    for node in queue:
        for row in quads.rows_of_subject(node):
            rows.append(row)
            value = quads.object[row]
            if value not in seen and keys[value].startswith("_:") and len(rows) < CLOSURE_LIMIT:
                seen.add(value)
                queue.append(value)
    return rows


def _statements(dataset: Dataset, rows: Iterable[int]) -> tuple[Statement, ...]:
    graphs: dict[tuple[int, int, int], list[int]] = {}
    for row in rows:
        subject, predicate, value, graph = dataset.quads.row(row)
        graphs.setdefault((subject, predicate, value), []).append(graph)
    keys = dataset.table.keys
    return tuple(
        Statement(keys[s], keys[p], keys[o], tuple(keys[graph] for graph in dict.fromkeys(numbers)))
        for (s, p, o), numbers in graphs.items()
    )


def _labels(dataset: Dataset, number: int, statements: Sequence[Statement]) -> dict[str, tuple[Statement, ...]]:
    neighbours = dict.fromkeys(
        key for s in statements for key in (s.subject, s.predicate, s.object) if key.startswith("<")
    )
    ids = dataset.table.ids
    dataset.quads.expect(ids[key] for key in neighbours)
    dataset.quads.expect(ids[graph] for graph in dict.fromkeys(graph for s in statements for graph in s.graphs))
    found = {key: labels_of(dataset, ids[key]) for key in neighbours if ids[key] != number}
    return {key: labels for key, labels in found.items() if labels}
