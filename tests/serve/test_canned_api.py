"""Canned queries over HTTP: formats, parameters, pages, errors, and the OpenAPI document."""

from __future__ import annotations

import http.client
import json
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from twinld.query import Limits, start
from twinld.query.canned import read_all
from twinld.query.describing import executables

BASE = "http://example.org/"
DATA = """\
<http://example.org/a> <http://example.org/name> "Aa, \\"A\\""@en .
<http://example.org/a> <http://example.org/flow> "1.50"^^<http://www.w3.org/2001/XMLSchema#decimal> .
<http://example.org/a> <http://example.org/lat> "62.79"^^<http://www.w3.org/2001/XMLSchema#decimal> .
<http://example.org/a> <http://example.org/long> "22.84"^^<http://www.w3.org/2001/XMLSchema#decimal> .
<http://example.org/b> <http://example.org/name> "B"@en .
<http://example.org/b> <http://example.org/flow> "2"^^<http://www.w3.org/2001/XMLSchema#integer> .
<http://example.org/c> <http://example.org/name> "Seinäjoki"@fi .
<http://example.org/a> <http://example.org/wkt> "POINT(22.84 62.79)"^^<WKT> .
""".replace("WKT", "http://www.opengis.net/ont/geosparql#wktLiteral").encode()

FILES = {
    "things": """\
#+ title: Things
#+ title@fi: Asiat
#+ description: Everything with a name.
#+ view: map
PREFIX ex: <http://example.org/>
SELECT ?thing ?name ?flow ?lat ?long
WHERE { ?thing ex:name ?name OPTIONAL { ?thing ex:flow ?flow } OPTIONAL { ?thing ex:lat ?lat ; ex:long ?long } }
ORDER BY ?thing
""",
    "flows": """\
#+ title: Flows
#+ param: least (decimal) the least flow
#+ param: thing (IRI, optional, several) the things
#+ deprecated: 2026-11-01 use things instead
PREFIX ex: <http://example.org/>
SELECT ?thing ?flow { VALUES ?least { 1.6 } VALUES ?thing { ex:b } ?thing ex:flow ?flow FILTER(?flow >= ?least) }
""",
    "any": "#+ title: Any\nASK { ?s ?p ?o }",
    "named": "#+ title: A graph\nPREFIX e: <http://example.org/> CONSTRUCT { ?s e:called ?o } { ?s e:name ?o }",
    "wkt": "#+ title: Places\nSELECT ?thing ?where { ?thing <http://example.org/wkt> ?where }",
}


@pytest.fixture(scope="module")
def client():
    from flask import Flask

    from twinld.serve.canned import canned_blueprint

    queries = read_all(((f"sparql/{name}.rq", text) for name, text in FILES.items()), base=BASE)
    config = SimpleNamespace(title={"en": "Pumps"}, licence="http://creativecommons.org/licenses/by/4.0/")
    with start([DATA], Limits(timeout=2)) as endpoint:
        publication = SimpleNamespace(
            endpoint=endpoint,
            public_url="http://127.0.0.1/",
            addresses=SimpleNamespace(base=BASE),
            queries=queries,
            dataset=SimpleNamespace(project=SimpleNamespace(config=config)),
        )
        app = Flask("canned")
        app.register_blueprint(canned_blueprint(lambda: publication))
        yield app.test_client()


def test_plain_rows_are_objects_with_numbers_as_numbers(client):
    reply = client.get("/query/things.json")

    assert reply.mimetype == "application/json"
    assert reply.json[0] == {
        "thing": "http://example.org/a", "name": 'Aa, "A"', "flow": 1.5, "lat": 62.79, "long": 22.84
    }  # fmt: skip
    assert reply.json[2]["flow"] is None


def test_numbers_keep_the_digits_that_the_store_gives(client):
    assert b'"flow": 1.5,' in client.get("/query/things.json").data


@pytest.mark.parametrize(
    ("extension", "expected"),
    [
        ("csv", 'http://example.org/a,"Aa, ""A""",1.5,62.79,22.84\r\n'),
        ("tsv", '<http://example.org/b>\t"B"@en\t"2"^^<http://www.w3.org/2001/XMLSchema#integer>\t\t\n'),
        ("xml", '<literal xml:lang="fi">Seinäjoki</literal>'),
        ("srj", '{"type":"literal","value":"Seinäjoki","xml:lang":"fi"}'),
        ("geojson", '"geometry": {"type": "Point", "coordinates": [22.84, 62.79]}'),
    ],
)
def test_the_other_formats_carry_the_same_rows(client, extension, expected):
    reply = client.get(f"/query/things.{extension}")

    assert reply.status_code == 200
    assert expected in reply.text
    assert reply.headers["Content-Location"] == f"/query/things.{extension}"


def test_srj_and_xml_are_read_back_by_the_engine(client):
    import pyoxigraph

    formats = pyoxigraph.QueryResultsFormat
    for extension, known in (("srj", formats.JSON), ("xml", formats.XML), ("tsv", formats.TSV)):
        answer = pyoxigraph.parse_query_results(client.get(f"/query/things.{extension}").data, format=known)

        assert len(list(answer)) == 3, extension


def test_coordinates_are_found_in_wkt_too_and_missing_ones_are_an_error(client):
    feature = client.get("/query/wkt.geojson").json["features"][0]

    assert feature["geometry"] == {"type": "Point", "coordinates": [22.84, 62.79]}
    assert client.get("/query/flows.geojson?least=1").status_code == 406


@pytest.mark.parametrize(
    ("accept", "mimetype"),
    [
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("application/geo+json, */*;q=0.1", "application/geo+json"),
        ("application/sparql-results+json", "application/sparql-results+json"),
    ],
)
def test_the_bare_address_negotiates(client, accept, mimetype):
    reply = client.get("/query/things", headers={"Accept": accept})

    assert reply.mimetype == mimetype
    assert "Accept" in reply.headers["Vary"]
    assert reply.headers["Content-Location"].startswith("/query/things.")


def test_parameters_are_bound_as_typed_terms(client):
    assert client.get("/query/flows.json?least=1.6").json == [{"thing": "http://example.org/b", "flow": 2}]
    assert len(client.get("/query/flows.json?least=1").json) == 2
    assert len(client.get("/query/flows.json?least=1&thing=a&thing=http://example.org/b").json) == 2


def test_all_wrong_parameters_are_said_at_once(client):
    reply = client.get("/query/flows.json?thing=a%20b&colour=red")

    assert reply.status_code == 400
    assert reply.mimetype == "application/problem+json"
    assert set(reply.json["errors"]) == {"least", "thing", "colour"}


def test_pages_are_linked(client):
    whole = client.get("/query/things.json").json
    page = client.get("/query/things.json?limit=1&offset=1")
    links = page.headers["Link"]

    assert page.json == whole[1:2]
    assert '</query/things.json?limit=1&offset=2>; rel="next"' in links
    assert '</query/things.json?limit=1>; rel="prev"' in links
    assert '</query/things.json?limit=1&offset=2>; rel="last"' in links
    assert 'rel="next"' not in client.get("/query/things.csv?limit=2&offset=2").headers["Link"]
    assert client.get("/query/things.json?limit=0").status_code == 400


def test_ask_and_construct_have_their_own_formats(client):
    assert client.get("/query/any.json").json is True
    assert client.get("/query/any.srj").json["boolean"] is True
    assert "e:called" in client.get("/query/named.ttl").text
    assert client.get("/query/named", headers={"Accept": "application/ld+json"}).mimetype == "application/ld+json"
    assert client.get("/query/named.csv").status_code == 404


def test_an_unknown_query_is_404_with_the_nearest_name(client):
    reply = client.get("/query/thing.json")

    assert reply.status_code == 404
    assert reply.json["hint"] == "Did you mean things?"


def test_a_deprecated_query_says_since_when(client):
    import email.utils
    from datetime import UTC, datetime

    value = client.get("/query/flows.json?least=1").headers["Deprecation"]

    assert datetime.fromtimestamp(int(value[1:]), UTC).date().isoformat() == "2026-11-01"
    assert email.utils.format_datetime(datetime.fromtimestamp(int(value[1:]), UTC))
    assert "Deprecation" not in client.get("/query/things.json").headers


def test_a_representation_that_the_client_has_is_304(client):
    tag = client.get("/query/things.csv").headers["ETag"]

    assert client.get("/query/things.csv", headers={"If-None-Match": tag}).status_code == 304


def test_openapi_has_an_operation_for_every_query(client):
    document = client.get("/openapi.json").json
    flows = document["paths"]["/query/flows"]["get"]
    least, thing = flows["parameters"][:2]

    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {f"/query/{name}" for name in FILES}
    assert flows["deprecated"] is True
    assert (least["required"], least["schema"], least["example"]) == (True, {"type": "number"}, "1.6")
    assert (thing["schema"]["type"], thing["example"]) == ("array", ["http://example.org/b"])
    rows = document["paths"]["/query/things"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert list(rows["items"]["properties"]) == ["thing", "name", "flow", "lat", "long"]
    assert json.dumps(document).count('"#/components/schemas/Problem"') == 5 * len(FILES)


def test_queries_are_described_as_data():
    queries = read_all((f"sparql/{name}.rq", text) for name, text in FILES.items())
    triples = set(executables(queries.values(), BASE, "http://127.0.0.1/sparql"))
    sh = "http://www.w3.org/ns/shacl#"
    things = "<http://example.org/query/things>"
    rdf_type = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"

    assert (things, rdf_type, f"<{sh}SPARQLSelectExecutable>") in triples
    assert (things, f"<{sh}select>", f'"{FILES["things"]}"') in triples
    assert (things, "<http://www.w3.org/2000/01/rdf-schema#label>", '"Asiat"@fi') in triples
    assert ("<http://example.org/query/any>", rdf_type, f"<{sh}SPARQLAskExecutable>") in triples


def test_the_queries_are_published_as_rdf(client):
    import pyoxigraph

    reply = client.get("/.well-known/sparql-examples", headers={"Accept": "application/n-triples"})
    triples = list(pyoxigraph.parse(reply.data, format=pyoxigraph.RdfFormat.N_TRIPLES))

    assert reply.mimetype == "application/n-triples"
    assert len({triple.subject for triple in triples}) == len(FILES)
    assert client.get("/.well-known/sparql-examples", headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize("parameters", ["limit=0", "offset=-1", "nothing=7"])
def test_a_page_with_wrong_parameters_is_a_page_with_the_status_of_the_error(server, parameters):
    connection = http.client.HTTPConnection(*urlsplit(server).netloc.split(":"), timeout=10)
    connection.request("GET", f"/query/authorities?{parameters}", headers={"Accept": "text/html"})
    reply = connection.getresponse()
    reply.read()
    connection.close()

    assert (reply.status, reply.headers["Cache-Control"]) == (400, "no-store")
