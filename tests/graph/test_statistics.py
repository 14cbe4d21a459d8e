"""Statistics of a dataset: what is counted, and which properties make a distribution."""

from __future__ import annotations

import pytest

from twinld.graph.dataset import load
from twinld.graph.statistics import counts, foreign_links, statistics
from twinld.source.project import open_project

PREFIXES = """\
@prefix ex: <https://example.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SCHEME = 'ex:good skos:inScheme ex:grades ; skos:prefLabel "good"@en , "bra"@sv .\n'
PUMPS = """\
ex:p1 a ex:Pump ; skos:prefLabel "One"@en , "Ett"@sv ; ex:grade ex:good ; ex:site ex:s1 ; ex:part ex:x1 .
ex:p2 a ex:Pump ; skos:prefLabel "Two"@en ; ex:site ex:s1 ; ex:part ex:x2 ; ex:built "1990"^^xsd:gYear .
ex:p3 a ex:Pump ; ex:site ex:s1 ; ex:part ex:x3 .
"""


@pytest.fixture
def found(write):
    root = write(
        {
            "twinld.toml": 'base-iri = "https://example.org/"\nlanguages = ["sv", "en"]\n',
            "ontology/grades.ttl": PREFIXES + SCHEME,
            "data/pumps.ttl": PREFIXES + PUMPS,
        }
    )
    return statistics(load(open_project(root)))


def by_property(found):
    return {each.property.key: each for each in found.distributions}


def test_a_class_is_counted_with_the_languages_of_its_names(found):
    (coverage,) = found.coverage

    assert coverage.of.number == 3
    assert coverage.named == {"sv": 1, "en": 2}
    assert coverage.unnamed == 1


def test_languages_begin_with_those_of_the_project(found):
    assert found.languages == ("sv", "en")


def test_a_property_whose_values_are_concepts_makes_a_distribution_however_rare(found):
    grade = by_property(found)["<https://example.org/grade>"]

    assert [(tally.key, tally.number) for tally in grade.values] == [("<https://example.org/good>", 1)]
    assert grade.values[0].labels == {"en": "good", "sv": "bra"}
    assert grade.without == 2


def test_values_that_come_back_make_a_distribution_and_values_that_do_not_make_none(found):
    assert by_property(found).keys() == {"<https://example.org/grade>", "<https://example.org/site>"}


def test_literals_are_counted_by_language_and_by_datatype(found):
    assert {tally.key: tally.number for tally in found.texts} == {"@en": 3, "@sv": 2}
    assert [tally.key for tally in found.datatypes] == ["<http://www.w3.org/2001/XMLSchema#gYear>"]


def test_files_are_counted_by_themselves(found):
    counted = {file.name: (file.triples, file.things) for file in found.files}

    assert counted == {"ontology/grades.ttl": (3, 0), "data/pumps.ttl": (14, 3)}


def test_five_links_to_one_place_are_links_and_the_use_of_a_vocabulary_is_none():
    same, kind = "<http://www.w3.org/2002/07/owl#sameAs>", "<https://other.example/kind>"
    own = [f"<https://example.org/{number}>" for number in range(5)]
    triples = [(thing, same, f"<https://data.example/{number}>") for number, thing in enumerate(own)]
    triples += [(thing, kind, "<https://other.example/Thing>") for thing in own]

    links = list(foreign_links(counts(triples, "https://example.org/")))

    assert links == [("https://data.example/", same, 5)]
