"""The project's own data as a store, the way the toolkit serves it: ontology, data and what the rules derive."""

from pathlib import Path

import pyoxigraph as ox
import pytest

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://w3id.org/twinld/"


def turtle_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).glob("*.ttl"))


def _fresh(quad: ox.Quad, file: Path) -> ox.Quad:
    """Blank nodes belong to their file: two files with `_:b1` have two nodes."""
    subject, object_ = (
        ox.BlankNode(f"{file.stem}-{term.value}") if isinstance(term, ox.BlankNode) else term
        for term in (quad.subject, quad.object)
    )
    return ox.Quad(subject, quad.predicate, object_)


def load(*folders: str) -> ox.Store:
    store = ox.Store()
    for path in turtle_files(*folders):
        store.extend(_fresh(quad, path) for quad in ox.parse(path=str(path)))
    return store


def run_rules(store: ox.Store) -> set[ox.Triple]:
    """Run the rules in the order of their names and add what they derive to the store."""
    derived: set[ox.Triple] = set()
    for path in sorted((ROOT / "sparql/rules").glob("*.rq")):
        triples = list(store.query(path.read_text(encoding="utf-8")))
        derived.update(triples)
        store.extend(ox.Quad(*triple) for triple in triples)
    return derived


@pytest.fixture(scope="session", name="turtle_files")
def _turtle_files():
    return turtle_files


@pytest.fixture(scope="session")
def asserted() -> ox.Store:
    return load("ontology", "data")


@pytest.fixture(scope="session")
def dataset() -> ox.Store:
    store = load("ontology", "data")
    run_rules(store)
    return store


@pytest.fixture(scope="session")
def derived() -> set[ox.Triple]:
    return run_rules(load("ontology", "data"))
