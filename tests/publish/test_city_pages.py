"""The pages of the built-in project: what its templates make of its data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from twinld.derive.rules import derive
from twinld.graph.dataset import load
from twinld.publish import pages
from twinld.publish.documents import document_of, represent
from twinld.publish.publication import Publication
from twinld.source.project import open_project

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://w3id.org/twinld/"


@pytest.fixture(scope="module")
def city() -> Publication:
    return Publication.of(derive(load(open_project(ROOT))), public_url="https://cities.example/")


def page(publication: Publication, path: str, language: str = "en") -> str:
    document = document_of(publication, BASE + path)
    assert document is not None
    return represent(publication, document, "html", language).body.decode()


def section(html: str, name: str) -> str:
    return html.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def test_a_city_has_its_relations_by_kind(city):
    html = page(city, "id/authority/fi-seinajoki")

    assert all(name in section(html, "formal-relation") for name in ("Koszalin", "Schweinfurt", "Thunder Bay"))
    assert "Rudong" in section(html, "cooperation") and "memorandum of understanding" in section(html, "cooperation")
    assert "Jianyang" in section(html, "preliminary")


def test_helsinkis_partners_are_not_shown_as_twinning(city):
    html = page(city, "id/authority/fi-helsinki")

    assert "Tallinn" not in section(html, "formal-relation")
    assert "Tallinn" not in section(html, "twins")


def test_claims_that_contradict_each_other_stand_side_by_side(city):
    claims = section(page(city, "id/agreement/schweinfurt--seinajoki"), "claims")

    assert claims.count('class="panel') == 4
    assert re.findall(r'class="panel preferred">.*?big-date">\s*<time[^>]*>(\d+)', claims, re.DOTALL) == ["1979"]
    assert ">1974<" in claims


def test_the_status_of_nagoya_is_said_with_its_reason_and_its_doubt(city):
    html = page(city, "id/agreement/nagoya--nanjing")
    status = text(section(html, "status"))

    assert "in force, exchanges suspended" in status and "21 February 2012" in status
    assert "Reason: human rights or historical dispute" in status
    assert "weak or contradicted" in status


def test_what_was_derived_is_marked(city):
    assert 'class="badge derived"' in page(city, "id/agreement/nagoya--nanjing")
    assert 'class="badge derived"' in section(page(city, "id/authority/fi-seinajoki"), "twins")


def test_a_network_lists_its_members_and_a_source_its_claims(city):
    assert "Helsinki" in section(page(city, "id/network/ubc"), "members")
    assert "Koszalin" in section(page(city, "id/source/seinajoki-twinning"), "claimed")


@pytest.mark.parametrize(("language", "expected"), [("fi", "ystävyyskunta"), ("sv", "vänort")])
def test_cities_speak_the_language_of_the_page(city, language, expected):
    html = page(city, "id/authority/fi-seinajoki", language)

    assert expected in section(html, "formal-relation")
    assert f'.{language}.html">' in section(html, "formal-relation")


def test_explore_keeps_to_what_was_chosen(city):
    explore = next(each for each in _live(city) if each.__name__ == "explore")
    html = explore("en", {"status": ["in-force-exchanges-suspended"]}).decode()

    assert "Nagoya" in html and "Schweinfurt" not in html.partition('id="results"')[2]


def test_two_cities_are_compared_by_what_they_share(city):
    compare = next(each for each in _live(city) if each.__name__ == "compare")
    html = text(compare("en", {"a": ["fi-helsinki"], "b": ["ee-tallinn"]}).decode())

    assert "Helsinki–Tallinn" in html
    assert re.search(r"distance 8\d km", html)
    assert re.search(r"shared partners Beijing , Berlin , Moscow , Saint Petersburg", html)
    assert "Union of the Baltic Cities" in html.partition("shared networks")[2].partition("distance")[0]
    assert "2028 10 years · Moscow 2018" in html


def test_a_city_has_the_round_anniversaries_of_the_years_after_the_data(city):
    coming = text(section(page(city, "id/authority/fi-seinajoki"), "anniversaries"))

    assert "2027 40 years · Koszalin 1987" in coming
    assert "2029 50 years · Schweinfurt 1979" in coming
    assert "Veliky Novgorod" not in coming  # 2016, but it ended


def test_a_relation_without_a_date_says_so_and_how_it_is_known(city):
    formal = section(page(city, "id/authority/fi-seinajoki"), "formal-relation")
    farsund = next(row for row in formal.split("<tr>") if "Farsund" in row)

    assert "date not stated" in text(farsund)
    assert 'title="The source is a list that others compiled, such as an encyclopedia."' in farsund


def _live(city: Publication):
    """Yield the live pages by their name; they need no endpoint, though a built site leaves them out."""
    from twinld.publish.pages.edition import edition_of
    from twinld.publish.pages.free import _of_template

    for template in edition_of(city).templates.pages:
        if template.live:

            def render(language, parameters, template=template):
                return _of_template(edition_of(city), template, language, parameters)

            render.__name__ = template.page.strip("/")
            yield render


def test_a_list_of_things_is_on_a_map_by_what_they_lead_to(city):
    html = pages.free_pages(city)["browse/tw-LocalAuthority/"]("en").decode()

    assert html.count("<circle") > 200  # their coordinates are those of their territories


def test_claims_and_memberships_have_names_for_people(city):
    html = pages.free_pages(city)["browse/tw-Claim/"]("en").decode()

    assert ">Nagoya–Nanjing, friendship city (formal, East Asia) · 21 December 1978</a>" in html
    assert "claim:" not in html
    assert "Helsinki · Union of the Baltic Cities" in page(city, "id/authority/fi-helsinki")


def test_every_word_of_the_templates_is_translated():
    from babel.messages.extract import extract_from_dir
    from babel.messages.pofile import read_po

    folder = ROOT / "templates"
    found = extract_from_dir(folder, method_map=[("**.*", "jinja2")], keywords={"_": None, "ngettext": (1, 2)})
    said = {each[2] for each in found}
    said |= {
        title for file in folder.glob("*.html") for title in re.findall(r"#\+ title: (.*?) #", file.read_text("utf-8"))
    }
    for language in ("fi", "sv"):
        known = set()
        for file in (folder / "locale", Path(pages.__file__).parent / "locale"):
            with (file / f"{language}.po").open("rb") as opened:
                known |= {message.id for message in read_po(opened) if message.id and all(message.string)}

        assert sorted(map(str, said - known)) == []


def test_a_page_of_a_city_is_small(city):
    import gzip

    for path in ("id/authority/fi-seinajoki", "id/authority/cn-nanjing"):
        assert len(gzip.compress(page(city, path).encode())) < 25_000


def test_the_diagram_of_the_classes_cuts_no_name_off(city):
    diagram = page(city, "ns").partition('<svg class="classes"')[2].partition("</svg>")[0]

    assert ">relation between local authorities</text>" in diagram
    assert "…" not in diagram
