"""Our own shapes of the catalogue: a good one passes, and each fault that a harvester drops something for is found."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.publish.conftest import CONFIG
from twinld.publish.catalogue import catalogue_triples
from twinld.publish.catalogue.guard import reasons_of
from twinld.publish.catalogue.terms import iri

DATASET = "<https://w3id.org/twinld/catalog#dataset>"
DUMP = "<https://w3id.org/twinld/catalog#dumps/twinld.ttl>"
CATALOGUE = "<https://w3id.org/twinld/catalog>"
CONTACT = "<https://w3id.org/twinld/catalog#contact>"
PUBLISHER = "<https://w3id.org/twinld/id/organisation/the-twinld-project>"
LICENCE = "<http://creativecommons.org/licenses/by/4.0/>"
SERVICE = "<https://w3id.org/twinld/catalog#sparql>"
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


@pytest.fixture(scope="module")
def good(served):
    return catalogue_triples(served)


def test_our_own_catalogue_is_not_refused(good, served):
    assert reasons_of(good, served.dataset.project.config.portals) == ()


FAULTS = [
    # subject, predicate, what it is replaced by (None: taken away), words of the message
    (CATALOGUE, "dct:title", None, "A catalogue has a title"),
    (CATALOGUE, "dct:publisher", '"City"', "A catalogue has one publisher"),
    (DATASET, "dct:title", None, "CKAN drops the whole source"),
    (DATASET, "dct:description", None, "has a description"),
    (DATASET, "dct:description", '"Short."@en', "50 to 5,000 characters"),
    (DATASET, "dct:identifier", None, "udata skips those without one"),
    (DATASET, "dct:publisher", CONTACT, "Sweden refuses one IRI"),
    (DATASET, "dcat:contactPoint", None, "Configure contact"),
    (DATASET, "dcat:keyword", '"Adults\' Services"@en', "CKAN refuses a data set for a keyword"),
    (DATASET, "dcat:keyword", '"EU/ETA"@en', "CKAN refuses a data set for a keyword"),
    (DATASET, "dcat:keyword", '"a"@en', "CKAN refuses a data set for a keyword"),
    (DATASET, "dcat:keyword", '"magnetic field (earth)"@en', "CKAN refuses a data set for a keyword"),
    (DATASET, "dct:temporal", "<https://example.org/period>", "udata fetches an IRI"),
    (DATASET, "dcat:distribution", "_:distribution", "has a distribution with an IRI"),
    (DUMP, "dcat:accessURL", "<urn:x>", "Configure public-url"),
    (DUMP, "dct:format", "<https://www.iana.org/assignments/media-types/text/turtle>", "EU file-type list"),
    (DUMP, "dcat:mediaType", "<http://www.iana.org/assignments/media-types/text/turtle>", "with https"),
    (DUMP, "dcat:byteSize", f'"1"^^<{INTEGER}>', "nonNegativeInteger"),
    (DUMP, "dct:license", None, "Configure licence"),
    (DUMP, "dcat:downloadURL", "<https://data.example.org/dumps/twinld.nt>", "udata merges those that share one"),
    (SERVICE, "dcat:endpointURL", None, "the URL that it answers at"),
    (SERVICE, "dct:identifier", '"2f0c1a52-7f0e-4b53-9b0c-6c2a7d0f4e61"', "No two data sets or services share"),
    (PUBLISHER, "foaf:name", None, "A publisher has a name"),
    (CONTACT, "vcard:fn", None, "A contact has one name"),
    (CONTACT, "vcard:hasURL", None, "a mail address or a home page"),
    (LICENCE, "rdfs:label", '"CC BY"@en', "CKAN stores the label"),
    (DUMP, "adms:status", "<https://example.org/status>", "leave it out"),
]


@pytest.mark.parametrize(("subject", "predicate", "value", "words"), FAULTS)
def test_each_fault_is_refused_with_its_reason(good, subject, predicate, value, words):
    others = [triple for triple in good if triple[:2] != (subject, iri(predicate))]
    faulty = others if value is None else [*others, (subject, iri(predicate), value)]

    assert any(words in str(reason) for reason in reasons_of(faulty))


@pytest.mark.parametrize(
    ("portal", "words"),
    [
        ("se", "mail address"),
        ("de", "contributor-id"),
        ("de", "catalogue-licence"),
        ("ch", "id@organisation"),
        ("fr", "access-service"),
    ],
)
def test_a_country_is_held_to_its_own_demands_where_it_is_named(good, portal, words):
    assert not any(words in str(reason) for reason in reasons_of(good))
    assert any(words in str(reason) for reason in reasons_of(good, [portal]))


def test_finland_wants_texts_in_finnish(good):
    english = [t for t in good if not (t[0] == DATASET and t[1] == iri("dct:title") and t[2].endswith("@fi"))]

    assert [str(each) for each in reasons_of(english, ["fi"])] == [
        "avoindata.fi wants a title in Finnish. Add fi to title."
    ]


def test_a_build_is_refused_with_the_reason(tmp_path):
    (tmp_path / "data").mkdir()
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    data = f'<https://example.org/pumps/id/7> {label} "Seven"@en , "Seitsemän"@fi .'
    (tmp_path / "data/pumps.ttl").write_text(data, encoding="utf-8")
    (tmp_path / "twinld.toml").write_text(CONFIG + 'keywords = { en = ["R&D"] }\n', encoding="utf-8")
    command = [sys.executable, "-m", "twinld.cli", "build", "--project", tmp_path, "--out", tmp_path / "public"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "CKAN refuses a data set for a keyword" in done.stderr
    assert "R&D" in done.stderr
    assert not (tmp_path / "public").exists()
