"""`twinld.validate` takes data and shapes however they come, and gives findings, a report and a graph."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib

import twinld
from twinld.errors import UsageError

SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://e/> .\n"
DATA = PREFIXES + "ex:a a ex:C ;\n  ex:p 1 , [ ex:q 2 ] .\n"
SHAPES = (
    PREFIXES
    + "ex:S sh:targetClass ex:C ;\n  sh:property [ sh:path ( ex:p ex:q ) ; sh:nodeKind sh:IRI ] ; sh:closed true ."
)


def rdflib_graph(text):
    return rdflib.Graph().parse(data=text, format="turtle")


def store(text):
    made = ox.Store()
    made.load(text.encode(), format=ox.RdfFormat.TURTLE)
    return made


@pytest.mark.parametrize("make", [str, str.encode, rdflib_graph, store, lambda text: ox.Dataset(store(text))])
def test_each_kind_of_source_gives_the_same_findings(make):
    found = twinld.validate(make(DATA), make(SHAPES))

    assert not found.conforms
    assert found.complete
    assert sorted(each.component.rpartition("#")[2] for each in found.findings) == [
        "ClosedConstraintComponent", "ClosedConstraintComponent", "ClosedConstraintComponent",
        "NodeKindConstraintComponent",
    ]  # fmt: skip


def test_files_and_folders_are_read_and_findings_stand_at_their_tokens(tmp_path):
    (tmp_path / "data").mkdir()
    data, shapes = tmp_path / "data" / "a.ttl", tmp_path / "shapes.ttl"
    data.write_text(DATA, "utf-8")
    shapes.write_text(SHAPES.replace(" ; sh:closed true", ""), "utf-8")

    (finding,) = twinld.validate(str(tmp_path / "data"), shapes).findings

    assert finding.place.file == str(data)
    assert (finding.place.start.line, finding.place.start.column) == (3, 19)
    assert (finding.shape.file, finding.shape.line) == (str(shapes), 3)


def test_the_graph_is_a_validation_report_with_the_path_of_the_result():
    graph = twinld.validate(DATA, SHAPES).graph
    paths = [path for path in graph.objects(None, SH.resultPath) if isinstance(path, rdflib.BNode)]

    assert graph.value(graph.value(None, rdflib.RDF.type, SH.ValidationReport), SH.conforms) == rdflib.Literal(False)
    assert len(list(graph.objects(None, SH.result))) == 4
    assert [str(each) for each in rdflib.collection.Collection(graph, paths[0])] == ["http://e/p", "http://e/q"]


def test_data_may_hold_their_shapes_and_syntax_errors_make_it_incomplete():
    found = twinld.validate(DATA + SHAPES.removeprefix(PREFIXES) + "\nex:broken .")

    assert len(found.findings) == 4
    assert not found.complete
    assert [(path, error.line) for path, error in found.errors] == [("<text>", 6)]


def test_a_path_that_is_not_there_and_what_is_no_rdf_are_told():
    with pytest.raises(UsageError, match=r"no such file: nowhere\.ttl"):
        twinld.validate("nowhere.ttl", SHAPES)
    with pytest.raises(UsageError, match="a int is no RDF"):
        twinld.validate(3, SHAPES)
    with pytest.raises(UsageError, match="no such format"):
        twinld.validate(DATA, SHAPES, format="yaml")


def test_text_has_a_line_for_each_finding():
    assert twinld.validate(DATA, SHAPES).text.startswith("<text>:2:6: violation ")
