"""The vocabulary as a whole: what its context covers, and what OWL 2 RL allows."""

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

ROOT = Path(__file__).resolve().parents[2]
TW = "https://w3id.org/twinld/ns#"
STATUS = ox.NamedNode("http://www.w3.org/2003/06/sw-vocab-status/ns#term_status")
OWL = "http://www.w3.org/2002/07/owl#"


@pytest.fixture(scope="module")
def context() -> dict:
    return json.loads((ROOT / "ontology/context.jsonld").read_text(encoding="utf-8"))["@context"]


@pytest.fixture(scope="module")
def terms(asserted: ox.Store) -> set[str]:
    return {quad.subject.value for quad in asserted.quads_for_pattern(None, STATUS, None)}


def test_each_term_has_a_word_in_the_context(context, terms):
    named = {value["@id"] if isinstance(value, dict) else value for value in context.values()}

    assert {f"tw:{iri.removeprefix(TW)}" for iri in terms} - named == set()


def test_the_context_names_no_term_that_is_none(context, terms):
    named = {value["@id"] if isinstance(value, dict) else value for value in context.values()}

    own = {name for name in named if name.startswith("tw:")}
    assert own - {f"tw:{iri.removeprefix(TW)}" for iri in terms} == set()


def test_object_properties_have_plain_addresses_as_values(context, asserted):
    objects = asserted.quads_for_pattern(None, None, ox.NamedNode(OWL + "ObjectProperty"))
    own = {quad.subject.value.removeprefix(TW) for quad in objects if quad.subject.value.startswith(TW)}

    assert [name for name in sorted(own) if context[name].get("@type") != "@id"] == []


@pytest.mark.parametrize(
    "outside",
    [
        "someValuesFrom",
        "unionOf",
        "oneOf",
        "disjointUnionOf",
        "hasSelf",
        "minCardinality",
        "minQualifiedCardinality",
        "ReflexiveProperty",
        "complementOf",
    ],
)
def test_the_vocabulary_keeps_to_owl_2_rl(asserted, outside):
    """None of what the profile forbids in the places where it would stand here is used at all."""
    name = ox.NamedNode(OWL + outside)

    assert not list(asserted.quads_for_pattern(None, name, None))
    assert not list(asserted.quads_for_pattern(None, None, name))


def test_a_scope_note_is_in_each_language(asserted):
    """Who is misled by a word is misled in their own language."""
    found = asserted.query(
        "SELECT ?term (GROUP_CONCAT(?tag; separator=' ') AS ?tags) WHERE { "
        "{ SELECT DISTINCT ?term ?tag WHERE { "
        "?term <http://www.w3.org/2004/02/skos/core#scopeNote> ?note ; a ?type . BIND (LANG(?note) AS ?tag) "
        "FILTER (STRSTARTS(STR(?term), 'https://w3id.org/twinld/')) } } "
        "} GROUP BY ?term"
    )

    notes = {row["term"].value.rpartition("/")[2]: set(row["tags"].value.split()) for row in found}
    assert {"sister-city", "friendship-city-formal", "partner-relation", "superseded"} <= notes.keys()
    assert {name: tags for name, tags in notes.items() if tags != {"en", "fi", "sv"}} == {}
