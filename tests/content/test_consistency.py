"""Vocabulary and data are consistent under OWL 2 RL, and a planted clash is found."""

from collections.abc import Iterable
from pathlib import Path

import owlrl
import pytest
import rdflib

ERROR = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
PREFIXES = """
@prefix tw: <https://w3id.org/twinld/ns#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix authority: <https://w3id.org/twinld/id/authority/> .
@prefix act: <https://w3id.org/twinld/id/act/> .
@prefix agreement: <https://w3id.org/twinld/id/agreement/> .
"""


def clashes(files: Iterable[Path], planted: str = "") -> list[str]:
    graph = rdflib.Graph()
    for path in files:
        graph.parse(path)
    graph.parse(data=PREFIXES + planted, format="turtle")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return [str(message) for message in graph.objects(None, ERROR)]


def test_vocabulary_and_data_are_consistent(turtle_files):
    assert clashes(turtle_files("ontology", "data")) == []


@pytest.mark.parametrize(
    "planted",
    [
        "authority:fi-seinajoki a tw:LocalAuthority , tw:Agreement .",
        # by domain and range alone: what has a party is a relation, and a party is an authority
        "authority:fi-seinajoki tw:party authority:fi-kuopio ; a tw:LocalAuthority .",
        # an act that is derived from a document would be an entity, which PROV keeps apart from activities
        "act:x a tw:Act ; prov:wasDerivedFrom agreement:koszalin--seinajoki .",
        "authority:fi-seinajoki tw:twinnedWith authority:fi-seinajoki .",
    ],
)
def test_a_planted_clash_is_found(turtle_files, planted):
    assert clashes(turtle_files("ontology"), planted)
