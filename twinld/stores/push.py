"""A project's named graphs brought into a store: what has not changed is not sent, what is gone is removed.

What was sent is recorded in the store itself, in the graph `graph/pushed` under the project's base: for each graph
its fingerprint and how many triples the store then counted. A record is emptied before its graph is sent and written
after the count, so that a run that was killed is taken up where it was. (Counts alone would miss a changed name;
comparing whole graphs would download them.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from twinld.graph.dataset import Dataset
from twinld.rdf.formats import N_TRIPLES
from twinld.rdf.terms import literal_parts
from twinld.stores.client import Store
from twinld.stores.connections import Body
from twinld.stores.contents import Content, contents

RECORD = "graph/pushed"
CHECKSUM = "http://spdx.org/rdf/terms#checksumValue"
TRIPLES = "http://rdfs.org/ns/void#triples"
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
INSERTED_AT_ONCE = 5_000  # triples of one INSERT DATA


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did, by the IRIs of graphs. `miscounted` are those in which the store counts other than was sent."""

    sent: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    triples: int
    miscounted: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a push noted of a graph: the fingerprint of what it sent, and how many triples the store counted."""

    fingerprint: str
    triples: int


def push(store: Store, dataset: Dataset, tell: Callable[[str], None] = lambda _: None) -> Pushed:
    """Make the store's graphs those of a dataset, and return what was done.

    Only graphs that an earlier push recorded, and that are under the project's base, are removed. Raises `StoreError`;
    a later run goes on from there.
    """
    wanted = contents(dataset)
    record = dataset.base_iri + RECORD
    known = recorded(store, record)
    counts = _counts(store, known)
    sent, unchanged, miscounted = [], [], []
    for number, content in enumerate(wanted, start=1):
        before = known.get(content.graph)
        if before and before == Recorded(content.fingerprint, counts.get(content.graph, 0)):
            unchanged.append(content.graph)
            continue
        tell(f"{number} of {len(wanted)}: {content.graph}, {content.triples} triples")
        known[content.graph] = Recorded("", 0)
        _write_record(store, record, known)
        counted = _send(store, content)
        known[content.graph] = Recorded(content.fingerprint, counted)
        _write_record(store, record, known)
        sent.append(content.graph)
        if not content.fewest <= counted <= content.triples:
            miscounted.append((content.graph, content.triples, counted))
    removed = _removed(store, record, known, dataset.base_iri, {content.graph for content in wanted})
    triples = sum(content.triples for content in wanted)
    return Pushed(tuple(sent), tuple(unchanged), removed, triples, tuple(miscounted))


def recorded(store: Store, record: str) -> dict[str, Recorded]:
    """Return what a push recorded in a store by the IRI of the graph; nothing where there never was one."""
    rows = store.select(f"SELECT ?g ?sum ?n WHERE {{ GRAPH <{record}> {{ ?g <{CHECKSUM}> ?sum ; <{TRIPLES}> ?n }} }}")
    return {row["g"][1:-1]: Recorded(literal_parts(row["sum"])[0], int(literal_parts(row["n"])[0])) for row in rows}


def _counts(store: Store, graphs: Iterable[str]) -> dict[str, int]:
    return {graph: _count(store, graph) for graph in graphs}


def _count(store: Store, graph: str) -> int:
    rows = store.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    return int(literal_parts(rows[0]["n"])[0]) if rows else 0


def _send(store: Store, content: Content) -> int:
    """Put one graph in its place, and return how many triples the store then has in it."""
    if store.addresses.graph_store is not None:
        store.put(content.graph, content.body)
    else:
        store.update(f"DROP SILENT GRAPH <{content.graph}>")
        for lines in _batches(content.lines()):
            store.update(f"INSERT DATA {{ GRAPH <{content.graph}> {{\n{''.join(lines)}}} }}")
    return _count(store, content.graph)


def _batches(lines: Iterator[str]) -> Iterator[Sequence[str]]:
    """Yield lines in batches; those with blank nodes in one, because a label means a node in one request only."""
    blank: list[str] = []

    def others() -> Iterator[str]:
        for line in lines:
            if line.startswith("_:") or line.split(" ", 3)[2].startswith("_:"):
                blank.append(line)
            else:
                yield line

    plain = others()
    while batch := list(islice(plain, INSERTED_AT_ONCE)):
        yield batch
    if blank:
        yield blank


def _write_record(store: Store, record: str, known: dict[str, Recorded]) -> None:
    lines = [
        f'<{graph}> <{CHECKSUM}> "{each.fingerprint}" .\n<{graph}> <{TRIPLES}> "{each.triples}"^^<{INTEGER}> .\n'
        for graph, each in sorted(known.items())
    ]
    text = "".join(lines)
    if store.addresses.graph_store is None:
        inserted = f"INSERT DATA {{ GRAPH <{record}> {{ {text} }} }}"
        store.update(f"DROP SILENT GRAPH <{record}> ;\n{inserted}")
    else:
        content = text.encode()
        store.put(record, Body(lambda: (content,), len(content), N_TRIPLES.media_type))


def _removed(store: Store, record: str, known: dict[str, Recorded], base: str, wanted: set[str]) -> tuple[str, ...]:
    gone = tuple(sorted(graph for graph in known.keys() - wanted if graph.startswith(base)))
    for graph in gone:
        store.delete(graph)
        del known[graph]
    if gone:
        _write_record(store, record, known)
    return gone
