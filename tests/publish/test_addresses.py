"""One function from IRI to path and back."""

from __future__ import annotations

import pytest

from twinld.publish.addresses import Addresses

ADDRESSES = Addresses("https://w3id.org/x/", ("en", "fi"))
EXTENSIONS = frozenset({"html", "ttl"})


@pytest.mark.parametrize(
    ("iri", "thing", "document"),
    [
        ("https://w3id.org/x/id/city/nanjing", "id/city/nanjing", "doc/id/city/nanjing"),
        ("https://w3id.org/x/id/city/seinäjoki", "id/city/sein%C3%A4joki", "doc/id/city/sein%C3%A4joki"),
        ("https://w3id.org/x/ns#Term", "ns", "ns"),
        ("https://w3id.org/x/doc/about", "doc/about", "doc/about"),
        ("https://w3id.org/x/a%20b", "a%20b", "doc/a%20b"),
        (
            "http://xmlns.com/foaf/0.1/Agent",
            "doc/iri/http/xmlns.com/foaf/0.1/Agent",
            "doc/iri/http/xmlns.com/foaf/0.1/Agent",
        ),
        (
            "http://www.w3.org/ns/org#Post",
            "doc/iri/http/www.w3.org/ns/org%23Post",
            "doc/iri/http/www.w3.org/ns/org%23Post",
        ),
        ("http://e.org/?q=1", "doc/iri/http/e.org/%3Fq=1", "doc/iri/http/e.org/%3Fq=1"),
        ("urn:isbn:0451450523", "doc/iri/urn/isbn:0451450523", "doc/iri/urn/isbn:0451450523"),
        ("https://w3id.org/x/../../etc/passwd", "%2E%2E/%2E%2E/etc/passwd", "doc/%2E%2E/%2E%2E/etc/passwd"),
    ],
)
def test_an_iri_has_a_path_and_a_document(iri, thing, document):
    assert (ADDRESSES.thing(iri), ADDRESSES.document(iri)) == (thing, document)


@pytest.mark.parametrize(
    "iri",
    [
        "https://w3id.org/x/id/city/nanjing",
        "https://w3id.org/x/id/city/seinäjoki",
        "https://w3id.org/x/id/a%20b",
        "https://w3id.org/x/id/v1.ttl",
        "http://xmlns.com/foaf/0.1/Agent",
        "http://www.w3.org/ns/org#Post",
        "http://e.org/?q=1",
        "urn:isbn:0451450523",
        "https://w3id.org/x/",
        "https://w3id.org/x/id/",
    ],
)
@pytest.mark.parametrize(("extension", "language"), [(None, None), ("ttl", None), ("html", "en"), ("html", "fi")])
def test_every_document_address_leads_back_to_its_iri(iri, extension, language):
    path = ADDRESSES.document(iri, extension, language)

    meant = list(ADDRESSES.targets(path, EXTENSIONS))

    found = [target for target in meant if target.iri == iri and target.document and target.extension == extension]
    assert found, meant
    assert found[0].language == (language if language == "fi" else None)


def test_the_default_language_has_no_tag_in_its_address():
    assert ADDRESSES.document("https://w3id.org/x/ns#T", "html", "en") == "ns.html"
    assert ADDRESSES.document("https://w3id.org/x/ns#T", "html", "fi") == "ns.fi.html"
