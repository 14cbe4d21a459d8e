"""The version IRI of an ontology is an address too: it answers with the terms of that version."""

import pytest

from twinld.publish.documents import JSON_LD, TURTLE, document_of, documents, find, represent
from twinld.publish.site import build

BASE = "https://example.org/pumps/"
DATA = """@prefix owl: <http://www.w3.org/2002/07/owl#> .
<https://example.org/pumps/ns> a owl:Ontology ; owl:versionIRI <https://example.org/pumps/ns/1.2.0> .
<https://example.org/pumps/ns#Pump> a owl:Class .
"""
ELSEWHERE = DATA.replace("<https://example.org/pumps/ns/1.2.0>", "<https://elsewhere.org/ns/1.2.0>")
DESCRIBED = DATA + "<https://example.org/pumps/ns/1.2.0> a owl:Ontology .\n"


@pytest.fixture
def publication(project):
    return project(data=DATA)


def test_a_version_iri_is_answered_without_a_redirect(publication):
    found = find(publication, "ns/1.2.0")

    assert (found.target.iri, found.redirect) == (f"{BASE}ns/1.2.0", None)


@pytest.mark.parametrize("extension", [TURTLE.extension, JSON_LD.extension])
def test_a_version_has_the_same_rdf_as_its_ontology(publication, extension):
    version = represent(publication, document_of(publication, f"{BASE}ns/1.2.0"), extension)
    ontology = represent(publication, document_of(publication, f"{BASE}ns"), extension)

    assert version.path == f"ns/1.2.0.{extension}"
    assert version.body == ontology.body
    assert b"Pump" in version.body


def test_a_version_leads_to_the_latest_one(publication):
    version = represent(publication, document_of(publication, f"{BASE}ns/1.2.0"), "ttl")

    assert [link.target for link in version.links if link.relation == "latest-version"] == ["ns"]
    assert [link.target for link in version.links if link.relation == "cite-as"] == [f"{BASE}ns/1.2.0"]


def test_a_version_has_a_page_with_the_terms(publication):
    page = represent(publication, document_of(publication, f"{BASE}ns/1.2.0"), "html")

    assert page.path == "ns/1.2.0.html"
    assert b'id="Pump"' in page.body


def test_a_version_is_built_as_files(publication, tmp_path):
    built = {file.path for file in build(publication, tmp_path / "public").files}

    assert {"ns.ttl", "ns/1.2.0.ttl", "ns/1.2.0.html", "ns/1.2.0/index.html"} <= built


@pytest.mark.parametrize("data", [ELSEWHERE, DESCRIBED])
def test_a_version_that_is_elsewhere_or_described_by_itself_stays_what_it_is(project, data):
    publication = project(data=data)

    assert publication.versions == {}
    assert f"{BASE}ns" in list(documents(publication))
