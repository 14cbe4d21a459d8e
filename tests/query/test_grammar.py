"""Where a query breaks the grammar, for the editor that marks the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from twinld.query.grammar import misfit

ROOT = Path(__file__).parents[2]
GOOD = [
    "SELECT * { ?s ?p ?o }",
    "BASE <http://x/> PREFIX : <> SELECT DISTINCT ?a (COUNT(*) AS ?n) FROM <g> FROM NAMED :h WHERE"
    " { GRAPH ?g { ?a a ?b } } GROUP BY ?a HAVING (COUNT(*) > 2) ORDER BY DESC(?n) ?a LIMIT 5 OFFSET 2",
    "CONSTRUCT { ?s ?p [ ?q ( 1 2.5 'x'@en ) ] } WHERE { ?s ?p ?o ; ?q ?r , ?t . }",
    "CONSTRUCT WHERE { ?s ?p ?o }",
    "DESCRIBE <http://x/> ?y { ?y ^<http://p>/(<http://q>|!(a|^<http://r>))*/<http://t>? ?z }",
    "ASK { { SELECT ?x { ?x ?y ?z } LIMIT 1 } UNION { VALUES (?a ?b) { (UNDEF 'x'^^<http://t>) } } "
    " MINUS { ?s ?p true } }",
    "SELECT (GROUP_CONCAT(DISTINCT ?d ; SEPARATOR = ', ') AS ?x) (SUM(?a) AS ?y) { ?d ?p ?a }",
    "SELECT (IF(?a < 3 && !BOUND(?b) || ?c NOT IN (1, -2), ?d, COALESCE()) AS ?x) { ?a ?b ?d BIND(?a + 1 * -2 AS ?c)"
    " FILTER NOT EXISTS { ?s ?p ?o } FILTER REGEX(STR(?a), 'x', 'i') } VALUES ?e { 1 }",
]


@pytest.mark.parametrize("query", GOOD)
def test_what_follows_the_grammar_has_no_misfit_here_and_none_in_the_engine(query):
    import pyoxigraph

    assert misfit(query) is None
    pyoxigraph.Store().query(query, base_iri="http://example.org/")


@pytest.mark.parametrize("path", sorted((ROOT / "sparql").rglob("*.rq")), ids=lambda path: path.stem)
def test_the_queries_of_the_project_follow_the_grammar(path):
    assert misfit(path.read_text(encoding="utf-8")) is None


@pytest.mark.parametrize(
    ("query", "token", "expected"),
    [
        ("SELECT * { ?s ?p }", "}", "a variable"),
        ("SELECT * { ?s ?p 5 5 }", "5", "."),
        ("SELECT ?s WHERE ?s ?p ?o }", "?s", "{"),
        ("SELECT * { ?s ?p ?o } LIMIT x", "x", "a number"),
        ("SELECT * { ?s ?p ?o FILTER ?o }", "?o", "("),
        ("SELECT (COUNT(*) ?n) { ?s ?p ?o }", "?n", "AS"),
        ("SELECT * { BIND(?x, ?y) }", ",", "AS"),
        ("SELECT * { FILTER(BLAH(?x)) }", "BLAH", "a function"),
        ("ASK { ?s ?p ?o } ORDER", None, "BY"),
    ],
)
def test_the_token_that_cannot_stand_there_is_the_place(query, token, expected):
    found = misfit(query)

    assert found is not None
    assert (found.token.text if found.token else None) == token
    assert expected in found.expected


def test_two_hundred_brackets_are_no_difficulty():
    found = misfit("SELECT * { FILTER(" + "(" * 190 + "1" + ")" * 190 + ") 5 }")

    assert found is not None and found.token is not None and found.token.text == "}"
