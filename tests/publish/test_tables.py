"""What a built site has in place of a query service: the answers of queries that need no value, in every format."""

from __future__ import annotations

import json

import pytest

from tests.publish.conftest import CONFIG, DATA
from twinld.graph.dataset import load
from twinld.publish.site import build
from twinld.serve.app import create_app
from twinld.serve.opening import opened
from twinld.source.project import open_project

PREFIX = "PREFIX ex: <https://example.org/pumps/ns#>\n"
QUERIES = {
    "any-pump": f"#+ title: Is there a pump?\n{PREFIX}ASK {{ ?pump a ex:Pump }}\n",
    "next-pumps": f"#+ title: What is next\n{PREFIX}CONSTRUCT {{ ?b ex:before ?a }} WHERE {{ ?a ex:next ?b }}\n",
}
PLACE = """
<https://example.org/pumps/id/works> <http://www.w3.org/2003/01/geo/wgs84_pos#lat> 62.79 ;
    <http://www.w3.org/2003/01/geo/wgs84_pos#long> 22.84 ;
    <http://www.w3.org/2000/01/rdf-schema#label> "Works"@en , "Laitos"@fi .
"""


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The built site, and a client of the server of the same small project with an ASK and a CONSTRUCT."""
    root = tmp_path_factory.mktemp("project")
    for folder in ("data", "sparql"):
        (root / folder).mkdir()
    (root / "twinld.toml").write_text(CONFIG, encoding="utf-8")
    (root / "data/pumps.ttl").write_text(DATA + PLACE, encoding="utf-8")
    for name, text in QUERIES.items():
        (root / f"sparql/{name}.rq").write_text(text, encoding="utf-8")
    with opened(load(open_project(root)), public_url="https://data.example.org/") as publication:
        build(publication, root / "public", processes=1)
        yield root / "public", create_app(publication).test_client()


@pytest.mark.parametrize(
    "file",
    [*(f"any-pump.{each}" for each in ("json", "srj", "xml")),
     *(f"next-pumps.{each}" for each in ("ttl", "nt", "jsonld", "rdf", "trig", "nq"))],
)  # fmt: skip
def test_the_answer_of_an_ask_and_of_a_construct_is_a_file_with_the_served_bytes(both, file):
    site, client = both

    assert (site / "query" / file).read_bytes() == client.get(f"/query/{file}").data


def test_the_page_of_such_a_query_shows_its_answer_and_leads_to_its_files(both):
    site, _ = both
    asked = (site / "query/any-pump.html").read_text(encoding="utf-8")
    made = (site / "query/next-pumps.fi.html").read_text(encoding="utf-8")

    assert '<p class="lead">yes</p>' in asked
    assert 'href="any-pump.json"' in asked
    assert "ex:before" in made
    assert 'href="next-pumps.ttl"' in made


def test_what_has_coordinates_is_one_geojson_file_in_the_catalogue_too(both):
    site, client = both
    found = json.loads((site / "dumps/pumps.geojson").read_bytes())
    (feature,) = found["features"]

    assert feature["geometry"] == {"type": "Point", "coordinates": [22.84, 62.79]}
    assert feature["id"] == "https://example.org/pumps/id/works"
    assert feature["properties"]["names"] == {"en": "Works", "fi": "Laitos"}
    assert (site / "dumps/pumps.geojson").read_bytes() == client.get("/dumps/pumps.geojson").data
    assert "dumps/pumps.geojson" in (site / "catalog.ttl").read_text(encoding="utf-8")


def test_data_without_coordinates_have_no_geojson(project, tmp_path):
    build(project(), tmp_path / "public", processes=1)

    assert not list((tmp_path / "public").rglob("*.geojson"))
