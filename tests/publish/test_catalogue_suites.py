"""What others hold a catalogue against: the official shapes, Germany's and Finland's, the EU's quality method."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
import rdflib
from rdflib.namespace import SH

from tests.publish.mqa import FULL, Vocabularies, datasets, of_distribution, points
from twinld.publish.catalogue import FORMATS, catalogue

SHAPES = {
    "base": "shapes-3.0.1/shapes.ttl",
    "ranges": "shapes-3.0.1/range.ttl",
    "vocabularies": "shapes-3.0.1/mdr-vocabularies.shape.ttl",
    "deprecated": "shapes-3.0.1/deprecateduris.ttl",
    "recommendations": "shapes-3.0.1/shapes_recommended.ttl",
    "germany": "shapes-de-3.0/dcat-ap-spec-german-additions.ttl",
    "germany, deprecated": "shapes-de-3.0/dcat-ap-de-deprecated.ttl",
    "finland": "shapes-fi/avoindata_dcat-ap_shacl.ttl",
}


@pytest.fixture(scope="module")
def graph(served):
    """The catalogue of the repository's own project, services included."""
    return rdflib.Graph().parse(data=catalogue(served, FORMATS[0]).body)


@pytest.fixture(scope="module")
def results(graph, third_party):
    """Return a function that validates the catalogue and gives severity, path and component of each result."""
    import pyshacl

    concepts = rdflib.Graph().parse(third_party / "dcat-ap/vocab/authority-concepts.ttl")

    def validate(name):
        shapes = rdflib.Graph().parse(third_party / "dcat-ap" / SHAPES[name])
        data = graph + concepts if name == "vocabularies" else graph
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
        tops = report.objects(None, SH.result)
        return [tuple(_last(report.value(top, p)) for p in PARTS) for top in tops]

    return validate


PARTS = (SH.resultSeverity, SH.resultPath, SH.sourceConstraintComponent)


def _last(node):
    return str(node).rpartition("#")[2].rpartition("/")[2]


@pytest.mark.parametrize("name", ["base", "ranges", "deprecated", "germany", "germany, deprecated"])
def test_the_official_shapes_find_nothing(results, name):
    assert results(name) == []


def test_the_vocabulary_shapes_only_warn_that_the_publisher_is_no_body_of_the_eu(results):
    found = set(results("vocabularies"))

    assert found == {("Warning", "publisher", "NodeConstraintComponent")}


def test_of_what_is_recommended_only_an_end_and_the_geometry_of_countries_are_missing(results):
    assert {path for _, path, _ in results("recommendations")} <= {"endDate", "bbox", "centroid"}


def test_the_finnish_shapes_find_only_the_datatype_that_dcat_ap_3_forbids(results):
    assert set(results("finland")) == {("Violation", "byteSize", "DatatypeConstraintComponent")}


@pytest.fixture(scope="module")
def reachable(served):
    """Return what tells whether HEAD of a URL of the deployment is answered with 200 to 399, by the real server."""
    from twinld.serve.app import create_app

    client = create_app(served).test_client()

    def check(url):
        path = urlsplit(url)
        assert url.startswith(served.public_url)
        return 200 <= client.head(path.path).status_code < 400

    return check


@pytest.fixture(scope="module")
def vocabularies(third_party):
    return Vocabularies.read(third_party / "dcat-ap/vocab")


def test_every_dataset_has_full_marks_in_the_quality_method_of_data_europa_eu(graph, vocabularies, reachable, results):
    strictest = [r for name in ("base", "ranges", "vocabularies") for r in results(name) if r[0] == "Violation"]

    marks = {
        str(dataset): sum(points(graph, dataset, vocabularies, reachable, conforms=not strictest).values())
        for dataset in datasets(graph)
    }

    assert len(marks) == 4
    assert set(marks.values()) == {FULL}


def test_no_distribution_lacks_anything_so_that_averages_are_full_too(graph, vocabularies):
    best = 50 + 20 + 30 + 20 + 10 + 10 + 20 + 20 + 20 + 10 + 5 + 5 + 5 + 5

    lacking = {
        str(distribution): found
        for distribution in graph.objects(None, rdflib.DCAT.distribution)
        if sum((found := of_distribution(graph, distribution, vocabularies, lambda _: True)).values()) != best
    }

    assert lacking == {}
