"""The served site over a socket: resources, negotiation, headers, errors."""

from __future__ import annotations

import gzip
import json
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest
import rdflib

from tests.serve.conftest import served

SEINAJOKI = "/id/authority/fi-seinajoki"
DOCUMENT = "/doc/id/authority/fi-seinajoki"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Answer:
    def __init__(self, response: HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()


def request(url: str, path: str, method: str = "GET", **headers: str) -> Answer:
    place = urlsplit(url)
    connection = HTTPConnection(place.hostname, place.port, timeout=30)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = Answer(connection.getresponse())
    connection.close()
    return answer


def test_a_thing_is_a_303_to_its_document(server):
    answer = request(server, SEINAJOKI, Accept="text/turtle")

    assert (answer.status, answer.headers["Location"]) == (303, DOCUMENT)


def test_a_page_without_its_final_slash_leads_to_it(server):
    answer = request(server, "/explore?country=fi", Accept=BROWSER)

    assert (answer.status, answer.headers["Location"]) == (308, "/explore/?country=fi")


@pytest.mark.parametrize(
    ("accept", "media_type", "syntax"),
    [
        ("text/turtle", "text/turtle; charset=utf-8", "turtle"),
        ("application/ld+json", "application/ld+json", "json-ld"),
        ("application/rdf+xml", "application/rdf+xml; charset=utf-8", "xml"),
        ("application/n-triples", "application/n-triples; charset=utf-8", "nt"),
    ],
)
def test_a_document_is_the_same_graph_in_four_formats(server, accept, media_type, syntax):
    answer = request(server, DOCUMENT, Accept=accept)
    turtle = request(server, DOCUMENT + ".ttl")

    graph = rdflib.Graph().parse(answer.body, format=syntax)

    assert (answer.status, answer.headers["Content-Type"]) == (200, media_type)
    assert len(graph) == len(rdflib.Graph().parse(turtle.body, format="turtle")) > 50


def test_a_browser_gets_a_page_in_its_language(server):
    answer = request(server, DOCUMENT, Accept=BROWSER, Accept_Language="fi")

    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Language"] == "fi"
    assert answer.headers["Content-Location"] == DOCUMENT + ".fi.html"
    assert b'<html lang="fi"' in answer.body


def test_what_varies_is_said(server):
    vary = request(server, DOCUMENT).headers["Vary"]

    assert {"Accept", "Accept-Language", "Accept-Encoding"} <= set(vary.split(", "))


def test_a_representation_at_its_own_address_does_not_negotiate(server):
    answer = request(server, DOCUMENT + ".ttl", Accept="text/html")

    assert answer.headers["Content-Type"] == "text/turtle; charset=utf-8"


def test_the_same_bytes_are_not_sent_twice(server):
    first = request(server, DOCUMENT + ".ttl")

    second = request(server, DOCUMENT + ".ttl", If_None_Match=first.headers["ETag"])

    assert (second.status, second.body) == (304, b"")


def test_gzip_has_an_etag_of_its_own(server):
    plain = request(server, DOCUMENT + ".ttl")
    packed = request(server, DOCUMENT + ".ttl", Accept_Encoding="gzip")

    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["ETag"] != plain.headers["ETag"]


@pytest.mark.parametrize("path", ["/", DOCUMENT, DOCUMENT + ".ttl", "/ns", "/catalog", "/sparql", "/dumps/twinld.nt"])
def test_head_is_get_without_a_body(server, path):
    get, head = request(server, path), request(server, path, "HEAD")

    assert (head.status, head.body) == (get.status, b"")
    assert head.headers["Content-Type"] == get.headers["Content-Type"]
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


def test_links_name_the_alternates_and_the_canonical_iri(server):
    links = request(server, DOCUMENT + ".ttl").headers["Link"]

    assert f'<{DOCUMENT}.jsonld>; rel="alternate"; type="application/ld+json"' in links
    assert '<https://w3id.org/twinld/doc/id/authority/fi-seinajoki>; rel="canonical"' in links


def test_anybody_may_read_from_a_browser(server):
    headers = request(server, DOCUMENT).headers

    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Content-Location" in headers["Access-Control-Expose-Headers"]


def test_nothing_known_is_404_before_any_redirect_as_a_problem_with_a_sentence(server):
    answer = request(server, "/id/authority/nowhere", Accept="application/json")

    assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert json.loads(answer.body)["detail"]


def test_nothing_known_is_a_page_for_a_browser(server):
    answer = request(server, "/id/authority/nowhere", Accept=BROWSER)

    assert (answer.status, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_nothing_acceptable_is_406_with_what_there_is(server):
    answer = request(server, DOCUMENT, Accept="image/png")

    assert answer.status == 406
    assert b"text/turtle" in answer.body


def test_another_method_is_405_and_says_which_are_allowed(server):
    answer = request(server, DOCUMENT, "DELETE")

    assert (answer.status, "GET" in answer.headers["Allow"]) == (405, True)


@pytest.mark.parametrize(
    "path", ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/static/../../pyproject.toml", "/doc/..%2f..%2fx"]
)
def test_no_path_leads_out_of_the_site(server, path):
    assert request(server, path).status == 404


def test_the_vocabulary_answers_at_its_namespace(server):
    graph = rdflib.Graph().parse(request(server, "/ns", Accept="text/turtle").body, format="turtle")

    assert (rdflib.URIRef("https://w3id.org/twinld/ns#Agreement"), None, None) in graph


def test_every_page_forbids_foreign_code(server):
    policy = request(server, "/", Accept=BROWSER).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


FOREIGN = """\
@prefix ex: <http://data.example/things/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:träd ex:price "1.10"^^xsd:decimal ; ex:seen "2012-02-21Z"^^xsd:date ; ex:by <http://other.example/#me> .
ex:fisk ex:by <http://other.example/#me> .
ex:sten ex:by <http://other.example/#me> .
<http://other.example/#me> ex:says "<script>alert(1)</script>" .
"""


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    folder = tmp_path_factory.mktemp("foreign")
    (folder / "things.ttl").write_text(FOREIGN)
    with served("things.ttl", cwd=folder) as url:
        yield url


def test_any_file_is_served_under_the_base_that_its_subjects_share(foreign):
    answer = request(foreign, "/tr%C3%A4d", Accept="text/turtle")

    assert (answer.status, answer.headers["Location"]) == (303, "/doc/tr%C3%A4d")


def test_lexical_forms_come_out_as_they_were_written(foreign):
    for extension in ("ttl", "nt", "jsonld", "rdf", "html"):
        body = request(foreign, f"/doc/tr%C3%A4d.{extension}").body

        assert b"1.10" in body, extension
        assert b"2012-02-21Z" in body, extension


def test_an_iri_outside_the_base_has_a_page_too(foreign):
    answer = request(foreign, "/doc?iri=http%3A%2F%2Fother.example%2F%23me")
    page = request(foreign, answer.headers["Location"], Accept=BROWSER)

    assert answer.status == 303
    assert page.status == 200
    assert b"<script>alert" not in page.body


def test_a_taken_port_is_an_error_when_it_was_asked_for_and_else_the_next_is_used(server, tmp_path):
    port = urlsplit(server).port
    with pytest.raises(pytest.fail.Exception), served("--port", port, cwd=tmp_path):
        pass
    with served(cwd=tmp_path) as other:
        assert urlsplit(other).port != port


TURTLE, HTML, RDF_XML, JSON_LD = "text/turtle", "text/html", "application/rdf+xml", "application/ld+json"
NEGOTIATED = [
    (DOCUMENT, 'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', JSON_LD),
    (DOCUMENT, "text/turtle;charset=utf-8", TURTLE),
    (DOCUMENT, "application/xml", RDF_XML),
    (DOCUMENT, "text/turtle;q=0.5, application/ld+json", JSON_LD),
    (DOCUMENT, "text/turtle;q=0, */*;q=0.1", JSON_LD),
    (DOCUMENT, "text/*;q=0.3, text/html;q=0.7, application/rdf+xml;q=0.5", HTML),
    (DOCUMENT, "nonsense, ;q=1, text/turtle", TURTLE),
    (DOCUMENT, "text/turtle;q=high, application/rdf+xml", RDF_XML),
    (DOCUMENT, None, TURTLE),
    (DOCUMENT, "*/*", TURTLE),
    (DOCUMENT, BROWSER, HTML),
    ("/catalog", None, TURTLE),
    ("/catalog", "*/*", TURTLE),
    ("/catalog", BROWSER, HTML),
    ("/ns", None, TURTLE),
    ("/ns", "*/*", TURTLE),
    ("/ns", BROWSER, HTML),
    ("/", None, HTML),
    ("/", "*/*", HTML),
    ("/", BROWSER, HTML),
    ("/explore/", "*/*", HTML),
]


@pytest.mark.parametrize(("path", "accept", "media_type"), NEGOTIATED)
def test_every_case_of_negotiation(server, path, accept, media_type):
    answer = request(server, path, **({"Accept": accept} if accept else {}))

    assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (200, media_type)
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert answer.headers["Cache-Control"] == "public, max-age=300, must-revalidate"
    assert answer.headers["ETag"].startswith('"')


def test_what_must_not_be_kept_says_so(server):
    query = request(server, "/sparql?query=ASK%7B%7D").headers["Cache-Control"]
    unknown = request(server, "/id/nothing").headers["Cache-Control"]

    assert (query, unknown) == ("no-cache", "no-store")


def test_the_day_of_a_document_is_that_of_the_data_or_none(server):
    told = request(server, DOCUMENT + ".ttl").headers["Last-Modified"]
    style = request(server, "/static/pages.css").headers["Last-Modified"]

    assert told is not None and told.endswith("GMT")
    assert style is None


def test_what_was_retired_is_410(write):
    root = write(
        {
            "twinld.toml": 'base-iri = "https://example.org/"\nretired = ["https://example.org/old"]\n',
            "data/a.ttl": "<https://example.org/a> <https://example.org/p> 1 .\n",
        }
    )
    with served("--force", cwd=root) as url:
        statuses = {path: request(url, path).status for path in ("/old", "/a", "/never")}

    assert statuses == {"/old": 410, "/a": 303, "/never": 404}
