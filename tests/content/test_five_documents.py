"""The five documents are carried: each relation, claim and membership, and nothing that they forbid."""

import pyoxigraph as ox
import pytest

BASE = "https://w3id.org/twinld/"
PREFIXES = """
PREFIX tw: <https://w3id.org/twinld/ns#>
PREFIX twk: <https://w3id.org/twinld/def/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX source: <https://w3id.org/twinld/id/source/>
PREFIX authority: <https://w3id.org/twinld/id/authority/>
PREFIX agreement: <https://w3id.org/twinld/id/agreement/>
PREFIX claim: <https://w3id.org/twinld/id/claim/>
"""
FIVE = "VALUES ?source { source:seinajoki-twinning source:helsinki-partners source:nanjinger-sister-cities "
FIVE += "source:kuopio-shanghai source:nanchang-sister-cities }"


def count(store: ox.Store, pattern: str, what: str = "?x") -> int:
    query = f"{PREFIXES} SELECT (COUNT(DISTINCT {what}) AS ?n) WHERE {{ {FIVE} {pattern} }}"
    return int(next(iter(store.query(query)))["n"].value)


def test_55_relations_are_carried(asserted):
    assert count(asserted, "?claim prov:hadPrimarySource ?source ; tw:claimOn ?x") == 55


def test_57_claims_and_two_entries_of_a_list_are_carried(asserted):
    assert count(asserted, "?x prov:hadPrimarySource ?source ; a tw:Claim") == 57 + 2


def test_15_memberships_are_carried(asserted):
    assert count(asserted, "?x a org:Membership ; dcterms:source ?source") == 15


def test_11_networks_are_carried(asserted):
    assert count(asserted, "?x a tw:Network ; dcterms:source ?source") == 11


def test_72_authorities_are_named_and_two_regions_are_parties(asserted):
    """The two regions, Khomas and Jiangsu, stand in the tables without the document that names them."""
    assert count(asserted, "?x a tw:LocalAuthority ; dcterms:source ?source") == 74


@pytest.mark.parametrize(
    "partner", ["ee-tallinn", "ru-saint-petersburg", "se-stockholm", "de-berlin", "cn-beijing", "ru-moscow"]
)
def test_partners_that_helsinki_names_are_no_agreements(asserted, partner):
    relation = (
        f"?claim prov:hadPrimarySource source:helsinki-partners ; tw:claimOn ?x . ?x tw:party authority:{partner}"
    )

    assert count(asserted, relation) == 1
    assert (
        count(asserted, relation + " . ?x tw:kind twk:partner-relation . FILTER NOT EXISTS { ?x a tw:Agreement }") == 1
    )


@pytest.mark.parametrize("relation", ["rudong-county--seinajoki", "concepcion--nanjing", "nanjing--semarang"])
def test_a_memorandum_is_no_twinning(asserted, relation):
    assert count(asserted, f"agreement:{relation} tw:kind ?x . FILTER (?x = twk:memorandum-of-understanding)") == 1


@pytest.mark.parametrize(
    ("claim", "edtf"),
    [
        ("jiangjin-district--seinajoki-1", "2017-06-15"),
        ("bloemfontein--nanjing--memorandum-1", "1999-01"),
        ("kuopio--pudong-new-area--contact-1", "200X"),
        ("naju--nanchang-1", "[2007-08,2007-09]"),
        ("nanchang--sorocaba-1", "[2007-08,2007-09]"),
        ("nanchang--newcastle-1", "[2009-06..2010-08]"),
    ],
)
def test_a_date_is_as_exact_as_its_source(asserted, claim, edtf):
    assert count(asserted, f'claim:{claim} tw:edtf ?x . FILTER (STR(?x) = "{edtf}")') == 1


def test_a_relative_statement_gets_no_date(asserted):
    assert count(asserted, "claim:seinajoki--sopron-1 tw:certainty ?x") == 1
    assert count(asserted, "claim:seinajoki--sopron-1 tw:edtf ?x") == 0


def test_months_of_the_damaged_table_are_marked_as_inferred(asserted):
    claim = "?x a tw:Claim ; prov:hadPrimarySource source:nanchang-sister-cities"
    inferred = claim + " ; tw:certainty ?certainty ; tw:dateRole ?role"

    assert count(asserted, inferred + " . FILTER (?certainty = twk:certainty-explicit)") == 1
    assert count(asserted, "claim:nanchang--skopje-1 tw:certainty twk:certainty-explicit ; tw:edtf ?x") == 1


@pytest.mark.parametrize(
    "person",
    ["http://xmlns.com/foaf/0.1/Person", "https://schema.org/Person", "http://www.w3.org/ns/person#Person"],
)
def test_no_person_is_described(asserted, person):
    assert count(asserted, f"?x a <{person}>") == 0


def test_every_own_name_in_the_data_is_described(asserted):
    described = {quad.subject.value for quad in asserted if isinstance(quad.subject, ox.NamedNode)}
    used = {quad.object.value for quad in asserted if isinstance(quad.object, ox.NamedNode)}
    used |= {quad.predicate.value for quad in asserted}

    own = {iri for iri in used if iri.startswith(BASE) and not iri.startswith((BASE + "ns/", BASE + "graph/"))}
    assert own - described == set()
