"""Every fact of the five documents is carried by a named resource, or left out for a reason."""

import csv
import os
from pathlib import Path

import pyoxigraph as ox
import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FACTS = ROOT / os.environ.get("TWINLD_FACTS", "../shared/facts") / "seed_facts.csv"


@pytest.fixture(scope="module")
def mapping() -> list[dict[str, str]]:
    with (HERE / "seed_facts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def prefixes(asserted: ox.Store) -> dict[str, str]:
    found = asserted.query(
        "SELECT ?prefix ?namespace WHERE { ?o <http://www.w3.org/ns/shacl#declare> ?d . "
        "?d <http://www.w3.org/ns/shacl#prefix> ?prefix ; <http://www.w3.org/ns/shacl#namespace> ?namespace }"
    )
    return {row["prefix"].value: row["namespace"].value for row in found}


def test_316_facts_are_mapped(mapping):
    assert len({row["fact"] for row in mapping}) == len(mapping) == 316


def test_a_fact_is_carried_or_left_out_for_a_reason(mapping):
    undecided = [row["fact"] for row in mapping if bool(row["carried_by"]) == bool(row["left_out_because"])]

    assert undecided == []


def test_what_carries_a_fact_is_in_the_data(mapping, prefixes, asserted):
    missing = []
    for row in mapping:
        for name in row["carried_by"].split():
            prefix, _, local = name.partition(":")
            subject = ox.NamedNode(prefixes[prefix] + local)
            if next(iter(asserted.quads_for_pattern(subject, None, None)), None) is None:
                missing.append((row["fact"], name))

    assert missing == []


def test_the_mapping_has_the_facts_of_the_table(mapping):
    if not FACTS.exists():
        pytest.skip(f"the table of facts is not here: {FACTS}")
    with FACTS.open(encoding="utf-8", newline="") as file:
        facts = [row["fact_id"] for row in csv.DictReader(file)]

    assert [row["fact"] for row in mapping] == facts
