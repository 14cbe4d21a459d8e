"""The page about the data states the numbers that the data have."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

NOTES = (Path(__file__).resolve().parents[2] / "docs/data-notes.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (`.+?`(?: and `.+?`)?) \| (\d+) \| (\d+) \|", re.MULTILINE)
PREFIXES = {
    "tw": "https://w3id.org/twinld/ns#",
    "org": "http://www.w3.org/ns/org#",
    "dcterms": "http://purl.org/dc/terms/",
}
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@pytest.mark.parametrize(("classes", "here"), [(row[1], int(row[3])) for row in ROW.finditer(NOTES)])
def test_a_class_has_as_many_members_as_the_page_says(asserted, classes, here):
    counted = 0
    for prefix, local in re.findall(r"`(\w+):(\w+)`", classes):
        of_class = ox.NamedNode(PREFIXES[prefix] + local)
        counted += len(list(asserted.quads_for_pattern(None, TYPE, of_class)))

    assert counted == here


def test_the_page_has_a_row_for_each_class_of_the_data():
    assert len(ROW.findall(NOTES)) == 14
