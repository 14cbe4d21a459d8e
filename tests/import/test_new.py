"""Questions are made from shapes, answers become terms; scripted conversations on a project of pumps."""

from __future__ import annotations

import pytest

from twinld.authoring.drafts import appended, new_problems, turtle_of
from twinld.authoring.importing import target_file
from twinld.authoring.interview import Interview, class_named
from twinld.authoring.questions import Shapes
from twinld.errors import UsageError
from twinld.graph.dataset import load
from twinld.graph.prefixes import prefix_map
from twinld.source.project import open_project

EX, ID = "https://example.org/", "https://example.org/id/"
PREFIXES = """\
@prefix d: <https://example.org/id/> .
@prefix ex: <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
ONTOLOGY = (
    PREFIXES
    + """
ex:Machine a owl:Class ; rdfs:label "machine"@en .
ex:Pump a owl:Class ; rdfs:subClassOf ex:Machine ; rdfs:label "pump"@en , "pump"@sv .
ex:Site a owl:Class ; rdfs:label "site"@en .
ex:Test a owl:Class ; rdfs:label "test"@en .
ex:site a owl:ObjectProperty ; rdfs:label "stands at"@en ; skos:definition "Where it stands."@en .
ex:grade a owl:ObjectProperty . ex:colour a owl:ObjectProperty . ex:of a owl:ObjectProperty .
ex:flow a owl:DatatypeProperty . ex:built a owl:DatatypeProperty . ex:derived a owl:DatatypeProperty .
d:grades a skos:ConceptScheme ; rdfs:label "grades"@en .
d:good a skos:Concept ; skos:inScheme d:grades ; skos:prefLabel "good"@en .
d:bad a skos:Concept ; skos:inScheme d:grades ; skos:prefLabel "bad"@en .
"""
)
SHAPES = (
    PREFIXES
    + """
ex:MachineShape a sh:NodeShape ; sh:targetClass ex:Machine ;
    sh:property [ sh:path skos:prefLabel ; sh:datatype rdf:langString ; sh:minCount 1 ; sh:message "Name it."@en ] ,
        [ sh:path skos:prefLabel ; sh:qualifiedValueShape [ sh:languageIn ( "sv" ) ] ; sh:qualifiedMinCount 1 ;
          sh:message "Name it in Swedish."@en ] ,
        [ sh:path ex:site ; sh:class ex:Site ; sh:minCount 1 ; sh:maxCount 1 ;
          sh:message "Say where."@en , "Säg var."@sv ] .
ex:PumpShape a sh:NodeShape ; sh:targetClass ex:Pump ;
    sh:property [ sh:path ex:flow ; sh:datatype xsd:decimal ; sh:minCount 1 ; sh:message "Give the flow."@en ] ,
        [ sh:path ex:grade ; sh:node ex:GradeShape ; sh:message "Grade it."@en ] ,
        [ sh:path ex:colour ; sh:in ( d:red d:blue ) ; sh:message "Colour it."@en ] ,
        [ sh:path ex:built ; sh:or ( [ sh:datatype xsd:date ] [ sh:datatype xsd:gYear ] ) ] ,
        [ sh:path ex:derived ; sh:maxCount 0 ] ,
        [ sh:path [ sh:inversePath ex:of ] ; sh:minCount 1 ; sh:message "Add a test."@en ] .
ex:GradeShape a sh:NodeShape ; sh:property [ sh:path skos:inScheme ; sh:hasValue d:grades ] .
ex:TestShape a sh:NodeShape ; sh:targetClass ex:Test ;
    sh:property [ sh:path ex:of ; sh:class ex:Machine ; sh:minCount 1 ] ,
        [ sh:path ex:grade ; sh:node ex:GradeShape ; sh:minCount 1 ] .
"""
)
DATA = (
    PREFIXES
    + """
d:harbour a ex:Site ; skos:prefLabel "Harbour"@en .
d:quarry a ex:Site ; skos:prefLabel "Quarry"@en .
d:red skos:prefLabel "red"@en . d:blue skos:prefLabel "blue"@en .
"""
)


@pytest.fixture
def project(write):
    files = {"twinld.toml": 'base-iri = "https://example.org/"\n', "ontology/o.ttl": ONTOLOGY, "shapes/s.ttl": SHAPES}
    return open_project(write({**files, "data/d.ttl": DATA}))


@pytest.fixture
def interview(project):
    dataset = load(project)
    prefixes = prefix_map(dataset)
    return Interview(dataset, prefixes, class_named(dataset, prefixes, "pump"), "en")


def converse(interview, *answers):
    """Answer prompts in order, and return what was said; running out of answers fails the test."""
    said: list[str] = []
    left = list(answers)

    def ask(prompt):
        said.append(prompt)
        return left.pop(0)

    interview.ask_all(ask, said.append)
    assert left == []
    return "\n".join(said)


def by_name(questions):
    return {question.prop[1:-1].rpartition("/")[2].rpartition("#")[2]: question for question in questions}


def test_shapes_of_the_class_and_of_those_above_it_make_the_questions(project):
    asked = by_name(Shapes(load(project), ("en",)).questions(f"<{EX}Pump>"))

    assert {name for name, question in asked.items() if question.needed} == {"flow", "of", "prefLabel", "site"}
    assert asked["prefLabel"].languages == ("sv",)
    assert asked["site"].classes == (f"{EX}Site",)
    assert asked["grade"].classes == (f"{ID}grades",)
    assert asked["colour"].choices == (f"<{ID}red>", f"<{ID}blue>")
    assert asked["built"].datatypes == tuple(f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("date", "gYear"))
    assert asked["derived"].forbidden
    assert (asked["of"].inverse, asked["of"].least) == (True, 1)


def test_a_conversation_makes_the_thing_and_what_has_to_point_to_it(interview, project):
    said = converse(
        interview,
        "12.5",  # flow
        "Storpump",  # name in Swedish
        "nowhere", "1",  # site: unknown, then by its number
        "grade", "good",  # one more property
        "", "", "",  # no more; its test has the same grade; no more of that
        "",  # the IRI suggested
    )  # fmt: skip

    text = turtle_of(interview.dataset, interview.drafts(), dict(interview.prefixes))

    assert "no site is called 'nowhere'" in said
    assert "1  Harbour  (d:harbour)" in said
    assert text.endswith(
        """\
<https://example.org/id/pump/storpump> a ex:Pump ;
    ex:flow "12.5"^^xsd:decimal ;
    skos:prefLabel "Storpump"@sv ;
    ex:site d:harbour ;
    ex:grade d:good .

<https://example.org/id/test/storpump-1> a ex:Test ;
    ex:of <https://example.org/id/pump/storpump> ;
    ex:grade d:good .
"""
    )
    assert new_problems(project, target_file(project, None, "new"), text) == []


def test_a_question_is_asked_with_the_message_of_its_shape_in_the_readers_language(project):
    dataset = load(project)
    interview = Interview(dataset, prefix_map(dataset), f"<{EX}Pump>", "sv")

    said: list[str] = []
    interview.ask(interview.question((None, f"<{EX}site>")), (None, f"<{EX}site>"), lambda _: "Quarry", said.append)

    assert said[0] == "\nstands at: Säg var."
    assert interview.answers == {(None, f"<{EX}site>"): [f"<{ID}quarry>"]}


@pytest.mark.parametrize(
    ("setting", "place", "value"),
    [
        ("flow=1.50", (None, "flow"), '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("ex:built=1990", (None, "built"), '"1990"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
        ("built=1990-05-31", (None, "built"), '"1990-05-31"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("stands at=quarry", (None, "site"), f"<{ID}quarry>"),
        ("colour=red", (None, "colour"), f"<{ID}red>"),
        ("^of/grade=bad", ("of", "grade"), f"<{ID}bad>"),
        ("^ex:of/ex:grade=d:bad", ("of", "grade"), f"<{ID}bad>"),
        ("rdfs:seeAlso=https://example.com/", (None, "seeAlso"), "<https://example.com/>"),
        ("skos:note=A note: of words@sv", (None, "note"), '"A note: of words"@sv'),
    ],
)
def test_a_setting_is_understood_by_the_shapes(interview, setting, place, value):
    interview.set(setting)

    ((way, prop), values) = next(iter(interview.answers.items()))
    assert (way and way[1:-1].removeprefix(EX), prop[1:-1].rpartition("/")[2].rpartition("#")[2]) == place
    assert values == [value]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("flow", "there is no ="),
        ("flow=much", "is no xsd:decimal"),
        ("built=1990-02-30", "is no xsd:date or xsd:gYear"),
        ("site=Harbor", "no site is called 'Harbor'"),
        ("colour=green", "no choice is called 'green'"),
        ("derived=1", "no value is allowed"),
        ("flwo=1", "no property here is called 'flwo'"),
        ("^of=x", "no such path"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_a_reason(interview, setting, message):
    with pytest.raises(UsageError, match=message):
        interview.set(setting)


def test_what_is_missing_is_said_by_the_path_that_answers_it(interview, project):
    interview.set("flow=1")
    text = turtle_of(interview.dataset, interview.drafts(), dict(interview.prefixes))

    problems = list(interview.problems(new_problems(project, target_file(project, None, "new"), text)))

    assert "ex:site: Say where." in problems
    assert any(problem.startswith("^ex:of/ex:grade: ") for problem in problems)


def test_a_block_is_added_behind_a_file_and_its_prefixes_above():
    old = "@prefix d: <urn:d/> .\n\n# Mine.\n\nd:a a d:B .\n"
    block = "@prefix d: <urn:d/> .\n@prefix c: <urn:c/> .\n\nd:x a c:Y .\n"

    assert appended(old, block) == (
        "@prefix c: <urn:c/> .\n@prefix d: <urn:d/> .\n\n# Mine.\n\nd:a a d:B .\n\nd:x a c:Y .\n"
    )


def test_a_prefix_of_another_meaning_is_not_overwritten():
    with pytest.raises(UsageError, match="another meaning"):
        appended("@prefix d: <urn:other/> .\n", "@prefix d: <urn:d/> .\n\nd:x a d:Y .\n")


def test_an_iri_that_is_taken_gets_a_number(interview):
    interview.set("prefLabel=Storpump@sv")
    first = interview.drafts()[0].key

    assert first == f"<{ID}pump/storpump>"


def test_a_class_is_found_by_its_name_and_suggested_when_misspelt(project):
    dataset = load(project)

    assert class_named(dataset, prefix_map(dataset), "Pump") == f"<{EX}Pump>"
    with pytest.raises(UsageError, match="no class is called 'pmup'") as caught:
        class_named(dataset, prefix_map(dataset), "pmup")
    assert "pump (ex:Pump)" in caught.value.hint
