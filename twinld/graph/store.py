"""The dataset for SPARQL: named graphs as they are, the default graph the union of ontology, data and derived."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from twinld.graph.dataset import Dataset
from twinld.rdf.terms import DEFAULT_GRAPH, TermTable, term_of
from twinld.rdf.writing import ntriples_term

CHUNK_LINES = 2_000


def quads_with_default(dataset: Dataset) -> Iterator[tuple[int, int, int, int]]:
    """Yield every statement in its named graph, and those of the default graph in graph 0 as well.

    What two files say comes twice: a store is a set, and to remember what was said takes more than it saves.
    """
    quads, default = dataset.quads, dataset.default_graphs
    for s, p, o, g in zip(quads.subject, quads.predicate, quads.object, quads.graph, strict=True):
        yield s, p, o, g
        if g in default:
            yield s, p, o, DEFAULT_GRAPH


def nquads(dataset: Dataset) -> Iterator[bytes]:
    """Yield the SPARQL dataset as N-Quads, some thousand lines at a time; blank nodes keep their labels."""
    written = _Written(dataset.table)
    lines: list[str] = []
    for s, p, o, g in quads_with_default(dataset):
        graph = f" {written[g]}" if g != DEFAULT_GRAPH else ""
        lines.append(f"{written[s]} {written[p]} {written[o]}{graph} .\n")
        if len(lines) == CHUNK_LINES:
            yield "".join(lines).encode()
            lines = []
    yield "".join(lines).encode()


def store_of(dataset: Dataset, *, named: bool = True) -> ox.Store:
    """Return an in-memory store of the SPARQL dataset, for queries of the project's own, such as rules.

    Without `named` it has the default graph alone, at half the cost.
    Stores rewrite literals: answers are canonical (`"01"^^xsd:integer` comes back as `"1"`).
    """
    store = ox.Store()
    terms: dict[int, ox.NamedNode | ox.BlankNode | ox.Literal] = {}

    def term(number: int) -> ox.NamedNode | ox.BlankNode | ox.Literal:
        if number not in terms:
            terms[number] = term_of(dataset.table.keys[number])
        return terms[number]

    store.bulk_extend(
        ox.Quad(term(s), term(p), term(o), term(g) if g != DEFAULT_GRAPH else ox.DefaultGraph())  # type: ignore[arg-type]
        for s, p, o, g in quads_with_default(dataset)
        if named or g == DEFAULT_GRAPH
    )
    return store


class _Written(dict[int, str]):
    """N-Triples form of each term, made when it is first asked for."""

    def __init__(self, table: TermTable) -> None:
        super().__init__()
        self.keys_of = table.keys

    def __missing__(self, number: int) -> str:
        text = self[number] = ntriples_term(self.keys_of[number])
        return text
