"""VoID says how much of what there is; each number is counted again here, by other means."""

from __future__ import annotations

import pytest
import rdflib
from rdflib import RDF
from rdflib.namespace import VOID

from twinld.publish.dumps import dumps
from twinld.publish.void import void
from twinld.rdf.formats import TURTLE

DATASET = rdflib.URIRef("https://w3id.org/twinld/catalog#dataset")


@pytest.fixture(scope="module")
def graph(served):
    return rdflib.Graph().parse(data=void(served, TURTLE).body)


@pytest.fixture(scope="module")
def data(served):
    return rdflib.Graph().parse(data=dumps(served)["dumps/twinld.nt"]().body, format="nt")


def test_triples_subjects_and_objects_are_counted(graph, data):
    assert int(graph.value(DATASET, VOID.triples)) == len(data)
    assert int(graph.value(DATASET, VOID.distinctSubjects)) == len(set(data.subjects()))
    assert int(graph.value(DATASET, VOID.properties)) == len(set(data.predicates()))


def test_each_class_has_its_number_of_entities(graph, data):
    found = {
        graph.value(part, VOID["class"]): int(graph.value(part, VOID.entities))
        for part in graph.objects(DATASET, VOID.classPartition)
    }

    assert found == {each: len(set(data.subjects(RDF.type, each))) for each in set(data.objects(None, RDF.type))}


def test_each_property_has_its_number_of_triples(graph, data):
    found = {
        graph.value(part, VOID.property): int(graph.value(part, VOID.triples))
        for part in graph.objects(DATASET, VOID.propertyPartition)
    }

    assert found == {each: len(list(data.triples((None, each, None)))) for each in set(data.predicates())}


def test_links_to_wikidata_are_a_linkset(graph):
    targets = {
        str(graph.value(graph.value(link, VOID.objectsTarget), VOID.uriSpace))
        for link in graph.subjects(RDF.type, VOID.Linkset)
    }

    assert "http://www.wikidata.org/entity/" in targets
    assert "http://www.w3.org/2004/02/skos/core#" not in targets


def test_every_named_graph_is_a_subset_with_its_dumps(graph, served):
    graphs = {rdflib.URIRef(f"https://w3id.org/twinld/{file.source.graph_path}") for file in served.dataset.files}

    assert graphs <= set(graph.objects(DATASET, VOID.subset))
    assert all(graph.value(each, VOID.dataDump) for each in graphs)


def test_the_endpoint_is_named_where_there_is_one(graph, own):
    without = rdflib.Graph().parse(data=void(own, TURTLE).body)

    assert str(graph.value(DATASET, VOID.sparqlEndpoint)) == "https://data.example.org/sparql"
    assert without.value(DATASET, VOID.sparqlEndpoint) is None
