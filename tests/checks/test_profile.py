"""Each profile refuses what its grammar has not, at the word that is too much, and takes what it has."""

from __future__ import annotations

import pytest

from twinld.checks.run import run_checks
from twinld.source.project import open_project

PREFIXES = """\
PREFIX ex: <https://example.org/ns#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
SOME = "[ a owl:Restriction ; owl:onProperty ex:p ; owl:someValuesFrom ex:B ]"
ONLY = "[ a owl:Restriction ; owl:onProperty ex:p ; owl:allValuesFrom ex:B ]"
AT_MOST = "[ a owl:Restriction ; owl:onProperty ex:p ; owl:maxCardinality {} ]"
AT_LEAST = "[ a owl:Restriction ; owl:onProperty ex:p ; owl:minCardinality 1 ]"
EITHER = "[ owl:unionOf ( ex:B ex:C ) ]"
BOTH = "[ owl:intersectionOf ( ex:B {} ) ]"
AXIOMS = {
    f"ex:A rdfs:subClassOf {SOME} .": "EL QL",
    f"{SOME} rdfs:subClassOf ex:A .": "EL RL",
    f"{SOME.replace('ex:B', 'owl:Thing')} rdfs:subClassOf ex:A .": "EL QL RL",
    f"{SOME.replace('ex:B', 'xsd:string')} rdfs:subClassOf ex:A .": "EL QL RL",
    f"ex:A rdfs:subClassOf {ONLY} .": "RL",
    f"{ONLY} rdfs:subClassOf ex:A .": "",
    f"ex:A rdfs:subClassOf {AT_MOST.format(1)} .": "RL",
    f"ex:A rdfs:subClassOf {AT_MOST.format(2)} .": "",
    f"ex:A rdfs:subClassOf {AT_LEAST} .": "",
    f"ex:A rdfs:subClassOf {EITHER} .": "",
    f"{EITHER} rdfs:subClassOf ex:A .": "RL",
    f"ex:A rdfs:subClassOf {BOTH.format(ONLY)} .": "RL",
    f"ex:A rdfs:subClassOf {BOTH.format(SOME)} .": "EL QL",
    f"ex:A owl:equivalentClass {BOTH.format('ex:C')} .": "EL RL",
    f"ex:A owl:equivalentClass {BOTH.format(SOME)} .": "EL",
    "ex:A rdfs:subClassOf [ owl:complementOf ex:B ] .": "QL RL",
    "[ owl:oneOf ( ex:b ) ] rdfs:subClassOf ex:A .": "EL RL",
    "[ owl:oneOf ( ex:b ex:c ) ] rdfs:subClassOf ex:A .": "RL",
    f"ex:p rdfs:domain {SOME} .": "EL QL",
    f"ex:p rdfs:range {EITHER} .": "",
    f"[] a owl:AllDisjointClasses ; owl:members ( ex:A {SOME} ) .": "EL RL",
    f"[] a owl:AllDisjointClasses ; owl:members ( ex:A {ONLY} ) .": "",
    "ex:A owl:disjointUnionOf ( ex:B ex:C ) .": "",
    "ex:p owl:inverseOf ex:q .": "QL RL",
    "ex:p a owl:TransitiveProperty .": "EL RL",
    "ex:p a owl:ReflexiveProperty .": "EL QL",
    "ex:p a owl:ObjectProperty , owl:FunctionalProperty .": "RL",
    "ex:p a owl:DatatypeProperty , owl:FunctionalProperty .": "EL RL",
    "ex:p owl:propertyChainAxiom ( ex:q ex:p ) .": "EL RL",
    "ex:A owl:hasKey ( ex:p ) .": "EL RL",
    "ex:p rdfs:range [ a rdfs:Datatype ; owl:onDatatype xsd:integer ;"
    " owl:withRestrictions ( [ xsd:minInclusive 1 ] ) ] .": "",
    "ex:p rdfs:range [ a rdfs:Datatype ; owl:intersectionOf ( xsd:integer xsd:decimal ) ] .": "EL QL RL",
    "ex:A rdfs:subClassOf ex:A , ex:B .": "EL QL RL",
}


def outside(write, axiom, profile):
    config = f'base-iri = "https://example.org/"\nowl-profile = "{profile}"\n'
    root = write({"twinld.toml": config, "ontology/o.ttl": PREFIXES + axiom})
    return run_checks(open_project(root), select=["OWL006"]).findings


@pytest.mark.parametrize("profile", ["EL", "QL", "RL"])
@pytest.mark.parametrize("axiom", AXIOMS)
def test_a_profile_takes_what_its_grammar_has(write, axiom, profile):
    found = outside(write, axiom, profile)

    assert (not found) is (profile in AXIOMS[axiom].split()), [each.message for each in found]


def test_the_word_that_is_too_much_is_named_at_its_place(write):
    [found] = outside(write, f"ex:A a owl:Class ;\n    rdfs:subClassOf {SOME} .", "RL")

    assert found.message == "OWL 2 RL has no owl:someValuesFrom where a class is said to contain another"
    assert (found.place.start.line, found.place.start.column) == (7, 65)


def test_a_circle_of_expressions_ends(write):
    circle = "_:a owl:intersectionOf ( ex:B _:a ) . ex:A rdfs:subClassOf _:a ."

    assert outside(write, circle, "RL") == ()


def test_without_a_profile_nothing_is_outside(write):
    root = write({"twinld.toml": "", "ontology/o.ttl": PREFIXES + f"ex:A rdfs:subClassOf {SOME} ."})

    assert run_checks(open_project(root), select=["OWL006"]).findings == ()
