"""The built site of all our own data: each link leads somewhere, builds are the same, and built is what is served."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest

from tests.publish.conftest import ROOT
from twinld.graph.dataset import load
from twinld.publish.folder import MANIFEST
from twinld.publish.publication import Publication
from twinld.serve.opening import opened
from twinld.source.project import open_project

pytestmark = pytest.mark.conformance

ROOT_URL = "https://data.example.org/some/where/"
BASE = "https://w3id.org/twinld/"
COMPARED = 17  # every so many files are asked for from the server; a prime, so that all kinds come up
LINK = re.compile(r'\s(?:href|src|action)="([^"]*)"')
ID = re.compile(r'\sid="([^"]*)"')
IRI = re.compile(r"<([^>]*)>")


def built(out: Path, *, seed: int, processes: int) -> Path:
    """Build all data into a folder in an interpreter of its own."""
    command = [sys.executable, "-m", "twinld.cli", "build", "--quiet", "--out", out, "--public-url", ROOT_URL]
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    subprocess.run([*command, "--processes", str(processes)], cwd=ROOT, env=environment, check=True)
    return out


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The site, built by two processes."""
    return built(tmp_path_factory.mktemp("whole") / "public", seed=1, processes=2)


@pytest.fixture(scope="module")
def names(site) -> frozenset[str]:
    """Every file of the site by its path."""
    return frozenset(f"{Path(folder, file).relative_to(site)}" for folder, _, files in os.walk(site) for file in files)


@pytest.fixture(scope="module")
def publication() -> Iterator[Publication]:
    """What the server publishes of the same data."""
    from twinld.derive.rules import derive

    with opened(derive(load(open_project(ROOT))), public_url=ROOT_URL) as found:
        yield found


def links_of(file: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Return what a page leads to or loads, and the fragments that it has."""
    text = file.read_text(encoding="utf-8")
    return frozenset(map(unescape, LINK.findall(text))), frozenset(map(unescape, ID.findall(text)))


def file_of(path: str, names: frozenset[str]) -> str | None:
    """Return the file that a host answers a path below the site's root with; `None` for 404."""
    name = unquote(path)
    inside = f"{name}index.html" if not name or name.endswith("/") else f"{name}/index.html"
    return next((each for each in (name, f"{name}.html", inside) if each in names), None)


def test_every_link_of_every_page_resolves_under_a_path_prefix(site, names):
    """Whatever leaves the prefix but not the host is broken too; a fragment is an element of the page it leads to."""
    paths = sorted(name for name in names if name.endswith(".html"))
    with ProcessPoolExecutor(2) as pool:
        pages = dict(zip(paths, pool.map(links_of, [site / path for path in paths], chunksize=200), strict=True))
    broken: dict[str, str] = {}
    count = 0
    for path, (found, _) in pages.items():
        at = ROOT_URL + quote(path)
        for href in found:
            address = urlsplit(urljoin(at, href))
            if address.netloc != "data.example.org":
                continue
            count += 1
            inside = address.path.startswith("/some/where/")
            file = file_of(address.path.removeprefix("/some/where/"), names) if inside else None
            fragment = unquote(address.fragment)
            if file is None or address.query or (fragment and fragment not in pages.get(file, ((), ()))[1]):
                broken.setdefault(address.geturl(), path)

    assert broken == {}
    assert len(paths) > 10_000
    assert count > 200_000


@pytest.mark.parametrize("dump", ["dumps/twinld.nt", "dumps/graph/derived.nt", "catalog.ttl", "void.nt"])
def test_every_iri_of_ours_in_rdf_leads_to_a_file(site, names, dump):
    """An IRI under the base is a thing with a page, a document, or a file of the site; a graph may be a dump."""
    broken = set()
    for iri in IRI.findall((site / dump).read_text(encoding="utf-8")):
        root = next((each for each in (BASE, ROOT_URL) if iri.startswith(each)), None)
        if root is None:
            continue
        path = quote(iri[len(root) :].partition("#")[0], safe="/%")
        if not any(file_of(each, names) for each in (path, f"doc/{path}", f"dumps/{path}.nq", f"{path}.ttl")):
            broken.add(iri)

    assert broken == set()


def test_two_builds_in_two_folders_are_the_same_bytes(site, tmp_path):
    """With other hash seeds and another number of processes; the manifest has the hash of every file."""
    other = built(tmp_path / "other", seed=7, processes=5)

    assert (site / MANIFEST).read_bytes() == (other / MANIFEST).read_bytes()
    listed = json.loads((site / MANIFEST).read_bytes())["files"]
    assert len(listed) > 25_000
    assert all((site / each["path"]).read_bytes() == (other / each["path"]).read_bytes() for each in listed[::7])


def test_what_is_built_of_all_data_is_what_is_served(site, names, publication):
    """Files of fixed addresses, documents and pages; what needs a live server differs by its form alone."""
    from twinld.serve.app import create_app

    client = create_app(publication.for_site()).test_client()
    rules = {"nginx.conf", "_headers", ".htaccess", "w3id.htaccess", MANIFEST, "builds.json", "builds.atom"}
    stands_in = ("id/", "def/", "graph/", "query/")
    only_built = ("changes/", "dumps/versions", "stream")
    asked = [
        name
        for name in sorted(names)[::COMPARED]
        if name not in rules and not name.startswith((*stands_in, *only_built))
    ]

    different = [name for name in asked if client.get("/" + quote(name)).data != (site / name).read_bytes()]

    assert different == []
    assert len(asked) > 1_000
