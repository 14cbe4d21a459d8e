"""What the tokens of a query say before an engine sees it."""

from __future__ import annotations

import time

import pytest

from twinld.query.errors import QueryRefused, QuerySyntaxError, QueryTooComplex
from twinld.query.tokens import outline


def refused(query: str, kind: type[Exception] = QueryRefused) -> Exception:
    with pytest.raises(kind) as caught:
        outline(query, nesting=50)
    return caught.value


@pytest.mark.parametrize(
    "query",
    [
        "ASK { SERVICE <http://127.0.0.1/> { } }",
        "ask{service silent ?x{}}",
        "ASK { # a comment\n SERVICE<http://x/>{} }",
        "ASK { ?s ?p '''long ' string''' . SERVICE ?x {} }",
        'ASK { ?s ?p "a\\"b" . SERVICE ?x {} }',
        "SELECT * { { SELECT * { OPTIONAL { SERVICE ?x { ?a ?b ?c } } } } }",
        "PREFIX : <http://x/> ASK { :a :b :c\\#d . SERVICE ?x {} }",
    ],
)
def test_a_service_is_refused_wherever_it_stands(query):
    assert "SERVICE" in str(refused(query))


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?s ?p 'SERVICE <http://x/>' }",
        "ASK { ?s <http://example.org/SERVICE> ?o }",
        "ASK { ?service ?p ?o # SERVICE\n }",
        "PREFIX service: <http://x/> ASK { ?s service:SERVICE service:service }",
        'ASK { ?s ?p """ SERVICE " SERVICE """ }',
        "ASK { ?s ?p 'x'@service }",
        "ASK { _:SERVICE ?p ?o }",
    ],
)
def test_the_word_service_elsewhere_is_no_service(query):
    assert outline(query, nesting=50).form == "ASK"


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?s ?p ?a FILTER(?a<1)SERVICE?s#>\n{ } }",
        'ASK { ?s ?p ?a FILTER(?a<1#>"""\n) SERVICE ?s {} #"""\n }',
    ],
)
def test_a_comparison_that_can_be_read_as_an_iri_is_refused(query):
    assert "comparison" in str(refused(query, QuerySyntaxError))


def test_ordinary_comparisons_are_no_iris():
    found = outline("SELECT * { ?s ?p ?a FILTER(?a<3&&?a>1) FILTER(?a < 3 && ?b > 4) }", nesting=50)

    assert found.form == "SELECT"


def test_updates_are_refused_by_name():
    assert "INSERT" in str(refused("PREFIX ex: <http://x/> INSERT DATA { ex:a ex:b ex:c }"))
    assert "LOAD" in str(refused("LOAD <http://127.0.0.1/>"))


def test_deep_nesting_is_refused_before_an_engine_sees_it():
    refused("SELECT * { FILTER" + "(" * 51 + "true" + ")" * 51 + "}", QueryTooComplex)


def test_a_prefix_that_is_not_declared_is_answered_with_the_line_to_add():
    with pytest.raises(QuerySyntaxError) as caught:
        outline("SELECT * {\n  ?s ex:p ?o }", nesting=50, prefixes={"ex": "http://example.org/"})

    assert (caught.value.line, caught.value.column) == (2, 6)
    assert caught.value.hint == "Add this line at the top: PREFIX ex: <http://example.org/>"


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("ASK { ?s ?p ?o", 1, 5),
        ("ASK { ?s ?p ?o ) }", 1, 16),
        ("ASK {\n  ?é ?p 'open\n}", 2, 9),
        ("", 1, 1),
        ("HELLO { }", 1, 1),
        ("ASK { ?s \\u0053ERVICE ?o }", 1, 10),
    ],
)
def test_a_syntax_error_has_its_place_in_code_points(query, line, column):
    error = refused(query, QuerySyntaxError)

    assert (error.line, error.column) == (line, column)


def test_graphs_after_from_are_found_in_every_form():
    construct = outline("CONSTRUCT { ?s ?p ?o } FROM <http://a/> FROM NAMED <http://b/> WHERE { ?s ?p ?o }", nesting=9)
    select = outline("PREFIX ex: <http://x/> SELECT * FROM ex:g { ?s ?p 'FROM <http://no/>' }", nesting=9)

    assert [token.text for token in construct.graphs] == ["<http://a/>", "<http://b/>"]
    assert [token.text for token in select.graphs] == ["ex:g"]


@pytest.mark.parametrize(
    "part", ["a.", "<a", "'\\", '"', "a:b.", "((", "\\u", "_:a.", "<<", "#", "é·", "@a-", '"""', "1e"]
)
def test_time_is_linear_in_the_length_of_any_query(part):
    query = "ASK { " + part * (200_000 // len(part))

    before = time.process_time()
    with pytest.raises((QuerySyntaxError, QueryTooComplex)):
        outline(query, nesting=1 << 30)

    assert time.process_time() - before < 5  # quadratic time would be minutes
