"""Signposts: by the Link header alone a machine finds identifier, metadata, data and licence."""

from __future__ import annotations

import re

import pytest


@pytest.fixture(scope="module")
def links(served):
    """Return a function that gives the targets of an address's Link header by relation."""
    from twinld.serve.app import create_app

    client = create_app(served).test_client()

    def of(path: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        header = client.head(path, headers={"Accept": "text/html"}).headers["Link"]
        for target, relation in re.findall(r'<([^>]+)>; rel="([^"]+)"', header):
            found.setdefault(relation, []).append(target)
        return found

    return of


def test_a_document_says_what_to_cite_and_where_its_metadata_are(links):
    found = links("/doc/id/authority/fi-seinajoki")

    assert found["cite-as"] == ["https://w3id.org/twinld/id/authority/fi-seinajoki"]
    assert found["describedby"] == ["/doc/id/authority/fi-seinajoki.ttl"]
    assert found["license"] == ["http://creativecommons.org/licenses/by/4.0/"]
    assert found["type"] == ["https://schema.org/AboutPage"]


def test_the_home_page_leads_to_the_data_set_its_metadata_and_its_files(links):
    found = links("/")

    assert found["cite-as"] == ["https://w3id.org/twinld/catalog#dataset"]
    assert "/catalog.ttl" in found["describedby"]
    assert {"/dumps/twinld.ttl", "/dumps/twinld.nq.gz"} <= set(found["item"])
    assert found["type"] == ["https://schema.org/AboutPage", "https://schema.org/Dataset"]
