"""`twinld stats` as its users run it."""

from __future__ import annotations

import json

from tests.cli.command import twinld

DATA = """\
@prefix ex: <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:p1 a ex:Pump ; rdfs:label "One"@en ; ex:site ex:s1 .
ex:p2 a ex:Pump ; rdfs:label "Two"@en ; ex:site ex:s1 .
ex:s1 rdfs:label "Harbour"@en .
"""


def test_text_shows_classes_by_language_and_values_by_name(write):
    done = twinld("stats", cwd=write({"twinld.toml": "", "data/pumps.ttl": DATA}))

    assert done.returncode == 0
    assert "7 triples in 1 files" in done.stdout
    assert "ex:Pump  2       2      0" in done.stdout
    assert "ex:Pump by ex:site" in done.stdout
    assert "Harbour             2       100 %" in done.stdout


def test_json_has_the_same_numbers_and_iris(write):
    done = twinld("stats", "--format", "json", cwd=write({"twinld.toml": "", "data/pumps.ttl": DATA}))

    found = json.loads(done.stdout)

    assert found["triples"] == 7
    assert found["classes"] == [{"term": "https://example.org/Pump", "count": 2, "labels": {}}]
    assert found["distributions"][0]["values"][0]["term"] == "https://example.org/s1"


def test_the_built_in_project_is_counted_where_there_is_none(tmp_path):
    done = twinld("stats", "--format", "json", cwd=tmp_path)

    assert done.returncode == 0
    assert "this is the built-in one" in done.stderr
    assert json.loads(done.stdout)["triples"] > 5000
