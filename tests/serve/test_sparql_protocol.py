"""SPARQL 1.1 Protocol, query part, over a socket: a real WSGI server in front of real workers."""

from __future__ import annotations

import http.client
import json
import threading
from types import SimpleNamespace
from urllib.parse import quote, urlencode

import pytest

from twinld.query import Limits, start

GRAPH = "http://example.org/g/"
DATA = f"""\
<http://example.org/a> <http://example.org/p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .
<http://example.org/b> <http://example.org/p> "2"^^<http://www.w3.org/2001/XMLSchema#integer> .
<http://example.org/a> <http://example.org/p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <{GRAPH}1> .
<http://example.org/b> <http://example.org/p> "2"^^<http://www.w3.org/2001/XMLSchema#integer> <{GRAPH}2> .
<http://example.org/Seinäjoki> <http://example.org/q> "ä"@fi <{GRAPH}2> .
""".encode()
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
THREE_UNBOUND = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(40)) + " }"


@pytest.fixture(scope="module")
def port():
    from flask import Flask
    from werkzeug.serving import make_server

    from twinld.serve.sparql import sparql_blueprint

    limits = Limits(timeout=0.5, queue_seconds=1.0, result_mb=1, memory_mb=256)
    with start([DATA], limits, prefixes={"ex": "http://example.org/"}) as endpoint:
        publication = SimpleNamespace(
            endpoint=endpoint,
            public_url="http://127.0.0.1/",
            addresses=SimpleNamespace(base="http://example.org/"),
        )
        app = Flask("protocol")
        app.register_blueprint(sparql_blueprint(lambda: publication))
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.port
        server.shutdown()
        thread.join()


class Reply(SimpleNamespace):
    """What came back: status, headers, body."""

    def json(self):
        return json.loads(self.body)

    def value(self) -> str:
        return self.json()["results"]["bindings"][0]["n"]["value"]


@pytest.fixture
def ask(port):
    def send(method="GET", *, path="/sparql", fields=None, body=None, **headers) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        target = f"{path}?{urlencode(fields, quote_via=quote)}" if fields else path
        connection.request(method, target, body, {name.replace("_", "-"): text for name, text in headers.items()})
        response = connection.getresponse()
        reply = Reply(status=response.status, headers=response.headers, body=response.read())
        connection.close()
        return reply

    return send


def test_query_by_get(ask):
    reply = ask(fields={"query": COUNT})

    assert (reply.status, reply.value()) == (200, "2")
    assert reply.headers["Content-Type"] == "application/sparql-results+json"
    assert reply.headers["Cache-Control"] == "no-cache"
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert "Content-Location" not in reply.headers


def test_query_by_post_of_a_form(ask):
    reply = ask("POST", body=urlencode({"query": COUNT}), Content_Type=FORM)

    assert (reply.status, reply.value()) == (200, "2")


def test_query_by_post_directly(ask):
    reply = ask("POST", body=COUNT.encode(), Content_Type=DIRECT + "; charset=utf-8")

    assert (reply.status, reply.value()) == (200, "2")


def test_characters_outside_ascii_arrive_by_each_way(ask):
    query = 'SELECT ?s { GRAPH ?g { ?s ?p "ä"@fi } }'
    replies = [
        ask(fields={"query": query}),
        ask("POST", body=urlencode({"query": query}), Content_Type=FORM),
        ask("POST", body=query.encode(), Content_Type=DIRECT),
    ]

    assert {reply.json()["results"]["bindings"][0]["s"]["value"] for reply in replies} == {
        "http://example.org/Seinäjoki"
    }


@pytest.mark.parametrize("way", ["get", "form", "direct"])
@pytest.mark.parametrize(
    ("graphs", "named", "expected"),
    [
        ([f"{GRAPH}1"], [], "1"),
        ([f"{GRAPH}1", f"{GRAPH}2"], [], "3"),
        ([], [f"{GRAPH}1"], "0"),
        ([f"{GRAPH}2"], [f"{GRAPH}1"], "2"),
    ],
)
def test_the_dataset_of_the_protocol_takes_the_place_of_the_default(ask, way, graphs, named, expected):
    fields = [("default-graph-uri", iri) for iri in graphs] + [("named-graph-uri", iri) for iri in named]
    if way == "get":
        reply = ask(fields=[("query", COUNT), *fields])
    elif way == "form":
        reply = ask("POST", body=urlencode([("query", COUNT), *fields]), Content_Type=FORM)
    else:
        reply = ask("POST", fields=fields, body=COUNT, Content_Type=DIRECT)

    assert reply.value() == expected


def test_named_graphs_of_the_protocol_are_those_that_graph_reaches(ask):
    query = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"

    assert ask(fields={"query": query}).value() == "2"
    assert ask(fields={"query": query, "named-graph-uri": f"{GRAPH}1"}).value() == "1"
    assert ask(fields={"query": query, "default-graph-uri": f"{GRAPH}1"}).value() == "0"


def test_the_protocol_goes_before_from_in_the_query(ask):
    query = f"SELECT (COUNT(*) AS ?n) FROM <{GRAPH}1> {{ ?s ?p ?o }}"

    assert ask(fields={"query": query}).value() == "1"
    assert ask(fields={"query": query, "default-graph-uri": f"{GRAPH}2"}).value() == "2"


@pytest.mark.parametrize("iri", ["http://127.0.0.1:1/x.ttl", "file:///etc/passwd", f"{GRAPH}3"])
def test_a_graph_from_elsewhere_is_refused(ask, iri):
    assert ask(fields={"query": COUNT, "default-graph-uri": iri}).status == 403
    assert ask(fields={"query": COUNT, "named-graph-uri": iri}).status == 403
    assert ask(fields={"query": f"ASK FROM <{iri}> {{}}"}).status == 403


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml; charset=utf-8"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values;q=0.9, application/pdf", "text/tab-separated-values; charset=utf-8"),
        (
            "application/sparql-results+json;q=0.3, application/xml;q=0.7",
            "application/sparql-results+xml; charset=utf-8",
        ),
    ],
)
@pytest.mark.parametrize("query", ["SELECT * { ?s ?p ?o }", "ASK { ?s ?p ?o }"])
def test_the_format_of_results_is_negotiated(ask, query, accept, media_type):
    reply = ask(fields={"query": query}, **({"Accept": accept} if accept else {}))

    assert (reply.status, reply.headers["Content-Type"]) == (200, media_type)
    assert "Accept" in reply.headers["Vary"]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "text/turtle; charset=utf-8"),
        ("application/rdf+xml", "application/rdf+xml; charset=utf-8"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
        ("application/n-triples", "application/n-triples; charset=utf-8"),
        ("application/trig", "application/trig; charset=utf-8"),
        ("application/n-quads", "application/n-quads; charset=utf-8"),
    ],
)
@pytest.mark.parametrize("query", ["CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE <http://example.org/a>"])
def test_the_format_of_graphs_is_negotiated_and_parses(ask, query, accept, media_type):
    import pyoxigraph

    reply = ask(fields={"query": query}, Accept=accept)
    known = pyoxigraph.RdfFormat.from_media_type(media_type.partition(";")[0])

    assert (reply.status, reply.headers["Content-Type"]) == (200, media_type)
    assert len(list(pyoxigraph.parse(reply.body, format=known))) == (2 if "CONSTRUCT" in query else 1)


def test_format_in_the_url_goes_before_the_header(ask):
    assert ask(fields={"query": COUNT, "format": "csv"}, Accept="application/json").body == b"n\r\n2\r\n"
    reply = ask("POST", path="/sparql?format=tsv", body=urlencode({"query": COUNT}), Content_Type=FORM)
    assert reply.body == b"?n\n2\n"
    assert ask(fields={"query": COUNT, "format": "pdf"}).status == 400


@pytest.mark.parametrize(
    ("query", "accept"),
    [(COUNT, "text/turtle"), ("CONSTRUCT WHERE { ?s ?p ?o }", "text/csv"), (COUNT, "image/png")],
)
def test_what_no_format_can_carry_is_406_with_the_list(ask, query, accept):
    reply = ask(fields={"query": query}, Accept=accept)

    assert reply.status == 406
    assert "/" in reply.json()["hint"]


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELECT * {\n  ?s ?p }", 2, 9),
        ("ASK { ?s ?p ?o .\n ?s ?p }", 2, 8),
        ("ASK { ?ä ?p", 1, 5),
        ("SELECT * {\n ?s ex:p ?o }", 2, 5),
    ],
)
def test_a_malformed_query_is_400_with_line_and_column(ask, query, line, column):
    reply = ask(fields={"query": query})
    problem = reply.json()

    assert reply.status == 400
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.headers["Cache-Control"] == "no-store"
    assert (problem["line"], problem["column"]) == (line, column)


def test_an_unknown_prefix_is_answered_with_the_line_to_add(ask):
    hint = ask(fields={"query": "ASK { ?s ex:p ?o }"}).json()["hint"]

    assert "PREFIX ex: <http://example.org/>" in hint


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"fields": [("query", "ASK {}"), ("query", "ASK {}")]}, 400),
        ({"fields": {"query": ""}}, 400),
        ({"path": "/sparql?query=%FF"}, 400),
        ({"method": "POST", "body": "", "Content_Type": FORM}, 400),
        ({"method": "POST", "body": "query=a&query=b", "Content_Type": FORM}, 400),
        ({"method": "POST", "fields": {"query": "ASK {}"}, "body": "ASK {}", "Content_Type": DIRECT}, 400),
        ({"method": "POST", "body": b"ASK { ?s ?p '\xff' }", "Content_Type": DIRECT}, 400),
        ({"method": "POST", "body": "ASK {}", "Content_Type": "text/plain"}, 415),
        ({"method": "POST", "body": "ASK {}"}, 415),
        ({"method": "POST", "body": "ASK {}", "Content_Type": DIRECT + ";charset=utf-16"}, 415),
        ({"method": "POST", "body": "a" * 900_000, "Content_Type": DIRECT}, 413),
        ({"method": "POST", "body": "INSERT DATA {}", "Content_Type": "application/sparql-update"}, 403),
        ({"method": "POST", "body": "update=CLEAR+ALL", "Content_Type": FORM}, 403),
        ({"fields": {"query": "DELETE WHERE { ?s ?p ?o }"}}, 403),
        ({"fields": {"query": "ASK { SERVICE <http://127.0.0.1/> {} }"}}, 403),
        ({"method": "PUT", "body": "x"}, 405),
        ({"method": "DELETE"}, 405),
        ({"method": "PATCH", "body": "x"}, 405),
        ({"fields": {"query": "ASK {}", "timeout": "soon"}}, 400),
        ({"fields": {"query": "ASK { ?s ?p ?o }", "default-graph-uri": "relative"}}, 400),
    ],
)
def test_what_the_protocol_does_not_allow_has_its_status(ask, request_, status):
    assert ask(**request_).status == status


def test_415_and_405_say_what_is_allowed(ask):
    assert DIRECT in ask("POST", body="x", Content_Type="text/plain").headers["Accept-Post"]
    assert "POST" in ask("PUT", body="x").headers["Allow"]


def test_head_is_get_without_the_body(ask):
    got, head = ask(fields={"query": COUNT}), ask("HEAD", fields={"query": COUNT})

    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == got.headers["Content-Length"] == str(len(got.body))
    assert head.headers["ETag"] == got.headers["ETag"]
    assert ask("HEAD", fields={"query": "SELECT"}).status == 400


def test_an_answer_that_the_client_has_is_304(ask):
    tag = ask(fields={"query": COUNT}).headers["ETag"]

    assert ask(fields={"query": COUNT}, If_None_Match=tag).status == 304


def test_a_preflight_allows_what_the_protocol_needs(ask):
    reply = ask("OPTIONS", Origin="https://example.org", Access_Control_Request_Method="POST")

    assert reply.status == 204
    assert "POST" in reply.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in reply.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("accept", ["*/*", "application/rdf+xml", "application/ld+json"])
def test_without_a_query_the_service_describes_itself(ask, accept):
    import pyoxigraph

    reply = ask(Accept=accept)
    media_type = reply.headers["Content-Type"].partition(";")[0]
    triples = list(pyoxigraph.parse(reply.body, format=pyoxigraph.RdfFormat.from_media_type(media_type)))
    objects = {str(triple.object) for triple in triples}

    assert "<http://127.0.0.1/sparql>" in objects
    assert "<http://www.w3.org/ns/sparql-service-description#SPARQL11Query>" in objects
    assert f"<{GRAPH}1>" in objects
    assert any("0.5 seconds" in text for text in objects)


def test_a_query_past_its_deadline_is_504_and_a_shorter_timeout_is_kept(ask):
    import time

    replies = []
    for fields in ({"query": THREE_UNBOUND}, {"query": THREE_UNBOUND, "timeout": "150ms"}):
        before = time.monotonic()
        reply = ask(fields=fields)
        replies.append((reply.status, reply.json()["type"], time.monotonic() - before))
    whole, shorter = replies

    assert whole[:2] == shorter[:2] == (504, "urn:problem-type:twinld:query-timeout")
    assert 0.15 <= shorter[2] < whole[2] < 2
    assert whole[2] >= 0.5


def test_a_full_queue_is_503_with_retry_after(ask):
    replies: list[Reply] = []
    threads = [threading.Thread(target=lambda: replies.append(ask(fields={"query": THREE_UNBOUND}))) for _ in range(14)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    busy = [reply for reply in replies if reply.status == 503]

    assert {reply.status for reply in replies} == {503, 504}
    assert all(int(reply.headers["Retry-After"]) > 0 for reply in busy)


def test_an_answer_that_is_too_large_is_503_and_nothing_of_it_is_sent(ask):
    block = " ".join(f"VALUES ?v{n} {{ 1 2 3 4 5 6 7 8 9 10 }}" for n in range(6))
    reply = ask(fields={"query": f"SELECT * {{ {block} }} LIMIT 20000"})

    assert (reply.status, reply.json()["type"]) == (503, "urn:problem-type:twinld:result-too-large")


def test_the_store_of_rdflib_reads_the_endpoint_by_each_of_its_ways(port):
    """What Python programs use: SELECT, ASK, CONSTRUCT and triple patterns."""
    import rdflib
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    for method in ("GET", "POST", "POST_FORM"):
        graph = rdflib.Graph(store=SPARQLStore(f"http://127.0.0.1:{port}/sparql", method=method))
        rows = list(graph.query("SELECT ?s ?o { ?s ?p ?o } LIMIT 5"))
        found = graph.query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 1").graph

        assert len(rows) == 2
        assert graph.query("ASK { ?s ?p ?o }").askAnswer is True
        assert len(found) == 1
        assert len(list(graph.triples((rows[0].s, None, None)))) >= 1


@pytest.mark.parametrize(
    ("query", "names", "media_type"),
    [
        ("DESCRIBE ?s { ?s ?p 1 }", ["json-ld", "application/ld+json,application/x-json+ld"], "application/ld+json"),
        ("DESCRIBE ?s { ?s ?p 1 }", ["n3"], "text/turtle"),
        ("ASK {}", ["xml", "application/sparql-results+xml"], "application/sparql-results+xml"),
    ],
)
def test_formats_may_be_said_twice_and_in_lists_as_sparqlwrapper_does(ask, query, names, media_type):
    reply = ask(fields=[("query", query), *(("format", name) for name in names), ("output", names[0])])

    assert (reply.status, reply.headers["Content-Type"].partition(";")[0]) == (200, media_type)
