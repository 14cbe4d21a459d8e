"""The project's own data as a store, the way the toolkit serves it: ontology, data and what the rules derive."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pytest

from twinld.query.canned import read_canned

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


def rows(dataset: ox.Store, name: str, **values: str) -> list[dict[str, str | None]]:
    """Run a canned query with values bound as the toolkit binds them, examples where none is given."""
    path = ROOT / "sparql" / f"{name}.rq"
    text = read_canned(path.read_text(encoding="utf-8"), str(path)).bind(_examples(path) | values)
    found = dataset.query(text)
    names = [variable.value for variable in found.variables]
    return [{name: row[name].value if row[name] is not None else None for name in names} for row in found]


def _examples(path: Path) -> dict[str, str]:
    """The example values of the file as a person types them."""
    query = read_canned(path.read_text(encoding="utf-8"), str(path))
    examples = {}
    for parameter in query.parameters:
        prefix, colon, local = parameter.example.partition(":")
        typed = re.match(r'"(.*)"', parameter.example)
        examples[parameter.name] = typed[1] if typed else query.prefixes[prefix] + local if colon else parameter.example
    return examples


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


@pytest.fixture(scope="session")
def ask(dataset) -> Callable[..., list[dict[str, str | None]]]:
    """Ask a canned query by its name, with values for its parameters by theirs."""
    return partial(rows, dataset)
