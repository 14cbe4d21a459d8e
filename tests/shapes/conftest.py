"""The shapes of the project on small examples, with the vocabulary and what the examples refer to beside them."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from twinld.rdf.formats import TURTLE
from twinld.rdf.reading import read
from twinld.rdf.statements import Statements
from twinld.rdf.terms import TermTable
from twinld.shacl import Report, validate

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.fixture(scope="session")
def table() -> TermTable:
    return TermTable()


@pytest.fixture(scope="session")
def parse(table: TermTable) -> Callable[[Path], Statements]:
    prefixes = (f"f{number}" for number in count())

    def parsed(path: Path) -> Statements:
        found = read(path.read_bytes(), format=TURTLE, table=table, path=str(path), blank_prefix=next(prefixes))
        assert not found.errors
        return found.statements

    return parsed


@pytest.fixture(scope="session")
def vocabulary(parse: Callable[[Path], Statements]) -> list[Statements]:
    return [parse(path) for path in sorted((ROOT / "ontology").glob("*.ttl"))]


@pytest.fixture(scope="session")
def check(table, parse, vocabulary) -> Callable[[Path], Report]:
    """Validate one example together with the vocabulary and the common nodes."""
    shapes = [parse(path) for path in sorted((ROOT / "shapes").glob("*.ttl"))] + vocabulary
    common = parse(HERE / "common.ttl")

    def checked(path: Path) -> Report:
        return validate(table, [*vocabulary, common, parse(path)], shapes, engine="native")

    return checked
