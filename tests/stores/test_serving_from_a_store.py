"""The project's own data in a store, served from there: the same pages, RDF and answers as from memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.stores.conftest import OxigraphServer
from twinld.graph.dataset import Dataset
from twinld.serve.app import create_app
from twinld.serve.elsewhere import app_of, windows
from twinld.serve.opening import dataset_of, opened
from twinld.source.project import open_project
from twinld.stores.client import connect
from twinld.stores.push import push

PUBLIC_URL = "https://data.example.org/"
CITY = "/doc/id/authority/fi-seinajoki"


@pytest.fixture(scope="module")
def dataset(repository: Path) -> Dataset:
    return dataset_of(open_project(repository))


@pytest.fixture(scope="module")
def local(dataset: Dataset) -> Iterator[FlaskClient]:
    with opened(dataset, public_url=PUBLIC_URL) as publication:
        yield create_app(publication).test_client()


@pytest.fixture(scope="module")
def remote(dataset: Dataset, shared_oxigraph: OxigraphServer) -> Iterator[FlaskClient]:
    with connect(shared_oxigraph.url) as store:
        push(store, dataset)
    yield app_of(windows(dataset.project, shared_oxigraph.url, public_url=PUBLIC_URL)).test_client()


def links(page: str) -> list[str]:
    """The links of a page whatever their order: a store keeps no order of statements."""
    return sorted(set(re.findall(r'href="(\.\./[^"]*)"', page)))


@pytest.mark.parametrize("extension", ["ttl", "jsonld", "rdf", "nt"])
def test_the_rdf_of_a_thing_is_the_same_to_the_byte(extension: str, local: FlaskClient, remote: FlaskClient) -> None:
    path = f"{CITY}.{extension}"
    expected, actual = local.get(path), remote.get(path)

    assert actual.status_code == 200
    assert actual.data == expected.data


def test_a_municipality_has_the_same_partners_on_its_page(local: FlaskClient, remote: FlaskClient) -> None:
    expected, actual = (client.get(f"{CITY}.html").get_data(as_text=True) for client in (local, remote))

    assert len(links(expected)) > 40
    assert links(actual) == links(expected)


@pytest.mark.parametrize("path", ["/query/authorities.csv", "/query/authorities.json", "/browse/", "/queries/"])
def test_what_has_an_order_of_its_own_is_the_same_to_the_byte(
    path: str, local: FlaskClient, remote: FlaskClient
) -> None:
    assert remote.get(path).data == local.get(path).data


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "application/sparql-results+xml"])
def test_an_ask_is_answered_in_the_form_that_is_asked_for(accept: str, local: FlaskClient, remote: FlaskClient) -> None:
    asked = {"query": "PREFIX tw: <https://w3id.org/twinld/ns#>\nASK { ?s a tw:Agreement }"}
    expected, actual = (
        client.get("/sparql", query_string=asked, headers={"Accept": accept}) for client in (local, remote)
    )

    assert (actual.status_code, actual.data) == (200, expected.data)
    assert b"true" in actual.data


def test_the_numbers_are_those_of_the_store(dataset: Dataset, remote: FlaskClient) -> None:
    page = remote.get("/statistics/").get_data(as_text=True)
    authorities = dataset.instances()[dataset.table.ids["<https://w3id.org/twinld/ns#LocalAuthority>"]]

    assert f"{len(dataset.quads):,} statements" in page
    assert f">{authorities}<" in page
    assert f"void:triples {len(dataset.quads)} " in remote.get("/void.ttl").get_data(as_text=True)


def test_what_nobody_knows_is_not_found(remote: FlaskClient) -> None:
    assert remote.get("/doc/id/authority/nowhere.ttl").status_code == 404
