"""Pages and RDF documents of single things, from every place that the data can be."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest

from tests.backends.conftest import Backend

PUMP = ox.NamedNode("https://example.org/pumps/id/pump/7")
NS = "https://example.org/pumps/ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


@pytest.mark.parametrize("extension", FORMATS)
def test_a_thing_is_the_same_triples_in_every_format(backend: Backend, extension: str) -> None:
    body = backend.get(f"doc/id/pump/7.{extension}").get_data()
    triples = {(q.predicate.value, q.object) for q in ox.parse(body, format=FORMATS[extension]) if q.subject == PUMP}

    assert (NS + "flow", ox.Literal(backend.expected("1.10"), datatype=ox.NamedNode(XSD + "decimal"))) in triples
    assert (NS + "serial", ox.Literal(backend.expected("007"), datatype=ox.NamedNode(XSD + "integer"))) in triples
    assert (NS + "next", ox.NamedNode("https://example.org/pumps/id/pump/seinäjoki")) in triples
    assert len(triples) == 12


@pytest.mark.parametrize(
    "written",
    [f'"1.10"^^<{XSD}decimal>', f'"2012-02-21Z"^^<{XSD}date>', f'"007"^^<{XSD}integer>', "@sv-FI", 'rotor"@en'],
)
def test_literals_are_as_their_author_wrote_them(backend: Backend, written: str) -> None:
    triples = backend.get("doc/id/pump/7.nt").get_data(as_text=True)

    assert backend.expected(written) in triples


def test_a_thing_with_a_name_beyond_ascii_has_its_page(backend: Backend) -> None:
    page = backend.get("doc/id/pump/sein%C3%A4joki.fi.html")

    assert page.status_code == 200
    assert "<h1" in page.get_data(as_text=True)
    assert "Seinäjoki" in page.get_data(as_text=True)


def test_what_rules_derive_is_shown_and_is_in_no_dump_of_sources(backend: Backend) -> None:
    follows = "<https://example.org/pumps/ns#follows> <https://example.org/pumps/id/pump/7> ."

    assert follows in backend.get("doc/id/pump/sein%C3%A4joki.nt").get_data(as_text=True)
    assert follows not in backend.get("dumps/pumps.nt").get_data(as_text=True)
    assert backend.get("dumps/pumps.nt").status_code == (404 if backend.kind.elsewhere else 200)


def test_a_thing_leads_to_its_document(backend: Backend) -> None:
    answer = backend.get("id/pump/7", "text/turtle")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/doc/id/pump/7")


def test_a_vocabulary_is_one_document_with_all_its_terms(backend: Backend) -> None:
    turtle = backend.get("ns", "text/turtle").get_data(as_text=True)

    assert "ns:Pump a owl:Class" in turtle
    assert "ns:serial a owl:DatatypeProperty" in turtle


def test_what_nobody_knows_is_not_there(backend: Backend) -> None:
    assert backend.get("id/pump/99").status_code == 404


def test_a_page_says_in_which_file_and_line_a_thing_stands(backend: Backend) -> None:
    page = backend.get("doc/id/pump/sein%C3%A4joki.html").get_data(as_text=True)

    assert "data/pumps.ttl" in page


def test_a_name_is_found_without_its_dots(backend: Backend) -> None:
    found = backend.get("search/", "text/html", q="seinajoki").get_data(as_text=True)

    assert "pump/sein%C3%A4joki" in found


def test_the_catalogue_names_every_dump_that_there_is(backend: Backend) -> None:
    graph = json.loads(backend.get("catalog.jsonld").get_data())
    said = json.dumps(graph)

    assert ("https://data.example.org/dumps/pumps.trig" in said) is not backend.kind.elsewhere
    assert "https://data.example.org/sparql" in said
