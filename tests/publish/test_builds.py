"""What goes on from build to build: versioned dumps, the page of changes, and the event stream that can be replayed."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from tests.publish.conftest import CONFIG
from twinld.publish.feed import state_of_dump
from twinld.publish.site import build
from twinld.rdf.terms import key_of

PUMPS = """\
@prefix ex: <https://example.org/pumps/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://example.org/pumps/id/pump/7> rdfs:label "Pump seven"@en ; ex:flow {flow} ; ex:part [ ex:name "rotor" ] .
<https://example.org/pumps/id/pump/8> rdfs:label "Pump eight"@en ; ex:part [ ex:name "rotor" ] .
"""
NINTH = '<https://example.org/pumps/id/pump/9> <http://www.w3.org/2000/01/rdf-schema#label> "Pump <nine>"@en .\n'
STATES = (
    PUMPS.format(flow="1.5"),
    PUMPS.format(flow="1.5"),
    PUMPS.format(flow="2.50") + NINTH,
    PUMPS.format(flow="2.50"),
)
TREE, LDES = rdflib.Namespace("https://w3id.org/tree#"), rdflib.Namespace("https://w3id.org/ldes#")
AS = "https://www.w3.org/ns/activitystreams#"
ROOT_URL = "https://data.example.org/"


@pytest.fixture
def out(project, tmp_path) -> Path:
    """The site after four builds: the second changed nothing, the fourth took away what the third had added."""
    folder = tmp_path / "public"
    for data in STATES:
        build(project(CONFIG + "keep-versions = 2\nevent-stream = true\n", data), folder, processes=1)
    return folder


def page(out: Path, language: str = "") -> str:
    return (out / f"changes/index{language}.html").read_text(encoding="utf-8")


def test_the_page_of_changes_tells_each_build_in_words_the_newest_first(out):
    text = re.sub(r"<[^>]+>", " ", page(out).partition("<main")[2])
    builds = [" ".join(each.split()) for each in text.split("1970")[1:]]

    assert len(builds) == 4  # two builds that changed something, and two versions
    assert "Pump &lt;nine&gt; gone" in builds[0]
    assert re.search(r"Pump seven changed .*flow: 1\.5 .*flow: 2\.50 Pump &lt;nine&gt; new", builds[1])
    assert "Pump eight" not in text


def test_the_page_is_in_every_language_and_every_page_leads_to_it(out):
    assert "Muutokset" in page(out, ".fi")
    assert 'href="changes/index.fi.html"' in (out / "index.fi.html").read_text(encoding="utf-8")


def test_so_many_versions_are_kept_as_the_project_says_and_each_names_the_one_before(out):
    links = rdflib.Graph().parse(out / "dumps/versions.ttl")
    newest = next(links.objects(None, rdflib.DCAT.hasCurrentVersion))
    older = links.value(newest, rdflib.OWL.priorVersion)

    assert len(list((out / "dumps/versions").iterdir())) == 2
    assert links.value(newest, rdflib.DCAT.previousVersion) == older
    assert links.value(older, rdflib.OWL.priorVersion) is None
    states = [state_of_dump(out / str(links.value(each, rdflib.VOID.dataDump)).removeprefix(ROOT_URL))
              for each in (newest, older)]  # fmt: skip
    assert [len(state.triples) for state in states] == [6, 7]  # the two rotors are one: they say the same


def test_a_project_that_asks_for_none_has_neither_versions_nor_stream(project, tmp_path):
    build(project(), tmp_path / "public", processes=1)

    assert not list((tmp_path / "public").glob("stream*"))
    assert not list((tmp_path / "public/dumps").glob("versions*"))
    assert (tmp_path / "public/changes/index.html").is_file()


def test_pages_of_the_stream_never_change(project, tmp_path):
    before: dict[str, bytes] = {}
    for data in STATES:
        build(project(CONFIG + "event-stream = true\n", data), tmp_path / "public", processes=1)
        pages = {path.name: path.read_bytes() for path in (tmp_path / "public/stream").glob("*.trig")}
        assert {name: pages[name] for name in before} == before
        before = pages

    assert len(before) == 3
    assert all(b"ldes:immutable true" in page for page in before.values())


def test_the_stream_replayed_is_the_data(out):
    """As a client does: from the root along the relations, members in order, each replaces what it is a version of."""
    root = rdflib.Graph().parse(out / "stream.ttl")
    stream = next(root.subjects(rdflib.RDF.type, LDES.EventStream))
    pages = sorted({str(node) for node in root.objects(None, TREE.node)})
    members: dict[str, dict[str, set[tuple[str, str, str]]]] = {}
    said: list[tuple[int, str, str, str]] = []
    for url in pages:
        quads = list(ox.parse((out / url.removeprefix(ROOT_URL)).read_bytes(), format=ox.RdfFormat.TRIG))
        for member in [q.object for q in quads if q.predicate.value == str(TREE.member)]:
            facts = {q.predicate.value: q.object.value for q in quads if q.subject == member}
            of, at = facts[str(rdflib.DCTERMS.isVersionOf)], int(facts["https://schema.org/position"])
            said.append((at, facts[str(rdflib.RDF.type)].removeprefix(AS), of, member.value))
            triples = {tuple(map(key_of, q.triple)) for q in quads if q.graph_name == member}
            members[member.value] = {of: triples}
    replayed: dict[str, set[tuple[str, str, str]]] = {}
    for _, event, of, member in sorted(said):
        replayed.pop(of, None)
        if event != "Delete":
            replayed |= members[member]

    now = state_of_dump(out / "dumps/pumps.nq.gz")
    ended = type(now).of(triple for triples in replayed.values() for triple in triples)
    assert [event for _, event, *_ in sorted(said)][-3:] == ["Update", "Create", "Delete"]
    assert next(root.objects(stream, TREE.view)) == rdflib.URIRef(ROOT_URL + "stream.ttl")
    assert set(map(str, root.objects(stream, LDES.versionDeleteObject))) == {AS + "Delete"}
    assert ended.triples == now.triples
