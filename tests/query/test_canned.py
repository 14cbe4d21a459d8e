"""Canned queries: their header, their parameters, and what binding puts into them."""

from __future__ import annotations

import pytest

from twinld.query.canned import MalformedQuery, ParameterError, read_canned
from twinld.query.headers import inspect_canned

SITE = """\
#+ title: Pumps of a site
#+ title@de: Pumpen eines Standorts
#+ description: Each pump of a site with its rated flow,
#+ description: largest first.
#+ param: site (IRI) the site
#+ param@de: site der Standort
#+ param: least (integer, optional) the least flow
#+ param: size (string, default, several) the size class
#+ choices: size small large
#+ view: map
#+ table: true
PREFIX ex: <https://example.org/pump/>

SELECT ?pump ?ratedFlow
WHERE {
  VALUES ?site { ex:site-1 }
  VALUES ?least { 5 }
  VALUES ?size { "small" }
  # VALUES ?site { ex:commented }
  ?pump a ex:Pump ; ex:locatedAt ?site ; ex:note "VALUES ?site { ex:quoted }" .
}
"""


def canned(text: str = SITE, **project):
    return read_canned(text, "sparql/pumps.rq", **project)


def test_a_header_gives_texts_by_language_parameters_and_view():
    found = canned()
    site, least, size = found.parameters

    assert (found.name, found.form, found.title, found.view, found.table) == (
        "pumps", "SELECT", "Pumps of a site", "map", True
    )  # fmt: skip
    assert found.titles["de"] == "Pumpen eines Standorts"
    assert found.description == "Each pump of a site with its rated flow, largest first."
    assert (site.type, site.required, site.example, site.texts["de"]) == ("IRI", True, "ex:site-1", "der Standort")
    assert (least.optional, size.default, size.several, size.choices) == (True, True, True, ("small", "large"))


def test_binding_replaces_what_stands_in_the_braces_and_nothing_else():
    bound = canned().bind({"site": "https://example.org/pump/site-2", "least": "12"})

    assert "VALUES ?site { <https://example.org/pump/site-2> }" in bound
    assert 'VALUES ?least { "12"^^<http://www.w3.org/2001/XMLSchema#integer> }' in bound
    assert 'VALUES ?size { "small" }' in bound
    assert "{ ex:commented }" in bound and "{ ex:quoted }" in bound


def test_a_parameter_that_is_left_out_is_unbound_if_optional():
    assert "VALUES ?least { UNDEF }" in canned().bind({"site": "ex:site-2"})


def test_several_values_stand_side_by_side_where_that_is_allowed():
    assert 'VALUES ?size { "small" "large" }' in canned().bind({"site": "ex:s", "size": ["small", "large"]})


def test_an_iri_is_read_with_the_prefixes_and_the_base_of_the_project():
    found = canned(base="https://example.org/", prefixes={"db": "https://dbpedia.org/resource/"})

    assert "{ <https://example.org/id/site/1> }" in found.bind({"site": "id/site/1"})
    assert "{ <https://dbpedia.org/resource/Turku> }" in found.bind({"site": "db:Turku"})
    assert "{ <https://example.org/Seinäjoki> }" in found.bind({"site": "Seinäjoki"})


@pytest.mark.parametrize(
    "value",
    [
        "https://example.org/> } UNION { ?s ?p ?o } #",
        "https://example.org/a b",
        "ex:a } . ?x ?y ?z",
        "http://example.org/\\u003E",
        "http://example.org/a\nb",
    ],
)
def test_no_value_can_become_part_of_the_query(value):
    with pytest.raises(ParameterError) as caught:
        canned().bind({"site": value})

    assert "is no IRI" in caught.value.errors["site"]


def test_text_is_escaped_into_one_literal():
    text = '#+ title: Find\n#+ param: word (string) a word\nSELECT * { VALUES ?word { "x" } ?s ?p ?word }'
    bound = read_canned(text, "find.rq").bind({"word": 'a" } . SERVICE <http://x> {} #\n\\'})

    assert bound.endswith('VALUES ?word { "a\\" } . SERVICE <http://x> {} #\\n\\\\" } ?s ?p ?word }')


def test_everything_that_is_wrong_with_the_values_is_said_at_once():
    with pytest.raises(ParameterError) as caught:
        canned().bind({"least": "many", "size": "huge", "colour": "red"})

    assert set(caught.value.errors) == {"site", "least", "size", "colour"}
    assert caught.value.status == 400
    assert "site (IRI)" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("type_name", "good", "bad"),
    [
        ("integer", "-07", "1.0"),
        ("decimal", "1.10", "1e3"),
        ("double", "1e3", "one"),
        ("boolean", "true", "yes"),
        ("date", "2024-02-29", "2023-02-29"),
        ("dateTime", "2024-02-29T10:00:00Z", "2024-02-29"),
        ("gYear", "1969", "69"),
        ("gYearMonth", "1969-07", "1969-13"),
        ("language", "pt-BR", "pt_BR"),
        ("IRI", "https://example.org/ä", "no scheme"),
    ],
)
def test_a_value_is_checked_against_its_type(type_name, good, bad):
    text = f"#+ title: T\n#+ param: x ({type_name}) x\nSELECT * {{ VALUES ?x {{ 1 }} ?s ?p ?x }}"
    found = read_canned(text, "t.rq")

    assert good in found.bind({"x": good})
    with pytest.raises(ParameterError):
        found.bind({"x": bad})


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("SELECT * { ?s ?p ?o }", "no title", 1, 1),
        ("#+ title: T\n#+ nonsense\nASK {}", "no key", 2, 1),
        ("#+ title: T\n#+ colour: red\nASK {}", "colour is no key", 2, 4),
        ("#+ title: T\n#+ param: x (number) x\nASK { VALUES ?x { 1 } }", "number is no type", 2, 4),
        ("#+ title: T\n#+ param: x (integer) x\nASK { ?s ?p ?x }", "no VALUES line for x", 2, 4),
        ("#+ title: T\n#+ param: limit (integer) x\nASK { VALUES ?limit { 1 } }", "limit is taken", 2, 4),
        ("#+ title: T\n#+ param: x (integer) x\nASK {\n  VALUES ?x { } }", "x has no example", 4, 3),
        ("#+ title: T\n#+ view: carousel\nASK {}", "carousel is no view", 2, 4),
        ("#+ title: T\n#+ choices: x a b\nASK {}", "no parameter is called x", 2, 4),
        ("#+ title: T\nASK { ?s ex:p ?o }", "the prefix ex:", 2, 10),
        ("#+ title: T\nASK { SERVICE ?x {} }", "SERVICE", 2, 7),
    ],
)
def test_a_malformed_file_is_reported_at_its_place_with_a_hint(text, message, line, column):
    found, problems = inspect_canned(text, "sparql/t.rq")

    assert found is None
    assert [(p.line, p.column) for p in problems if message in p.message] == [(line, column)]
    assert all(p.hint for p in problems)


def test_all_problems_of_a_file_are_found_in_one_reading():
    text = "#+ titel: T\n#+ view: none\nSELECT * { ?s ?p ?o"
    with pytest.raises(MalformedQuery) as caught:
        read_canned(text, "sparql/bad.rq")

    assert len(caught.value.problems) == 4
    assert str(caught.value).startswith("sparql/bad.rq:1:1: ")
