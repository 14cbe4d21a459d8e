"""Each result stands at the token that is to be mended."""

from __future__ import annotations

import pytest

from twinld.checks.locate import locate
from twinld.rdf.formats import TURTLE
from twinld.rdf.reading import read
from twinld.rdf.terms import TermTable
from twinld.shacl import validate

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://e/> .\n"


KIND = "sh:nodeKind sh:IRI"


def located(data: str, shapes: str, engine: str = "auto"):
    """Return the places of all results: line, column and text of the token, the related ones, and the shape's line."""
    table = TermTable()
    data_file = read(PREFIXES + data, format=TURTLE, table=table, path="data.ttl", blank_prefix="d")
    shape_file = read(PREFIXES + shapes, format=TURTLE, table=table, path="shapes.ttl", blank_prefix="s")
    assert data_file.errors == shape_file.errors == ()
    report = validate(table, [data_file.statements], [shape_file.statements], engine=engine)
    lines = data_file.text.split("\n")

    def shown(place):
        start, end = place.start, place.end
        return start.line, start.column, lines[start.line - 1][start.column - 1 : end.column - 1]

    found = locate(table, [data_file], [shape_file], report.results)
    return sorted((shown(each.place), *(shown(place) for place in each.related), each.shape.line) for each in found)


def shape(constraints: str, path: str = "ex:p") -> str:
    return (
        f"ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property\n  ex:P .\nex:P sh:path {path} ;\n  {constraints} ."
    )


@pytest.mark.parametrize(
    ("data", "shapes", "expected"),
    [
        ("ex:a a ex:C ;\n  ex:p 1 ,\n    'ä友😀', 2 .", shape(KIND), [(3, 8, "1"), (4, 5, "'ä友😀'"), (4, 12, "2")]),
        ("ex:a a ex:C .", shape("sh:minCount 1"), [(2, 8, "ex:C")]),
        ("ex:a a ex:D, ex:C .", shape("sh:hasValue 5"), [(2, 14, "ex:C")]),
        ("ex:b ex:p ex:a .\nex:a a ex:C .", shape("sh:class ex:D", "[ sh:inversePath ex:p ]"), [(2, 1, "ex:b")]),
        ("ex:a a ex:C ; ex:q [\n ex:p 7 ] .", shape("sh:nodeKind sh:IRI", "( ex:q ex:p )"), [(3, 7, "7")]),
        ("ex:a a ex:C ; ex:p 1 .", shape("sh:nodeKind sh:IRI", "[ sh:alternativePath ( ex:q ex:p ) ]"), [(2, 20, "1")]),
        ("ex:a a ex:C ; ex:p ex:b .\nex:b ex:p 4 .", shape(KIND, "[ sh:oneOrMorePath ex:p ]"), [(3, 11, "4")]),
        ("ex:a ex:p ex:b .\nex:b a ex:C .", "ex:S sh:targetObjectsOf ex:p ; sh:class ex:D .", [(3, 1, "ex:b")]),
        ("ex:a ex:p 5 .", "ex:S sh:targetObjectsOf ex:p ; sh:nodeKind sh:IRI .", [(2, 11, "5")]),
        ("ex:a a ex:C ; ex:p 1 .", "ex:S sh:targetClass ex:C ; sh:closed true .", [(2, 6, "a"), (2, 15, "ex:p")]),
    ],
)  # fmt: skip
def test_a_result_stands_at_its_token(data, shapes, expected):
    assert [each[0] for each in located(data, shapes)] == expected


def test_too_many_values_are_reported_at_the_second_with_the_first_beside_it():
    (found,) = located("ex:a a ex:C ; ex:p 1 ;\n ex:p 2 , 3 .", shape("sh:maxCount 1"))

    assert found == ((3, 7, "2"), (2, 20, "1"), (3, 11, "3"), 4)


def test_a_doubled_language_is_reported_at_the_second_value_of_that_language():
    (found,) = located("ex:a a ex:C ; ex:p 'x'@en , 'y'@fi,\n 'z'@EN .", shape("sh:uniqueLang true"))

    assert found[:2] == ((3, 2, "'z'@EN"), (2, 20, "'x'@en"))


def test_the_shape_is_given_with_its_line():
    (found,) = located("ex:a a ex:C .", shape("sh:minCount 1"))

    assert found[-1] == 4
