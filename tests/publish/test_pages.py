"""Pages: what a reader gets, and what a hostile literal does not."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from twinld.errors import TwinldError
from twinld.graph.dataset import load
from twinld.publish import pages
from twinld.publish.documents import document_of, find, represent
from twinld.publish.pages.assets import STATIC
from twinld.publish.pages.figures.map import _outlines
from twinld.publish.pages.links import page_path, relative, safe_href
from twinld.publish.pages.templates import read_header
from twinld.publish.publication import Publication
from twinld.source.project import open_files, open_project

EX = "https://example.org/"
DATA = """
@prefix ex: <https://example.org/> .
@prefix exo: <https://example.org/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wgs: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

exo:Pump a owl:Class ; rdfs:subClassOf exo:Machine ; rdfs:label "pump"@en, "pumppu"@fi .
exo:Machine a owl:Class ; rdfs:label "machine"@en .
exo:at a owl:ObjectProperty ; rdfs:label "stands at"@en ; rdfs:domain exo:Pump .

<https://example.org/id/pump/7> a exo:Pump ;
    rdfs:label "Pump seven"@en ;
    skos:hiddenLabel "Pmup seven" ;
    exo:at <https://example.org/id/site/joki> ;
    exo:price "1.10"^^xsd:decimal ;
    exo:since "2012-02-21Z"^^xsd:date ;
    exo:built "1990-07"^^xsd:gYearMonth ;
    exo:note "<script>alert(1)</script>" ;
    exo:page <javascript:alert(1)> ;
    exo:part [ rdfs:label "valve" ; exo:count 4 ] ;
    exo:steps ( "one" "two" ) .

<https://example.org/id/site/joki> rdfs:label "Jokiranta"@fi, "نهر"@ar ; wgs:lat "62.79" ; wgs:long "22.84" .
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "pumps.ttl").write_text(DATA, "utf-8")
    (tmp_path / "twinld.toml").write_text(
        f'title = {{ en = "Pumps" }}\nbase-iri = "{EX}"\nlanguages = ["en", "fi"]\n'
        'repository = "https://github.com/example/pumps"\n',
        "utf-8",
    )
    return tmp_path


def publication(path: Path) -> Publication:
    return Publication.of(load(open_project(path)), public_url="https://pumps.example/")


def page(path: Path, address: str) -> str:
    site = publication(path)
    found = find(site, address)
    assert found is not None
    document = document_of(site, found.target.iri)
    assert document is not None
    return represent(site, document, "html", found.target.language).body.decode()


class Structure(HTMLParser):
    """Collects elements and ids; fails on an end tag that closes nothing."""

    VOID = frozenset({"meta", "link", "input", "br", "hr", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name in ("href", "src", "action")]

    def handle_startendtag(self, tag, attrs):
        self.links += [value for name, value in attrs if name == "href"]

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"


def structure(html: str) -> Structure:
    found = Structure()
    found.feed(html)
    return found


def test_lexical_forms_stand_on_the_page_as_written(project):
    html = page(project, "doc/id/pump/7.html")

    assert ">1.10<" in html
    assert "2012-02-21Z" in html
    assert ">July 1990<" in html


def test_a_literal_with_markup_is_shown_and_not_run(project):
    html = page(project, "doc/id/pump/7.html")

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_javascript_iri_is_never_a_link(project):
    links = structure(page(project, "doc/id/pump/7.html")).links

    assert not [link for link in links if link.strip().lower().startswith("javascript")]


def test_every_link_of_a_page_is_relative_or_a_known_address(project):
    for address in ("doc/id/pump/7.html", "ns.html", "doc/id/site/joki.fi.html"):
        absolute = [link for link in structure(page(project, address)).links if link.startswith(("/", "http"))]

        known = ("https://pumps.example/", "https://github.com/example/pumps")
        assert [link for link in absolute if not link.startswith(known)] == []


def test_blank_nodes_and_lists_are_shown_in_place(project):
    html = page(project, "doc/id/pump/7.html")

    assert "valve" in html
    assert re.search(r"<ol class=\"list\"><li>\s*one\s*</li><li>\s*two\s*</li></ol>", html)


def test_a_label_in_another_language_says_so(project):
    html = page(project, "doc/id/site/joki.html")

    assert '<h1 lang="fi">Jokiranta</h1>' in html
    assert '<span lang="ar" dir="rtl">نهر</span>' in html


def test_a_page_in_arabic_runs_from_right_to_left(project):
    config = project / "twinld.toml"
    config.write_text(config.read_text("utf-8").replace('["en", "fi"]', '["en", "ar"]'), "utf-8")

    assert '<html lang="ar" dir="rtl">' in page(project, "doc/id/site/joki.ar.html")
    assert '<html lang="en">' in page(project, "doc/id/site/joki.html")


def test_interface_and_labels_follow_the_language_of_the_address(project):
    html = page(project, "ns.fi.html")

    assert '<html lang="fi"' in html
    assert ">pumppu</a>" in html
    assert "Pysyvä osoite" in html


def test_statements_lead_to_their_file_and_line_in_the_repository(project):
    html = page(project, "doc/id/pump/7.html")

    assert 'href="https://github.com/example/pumps/blob/HEAD/data/pumps.ttl#L14"' in html


def test_an_error_is_reported_in_the_repository_or_by_mail_or_nowhere(project):
    said = re.compile('<a href="([^"]*)">Report an error</a>')
    in_repository = said.search(page(project, "doc/id/pump/7.html"))
    config = project / "twinld.toml"
    config.write_text(config.read_text("utf-8").replace('repository = "https://github.com/example/pumps"', ""), "utf-8")
    nowhere = said.search(page(project, "doc/id/pump/7.html"))
    config.write_text(config.read_text("utf-8") + '[contact]\nname = "Us"\nemail = "us@pumps.example"\n', "utf-8")
    by_mail = said.search(page(project, "doc/id/pump/7.html"))

    assert in_repository[1].startswith("https://github.com/example/pumps/issues/new?title=Pump%20seven&amp;body=https")
    assert nowhere is None
    assert by_mail[1].startswith("mailto:us@pumps.example?subject=Pump%20seven&amp;body=https")


def test_a_thing_is_on_a_map_with_what_it_points_to(project):
    html = page(project, "doc/id/pump/7.html")

    assert html.count("<circle") == 1  # the pump has no place of its own, the site where it stands has one
    assert 'href="../site/joki.html"><circle' in html


def test_the_vocabulary_is_one_step_from_every_page(project):
    ontology = "<https://example.org/ns> a <http://www.w3.org/2002/07/owl#Ontology> ; "
    ontology += '<http://www.w3.org/2000/01/rdf-schema#label> "Words for pumps"@en .'
    (project / "data" / "ns.ttl").write_text(ontology, "utf-8")

    assert '<li><a href="../../../ns.html">Words for pumps</a></li>' in page(project, "doc/id/pump/7.html")


def test_a_thing_with_coordinates_is_on_a_map(project):
    html = page(project, "doc/id/site/joki.html")

    assert '<svg class="map"' in html
    assert 'href="../../../static/vendor/world-atlas/land-50m-middle.svg"' in html


@pytest.mark.parametrize(
    ("window", "outlines"),
    [
        ((800.0, 100.0, 300.0, 150.0), "50m-middle"),
        ((100.0, 100.0, 700.0, 300.0), "50m-west"),
        ((1400.0, 100.0, 590.0, 300.0), "50m-east"),
        ((700.0, 100.0, 400.0, 200.0), "50m"),
        ((0.0, 0.0, 901.0, 400.0), "110m"),
    ],
)
def test_a_near_map_loads_the_strip_of_the_world_that_holds_it(window, outlines):
    assert _outlines(window) == outlines
    assert (STATIC / f"vendor/world-atlas/land-{outlines}.svg").is_file()


def test_the_vocabulary_page_has_every_term_at_its_fragment(project):
    ids = structure(page(project, "ns.html")).ids

    assert {"Pump", "Machine", "at"} <= set(ids)
    assert len(ids) == len(set(ids))


def test_every_free_page_is_well_formed_in_every_language(project):
    for free in pages.free_pages(publication(project)).values():
        for language in ("en", "fi"):
            html = structure(free(language).decode())

            assert html.open == []
            assert len(html.ids) == len(set(html.ids))


def test_the_same_page_is_the_same_bytes(project):
    assert page(project, "doc/id/pump/7.html") == page(project, "doc/id/pump/7.html")


def test_pages_carry_no_inline_script_or_style(project):
    for address in ("doc/id/pump/7.html", "ns.html"):
        html = page(project, address)

        assert not re.search(r"<script(?![^>]*\b(src=|type=\"application/(ld\+)?json\"))", html)
        assert not re.search(r"\s(style|on\w+)=", html)


def test_a_template_is_chosen_by_the_most_specific_class(project):
    folder = project / "templates"
    folder.mkdir()
    (folder / "machine.html").write_text("{#+ class: exo:Machine #}\n<p>a machine", "utf-8")

    assert page(project, "doc/id/pump/7.html") == "<p>a machine"

    (folder / "pump.html").write_text(
        "{#+ class: exo:Pump #}\n<p>{{ resource.title }} at {{ resource.node.one('exo:at') }}", "utf-8"
    )

    assert page(project, "doc/id/pump/7.html").startswith("<p>Pump seven at <a href=")


def test_a_template_cannot_reach_into_python(project):
    folder = project / "templates"
    folder.mkdir()
    (folder / "pump.html").write_text("{#+ class: exo:Pump #}{{ resource.__class__.__mro__ }}", "utf-8")

    from jinja2.exceptions import SecurityError

    with pytest.raises(SecurityError):
        page(project, "doc/id/pump/7.html")


def test_a_page_of_the_project_takes_its_place(project):
    folder = project / "templates"
    folder.mkdir()
    (folder / "tour.html").write_text(
        "{#+ page: tour/ #}{#+ title: Tour #}{#+ nav: 5 #}{% extends 'base.html' %}", "utf-8"
    )

    free = pages.free_pages(publication(project))

    assert b'<a href="index.html" aria-current="page">Tour</a>' in free["tour/"]("en")
    assert b'href="tour/index.html">Tour</a>' in free[""]("en")


def test_an_unknown_key_in_a_header_names_file_and_line():
    with pytest.raises(TwinldError) as caught:
        read_header("{#+ class: ex:Pump #}\n{#+ clas: ex:Pump #}", "pump.html")

    assert (caught.value.path, caught.value.line) == ("templates/pump.html", 2)


def test_the_queries_of_a_header_are_calls_with_arguments():
    header = read_header('{#+ queries: partners(authority=iri), all = list-all(language="en") #}', "a.html")

    assert [(call.name, call.query, dict(call.arguments)) for call in header.queries] == [
        ("partners", "partners", {"authority": "iri"}),
        ("all", "list-all", {"language": '"en"'}),
    ]


def test_files_without_a_project_get_pages(project, tmp_path_factory):
    site = Publication.of(load(open_files([project / "data" / "pumps.ttl"])))
    listed = pages.free_pages(site)["browse/"]("en").decode()

    assert "pump" in listed


def test_the_error_page_finds_its_style_sheet_from_where_it_is_shown(project):
    html = pages.error_page(publication(project), 404, "nothing known", None, "en", path="a/b/c").decode()

    assert 'href="../../static/pages.css"' in html


def test_the_page_of_an_unknown_address_offers_what_has_a_name_like_it(project):
    site = publication(project)

    near = pages.error_page(site, 404, "nothing known", None, "en", path="id/pump/pump-sevn").decode()
    gone = pages.error_page(site, 410, "withdrawn", None, "en", path="id/pump/pump-sevn").decode()

    assert "Perhaps one of these" in near and 'href="../../doc/id/pump/' in near
    assert "Perhaps one of these" not in gone


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("javascript:alert(1)", None),
        ("JAVASCRIPT:alert(1)", None),
        ("data:text/html,x", None),
        ('https://example.org/"onclick=', None),
    ],
)
def test_only_addresses_of_the_web_and_of_mail_are_links(iri, expected):
    assert safe_href(iri) == expected


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("index.html", "", "./"),
        ("doc/id/a.html", "static/pages.css", "../../static/pages.css"),
        ("doc/id/a.html", "ns.html#Pump", "../../ns.html#Pump"),
        ("a.html", "x:y.html", "./x:y.html"),
    ],
)
def test_relative_links(source, target, expected):
    assert relative(source, target) == expected


def test_the_default_language_has_no_tag_in_its_address():
    assert page_path("doc/id/a", "en", ("en", "fi")) == "doc/id/a.html"
    assert page_path("", "fi", ("en", "fi")) == "index.fi.html"


MESSAGES = {"_": None, "gettext": None, "marked": None, "ngettext": (1, 2)}
PACKAGE = Path(pages.__file__).parent


def messages() -> set[object]:
    from babel.messages.extract import extract_from_dir

    methods = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
    return {found[2] for found in extract_from_dir(PACKAGE, method_map=methods, keywords=MESSAGES)}


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_message_is_translated(language):
    from babel.messages.pofile import read_po

    with (PACKAGE / "locale" / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    known = {message.id for message in catalogue if message.id and message.string and all(message.string)}

    assert sorted(map(str, messages() - known)) == []
    assert sorted(map(str, known - messages())) == []
