"""The W3C Turtle and TriG suites by manifest, and pyoxigraph as the oracle on the same files."""

from __future__ import annotations

import pytest

from tests.conformance.w3c import ROOT, check_turtle, require, turtle_cases

CASES = turtle_cases("rdf-turtle") + turtle_cases("rdf-trig")


@pytest.mark.conformance
def test_the_suites_are_whole():
    require(ROOT / "rdf11")

    assert len([each for each in CASES if each.suite == "rdf-turtle"]) == 313
    assert len([each for each in CASES if each.suite == "rdf-trig"]) == 356


@pytest.mark.conformance
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case_is_read_as_the_suite_and_pyoxigraph_read_it(case):
    check_turtle(case)


def test_every_sixth_case_of_turtle_and_trig_is_read_as_the_suite_reads_it():
    require(ROOT / "rdf11")
    for case in CASES[::6]:
        check_turtle(case)
