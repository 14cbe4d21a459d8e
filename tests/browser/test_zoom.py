"""Pages on small screens and with large letters: nothing is lost, nothing covers anything, nothing scrolls sideways."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.browser

PATHS = [
    "index.html",
    "doc/id/authority/fi-seinajoki.html",
    "doc/id/authority/cn-nanjing.html",
    "doc/id/agreement/nagoya--nanjing.html",
    "doc/id/network/ubc.html",
    "explore/index.html",
    "explore/index.html?view=network",
    "compare/index.html?a=fi-helsinki&b=ee-tallinn",
    "ns.html",
    "shapes.html",
    "query/map-of-partners.html",
    "queries/index.html",
    "data/index.html",
    "statistics/index.html",
    "browse/tw-LocalAuthority/index.html",
    "search/index.html?q=Takamastsu",
    "sparql.html",
]
WORLD = """@prefix ex: <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix geo: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
"""
LAYOUT = Path(__file__).with_name("layout.js").read_text("utf-8").partition("\n")[2]


def opened(browser, site, path, width, *, ratio=1.0):
    context = browser.new_context(
        base_url=site, viewport={"width": width, "height": 800}, device_scale_factor=ratio, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(path)
    return page


def wrong(page, width: int) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [*([f"{wide} pixels wide"] if wide > width else []), *page.evaluate(LAYOUT)]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_lost_at_320_pixels_or_at_200_percent(browser, site, path):
    # 320 is the width that WCAG 1.4.10 asks for; 640 of two device pixels each is a screen of 1280 at 200 %
    found = []
    for width, ratio in ((320, 1.0), (640, 2.0)):
        page = opened(browser, site, path, width, ratio=ratio)
        found += [f"{width}: {each}" for each in wrong(page, width)]
        page.context.close()

    assert found == []


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_lost_with_letters_twice_as_large(browser, site, path):
    page = opened(browser, site, path, 1280)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found = wrong(page, 1280)
    page.context.close()

    assert found == []


def test_what_covers_something_or_is_cut_off_is_seen(browser):
    page = browser.new_page()
    page.set_content(
        "<main><h1>One</h1><h2 style='margin-top: -2rem'>Two</h2>"
        "<p style='overflow: hidden; width: 3rem; white-space: nowrap'>A long sentence</p></main>"
    )
    found = page.evaluate(LAYOUT)
    page.close()

    assert found == ["One covers Two", "A long sentence is cut off"]


def test_2360_places_are_drawn_well_within_two_seconds(browser, tmp_path):
    from tests.browser.conftest import served

    (tmp_path / "cities.ttl").write_text(WORLD + "".join(map(city, range(2360))), "utf-8")
    with served(tmp_path) as site:
        page = browser.new_page()
        page.goto(site)  # made and kept: what is measured is the browser's work
        page.reload()
        times = page.evaluate("performance.getEntriesByType('navigation')[0].toJSON()")
        drawn = page.locator("svg.map circle").count()
        page.close()

    assert drawn == 2360
    assert times["loadEventEnd"] - times["responseStart"] < 2_000
    assert times["encodedBodySize"] < 300_000


def city(number: int) -> str:
    latitude, longitude = number * 37 % 120 - 55, number * 61 % 350 - 175
    named = f'ex:{number} a ex:City ; rdfs:label "City number {number}"@en'
    return f"{named} ; geo:lat {latitude}.5 ; geo:long {longitude}.25 .\n"
