"""What was answered before is answered again: the same headers and bytes, only for the same wishes."""

from __future__ import annotations

import http.client
import socket
import time
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from twinld.graph.dataset import load
from twinld.publish.publication import Publication
from twinld.serve.app import create_app
from twinld.serve.at_once import read
from twinld.serve.front import Kept, Shelf
from twinld.serve.opening import opened
from twinld.source.project import open_project

WISHES = (
    {},
    {"Accept": "text/turtle"},
    {"Accept": "text/html", "Accept-Language": "fi"},
    {"Accept": "text/html", "Accept-Encoding": "gzip"},
)
PER_ANSWER = {"Date"}


@pytest.fixture
def client(write):
    root = write(
        {
            "twinld.toml": 'base-iri = "https://example.org/"\nlanguages = ["en", "fi"]',
            "data/a.ttl": '<https://example.org/a> <http://www.w3.org/2000/01/rdf-schema#label> "A" ; <x:p> 1.10 .',
        }
    )
    return create_app(Publication.of(load(open_project(root)))).test_client()


@pytest.mark.parametrize("path", ["/doc/a", "/doc/a.ttl", "/", "/void", "/dumps/example.org.nt", "/static/twinld.css"])
@pytest.mark.parametrize("wishes", WISHES)
def test_the_second_answer_is_the_first_one_again(client, path, wishes):
    first, second = client.get(path, headers=wishes), client.get(path, headers=wishes)

    assert (second.status, second.headers, second.data) == (first.status, first.headers, first.data)


def test_an_answer_is_kept_for_the_wishes_it_was_given_for(client):
    turtle = client.get("/doc/a", headers={"Accept": "text/turtle"})
    page = client.get("/doc/a", headers={"Accept": "text/html"})

    assert turtle.mimetype == "text/turtle"
    assert page.mimetype == "text/html"


def test_the_client_that_has_it_is_told_so_as_at_first(client):
    etag = client.get("/doc/a.ttl").headers["ETag"]
    fresh = client.application.wsgi_app.app  # the application behind, which keeps nothing

    kept = client.get("/doc/a.ttl", headers={"If-None-Match": f'"other", W/{etag}'})
    client.application.wsgi_app = fresh
    made = client.get("/doc/a.ttl", headers={"If-None-Match": f'"other", W/{etag}'})

    assert (kept.status_code, kept.data) == (made.status_code, made.data) == (304, b"")
    assert {name for name, _ in kept.headers} == {name for name, _ in made.headers}


def test_head_of_a_kept_answer_has_no_body(client):
    get = client.get("/doc/a.ttl")
    head = client.head("/doc/a.ttl")

    assert (head.data, head.headers["Content-Length"]) == (b"", get.headers["Content-Length"])


def test_errors_pages_with_parameters_and_queries_of_chance_or_time_are_not_kept(client):
    front = client.application.wsgi_app

    for path in ("/doc/a?offset=0", "/nothing", "/health", "/sparql?query=ASK{FILTER(RAND()>0)}",
                 "/sparql?query=SELECT(NOW()AS%20?n){}", "/sparql?query=SELECT(%5Cu004EOW()AS%20?n){}"):  # fmt: skip
        client.get(path)

    assert front.pages.kept == front.queries.kept == {}


def test_a_shelf_keeps_within_its_bounds_and_for_a_time():
    answer = Kept([], [], '"a"', b"x" * 10, time.monotonic() + 60)
    shelf = Shelf(answers=3, bytes=25, largest=10)
    for name in "abcd":
        shelf.keep((name,), answer)
    shelf.keep(("old",), replace(answer, until=time.monotonic()))

    assert list(shelf.kept) == [("d",), ("old",)]
    assert shelf.taken == 20
    assert shelf.find(("d",)) == answer
    assert shelf.find(("old",)) is None


PLAIN = b"GET /doc/a.ttl HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize(
    "request_bytes",
    [
        PLAIN + b"GET / HTTP/1.1\r\n",
        PLAIN.replace(b"Host: a", b"Host: a\r\nHost: b"),
        PLAIN.replace(b"Host: a\r\n", b""),
        PLAIN.replace(b"Host: a", b"Host : a"),
        PLAIN.replace(b"Host: a", b"Host: a\r\nContent-Length: 4"),
        PLAIN.replace(b"Host: a", b"Host: a\r\nTransfer-Encoding: chunked"),
        PLAIN.replace(b"Host: a", b"Host: a\r\n folded: b"),
        PLAIN.replace(b"Host: a", b"Host: a\r\nX_Y: b"),
        PLAIN.replace(b"Host: a", b"Host: a\r\nConnection: close"),
        PLAIN.replace(b"Host: a", b"Host: a\nX: b"),
        PLAIN.replace(b"GET", b"POST"),
        PLAIN.replace(b"/doc", b"http://a/doc"),
        PLAIN.replace(b"1.1", b"1.0"),
        PLAIN[:-2],
    ],
)
def test_what_is_not_plain_is_left_to_the_parser_of_the_server(request_bytes):
    assert read(PLAIN, ("127.0.0.1", 80), ("127.0.0.1", 9)) is not None
    assert read(request_bytes, ("127.0.0.1", 80), ("127.0.0.1", 9)) is None


@pytest.mark.parametrize(
    "path",
    ["/", "/doc/id/authority/fi-seinajoki.ttl", "/dumps/twinld.nt", "/query/authorities.json?limit=3",
     "/sparql?query=ASK%7B%7D", "/doc/id/authority/nowhere"],
)  # fmt: skip
def test_over_one_connection_an_answer_stays_the_same_however_it_is_found(server, path):
    """The first from the application, in a thread; later ones from what is kept, in the loop."""
    connection = http.client.HTTPConnection(*urlsplit(server).netloc.split(":"), timeout=10)
    answers = []
    for _ in range(6):
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        reply = connection.getresponse()
        answers.append((reply.status, [(k, v) for k, v in reply.getheaders() if k != "Date"], reply.read()))
        assert reply.headers["Date"]
    etag = reply.headers.get("ETag")
    for _ in range(2):
        connection.request("GET", path, headers={"Accept-Encoding": "gzip", "If-None-Match": etag or "none"})
        reply = connection.getresponse()
        assert (reply.status, reply.read() if etag else b"") == (304 if etag else 404, b"")
        reply.read()
    connection.close()

    assert answers == [answers[0]] * 6


def test_a_reader_that_is_slow_gets_every_kept_answer_whole(server):
    """More is on its way than the kernel takes: the rest goes by a thread, and the next request after it."""
    place = urlsplit(server)
    request = b"GET /catalog.ttl HTTP/1.1\r\nHost: a\r\n\r\n"
    with socket.create_connection((place.hostname, place.port), timeout=10) as sock:
        stream = sock.makefile("rb")
        sock.sendall(request)
        first = _body(stream)
        for _ in range(REQUESTS):
            sock.sendall(request)
            time.sleep(0.01)
        bodies = [_body(stream) for _ in range(REQUESTS)]

    assert len(first) * REQUESTS > 7_000_000
    assert bodies == [first] * REQUESTS


REQUESTS = 150


def _body(stream) -> bytes:
    length = 0
    while (line := stream.readline().strip()) != b"":
        name, _, value = line.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    return stream.read(length)


def test_another_query_has_another_answer_where_the_server_tells_no_parameters(write):
    root = write({"data/a.ttl": "<https://example.org/a> <https://example.org/p> 1 ."})
    with opened(load(open_project(root))) as publication:
        client = create_app(publication).test_client()
        answers = [
            client.get("/sparql", query_string={"query": f"SELECT ({n} AS ?n) {{}}", "format": "csv"})
            for n in (1, 2, 1)
        ]

    assert [answer.text.split()[1] for answer in answers] == ["1", "2", "1"]
