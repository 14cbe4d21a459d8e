"""A planted fault of every component and form of path is reported at its token, whatever stands around it.

In the data `«` and `»` enclose the token that must be reported; they are taken out before the data are read.
"""

from __future__ import annotations

import pytest

from twinld.checks.locate import locate
from twinld.rdf.formats import TURTLE
from twinld.rdf.reading import read
from twinld.rdf.terms import TermTable
from twinld.shacl import validate

PREFIXES = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://e/> . "
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
)
QUERY = "SELECT $this ?value WHERE { $this <http://e/p> ?value FILTER(isLiteral(?value)) }"

# constraint on ex:p of the instances of ex:C -> data with one fault
FAULTS = {
    "sh:class ex:D": "ex:a a ex:C ; ex:p «ex:b» , ex:d . ex:d a ex:D .",
    "sh:datatype xsd:date": 'ex:a a ex:C ; ex:p "2012-02-29"^^xsd:date , «"2011-02-29"^^xsd:date» .',
    "sh:nodeKind sh:IRI": "ex:a a ex:C ; ex:p ex:b , «'''two\nlines'''@en» .",
    "sh:minExclusive 5": "ex:a a ex:C ; ex:p 7 , «5.0» .",
    "sh:minInclusive 5": "ex:a a ex:C ; ex:p 7 , «4e0» .",
    "sh:maxExclusive 5": "ex:a a ex:C ; ex:p 4 , «5» .",
    "sh:maxInclusive 5": "ex:a a ex:C ; ex:p 5 , «+6.5» .",
    "sh:minLength 3": 'ex:a a ex:C ; ex:p "abc" , «"ä友"» .',
    "sh:maxLength 3": 'ex:a a ex:C ; ex:p "abc" , «"ä友😀e\u0301"@fi» .',
    'sh:pattern "^a"': "ex:a a ex:C ; ex:p 'abc' , «'''b\\'c'''» .",
    'sh:languageIn ( "en" )': 'ex:a a ex:C ; ex:p "x"@en-GB , «"x"@fi» .',
    "sh:uniqueLang true": 'ex:a a ex:C ; ex:p "x"@en , «"y"@EN» .',
    "sh:minCount 2": "ex:a a «ex:C» ; ex:p ex:b .",
    "sh:maxCount 1": "ex:a a ex:C ; ex:p ex:b , «ex:c» .",
    "sh:hasValue ex:h": "ex:a a «ex:C» ; ex:p ex:b .",
    "sh:in ( ex:x 1 )": "ex:a a ex:C ; ex:p ex:x , 1 , «01» .",
    "sh:equals ex:q": "ex:a a ex:C ; ex:p ex:b , «ex:c» ; ex:q ex:b .",
    "sh:disjoint ex:q": "ex:a a ex:C ; ex:q ex:b ; ex:p «ex:b» , ex:c .",
    "sh:lessThan ex:q": "ex:a a ex:C ; ex:q 5 ; ex:p «6» , 4 .",
    "sh:lessThanOrEquals ex:q": "ex:a a ex:C ; ex:q 5 ; ex:p «6» , 5 .",
    "sh:not [ sh:class ex:D ]": "ex:a a ex:C ; ex:p «ex:d» , ex:b . ex:d a ex:D .",
    "sh:node [ sh:class ex:D ]": "ex:a a ex:C ; ex:p «ex:b» , ex:d . ex:d a ex:D .",
    "sh:and ( [ sh:nodeKind sh:IRI ] [ sh:class ex:D ] )": "ex:a a ex:C ; ex:p «ex:b» , ex:d . ex:d a ex:D .",
    "sh:or ( [ sh:nodeKind sh:Literal ] [ sh:class ex:D ] )": "ex:a a ex:C ; ex:p «ex:b» , 1 , ex:d . ex:d a ex:D .",
    "sh:xone ( [ sh:nodeKind sh:IRI ] [ sh:class ex:D ] )": "ex:a a ex:C ; ex:p «ex:d» , ex:b . ex:d a ex:D .",
    "sh:property [ sh:path ex:q ; sh:nodeKind sh:IRI ]": "ex:a a ex:C ; ex:p [ ex:q ex:b , «1» ] .",
    "sh:qualifiedValueShape [ sh:class ex:D ] ; sh:qualifiedMinCount 1": "ex:a a «ex:C» ; ex:p ex:b .",
    "sh:qualifiedValueShape [ sh:class ex:D ] ; sh:qualifiedMaxCount 0": "ex:a a «ex:C» ; ex:p ex:d . ex:d a ex:D .",
    "sh:closed true ; sh:ignoredProperties ( ex:q )": "ex:a a ex:C ; ex:p [ ex:q 1 ; «ex:r» 2 ] .",
    f'sh:sparql [ sh:select "{QUERY}" ]': 'ex:a a ex:C ; ex:p ex:b , «"1.10"^^xsd:decimal» .',
}
# path of a property shape with sh:nodeKind sh:IRI, or sh:class where a subject cannot be a literal
PATHS = {
    "ex:p": "ex:a a ex:C ; ex:p «1» .",
    "[ sh:inversePath ex:p ]": "«ex:b» ex:p ex:a . ex:a a ex:C .",
    "( ex:p ex:q )": "ex:a a ex:C ; ex:p [ ex:q «1» ] .",
    "[ sh:alternativePath ( ex:q ex:p ) ]": "ex:a a ex:C ; ex:p «1» .",
    "[ sh:zeroOrMorePath ex:p ]": "ex:a a ex:C , ex:D ; ex:p ex:m . ex:m a ex:D ; ex:p «1» .",
    "[ sh:oneOrMorePath ex:p ]": "ex:a a ex:C ; ex:p ex:m . ex:m a ex:D ; ex:p «1» .",
    "[ sh:zeroOrOnePath ex:p ]": "ex:a a ex:C , ex:D ; ex:p «1» .",
    "( [ sh:inversePath ex:q ] [ sh:zeroOrOnePath ex:p ] )": "ex:m a ex:D ; ex:q ex:a ; ex:p «1» . ex:a a ex:C .",
    "[ sh:inversePath ( ex:p ex:q ) ]": "«ex:b» ex:p ex:m . ex:m ex:q ex:a . ex:a a ex:C .",
    "( ex:p [ sh:zeroOrMorePath <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> ] "
    "<http://www.w3.org/1999/02/22-rdf-syntax-ns#first> )": "ex:a a ex:C ; ex:p ( ex:d «1» ex:d ) . ex:d a ex:D .",
}
LAYOUTS = {
    "as it is": lambda text: text,
    "after other text on the line": lambda text: f'ex:z ex:q "ä友😀e\u0301\\t" , [] , ( 1 ) . {text}',
    "with CRLF and tabs": lambda text: text.replace(" ; ", " ;\r\n\t").replace(" , ", " ,\r\n \t "),
    "with comments": lambda text: text.replace(" ; ", " ; # one ; \n").replace(" , ", " # ä友😀 ,\n , "),
    "with blank nodes": lambda text: text.replace("ex:a ", "_:a ").replace("ex:m ", "_:m "),
}


def taken_out(marked: str) -> tuple[str, int]:
    """Return the text without marks, and where the token between them begins."""
    start = marked.index("«")
    return marked.replace("«", "").replace("»", ""), start


def found_at(data: str, shapes: str) -> list[tuple[str, tuple[int, int]]]:
    table = TermTable()
    data_file = read(("\ufeff" + data).encode(), format=TURTLE, table=table, path="data.ttl", blank_prefix="d")
    shape_file = read(PREFIXES + shapes, format=TURTLE, table=table, path="shapes.ttl", blank_prefix="s")
    assert data_file.errors == shape_file.errors == ()
    report = validate(table, [data_file.statements], [shape_file.statements], engine="native")
    assert report.unevaluated == ()
    places = (each.place for each in locate(table, [data_file], [shape_file], report.results))
    return [(each.file, (each.start.line, each.start.column)) for each in places]


def expected_at(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset].replace("\r\n", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("constraint", FAULTS)
def test_a_fault_of_each_component_is_reported_at_its_token(constraint, layout):
    text, start = taken_out(PREFIXES + LAYOUTS[layout](FAULTS[constraint]))
    shapes = f"ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; {constraint} ] ."

    assert set(found_at(text, shapes)) == {("data.ttl", expected_at(text, start))}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("path", PATHS)
def test_a_fault_at_the_end_of_each_form_of_path_is_reported_at_its_token(path, layout):
    text, start = taken_out(PREFIXES + LAYOUTS[layout](PATHS[path]))
    shapes = f"ex:S sh:targetClass ex:C ; sh:property [ sh:path {path} ; sh:class ex:D ] ."

    assert set(found_at(text, shapes)) == {("data.ttl", expected_at(text, start))}


def test_each_branch_of_an_or_has_a_place_and_a_note_of_its_own():
    data = "ex:a a ex:C ;\n  ex:p ex:b .\nex:b ex:q 1 ."
    one = "[ sh:property [ sh:path ex:q ; sh:nodeKind sh:IRI ; sh:message 'an IRI' ] ]"
    branches = f"{one} [ sh:class ex:D ; sh:message 'a D' ]"
    shapes = f"ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:or ( {branches} ) ] ."
    table = TermTable()
    data_file = read(PREFIXES + data, format=TURTLE, table=table, path="data.ttl", blank_prefix="d")
    shape_file = read(PREFIXES + shapes, format=TURTLE, table=table, path="shapes.ttl", blank_prefix="s")
    report = validate(table, [data_file.statements], [shape_file.statements], engine="native")
    (found,) = locate(table, [data_file], [shape_file], report.results)

    assert (found.place.start.line, found.place.start.column) == (3, 8)
    assert sorted((each.note, each.start.line) for each in found.related) == [("a D", 4), ("an IRI", 4)]
