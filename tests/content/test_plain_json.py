"""The JSON-LD of the project's things reads like a plain API: words for keys, no prefixes, what it is about first."""

import json
from pathlib import Path

import pytest

from twinld.derive.rules import derive
from twinld.graph.dataset import load
from twinld.publish.documents import document_of, documents, rdf_document
from twinld.publish.publication import Publication
from twinld.rdf.formats import JSON_LD
from twinld.source.project import open_project

ROOT = Path(__file__).resolve().parents[2]
ID = "https://w3id.org/twinld/id/"
EVERY = 7  # one document of so many is read: all kinds of thing are among them, in a second


@pytest.fixture(scope="module")
def publication() -> Publication:
    return Publication.of(derive(load(open_project(ROOT))))


def first_node(publication: Publication, iri: str) -> dict[str, object]:
    document = json.loads(rdf_document(publication, document_of(publication, iri), JSON_LD))
    return document.get("@graph", [document])[0]


def test_nanjing_stands_first_in_its_document_under_plain_words(publication):
    found = first_node(publication, f"{ID}authority/cn-nanjing")

    assert found["@id"] == "authority:cn-nanjing"
    assert found["@type"] == "LocalAuthority"
    assert found["name"]["zh"] == "南京"
    assert found["sameAs"] == "wd:Q16666"
    assert "authority:de-leipzig" in found["twinnedWith"]


def test_no_key_has_a_prefix(publication):
    iris = [iri for iri in documents(publication) if iri.startswith(ID)][::EVERY]

    prefixed = {key for iri in iris for key in first_node(publication, iri) if ":" in key}
    assert prefixed == set()
