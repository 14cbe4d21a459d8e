"""Publications for the tests of this room: the repository's own project, and small ones made on the spot."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from twinld.graph.dataset import load
from twinld.publish.publication import Publication
from twinld.serve.opening import opened
from twinld.source.project import open_project

ROOT = Path(__file__).resolve().parents[2]
CONFIG = """\
title = { en = "Pumps", fi = "Pumput" }
description = { en = "Every pump of the works and where it stands.", fi = "Laitoksen jokainen pumppu ja sen paikka." }
base-iri = "https://example.org/pumps/"
languages = ["en", "fi"]
licence = "http://creativecommons.org/licenses/by/4.0/"
publisher = { name = { en = "Works of Example" }, homepage = "https://example.org/" }
contact = { name = { en = "Data team" }, email = "data@example.org" }
"""
DATA = """\
@prefix ex: <https://example.org/pumps/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<https://example.org/pumps/id/pump/7> a ex:Pump ;
    ex:flow "1.10"^^xsd:decimal ;
    ex:built "2012-02-21Z"^^xsd:date ;
    ex:note "välkommen & <hello>"@sv-FI ;
    ex:part [ ex:name "rotor" ] ;
    ex:next <https://example.org/pumps/id/pump/8> .

<https://example.org/pumps/id/pump/8> a ex:Pump .
"""


@pytest.fixture(scope="session")
def third_party() -> Path:
    """The folder of suites by others; a test that asks for it is skipped where it is missing."""
    folder = ROOT / os.environ.get("TWINLD_THIRD_PARTY", "../shared/third_party")
    if not folder.is_dir():
        pytest.skip(f"no third-party suites at {folder}")
    return folder


@pytest.fixture(scope="session")
def own() -> Publication:
    """The publication of the repository's own project, as it is served."""
    return Publication.of(load(open_project(ROOT)), public_url="https://data.example.org/")


@pytest.fixture
def project(tmp_path):
    """Return a function that writes a small project and opens its publication."""

    def make(config: str = CONFIG, data: str = DATA, **files: str) -> Publication:
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "twinld.toml").write_text(config, encoding="utf-8")
        (tmp_path / "data/pumps.ttl").write_text(data, encoding="utf-8")
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return Publication.of(load(open_project(tmp_path)), public_url="https://data.example.org/")

    return make


@pytest.fixture(scope="session")
def served() -> Iterator[Publication]:
    """The publication of the repository's own project with its endpoint, as the server has it."""
    with opened(load(open_project(ROOT)), public_url="https://data.example.org/") as publication:
        yield publication
