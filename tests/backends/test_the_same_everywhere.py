"""What is served is the same wherever the data are: to the byte, but for the literals that are listed."""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from tests.backends.addresses import addresses
from tests.backends.conftest import Backend
from tests.backends.kinds import FROM_ANYWHERE, KINDS
from twinld.publish.documents import RDF_FORMATS
from twinld.publish.pages import free_pages
from twinld.serve.app import create_app

UNSTEADY = ("Date",)
NOT_ELSEWHERE = ("dumps/", "sitemap", "robots.txt")
"""What there is only where somebody has gone through all of the data."""
OTHER_ELSEWHERE = ("void", ".well-known/void", "catalog", "data/", "statistics/", "openapi.json", "sparql")
"""What says how much there is, where it can be downloaded and how it can be asked, and so says something else."""
STEADY_ELSEWHERE = {"Content-Type", "Content-Language", "Content-Location", "Last-Modified", "Vary"}
QUERIES = (
    "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o",
    "SELECT * { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "ASK { <https://example.org/pumps/id/pump/7> a ?class }",
    FROM_ANYWHERE,
)


def answer(backend: Backend, path: str, accept: str | None) -> tuple[int, dict[str, str], bytes]:
    response = backend.client.get("/" + path, headers={"Accept": accept} if accept else {})
    headers = {name: value for name, value in response.headers.items() if name not in UNSTEADY}
    return response.status_code, headers, response.get_data()


def test_there_are_the_same_addresses(backend: Backend, reference: Backend) -> None:
    if backend.kind.elsewhere:
        missing = set(reference.publication.files) - set(backend.publication.files)

        assert {path for path in missing if not path.startswith(NOT_ELSEWHERE)} == set()
        assert list(free_pages(backend.publication)) == list(free_pages(reference.publication))
    else:
        assert list(addresses(backend.publication)) == list(addresses(reference.publication))


def test_every_address_of_data_elsewhere_says_the_same(backend: Backend, reference: Backend) -> None:
    """The same triples, rows and words; which statement comes first is the store's."""
    if not backend.kind.elsewhere:
        pytest.skip("the next test is stricter")
    other = []
    for path, accept in addresses(reference.publication):
        if not path.startswith((*NOT_ELSEWHERE, *OTHER_ELSEWHERE)):
            status, headers, body = answer(reference, path, accept)
            status_here, headers_here, body_here = answer(backend, path, accept)
            expected = (status, steady(headers), said_in(backend.expected(text(body)), headers))
            if body != body_here and expected != (status_here, steady(headers_here), said_in(text(body_here), headers)):
                other.append((path, accept, status, status_here))

    assert other == []


def text(body: bytes) -> str:
    return body.decode(errors="replace")


def steady(headers: dict[str, str]) -> dict[str, object]:
    """The headers that say the same for data elsewhere; there are no links to dumps."""
    links = {link for link in headers.get("Link", "").split(", ") if "/dumps/" not in link}
    return {name: headers[name] for name in headers.keys() & STEADY_ELSEWHERE} | {"Link": links}


def said_in(body: str, headers: dict[str, str]) -> object:
    """What a document says, whatever the order and the names of blank nodes: triples, else words."""
    media_type = headers.get("Content-Type", "").partition(";")[0]
    if media_type in {each.media_type for each in RDF_FORMATS.values()}:
        triples = ox.Dataset(ox.parse(body.encode(), format=ox.RdfFormat.from_media_type(media_type)))
        triples.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        return {str(quad) for quad in triples}
    without = re.sub(r"<svg.*?</svg>|(?<=\.ttl):\d+|(?<=\.trig):\d+", "", body, flags=re.DOTALL)
    return sorted(re.findall(r"\w[\w.:/%#-]*", without))


def test_every_address_is_answered_with_the_same_bytes(backend: Backend, reference: Backend) -> None:
    if backend.kind.elsewhere:
        pytest.skip("a store keeps no order of statements")
    other = []
    for path, accept in addresses(reference.publication):
        status, headers, body = answer(reference, path, accept)
        status_here, headers_here, body_here = answer(backend, path, accept)
        if backend.kind.literals:
            body, body_here = (backend.expected(each.decode()).encode() for each in (body, body_here))
            for name in ("ETag", "Content-Length"):
                headers.pop(name, None)
                headers_here.pop(name, None)
        if (status, headers, body) != (status_here, headers_here, body_here):
            other.append((path, accept, status, status_here))

    assert other == []


def test_the_endpoint_answers_the_same(backend: Backend, reference: Backend) -> None:
    for query in QUERIES:
        if query in backend.kind.refuses:
            assert backend.get("sparql", query=query).status_code == 400
            continue
        here, there = backend.sparql(query), backend.expected(reference.sparql(query))
        if backend.kind.elsewhere:
            here, there = rows_in(here), rows_in(there)

        assert here == there, query


def rows_in(answer: str) -> list[list[tuple[str, str]]]:
    """The rows of a CSV, whatever the names of blank nodes and the order of the columns and rows of a `SELECT *`.

    Without the graph of canned queries, which nobody pushes.
    """
    rows = csv.DictReader(io.StringIO(re.sub(r"_:\w+", "_:", answer), newline=""))
    return sorted(sorted(row.items()) for row in rows if not row.get("g", "").endswith("/graph/queries"))


@pytest.mark.conformance
def test_all_our_data_are_served_from_disk_as_from_memory(repository: Path, tmp_path: Path) -> None:
    """Every address that is no single document, and each fortieth document, of the repository's own project."""
    project = Path(shutil.copytree(repository, tmp_path / "project", ignore=shutil.ignore_patterns(".*", "tests")))
    with KINDS["memory"].open(project, tmp_path) as read, KINDS["disk"].open(project, tmp_path) as stored:
        memory = Backend("memory", KINDS["memory"], read, create_app(read).test_client())
        disk = Backend("disk", KINDS["disk"], stored, create_app(stored).test_client())
        asked = list(addresses(read, every=40))
        other = [each for each in asked if answer(memory, *each) != answer(disk, *each)]

    assert len(asked) > 1_000
    assert other == []
