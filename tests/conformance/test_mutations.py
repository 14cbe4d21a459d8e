"""Turtle and TriG spoilt by chance: what is refused, and what is read, is what pyoxigraph refuses and reads."""

from __future__ import annotations

from functools import cache
from random import Random

import pyoxigraph as ox
import pytest

from tests.conformance.w3c import RDF_ADDRESS, ROOT, TurtleCase, require, turtle_cases
from twinld.rdf.formats import TRIG, TURTLE
from twinld.rdf.reading import read
from twinld.rdf.terms import TermTable

PIECES = [
    *" \n\t.;,[](){}<>\"'@^_:#%\\aAbé😀0159-+eE",
    *("@prefix", "@base", "PREFIX ", '"""', "^^", "_:b", "\\u00e9", "\\n", "a ", "true", ".5", "1.", "GRAPH ", "http:"),
    *("<>", "//", "é:", ".a", "%20", "\\-", "@en", "\r\n", "\u00b7", "\u203f"),
]
LONGEST = 3_000  # characters; longer cases are lists of the same


@cache
def sources() -> list[tuple[TurtleCase, str]]:
    cases = turtle_cases("rdf-turtle") + turtle_cases("rdf-trig")
    pairs = ((each, (ROOT / "rdf11" / each.action.removeprefix(RDF_ADDRESS)).read_bytes()) for each in cases)
    return [(each, source.decode()) for each, source in pairs if len(source) < LONGEST and not _is_broken(source)]


def _is_broken(source: bytes) -> bool:
    try:
        source.decode()
    except UnicodeDecodeError:
        return True
    return False


def spoilt(random: Random, text: str) -> str:
    """Return a text with a piece put in, taken out, repeated or replaced, once or twice."""
    for _ in range(random.randrange(1, 3)):
        at, other = random.randrange(len(text) + 1), random.randrange(len(text) + 1)
        piece = random.choice(PIECES)
        text = random.choice(
            (
                text[:at] + piece + text[at:],
                text[:at] + text[at + random.randrange(1, 4) :],
                text[:at] + text[other : other + random.randrange(1, 12)] + text[at:],
                text[:at] + piece + text[at + 1 :],
            )
        )
    return text


def compare(seed: int) -> None:
    random = Random(seed)
    case, original = random.choice(sources())
    source = spoilt(random, original).encode()
    format = TURTLE if case.suite == "rdf-turtle" else TRIG
    table = TermTable()
    parsed = read(source, format=format, base="http://x/y", table=table)
    try:
        wanted = list(ox.parse(source, format=format.pyoxigraph, base_iri="http://x/y"))
    except (SyntaxError, ValueError):
        assert parsed.errors, source
        return
    found = [
        ox.Quad(*(table.term(n) for n in (s, p, o)), table.term(g) if g else ox.DefaultGraph())
        for s, p, o, g in parsed.statements
    ]

    assert parsed.errors == (), source
    assert _canonical(found) == _canonical(wanted), source


def _canonical(quads) -> ox.Dataset:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def test_five_hundred_spoilt_files_are_read_as_pyoxigraph_reads_them():
    require(ROOT / "rdf11")
    for seed in range(500):
        compare(seed)


@pytest.mark.conformance
@pytest.mark.parametrize("part", range(10))
def test_ten_thousand_spoilt_files_are_read_as_pyoxigraph_reads_them(part):
    require(ROOT / "rdf11")
    for seed in range(1000 + part * 1000, 2000 + part * 1000):
        compare(seed)
