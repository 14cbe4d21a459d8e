"""The dataset as rdflib graphs, for pySHACL, OWL-RL and Python users; lexical forms stay as written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from twinld.graph.dataset import Dataset
from twinld.rdf.statements import Statements
from twinld.rdf.terms import TermTable, literal_parts

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node


def to_rdflib(table: TermTable, columns: Iterable[Statements]) -> rdflib.Graph:
    """Return the triples of some files as one rdflib graph, whatever named graph they stand in."""
    import rdflib

    graph = rdflib.Graph()
    terms: dict[int, Node] = {}
    for statements in columns:
        for s, p, o, _ in statements:
            for number in (s, p, o):
                if number not in terms:
                    terms[number] = rdflib_term(table.keys[number])
            graph.add((terms[s], terms[p], terms[o]))
    return graph


def default_graph(dataset: Dataset) -> rdflib.Graph:
    """Return the default graph of a dataset (ontology, data, derived) as an rdflib graph."""
    files = dataset.of_role("ontology", "data")
    return to_rdflib(dataset.table, (*(file.parsed.statements for file in files), dataset.derived))


def rdflib_term(key: str) -> Node:
    """Return the rdflib term of a key; a literal is not normalised (rdflib drops the Z of a date otherwise)."""
    import rdflib

    if key.startswith("<"):
        return rdflib.URIRef(key[1:-1])
    if key.startswith("_:"):
        return rdflib.BNode(key[2:])
    lexical, language, datatype = literal_parts(key)
    if language is not None:
        return rdflib.Literal(lexical, lang=language)
    plain = key.endswith('"')
    return rdflib.Literal(lexical, datatype=None if plain else rdflib.URIRef(datatype), normalize=False)


def key_of_rdflib(term: object) -> str:
    """Return the key of an rdflib term."""
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return f"<{term}>"
    if isinstance(term, rdflib.BNode):
        return f"_:{term}"
    assert isinstance(term, rdflib.Literal)
    if term.language:
        return f'"{term}"@{term.language}'
    return f'"{term}"' if term.datatype is None else f'"{term}"^^<{term.datatype}>'
