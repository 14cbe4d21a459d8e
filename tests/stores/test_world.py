"""The example of the world: what others publish becomes a project that checks."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

FEW = 200
WIKIDATA = """\
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix wdt: <http://www.wikidata.org/prop/direct/> .
@prefix p: <http://www.wikidata.org/prop/> .
@prefix psv: <http://www.wikidata.org/prop/statement/value/> .
@prefix wikibase: <http://wikiba.se/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
wd:Q1757 wdt:P190 wd:Q1754, wd:Q1773 ; rdfs:label "Helsinki"@en, "Helsingfors"@sv ; p:P625 wd:s1 .
wd:s1 psv:P625 wd:v1 . wd:v1 wikibase:geoLatitude 60.17556 ; wikibase:geoLongitude 24.93417 .
wd:Q1754 wdt:P190 wd:Q1757 ; rdfs:label "Stockholm"@en .
"""


@pytest.fixture
def world(repository: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(repository / "examples/world", tmp_path / "world"))


def twinld(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "twinld.cli.__main__", *arguments, "--project", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_what_others_publish_is_taken_whole_and_checks(world: Path, third_party: Path) -> None:
    sources = [str(third_party / "wikidata-p190-2016"), str(third_party / "natural-earth"), str(FEW)]
    sheet = subprocess.run([sys.executable, world / "sheet.py", *sources], capture_output=True, check=True).stdout
    (world / "cities.csv").write_bytes(sheet)
    done = twinld(world, "import", str(world / "cities.csv"), "-o", str(world / "data/cities.ttl"))
    checked = twinld(world, "check", "--fail-on", "warning")

    assert done.returncode == 0, done.stderr
    assert f"{FEW} rows taken" in done.stderr + done.stdout
    assert checked.returncode == 0, checked.stdout


def test_the_answer_of_the_query_in_the_docs_is_such_a_sheet(world: Path, repository: Path) -> None:
    [query, *_] = re.findall(r"```sparql\n(.*?)```", (repository / "docs/wikidata.md").read_text("utf-8"), re.DOTALL)
    store = ox.Store()
    store.load(WIKIDATA.encode(), format=ox.RdfFormat.TURTLE)
    answer = store.query(query).serialize(format=ox.QueryResultsFormat.CSV)
    (world / "cities.csv").write_bytes(answer or b"")
    done = twinld(world, "import", str(world / "cities.csv"), "-o", str(world / "data/cities.ttl"))
    found = (world / "data/cities.ttl").read_text("utf-8")

    assert done.returncode == 0, done.stderr
    assert "3 rows taken" in done.stderr + done.stdout
    assert 'skos:prefLabel "Helsinki"@en' in found
    assert 'skos:prefLabel "Q1773"@en' in found  # nobody names it
    assert "world:twin city:Q1773" in found
