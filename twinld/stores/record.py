"""What pushes have sent, kept in the store itself in the graph `graph/pushed` under the project's base.

For each graph it has the fingerprint and how many triples the store then counted. (Counts alone would miss a changed
name; comparing whole graphs would download them.)
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from twinld.rdf.formats import N_TRIPLES
from twinld.rdf.terms import literal_parts
from twinld.stores.client import Store
from twinld.stores.connections import Body
from twinld.stores.errors import StoreError

RECORD = "graph/pushed"
CHECKSUM = "http://spdx.org/rdf/terms#checksumValue"
IDENTIFIER = "http://purl.org/dc/terms/identifier"
TRIPLES = "http://rdfs.org/ns/void#triples"
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


@dataclass(frozen=True, slots=True)
class Sent:
    """One graph as it was sent: its fingerprint, and how many triples the store counted."""

    fingerprint: str = ""
    triples: int = 0


@dataclass
class Record:
    """The record of a store: its graph's IRI, what it says, and which push wrote it last.

    Each push has a name of its own. One that finds another's name where it left its own stops: the stores have no lock
    that would be let go when its owner is killed.
    """

    store: Store
    graph: str
    known: Mapping[str, Sent]
    writer: str | None
    name: str = field(default_factory=lambda: str(uuid.uuid4()))

    def write(self, known: Mapping[str, Sent]) -> None:
        """Replace what the record says; raises as `check` does."""
        self.check()
        _put(self.store, self.graph, self.name, known)
        self.known, self.writer = known, self.name

    def check(self) -> None:
        """Raise `OvertakenError` where another push has written the record since this one did or read it."""
        if _writer(self.store, self.graph) != self.writer:
            raise OvertakenError(
                f"{self.store.addresses.query}: another push to this store has begun, and this one stops",
                hint="run it again when the other has ended",
            )

    def check_sent(self, graph: str) -> None:
        """Do as `check`; before it raises the graph just sent is made unknown, for the other may have sent it too."""
        try:
            self.check()
        except OvertakenError:
            other = read_record(self.store, self.graph)
            other.write({**other.known, graph: Sent()})
            raise


class OvertakenError(StoreError):
    """Two pushes to one store at once."""


def read_record(store: Store, graph: str) -> Record:
    """Return the record in a graph; an empty one where nothing was pushed."""
    writer = _writer(store, graph)
    rows = store.select(f"SELECT ?g ?sum ?n WHERE {{ GRAPH <{graph}> {{ ?g <{CHECKSUM}> ?sum ; <{TRIPLES}> ?n }} }}")
    known = {row["g"][1:-1]: Sent(literal_parts(row["sum"])[0], int(literal_parts(row["n"])[0])) for row in rows}
    return Record(store, graph, known, writer)


def _writer(store: Store, graph: str) -> str | None:
    rows = store.select(f"SELECT ?name WHERE {{ GRAPH <{graph}> {{ <{graph}> <{IDENTIFIER}> ?name }} }}")
    return literal_parts(rows[0]["name"])[0] if rows else None


def _put(store: Store, record: str, writer: str, known: Mapping[str, Sent]) -> None:
    lines = [f'<{record}> <{IDENTIFIER}> "{writer}" .\n']
    lines += [
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
