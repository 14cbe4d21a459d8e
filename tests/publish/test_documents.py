"""The RDF of a document."""

from __future__ import annotations

import json

import pytest

from twinld.graph.dataset import load
from twinld.publish.documents import RDF_FORMATS, document_of, rdf_document
from twinld.publish.publication import Publication
from twinld.rdf.formats import JSON_LD
from twinld.source.project import open_project

CONTEXT = {"@context": {"label": "http://www.w3.org/2000/01/rdf-schema#label", "en": {"@id": "x:y"}}}


def test_json_ld_has_the_words_of_the_project_s_context(write):
    root = write(
        {
            "twinld.toml": 'base-iri = "https://example.org/"',
            "ontology/context.jsonld": json.dumps(CONTEXT),
            "data/a.ttl": '<https://example.org/a> <http://www.w3.org/2000/01/rdf-schema#label> "A" .',
        }
    )
    publication = Publication.of(load(open_project(root)))

    document = json.loads(rdf_document(publication, document_of(publication, "https://example.org/a"), JSON_LD))

    [node] = document.get("@graph", [document])
    assert node["label"] == "A"


@pytest.mark.parametrize("extension", ["jsonld", "ttl", "nt"])
def test_what_a_document_is_about_stands_first(write, extension):
    """A person reads from the top; names of what it links to come after, in order."""
    text = (
        "@prefix ex: <https://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        'ex:a rdfs:label "A" . ex:b rdfs:label "B" . ex:m ex:to ex:a, ex:b ; rdfs:label "M" .'
    )
    publication = Publication.of(
        load(open_project(write({"twinld.toml": 'base-iri = "https://example.org/"', "data/a.ttl": text})))
    )

    found = rdf_document(publication, document_of(publication, "https://example.org/m"), RDF_FORMATS[extension])

    body = found.decode("utf-8")
    assert body.index('"M"') < body.index('"A"') < body.index('"B"')
