"""The W3C Turtle and TriG suites by manifest, and pyoxigraph as the oracle on the same files."""

from __future__ import annotations

import os
from pathlib import Path

import pyoxigraph as ox
import pytest

from twinld.rdf.formats import TRIG, TURTLE
from twinld.rdf.reading import read
from twinld.rdf.terms import TermTable

SUITES = Path(os.environ.get("TWINLD_THIRD_PARTY", "../shared/third_party")) / "w3c" / "rdf11"
ADDRESS = "https://w3c.github.io/rdf-tests/rdf/rdf11/"
ENTRIES = """
    PREFIX mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#>
    SELECT ?kind ?action ?result WHERE { ?test a ?kind ; mf:action ?action OPTIONAL { ?test mf:result ?result } }
    ORDER BY ?test"""


def entries(suite: str):
    manifest = SUITES / suite / "manifest.ttl"
    if not manifest.exists():
        return []
    store = ox.Store()
    store.load(path=str(manifest), format=ox.RdfFormat.TURTLE, base_iri=f"{ADDRESS}{suite}/")
    return [
        (suite, row["action"].value, row["result"] and row["result"].value, "Negative" in row["kind"].value)
        for row in store.query(ENTRIES)
    ]


CASES = entries("rdf-turtle") + entries("rdf-trig")


def file_of(iri: str) -> Path:
    return SUITES / iri.removeprefix(ADDRESS)


def canonical(quads) -> ox.Dataset:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def test_the_suites_are_whole():
    if not CASES:
        pytest.skip(f"no W3C suites at {SUITES}; set TWINLD_THIRD_PARTY")
    assert len([case for case in CASES if case[0] == "rdf-turtle"]) == 313
    assert len([case for case in CASES if case[0] == "rdf-trig"]) == 356


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[1].removeprefix(ADDRESS))
def test_a_case_is_read_as_the_suite_and_pyoxigraph_read_it(case):
    suite, action, result, negative = case
    format = TURTLE if suite == "rdf-turtle" else TRIG
    source = file_of(action).read_bytes()
    table = TermTable()
    parsed = read(source, format=format, base=action, table=table)
    quads = [
        ox.Quad(*(table.term(n) for n in (s, p, o)), table.term(g) if g else ox.DefaultGraph())
        for s, p, o, g in parsed.statements
    ]

    assert bool(parsed.errors) is negative
    if result:
        assert canonical(quads) == canonical(ox.parse(path=str(file_of(result)), format=ox.RdfFormat.N_QUADS))
    if negative:
        with pytest.raises((SyntaxError, ValueError)):
            list(ox.parse(source, format=format.pyoxigraph, base_iri=action))
    else:
        assert canonical(quads) == canonical(ox.parse(source, format=format.pyoxigraph, base_iri=action))
