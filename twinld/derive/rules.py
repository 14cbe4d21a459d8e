"""Rules of the project: CONSTRUCT queries in `sparql/rules/`, run in order of their names until nothing new comes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from twinld.errors import ConfigError
from twinld.graph.dataset import Dataset
from twinld.graph.store import store_of
from twinld.rdf.reading import NOWHERE
from twinld.rdf.statements import Growing, Statements
from twinld.rdf.terms import DEFAULT_GRAPH, key_of

MAX_ROUNDS = 20  # rules that feed each other settle in two or three; a rule that mints nodes never would


def rule_files(dataset: Dataset) -> list[Path]:
    """Return the project's rules in the order in which they are run."""
    return sorted(dataset.project.folder("sparql").joinpath("rules").glob("*.rq"))


def derive(dataset: Dataset) -> Dataset:
    """Return the dataset with what its rules derive; the same dataset where there are no rules.

    A rule sees the default graph, and no other, with what was derived in the round before. Raises `ConfigError` for a
    rule that is no CONSTRUCT query or mints blank nodes, and for rules that still find something new after twenty
    rounds.
    """
    files = rule_files(dataset)
    if not files:
        return dataset
    store = store_of(dataset, named=False)
    found: dict[tuple[str, str, str], None] = {}
    for _ in range(MAX_ROUNDS):
        new = [triple for path in files for triple in _construct(store, path, dataset)]
        fresh = [t for t in new if ox.Quad(*t) not in store]
        if not fresh:
            return dataset.with_derived(numbered(dataset, sorted(found)))
        store.extend(ox.Quad(*triple) for triple in fresh)
        found |= {(key_of(s), key_of(p), key_of(o)): None for s, p, o in fresh}
    names = ", ".join(path.name for path in files)
    raise ConfigError(
        f"the rules in sparql/rules/ ({names}) still derive new triples after {MAX_ROUNDS} rounds",
        hint="a rule that counts up, or makes an IRI of an IRI, never ends",
    )


def _construct(store: ox.Store, path: Path, dataset: Dataset) -> list[ox.Triple]:
    name = f"sparql/rules/{path.name}"
    try:
        answer = store.query(path.read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise ConfigError(f"not SPARQL: {error}", path=name) from error
    if not isinstance(answer, ox.QueryTriples):
        raise ConfigError("a rule is a CONSTRUCT query", path=name, hint="CONSTRUCT { ... } WHERE { ... }")
    triples = list(answer)
    known = dataset.table.ids
    if any(isinstance(t, ox.BlankNode) and key_of(t) not in known for triple in triples for t in triple):
        raise ConfigError("a rule mints blank nodes", path=name, hint="make an IRI of what the node is about: IRI(...)")
    return triples


def numbered(dataset: Dataset, triples: Iterable[tuple[str, str, str]]) -> Statements:
    """Return triples given as keys in numbers of the dataset's table; they have no place in a text."""
    columns = Growing()
    intern = dataset.table.intern
    for s, p, o in triples:
        columns.subject.append(intern(s))
        columns.predicate.append(intern(p))
        columns.object.append(intern(o))
        columns.graph.append(DEFAULT_GRAPH)
        for places in (columns.subject_at, columns.predicate_at, columns.object_at):
            places.append(NOWHERE)
    return columns.whole()
