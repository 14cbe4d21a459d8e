"""Every kind of page is valid HTML, by the Nu checker of the W3C; the jar is that of the npm package `vnu-jar`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

import pytest

from twinld.derive.rules import derive
from twinld.graph.dataset import load
from twinld.serve.app import create_app
from twinld.serve.opening import opened
from twinld.source.project import open_project

pytestmark = pytest.mark.conformance

ROOT = Path(__file__).resolve().parents[2]
CHECKER = "vnu-jar@26.9.27"
GUESS = "This document appears to be written in"  # what language it is, guessed from names of places
KINDS = [
    "index",
    "doc/id/authority/fi-seinajoki",
    "doc/id/authority/cn-nanjing",
    "doc/id/agreement/nagoya--nanjing",
    "doc/id/agreement/schweinfurt--seinajoki",
    "doc/id/claim/nagoya--nanjing-1",
    "doc/id/network/ubc",
    "doc/id/membership/ubc--fi-helsinki",
    "doc/id/source/seinajoki-twinning",
    "doc/id/status/sc-001",
    "doc/def/kind-scheme",
    "doc/def/twin-town",
    "doc/graph/data/authorities",
    "ns",
    "shapes",
    "explore/index",
    "explore/index?view=network",
    "explore/index?view=timeline",
    "compare/index?a=fi-helsinki&b=ee-tallinn",
    "networks/index",
    "anniversaries/index",
    "browse/index",
    "browse/tw-LocalAuthority/index",
    "browse/tw-Event/index",
    "search/index?q=Takamastsu",
    "queries/index",
    "query/map-of-partners",
    "query/twinning-graph",
    "query/anniversaries",
    "query/relations-by-kind",
    "data/index",
    "statistics/index",
    "sparql",
    "embed/city/index?city=fi-seinajoki",
    "accessibility/index",
    "privacy/index",
    "nothing/here",
]
FOREIGN = ["index", "browse/index", "browse/ex-Pump/index", "doc/pump-7", "search/index?q=pump", "data/index", "sparql"]
PUMPS = """
@prefix ex: <https://pumps.example/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix geo: <http://www.w3.org/2003/01/geo/wgs84_pos#> .

ex:pump-7 a ex:Pump ;
    rdfs:label "Pump <7> & \\"more\\""@en , "مضخة"@ar ;
    ex:feeds [ a ex:Tank ; rdfs:label "tank" ; ex:parts ( "lid" "wall"@en 7 ) ] ;
    ex:homepage <https://example.com/?a=1&b=2> ;
    geo:lat 60.1 ; geo:long 24.9 .
"""


@pytest.fixture(scope="session")
def jar(pytestconfig: pytest.Config) -> Path:
    """Return the checker: `TWINLD_VNU`, else what npm brought; `make conformance` has it brought, once."""
    named = os.environ.get("TWINLD_VNU")
    path = Path(named) if named else pytestconfig.cache.mkdir("vnu") / CHECKER / "package/build/dist/vnu.jar"
    asked = bool(os.environ.get("TWINLD_CONFORMANCE"))
    if asked and not named and not path.is_file() and shutil.which("npm"):
        fetch(path.parents[3])
    if not path.is_file() or not shutil.which("java"):
        reason = "the Nu checker needs java, and npm to bring it; TWINLD_VNU names a vnu.jar"
        pytest.fail(reason) if asked else pytest.skip(reason)
    return path


def fetch(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["npm", "pack", "--silent", CHECKER], cwd=folder, check=True, capture_output=True)
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extract("package/build/dist/vnu.jar", folder)


@pytest.mark.parametrize("language", ["", ".fi", ".sv"])
def test_every_kind_of_page_of_the_built_in_project_is_valid(jar: Path, language: str, tmp_path: Path) -> None:
    saved(ROOT, KINDS, language, tmp_path)

    assert len(list(tmp_path.iterdir())) == len(KINDS)
    assert errors(jar, tmp_path) == []


def test_the_generic_pages_of_a_folder_without_templates_are_valid(jar: Path, write, tmp_path: Path) -> None:
    folder = write({"pumps/pumps.ttl": PUMPS}) / "pumps"
    pages = tmp_path / "pages"
    pages.mkdir()
    saved(folder, FOREIGN, "", pages)

    assert errors(jar, pages) == []


def test_the_checker_finds_what_is_wrong(jar: Path, tmp_path: Path) -> None:
    (tmp_path / "wrong.html").write_text("<!doctype html><html lang=en><title>x</title><p><div></p>", "utf-8")

    assert any("wrong.html" in found for found in errors(jar, tmp_path))


def saved(project: Path, paths: Iterable[str], language: str, target: Path) -> None:
    """Ask a project's application for pages and write what it answers into a folder."""
    with opened(derive(load(open_project(project)))) as publication:
        client = create_app(publication).test_client()
        for path in paths:
            bare, mark, query = path.partition("?")
            answer = client.get(f"/{bare}{language}.html{mark}{query}", headers={"Accept": "text/html"})
            assert answer.mimetype == "text/html", path
            (target / f"{quote(path, safe='')}.html").write_bytes(answer.data)


def errors(jar: Path, folder: Path) -> list[str]:
    """Return what the checker finds in the pages of a folder, errors and warnings, one sentence each."""
    done = subprocess.run(
        ["java", "-jar", str(jar), "--format", "json", "--stdout", "--skip-non-html", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    return [
        f"{each['url'].rpartition('/')[2]}:{each.get('lastLine')}: {each['message']} {each.get('extract', '')[:80]}"
        for each in json.loads(done.stdout)["messages"]
        if not each["message"].startswith(GUESS)
    ]
