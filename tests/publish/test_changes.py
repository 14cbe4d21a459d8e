"""What changed is told by resource, in words that a person understands, and goes on in the feed of the next build."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from tests.publish.conftest import ROOT
from twinld.publish.changes import Difference, State, as_patch, in_words
from twinld.publish.site import build

E = "https://example.org/pumps/"
PUMPS = """\
@prefix ex: <https://example.org/pumps/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://example.org/pumps/id/pump/7> rdfs:label "Pump seven"@en ; ex:flow {flow} ; ex:part [ ex:name "{part}" ] .
<https://example.org/pumps/id/pump/8> rdfs:label "Pump eight"@en ; ex:part [ ex:name "seal" ] .
<https://example.org/pumps/id/reading/pump-7-a> ex:of <https://example.org/pumps/id/pump/7> ; ex:value {value} .
ex:flow rdfs:label "flow in m³/h"@en .
"""
ATOM = "{http://www.w3.org/2005/Atom}"


def pumps(flow="1.5", part="rotor", value="1"):
    return PUMPS.format(flow=flow, part=part, value=value)


@pytest.fixture
def difference(project):
    """Return a function that gives the difference of two versions of the pumps."""

    def state(data: str) -> State:
        dataset = project(data=data).dataset
        keys, quads = dataset.table.keys, dataset.quads
        return State.of((keys[s], keys[p], keys[o]) for s, p, o, _ in map(quads.row, range(len(quads))))

    return lambda old, new: Difference(state(old), state(new))


def test_a_change_of_one_value_names_that_resource_alone(difference):
    found = difference(pumps(), pumps(flow="1.50"))

    assert in_words(found, "en") == (
        "1 changed, 0 new, 0 gone\n\n"
        "Pump seven\n  https://example.org/pumps/id/pump/7\n  - flow in m³/h: 1.5\n  + flow in m³/h: 1.50\n"
    )


def test_a_change_inside_a_blank_node_belongs_to_what_holds_it(difference):
    found = difference(pumps(), pumps(part="stator"))

    assert [change.label for change in found.changes("en")] == ["Pump seven"]


def test_blank_nodes_that_say_the_same_are_the_same_whatever_their_place(difference):
    old = pumps() + '[] <https://example.org/pumps/ns#note> "x" .'
    new = '[] <https://example.org/pumps/ns#note> "x" .' + pumps()

    assert not difference(old, new)


def test_a_resource_without_a_label_is_told_with_what_it_belongs_to(difference):
    (change,) = difference(pumps(), pumps(value="2")).changes("en")

    assert (change.label, change.about) == ("pump-7-a", "Pump seven")


def test_a_new_and_a_gone_resource_are_said_to_be_so(difference):
    extra = '<https://example.org/pumps/id/pump/9> <http://www.w3.org/2000/01/rdf-schema#label> "Pump nine"@en .'

    assert "Pump nine: new" in in_words(difference(pumps(), pumps() + extra), "en")
    assert "Pump nine: gone" in in_words(difference(pumps() + extra, pumps()), "en")


def test_a_patch_turns_the_old_into_the_new(difference):
    found = difference(pumps(), pumps(flow="2"))
    triples = set(found.old.triples)
    for line in as_patch(found).splitlines()[1:-1]:
        changed = found.removed if line[0] == "D" else found.added
        triples = triples - set(changed) if line[0] == "D" else triples | set(changed)

    assert triples == found.new.triples


def test_the_feed_goes_on_from_build_to_build(project, tmp_path):
    out = tmp_path / "public"
    for flow in ("1.5", "1.5", "2.5", "3.5"):
        build(project(data=pumps(flow=flow)), out, processes=1)
    feed = ElementTree.parse(out / "builds.atom").getroot()

    entries = [(e.findtext(f"{ATOM}title"), e.findtext(f"{ATOM}content")) for e in feed.iter(f"{ATOM}entry")]

    assert [title for title, _ in entries] == ["Pump seven: changed"] * 2
    assert "- flow in m³/h: 2.5\n  + flow in m³/h: 3.5" in entries[0][1]
    assert len({e.findtext(f"{ATOM}id") for e in feed.iter(f"{ATOM}entry")}) == 2


def test_a_first_build_has_a_feed_without_entries(project, tmp_path):
    build(project(), tmp_path / "public", processes=1)

    assert json.loads((tmp_path / "public/builds.json").read_text(encoding="utf-8")) == []
    assert not list(ElementTree.parse(tmp_path / "public/builds.atom").getroot().iter(f"{ATOM}entry"))


def test_a_change_of_one_agreement_of_our_own_data_names_that_agreement_alone(tmp_path):
    for folder in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "twinld.toml", tmp_path)
    file = tmp_path / "data/agreements-dijon.ttl"
    text = file.read_text(encoding="utf-8")
    block = next(each for each in text.split("\n\n") if each.startswith("agreement:"))
    file.write_text(text.replace(block, block.replace('"@en ;', ' (mended)"@en ;', 1)), encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "twinld.cli", "diff", ROOT, tmp_path], capture_output=True, text=True, check=False
    )

    lines = done.stdout.splitlines()
    assert (done.returncode, lines[0]) == (1, "1 changed, 0 new, 0 gone")
    assert "/id/agreement/" in lines[3]
    assert [line[:4] for line in lines[4:]] == ["  - ", "  + "]
