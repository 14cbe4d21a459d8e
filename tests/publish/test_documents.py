"""The RDF of a document."""

from __future__ import annotations

import json

from twinld.graph.dataset import load
from twinld.publish.documents import document_of, rdf_document
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
