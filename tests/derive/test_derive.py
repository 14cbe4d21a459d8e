"""Rules and closures: what follows, where it stands, and contradictions."""

from __future__ import annotations

import pytest

from twinld.derive.closure import closure
from twinld.derive.rules import derive
from twinld.errors import ConfigError
from twinld.graph.dataset import load
from twinld.source.project import open_project

PREFIXES = """\
PREFIX ex: <https://example.org/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
PARTNERS = PREFIXES + "CONSTRUCT { ?b ex:partner ?a } WHERE { ?a ex:partner ?b }"
FRIENDS = PREFIXES + "CONSTRUCT { ?a ex:friend ?b } WHERE { ?a ex:partner ?b }"


def dataset(write, data, *, rules=(), ontology=""):
    files = {f"sparql/rules/{number}.rq": text for number, text in enumerate(rules)}
    root = write({"twinld.toml": 'base-iri = "https://example.org/"', "data/d.ttl": PREFIXES + data, **files})
    write({"ontology/o.ttl": PREFIXES + ontology})
    return load(open_project(root))


def triples(found):
    keys = found.table.keys
    return {
        tuple(keys[number].strip("<>").removeprefix("https://example.org/") for number in row[:3])
        for row in found.derived
    }


def test_rules_feed_each_other_until_nothing_new_comes(write):
    found = derive(dataset(write, "ex:a ex:partner ex:b .", rules=[FRIENDS, PARTNERS]))

    assert triples(found) == {("b", "partner", "a"), ("a", "friend", "b"), ("b", "friend", "a")}


def test_what_is_asserted_is_not_derived_again(write):
    found = derive(dataset(write, "ex:a ex:partner ex:b . ex:b ex:partner ex:a .", rules=[PARTNERS]))

    assert triples(found) == set()


def test_derived_triples_stand_in_a_graph_of_their_own(write):
    found = derive(dataset(write, "ex:a ex:partner ex:b .", rules=[PARTNERS]))

    graphs = {found.table.keys[graph] for graph in found.quads.graph}

    assert graphs == {"<https://example.org/graph/data/d>", "<https://example.org/graph/derived>"}


def test_a_rule_that_never_ends_is_stopped(write):
    endless = PREFIXES + "CONSTRUCT { ?a ex:n ?m } WHERE { ?a ex:n ?n BIND(?n + 1 AS ?m) }"

    with pytest.raises(ConfigError, match="after 20 rounds"):
        derive(dataset(write, "ex:a ex:n 1 .", rules=[endless]))


def test_a_rule_that_mints_blank_nodes_is_refused(write):
    minting = PREFIXES + "CONSTRUCT { ?a ex:n [ ex:of ?a ] } WHERE { ?a ?p ?o }"

    with pytest.raises(ConfigError, match="blank nodes"):
        derive(dataset(write, "ex:a ex:partner ex:b .", rules=[minting]))


def test_a_rule_that_is_no_construct_is_named(write):
    with pytest.raises(ConfigError) as caught:
        derive(dataset(write, "", rules=["SELECT * { ?s ?p ?o }"]))

    assert "sparql/rules/0.rq" in str(caught.value)


def test_the_rdfs_closure_has_the_classes_above(write):
    loaded = dataset(write, "ex:a a ex:Pump .", ontology="ex:Pump rdfs:subClassOf ex:Machine .")

    found = closure(loaded, "rdfs")

    assert (
        "<https://example.org/a>",
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>",
        "<https://example.org/Machine>",
    ) in found.inferred
    assert found.clashes == ()


def test_owl_rl_finds_a_thing_of_two_disjoint_classes(write):
    loaded = dataset(
        write, "ex:a a ex:Pump , ex:Person .", ontology="ex:Pump a owl:Class ; owl:disjointWith ex:Person ."
    )

    [clash] = closure(loaded, "owlrl").clashes

    assert "https://example.org/a" in clash


def test_sound_data_have_no_clash(write):
    loaded = dataset(write, "ex:a a ex:Pump .", ontology="ex:Pump a owl:Class ; owl:disjointWith ex:Person .")

    assert closure(loaded, "owlrl").clashes == ()
