"""The parts that pages are made from: paths, facets, search, drawings, feeds, templates fed by queries."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from twinld.errors import TwinldError
from twinld.graph.dataset import load
from twinld.graph.store import nquads
from twinld.publish import pages
from twinld.publish.pages.answers import query_page
from twinld.publish.pages.edition import Edition, edition_of
from twinld.publish.pages.facets import distance, facets
from twinld.publish.pages.feeds import folded
from twinld.publish.pages.figures import figures_for
from twinld.publish.pages.figures.network import layout
from twinld.publish.pages.known_terms import plain_words, term_words
from twinld.publish.pages.languages import Words, best_text, is_right_to_left
from twinld.publish.pages.literals import readable_date, sort_year
from twinld.publish.pages.search import find, index_of, search_page
from twinld.publish.pages.view import View
from twinld.publish.publication import Publication
from twinld.query.canned import read_canned
from twinld.query.endpoint import Rows
from twinld.source.project import open_project

EX = "https://example.org/"
DATA = """
@prefix ex: <https://example.org/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wgs: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

ex:tie-1 a ex:Tie ; ex:party ex:a , ex:b ; ex:kind ex:firm ; ex:date "1979"^^xsd:gYear ;
    dcterms:modified "2026-01-02"^^xsd:date .
ex:tie-2 a ex:Tie ; ex:party ex:a , ex:c ; ex:kind ex:loose ; ex:date "2001-05-06"^^xsd:date .
ex:a rdfs:label "Takamatsu"@en ; skos:hiddenLabel "Takamastsu (typo)" ; wgs:lat 34.34 ; wgs:long 134.05 ;
    ex:note "one, two; & three" .
ex:b rdfs:label "Łódź"@pl , "Lodz"@en ; wgs:lat 51.77 ; wgs:long 19.46 .
ex:c rdfs:label "Seinäjoki"@fi .
ex:firm rdfs:label "firm"@en ; skos:broader ex:top .
ex:loose rdfs:label "loose"@en .
ex:claim-1 ex:about ex:tie-1 ; ex:rank ex:best ; ex:date "1974"^^xsd:gYear .
ex:claim-2 ex:about ex:tie-1 ; ex:rank ex:other ; ex:date "1980"^^xsd:gYear .
"""


@pytest.fixture
def folder(write) -> Path:
    config = f'title = {{ en = "Ties" }}\nbase-iri = "{EX}"\nlanguages = ["en", "fi"]\n'
    return write({"data/ties.ttl": DATA, "twinld.toml": config})


@pytest.fixture
def edition(folder) -> Edition:
    return edition_of(Publication.of(load(open_project(folder)), public_url="https://ties.example/"))


@pytest.fixture
def view(edition) -> View:
    return View(edition, "tour/", "en")


@pytest.mark.parametrize(
    ("start", "path", "expected"),
    [
        ("ex:tie-1", "ex:party", ["a", "b"]),
        ("ex:a", "^ex:party", ["tie-1", "tie-2"]),
        ("ex:a", "^ex:party/ex:party", ["a", "b", "c"]),
        ("ex:tie-1", "ex:kind/skos:broader*", ["firm", "top"]),
        ("ex:tie-1", "ex:kind/skos:broader+", ["top"]),
        ("ex:tie-1", "ex:kind|ex:party", ["firm", "a", "b"]),
        ("ex:b", "^ex:party/(ex:kind|ex:party)", ["firm", "a", "b"]),
        ("ex:b", "^ex:party/ex:kind|^ex:nothing", ["firm"]),
        ("ex:tie-1", "^ex:about[ex:rank=ex:best]", ["claim-1"]),
        ("ex:tie-1", "a", ["Tie"]),
        ("ex:tie-1", "<https://example.org/kind>", ["firm"]),
        ("ex:tie-1", "ex:unused", []),
    ],
)
def test_paths_bind_as_those_of_sparql(view, start, path, expected):
    assert [node.slug for node in view.node(start).all(path)] == expected


@pytest.mark.parametrize("path", ["ex:a ex:b", "ex:a//ex:b", "(ex:a", "ex:a|", "?x", "nope:a"])
def test_a_malformed_path_says_how_paths_are_written(view, path):
    with pytest.raises(TwinldError) as caught:
        view.node("ex:a").all(path)

    assert caught.value.hint


def test_facets_count_what_each_choice_would_leave(view):
    found = facets(view.things("ex:Tie"), {"party": ["b"]}, party="ex:party", kind="ex:kind")
    counts = {field.name: {option.value: option.count for option in field.options} for field in found.fields}

    assert [node.slug for node in found.nodes] == ["tie-1"]
    assert counts == {"party": {"a": 2, "b": 1, "c": 1}, "kind": {"firm": 1}}


def test_facets_bound_years(view):
    ties = view.things("ex:Tie")

    assert [node.slug for node in facets(ties, {"from": ["1980"]}, years="ex:date").nodes] == ["tie-2"]
    assert [node.slug for node in facets(ties, {"to": ["1979"]}, years="ex:date").nodes] == ["tie-1"]
    assert len(facets(ties, {"from": ["x"], "to": ["²"]}, years="ex:date").nodes) == 2


@pytest.mark.parametrize("query", ["Takamastsu", "takamatsu", "TAKAMAT", "Takamatsi"])
def test_a_name_is_found_by_spellings_that_come_near(edition, query):
    keys = edition.dataset.table.keys

    assert keys[find(index_of(edition), query)[0][1].thing] == "<https://example.org/a>"


@pytest.mark.parametrize(("query", "expected"), [("lodz", "b"), ("seinajoki", "c"), ("Łódź", "b")])
def test_accents_do_not_matter_to_the_search(edition, query, expected):
    assert edition.dataset.table.keys[find(index_of(edition), query)[0][1].thing] == f"<{EX}{expected}>"


def test_nothing_like_it_is_nothing(edition):
    assert find(index_of(edition), "Zzyzx") == []
    assert find(index_of(edition), "  ") == []


def test_a_hidden_label_is_searched_and_never_shown(edition):
    html = search_page(edition, "en", {"q": ["Takamastsu (typo)"]}).decode()

    assert ">Takamatsu</a>" in html
    assert html.count("(typo)") == 3  # in the title and in the box, as it was typed


def test_what_is_searched_for_is_escaped(edition):
    html = search_page(edition, "en", {"q": ['"><script>alert(1)</script>']}).decode()

    assert "<script>alert" not in html


def test_a_layout_is_the_same_every_time_and_inside_the_drawing():
    pairs = tuple((number // 3, number) for number in range(1, 90))
    first = layout(90, pairs)
    layout.cache_clear()

    assert layout(90, pairs) == first
    assert all(0 <= x <= 1200 and 0 <= y <= 800 for x, y in first)


def test_kilometres_run_along_a_great_circle():
    assert round(distance((24.94, 60.17), (24.75, 59.44))) == 82


@pytest.mark.parametrize(
    ("lexical", "expected"),
    [
        ("1979", "1979"),
        ("1990-07", "July 1990"),
        ("1978-12-21", "21 December 1978"),
        ("2012-02-21Z", None),
        ("[2007-08,2007-09]", "August 2007 or September 2007"),
        ("[2018..2022-02]", "between 2018 and February 2022"),
        ("[2010-03..]", "March 2010 or later"),
        ("2022/2029", "2022 – 2029"),
        ("2022-23", "autumn 2022"),
        ("1974?", "1974 (uncertain)"),
        ("2024-10-08?/2024-10-10?", "8 October 2024 – 10 October 2024 (uncertain)"),
        ("1990-13-40", "1990-13-40"),
        ("soon", None),
    ],
)
def test_dates_are_read_at_their_precision(lexical, expected):
    assert readable_date(lexical, Words("en")) == expected


def test_dates_follow_the_language():
    assert readable_date("2017-06-15", Words("fi")) == "15. kesäkuuta 2017"
    assert readable_date("2017-06-15", Words("sv")) == "15 juni 2017"


def test_the_year_of_a_set_is_its_first():
    assert sort_year("[2007-08,2007-09]") == pytest.approx(2007 + 7 / 12)
    assert sort_year("long ago") is None


def test_a_text_is_chosen_by_language_and_fallback():
    texts = [("ru", "ru"), ("en-GB", "en-GB"), ("plain", None)]

    assert best_text(texts, "en", ("fi", "en")).text == "en-GB"
    assert best_text(texts, "sv", ("fi",)).text == "plain"
    assert best_text([], "sv", ()) is None


@pytest.mark.parametrize(("tag", "expected"), [("ar", True), ("fa-Latn", False), ("az-Arab", True), ("fi", False)])
def test_the_direction_is_that_of_the_script(tag, expected):
    assert is_right_to_left(tag) is expected


def test_plurals_follow_the_language():
    assert Words("fi").ngettext("{n} row", "{n} rows", 1) == "1 rivi"
    assert Words("fi").ngettext("{n} row", "{n} rows", 1200) == "1\xa0200 riviä"


def test_terms_without_a_label_are_called_by_the_words_of_their_name():
    assert term_words("http://purl.org/dc/terms/modified") == "last changed"
    assert term_words("http://www.w3.org/2002/07/owl#ObjectProperty") == "object property"
    assert term_words("http://www.wikidata.org/entity/Q6157") is None
    assert plain_words("https://example.org/ns#ratedFlow") == "rated flow"


def test_the_feed_of_changes_has_what_the_data_date(edition):
    media_type, make = pages.feeds(edition.publication)["changes.atom"]
    feed = make().decode()

    assert media_type == "application/atom+xml"
    assert re.findall(r"<entry><id>([^<]*)", feed) == ["https://example.org/tie-1"]
    assert "<updated>2026-01-02T00:00:00Z</updated>" in feed


def test_lines_of_a_calendar_are_folded_by_octets():
    lines = folded(b"SUMMARY:" + "ä".encode() * 60).split(b"\r\n")

    assert max(map(len, lines)) <= 75
    assert b"".join(line.removeprefix(b" ") for line in lines).decode() == "SUMMARY:" + "ä" * 60


def test_a_template_makes_a_calendar(folder):
    (folder / "templates").mkdir()
    calendar = "{#+ page: ties.ics #}\nNOTE:{{ node('ex:a').one('ex:note').text|ical }}"
    (folder / "templates" / "ties.ics").write_text(calendar, "utf-8")
    site = Publication.of(load(open_project(folder)))
    media_type, make = pages.feeds(site)["ties.ics"]

    assert (media_type, make()) == ("text/calendar", b"NOTE:one\\, two\\; & three\r\n")


def test_a_template_is_fed_by_canned_queries(folder):
    from twinld.query import start

    (folder / "sparql").mkdir()
    (folder / "sparql" / "ties-of.rq").write_text(
        "#+ title: Ties\n#+ param: party (IRI) who\nPREFIX ex: <https://example.org/>\n"
        "SELECT ?tie WHERE { VALUES ?party { ex:a } ?tie ex:party ?party } ORDER BY ?tie\n",
        "utf-8",
    )
    (folder / "templates").mkdir()
    (folder / "templates" / "tour.html").write_text(
        "{#+ page: tour/ #}\n{#+ queries: ties-of(party=ex:b), mine = ties-of(party=ex:a) #}\n"
        "{{ ties_of|length }} {{ mine.rows|length }}",
        "utf-8",
    )
    dataset = load(open_project(folder))
    with start(nquads(dataset)) as endpoint:
        site = Publication.of(dataset, endpoint=endpoint)

        assert pages.free_pages(site)["tour/"]("en").decode().strip() == "1 2"


def test_a_query_that_is_not_there_names_the_template(folder):
    (folder / "templates").mkdir()
    (folder / "templates" / "tour.html").write_text("{#+ page: tour/ #}{#+ queries: nope() #}", "utf-8")
    with pytest.raises(TwinldError) as caught:
        pages.free_pages(Publication.of(load(open_project(folder))))["tour/"]("en")

    assert caught.value.path == "templates/tour.html"


def test_a_thing_without_a_label_is_called_as_its_template_says(folder):
    template = "{#+ class: ex:Tie #}\n{#+ name: ex:party, ex:date, ex:next #}\n{% extends 'resource.html' %}"
    (folder / "templates").mkdir()
    (folder / "templates" / "tie.html").write_text(template, "utf-8")
    more = "@prefix ex: <https://example.org/> . ex:tie-3 a ex:Tie ; ex:next ex:tie-3 . ex:tie-4 a ex:Tie ."
    (folder / "data" / "more.ttl").write_text(more, "utf-8")
    view = View(edition_of(Publication.of(load(open_project(folder)))), "tour/", "en")

    assert view.node("ex:tie-2").text == "Takamatsu · 6 May 2001"
    assert view.node("ex:tie-3").text == "ex:tie-3"  # named by itself only
    assert view.node("ex:tie-4").text == "ex:tie-4"
    assert view.node("ex:a").text == "Takamatsu"


def drawing(view: View, name: str, *given, **named) -> str:
    return str(figures_for(view)[name](*given, **named))


def test_names_on_a_map_cover_neither_each_other_nor_a_dot(view):
    crowd = {view.node(f"ex:{letter}"): (134.05 + at / 4, 34.34) for at, letter in enumerate("abc")}
    drawn = drawing(view, "map", crowd, where=crowd)
    named = re.search(r'<g class="names"[^>]*>(.*?)</g>', drawn)[1]

    assert named.count("<text") < len(crowd) == drawn.count("<circle")


def test_what_a_map_is_about_is_named_however_crowded_it_is(view):
    crowd = {view.node(f"ex:{letter}"): (134.05, 34.34) for letter in "abc"}
    drawn = drawing(view, "map", crowd, where=crowd, main=[view.node("ex:c")])

    assert drawn.count('<text class="main"') == 2  # once for a wide screen, once for a narrow one


def test_what_goes_on_is_drawn_to_the_day_of_the_data_and_not_beyond(view):
    row = {"name": "tie", "start": "1979", "kind": "firm"}
    drawn = drawing(view, "timeline", [row, {**row, "name": "a tie that ended", "end": "2010"}])
    ends = [
        float(x) + float(width) for x, width in re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', drawn)
    ]
    axis = [float(x) for x in re.findall(r'<line x1="([\d.]+)"', drawn)]

    assert "2026" in view.edition.publication.latest_modified
    assert ends[0] < ends[1] < axis[-1]


def test_names_of_a_network_are_hidden_where_they_would_cover_others(view):
    crowd = [(view.node("ex:a"), view.node(f"ex:leaf-with-a-very-long-name-{n}")) for n in range(60)]
    drawn = drawing(view, "network", crowd)
    hidden = drawn.count(" covered")

    assert 0 < hidden < 60
    assert drawn.count("<title>") == 61


def test_numbers_of_a_chart_are_written_out_as_the_language_does(view):
    assert '<td class="number">1,234,567</td>' in drawing(view, "bars", [("many", 1234567), ("few", 2)])


def test_an_answer_shows_what_a_reader_lacks_and_names_columns_in_words(edition, view):
    takamatsu, tie = "<https://example.org/a>", "<https://example.org/tie-1>"
    rows = Rows(("place", "label", "otherTie", "lat", "long"), ((takamatsu, '"Takamatsu"', tie, '"34.3"', '"134.0"'),))
    text = "#+ title: Places\n#+ description: Where.\n#+ view: map\nSELECT ?place ?label ?otherTie ?lat ?long {}"
    query = read_canned(text, path="sparql/on-a-map.rq")
    html = query_page(edition.publication, query, {}, rows, "en").decode()
    headings = re.findall(r'<th scope="col" title="\?(\w+)">([^<]*)</th>', html)

    assert headings == [("place", "place"), ("otherTie", "other tie")]
    assert '<svg class="map"' in html
