"""What was answered before is answered again: the same headers and bytes, only for the same wishes."""

from __future__ import annotations

import pytest

from twinld.graph.dataset import load
from twinld.publish.publication import Publication
from twinld.serve.app import create_app
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


def test_parameters_errors_and_queries_are_not_kept(client):
    front = client.application.wsgi_app

    for path in ("/doc/a?offset=0", "/nothing", "/health", "/sparql?query=ASK{}"):
        client.get(path)

    assert front._kept == {}
