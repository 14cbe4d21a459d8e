"""The catalogue, point by point of what portals require; the numbers are those of docs/catalogue.md."""

from __future__ import annotations

import json
import re
import uuid

import pytest
import rdflib
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, XSD

from tests.publish.conftest import CONFIG
from twinld.publish.catalogue import FORMATS, NoCatalogueError, catalogue, missing
from twinld.rdf.formats import JSON_LD, RDF_XML, TURTLE

VCARD = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")
URL = "https://data.example.org/"
FOREIGN = "http://publications.europa.eu/"


@pytest.fixture(scope="module")
def graph(served):
    return rdflib.Graph().parse(data=catalogue(served, TURTLE).body)


@pytest.fixture(scope="module")
def client(served):
    """A client of the application that serves the repository's own project."""
    from twinld.serve.app import create_app

    return create_app(served).test_client()


def items(graph):
    """Return every dataset and data service."""
    return [*graph.subjects(RDF.type, DCAT.Dataset), *graph.subjects(RDF.type, DCAT.DataService)]


PATHS = ("/catalog", "/catalog.ttl", "/catalog.rdf", "/catalog.jsonld", "/void.ttl", "/dumps/twinld.ttl")


@pytest.mark.parametrize("path", ["/catalog", "/catalog.ttl", "/void.ttl", "/dumps/twinld.ttl"])
def test_1_turtle_says_that_it_is_utf_8(client, path):
    assert client.get(path).headers["Content-Type"] == "text/turtle; charset=utf-8"


@pytest.mark.parametrize("path", PATHS)
def test_2_and_3_head_is_answered_without_a_redirect_like_get(client, path):
    head, get = client.head(path), client.get(path)

    assert (head.status_code, get.status_code) == (200, 200)
    assert head.headers["Content-Type"] == get.headers["Content-Type"]


def test_3_head_of_the_endpoint_without_a_query_is_good(client):
    assert client.head("/sparql").status_code == 200


def test_4_each_serialization_has_an_address_of_its_own_with_the_same_graph(served):
    names = {RDF_XML: "xml", TURTLE: "turtle", JSON_LD: "json-ld"}

    graphs = [rdflib.Graph().parse(data=catalogue(served, each).body, format=names[each]) for each in FORMATS]

    assert {catalogue(served, each).path for each in FORMATS} == {"catalog.ttl", "catalog.rdf", "catalog.jsonld"}
    assert len({len(graph) for graph in graphs}) == 1


def test_5_every_dataset_and_service_has_a_uuid_of_its_own(graph):
    found = [str(graph.value(item, DCTERMS.identifier)) for item in items(graph)]

    assert [str(uuid.UUID(each)) for each in found] == found
    assert len(set(found)) == len(found) > 4


def test_5_identifiers_stay_when_title_and_place_change(project):
    config = (
        'base-iri = "https://example.org/pumps/"\nlicence = "https://e.example/l"\ntitle = "{}"\ndescription = "D"\n'
    )
    agents = 'publisher = { name = "P" }\ncontact = { name = "C" }\n'
    found = [
        rdflib.Graph()
        .parse(data=catalogue(project(config.format(title) + agents), TURTLE).body)
        .value(rdflib.URIRef("https://e.example/p/catalog#dataset"), DCTERMS.identifier)
        for title in ("One", "Two")
    ]

    assert found[0] == found[1]


def test_6_only_periods_are_blank_nodes(graph):
    blank = {node for triple in graph for node in triple if isinstance(node, rdflib.BNode)}

    assert {graph.value(node, RDF.type) for node in blank} == {DCTERMS.PeriodOfTime}


def test_7_every_referenced_resource_has_its_type_in_the_file(graph):
    predicates = (
        DCTERMS.license,
        DCTERMS["format"],
        DCAT.mediaType,
        DCTERMS.language,
        DCAT.theme,
        DCTERMS.accrualPeriodicity,
        DCTERMS.spatial,
        DCAT.landingPage,
        DCTERMS.conformsTo,
        DCTERMS.rights,
        DCTERMS.accessRights,
        DCTERMS.publisher,
        DCAT.contactPoint,
    )

    untyped = {o for p in predicates for o in graph.objects(None, p) if graph.value(o, RDF.type) is None}

    assert untyped == set()


def test_7_agents_have_both_their_types(graph):
    publisher = next(graph.objects(None, DCTERMS.publisher))
    contact = next(graph.objects(None, DCAT.contactPoint))

    assert set(graph.objects(publisher, RDF.type)) == {FOAF.Agent, FOAF.Organization}
    assert set(graph.objects(contact, RDF.type)) == {VCARD.Kind, VCARD.Organization}


def test_8_the_licence_has_a_title_that_ckan_knows_and_no_label(graph):
    licence = rdflib.URIRef("http://creativecommons.org/licenses/by/4.0/")

    assert str(graph.value(licence, DCTERMS.title)) == "Creative Commons Attribution"
    assert graph.value(licence, RDFS.label) is None


def test_8_a_portal_may_have_its_own_licence_iri(project):
    german = "http://dcat-ap.de/def/licenses/cc-by/4.0"
    found = rdflib.Graph().parse(data=catalogue(project(f'{CONFIG}catalogue-licence = "{german}"\n'), TURTLE).body)

    assert set(found.objects(None, DCTERMS.license)) == {rdflib.URIRef(german)}


def test_9_no_two_distributions_share_a_url(graph):
    urls = list(graph.objects(None, DCAT.downloadURL))

    assert len(urls) == len(set(urls)) > 40


def test_10_one_distribution_names_the_endpoint_as_its_service(graph):
    assert len(list(graph.subject_objects(DCAT.accessService))) == 1


def test_10_the_access_service_can_be_switched_off(served):
    from dataclasses import replace

    project = served.dataset.project
    silent = replace(project, config=replace(project.config, access_service=False))
    publication = replace(served, dataset=replace(served.dataset, project=silent))

    found = rdflib.Graph().parse(data=catalogue(publication, TURTLE).body)

    assert not list(found.subject_objects(DCAT.accessService))


def test_11_sizes_are_non_negative_integers(graph):
    assert {size.datatype for size in graph.objects(None, DCAT.byteSize)} == {XSD.nonNegativeInteger}


def test_11_sizes_are_those_of_the_files(graph, client):
    distribution = rdflib.URIRef("https://w3id.org/twinld/catalog#dumps/twinld-concepts.ttl")
    size = int(graph.value(distribution, DCAT.byteSize))

    assert size == len(client.get("/dumps/twinld-concepts.ttl").data)


def test_12_checksum_and_status_are_left_out(graph):
    assert not [p for p in graph.predicates() if "spdx" in p or p.endswith("adms#status")]


# 13, full marks of the quality method, is tests/publish/test_catalogue_suites.py


def test_14_the_format_is_the_property_and_not_a_method_of_python(graph):
    formats = set(graph.objects(None, rdflib.URIRef("http://purl.org/dc/terms/format")))

    assert formats
    assert all(str(each).startswith(FOREIGN + "resource/authority/file-type/") for each in formats)


def test_a_gzipped_dump_keeps_the_format_of_what_it_packs(graph):
    packed = rdflib.URIRef("https://w3id.org/twinld/catalog#dumps/twinld.ttl.gz")

    assert str(graph.value(packed, DCTERMS["format"])).endswith("/RDF_TURTLE")
    assert str(graph.value(packed, DCAT.compressFormat)).endswith("/application/gzip")


def test_iris_are_canonical_and_urls_those_of_the_deployment(graph):
    assert all(str(each).startswith("https://w3id.org/twinld/catalog#") for each in items(graph))
    assert all(str(each).startswith(URL) for each in graph.objects(None, DCAT.downloadURL))


def test_every_text_has_every_language_once(graph):
    dataset = rdflib.URIRef("https://w3id.org/twinld/catalog#dataset")

    for predicate in (DCTERMS.title, DCTERMS.description):
        assert sorted(text.language for text in graph.objects(dataset, predicate)) == ["en", "fi", "sv"]


def test_keywords_are_what_ckan_takes(graph):
    assert all(re.fullmatch(r"[\w .-]{2,100}", word) for word in graph.objects(None, DCAT.keyword))


def test_the_json_ld_context_is_inside(served):
    document = json.loads(catalogue(served, JSON_LD).body)

    assert isinstance(document["@context"], dict)


def test_the_catalogue_is_the_same_twice(served):
    assert catalogue(served, TURTLE).body == catalogue(served, TURTLE).body


def test_without_publisher_and_contact_there_is_no_catalogue(project):
    publication = project('title = "Pumps"\nbase-iri = "https://example.org/pumps/"\n')

    assert missing(publication) == ("description", "publisher", "contact", "licence")
    with pytest.raises(NoCatalogueError, match="publisher"):
        catalogue(publication, TURTLE)


def test_a_built_site_names_no_service(own):
    found = rdflib.Graph().parse(data=catalogue(own, TURTLE).body)

    assert not list(found.subjects(RDF.type, DCAT.DataService))


def test_an_identifier_can_have_the_form_that_a_portal_wants(project):
    config = CONFIG + 'identifier-template = "{identifier}@works-of-example"\n'
    found = rdflib.Graph().parse(data=catalogue(project(config), TURTLE).body)

    assert all(str(each).endswith("@works-of-example") for each in found.objects(None, DCTERMS.identifier))
