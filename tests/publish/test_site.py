"""The built site: complete, the same each time, the same as what is served, and without a link that leads nowhere."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest

from tests.publish.conftest import ROOT
from twinld.graph.dataset import load
from twinld.publish.folder import MANIFEST
from twinld.publish.publication import Publication
from twinld.publish.site import build
from twinld.serve.opening import opened
from twinld.source.project import open_project

ROOT_URL = "https://data.example.org/"


BLOCKS = 7
"""How much of each data file the small site has: its prefixes and the first things; more would be more of the same."""


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Publication]:
    """The repository's own project with some of its data, in two languages, with its endpoint."""
    root = tmp_path_factory.mktemp("project")
    for folder in ("ontology", "shapes", "sparql", "templates"):
        shutil.copytree(ROOT / folder, root / folder)
    (root / "data").mkdir()
    for file in (ROOT / "data").glob("*.ttl"):
        blocks = file.read_text(encoding="utf-8").split("\n\n")
        (root / "data" / file.name).write_text("\n\n".join(blocks[:BLOCKS]) + "\n", encoding="utf-8")
    config = (ROOT / "twinld.toml").read_text(encoding="utf-8")
    (root / "twinld.toml").write_text(config.replace('["en", "fi", "sv"]', '["en", "fi"]'), encoding="utf-8")
    with opened(load(open_project(root)), public_url=ROOT_URL) as publication:
        yield publication


@pytest.fixture(scope="module")
def site(served, tmp_path_factory) -> Path:
    """The built site of that project."""
    out = tmp_path_factory.mktemp("site") / "public"
    build(served, out)
    return out


def tree(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file by its path."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@dataclass(frozen=True)
class Links:
    """Every address that a page leads to or loads, and the fragments that it has."""

    found: frozenset[str]
    ids: frozenset[str]


def links_of(body: bytes) -> Links:
    """Find them by pattern: our pages quote every attribute, and a parser would take ten seconds for all of them."""
    text = body.decode()
    found = (unescape(each) for each in re.findall(r'\s(?:href|src|action)="([^"]*)"', text))
    return Links(frozenset(found), frozenset(unescape(each) for each in re.findall(r'\sid="([^"]*)"', text)))


def test_the_manifest_lists_every_file_with_its_bytes_and_hash(site):
    manifest = json.loads((site / MANIFEST).read_text(encoding="utf-8"))
    listed = {each["path"]: (each["bytes"], each["sha256"]) for each in manifest["files"]}

    found = {path: (len(body), hashlib.sha256(body).hexdigest()) for path, body in tree(site).items()}

    assert {**listed, MANIFEST: found[MANIFEST]} == found
    assert manifest["generator"] == "twinld"


def file_of(path: str, names: set[str]) -> str | None:
    """Return the file that a host answers an address with, by the plainest rules; `None` for 404."""
    name = unquote(path[1:])
    inside = f"{name}index.html" if not name or name.endswith("/") else f"{name}/index.html"
    return next((each for each in (name, f"{name}.html", inside) if each in names), None)


def test_every_link_of_the_site_resolves(site):
    names = set(tree(site))
    pages = {path: links_of((site / path).read_bytes()) for path in sorted(names) if path.endswith(".html")}
    broken: dict[str, str] = {}
    for path, page in pages.items():
        for href in page.found:
            target = urlsplit(urljoin(ROOT_URL + quote(path), href))
            if f"{target.scheme}://{target.netloc}/" != ROOT_URL:
                continue
            file = file_of(target.path, names)
            has_fragment = file not in pages or unquote(target.fragment) in {"", *pages[file].ids}
            if file is None or target.query or not has_fragment:
                broken.setdefault(target.geturl(), path)

    assert broken == {}


def test_what_is_built_is_what_is_served(site, served):
    """Every file but the rules, the stand-ins at things and what depends on the endpoint has the served bytes."""
    from twinld.serve.app import create_app

    static, live = (create_app(each).test_client() for each in (served.for_site(), served))
    some = ("doc/id/network/", "ns.", "dumps/tw", "void", "cat", "index", "query/", "browse/")
    # The page of a query has its form only where there is a server.
    paths = [path for path in sorted(tree(site)) if path.startswith(some) and path[:6] + path[-5:] != "query/.html"]
    different = [
        path
        for path in paths
        if (live if path.startswith("query/") else static).get("/" + path).data != (site / path).read_bytes()
    ]

    assert len(paths) > 150
    assert different == []


def test_two_builds_are_the_same_bytes(project, tmp_path):
    for name in ("one", "two"):
        build(project(), tmp_path / f"built-{name}", processes=2 if name == "one" else 1)

    assert tree(tmp_path / "built-one") == tree(tmp_path / "built-two")


def test_links_work_under_a_path_prefix(site):
    for path in ("index.html", "doc/id/network/eurocities.html"):
        assert not [href for href in links_of((site / path).read_bytes()).found if href.startswith("/")]


def test_a_thing_leads_to_its_document_on_a_bare_host(site):
    page = (site / "id/network/eurocities/index.html").read_text(encoding="utf-8")

    assert 'content="0; url=../../../doc/id/network/eurocities.html"' in page
    assert 'rel="canonical" href="https://data.example.org/doc/id/network/eurocities.html"' in page


def test_every_document_is_there_in_every_format_and_language(site):
    for extension in ("html", "fi.html", "ttl", "jsonld", "rdf", "nt"):
        assert (site / f"doc/id/network/eurocities.{extension}").is_file()


def test_names_on_disk_are_decoded(project, tmp_path):
    data = "<https://example.org/pumps/id/Seinäjoki> <https://example.org/pumps/ns#p> 1 ."
    build(project(data=data), tmp_path / "out")

    assert (tmp_path / "out/doc/id/Seinäjoki.ttl").is_file()


def test_an_address_that_no_file_can_have_is_left_out_and_named(project, tmp_path):
    data = f"<https://example.org/pumps/id/{'x' * 300}> <https://example.org/pumps/ns#p> 1 ."

    found = build(project(data=data), tmp_path / "out")

    assert any("more than 255 bytes" in reason for reason in found.left_out)
    assert (tmp_path / "out/dumps/pumps.ttl").is_file()


def test_terms_that_are_used_and_nowhere_described_hinder_no_build(project, tmp_path):
    """`project` uses ex:Pump and ex:flow, which it does not define: there is no document of them."""
    found = build(project(), tmp_path / "out")

    assert found.left_out == ()
    assert not (tmp_path / "out/ns.ttl").exists()


def test_no_document_is_written_outside_the_folder(project, tmp_path):
    data = "<https://example.org/pumps/id/../../../escaped> <https://example.org/pumps/ns#p> 1 ."

    build(project(data=data), tmp_path / "deep/out")

    assert {p.name for p in (tmp_path / "deep").iterdir()} == {"out"}
    assert not list(tmp_path.glob("escaped*"))


def test_the_sitemap_lists_pages_that_are_there(site):
    found = re.findall(r"<loc>([^<]+)</loc>", (site / "sitemap.xml").read_text(encoding="utf-8"))

    assert len(found) > 500
    assert all((site / unquote(urlsplit(url).path[1:])).is_file() for url in found)


def test_force_is_noted_in_the_manifest(project, tmp_path):
    build(project(), tmp_path / "out", forced=True)

    assert json.loads((tmp_path / "out" / MANIFEST).read_text(encoding="utf-8"))["violations"] is True
