"""Canned queries and the endpoint, from every place that the data can be."""

from __future__ import annotations

import json

from tests.backends.conftest import Backend

PUMP = "https://example.org/pumps/id/pump/7"
DATES = "SELECT ?when { ?pump <https://example.org/pumps/ns#built> ?when }"


def test_a_canned_query_is_answered_as_a_table(backend: Backend) -> None:
    answer = backend.get("query/pumps.csv").get_data(as_text=True)

    assert answer.splitlines()[0] == "pump,name,flow"
    assert f"{PUMP},Seventh,1.1" in answer.splitlines()


def test_a_parameter_is_bound_as_a_term(backend: Backend) -> None:
    of_seventh = json.loads(backend.get("query/after.json", pump=PUMP).get_data())
    of_seinajoki = backend.get("query/after.csv", pump="https://example.org/pumps/id/pump/seinäjoki")

    assert "https://example.org/pumps/id/pump/seinäjoki" in json.dumps(of_seventh, ensure_ascii=False)
    assert of_seinajoki.get_data(as_text=True).split() == ["next", "https://elsewhere.example/pump/1"]


def test_the_default_graph_is_ontology_data_and_what_is_derived(backend: Backend) -> None:
    derived = backend.sparql("SELECT ?a { ?a <https://example.org/pumps/ns#follows> ?b } ORDER BY ?a").split()
    shapes = backend.sparql("ASK { ?s a <http://www.w3.org/ns/shacl#NodeShape> }", "text/csv")
    of_a_graph_in_a_file = backend.sparql("ASK { <https://example.org/pumps/id/pump/8> ?p ?o }", "text/csv")

    assert derived == ["a", "https://elsewhere.example/pump/1", "https://example.org/pumps/id/pump/seinäjoki"]
    assert "false" in shapes
    assert "true" in of_a_graph_in_a_file


def test_each_file_is_a_named_graph(backend: Backend) -> None:
    graphs = backend.sparql("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g").split()[1:]

    assert [graph.removeprefix("https://example.org/pumps/graph/") for graph in graphs] == [
        "data/plan",
        "data/pumps",
        "derived",
        "later",
        "ontology/pumps",
        *([] if backend.kind.elsewhere else ["queries"]),  # nobody has pushed them
        "shapes/Pump",
    ]


def test_canned_queries_can_be_queried(backend: Backend) -> None:
    said = backend.sparql("SELECT ?q { GRAPH ?g { ?q <http://www.w3.org/ns/shacl#select> ?text } } ORDER BY ?q").split()

    queries = ["https://example.org/pumps/query/after", "https://example.org/pumps/query/pumps"]

    assert said == ["q", *([] if backend.kind.elsewhere else queries)]


def test_dates_keep_their_zone(backend: Backend) -> None:
    assert backend.sparql(DATES).split() == ["when", backend.expected("2012-02-21Z")]


def test_a_graph_comes_in_every_format(backend: Backend) -> None:
    query = f"CONSTRUCT WHERE {{ <{PUMP}> a ?class }}"

    assert f"<{PUMP}>" in backend.sparql(query, "application/n-triples")
    assert "ns:Pump" in backend.sparql(query, "text/turtle")
    assert "@id" in backend.sparql(query, "application/ld+json")


def test_nothing_is_changed_from_outside(backend: Backend) -> None:
    answer = backend.client.post("/sparql", data={"update": "CLEAR ALL"})

    assert answer.status_code >= 400
    assert f"{PUMP},Seventh,1.1" in backend.get("query/pumps.csv").get_data(as_text=True)
