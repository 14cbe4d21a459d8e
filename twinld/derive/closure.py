"""RDFS and OWL 2 RL: what follows from vocabulary and data, and whether they contradict each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from twinld.graph.dataset import Dataset
from twinld.graph.rdflib import default_graph, key_of_rdflib, to_rdflib

if TYPE_CHECKING:
    import rdflib

PROFILES = ("rdfs", "owlrl")
ERROR = "http://www.daml.org/2002/03/agents/agent-ont#error"  # where owlrl leaves its clashes


@dataclass(frozen=True, slots=True)
class Closure:
    """Triples that follow and were not there, as keys in sorted order, and the clashes found (OWL 2 RL only)."""

    inferred: tuple[tuple[str, str, str], ...]
    clashes: tuple[str, ...]


def closure(dataset: Dataset, profile: str) -> Closure:
    """Return the RDFS or OWL 2 RL closure of the default graph.

    Axiomatic triples, and trivia with a literal as subject, are left out. Source: OWL 2 Profiles, section 4.3.
    """
    graph = default_graph(dataset)
    given = set(graph)
    _expand(graph, profile)
    clashes = sorted({str(message) for message in graph.objects(predicate=_error())})
    triples = (_keys(triple) for triple in graph if triple not in given)
    return Closure(tuple(sorted(t for t in triples if t is not None)), tuple(clashes))


def expanded(dataset: Dataset, profile: str) -> rdflib.Graph:
    """Return ontology and data with their closure as an rdflib graph."""
    graph = to_rdflib(dataset.table, [file.parsed.statements for file in dataset.of_role("ontology", "data")])
    _expand(graph, profile)
    return graph


def _expand(graph: rdflib.Graph, profile: str) -> None:
    import owlrl

    semantics = owlrl.RDFS_Semantics if profile == "rdfs" else owlrl.OWLRL_Semantics
    owlrl.DeductiveClosure(semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)


def _error() -> rdflib.URIRef:
    import rdflib

    return rdflib.URIRef(ERROR)


def _keys(triple: tuple[object, ...]) -> tuple[str, str, str] | None:
    keys = tuple(key_of_rdflib(term) for term in triple)
    if keys[0].startswith('"') or keys[1] == f"<{ERROR}>" or "agent-ont#" in keys[2]:
        return None
    return keys[0], keys[1], keys[2]
