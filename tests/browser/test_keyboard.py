"""The same ways by keyboard alone: every stop can be seen, and nobody is caught anywhere."""

from __future__ import annotations

import re

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright.expect
pytestmark = pytest.mark.browser

MOST_STOPS = 120
OUTLINE = (
    "element => { const s = getComputedStyle(element); return s.outlineStyle !== 'none' && s.outlineWidth !== '0px' }"
)


def reach(page, selector: str) -> None:
    """Press Tab until what the selector names has the focus; it must be seen that it has."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        focus = page.locator(":focus")
        if focus.count() and focus.evaluate("(element, selector) => element.matches(selector)", selector):
            assert focus.evaluate(OUTLINE), f"nobody sees that {selector} has the focus"
            return
    pytest.fail(f"{selector} is not among the first {MOST_STOPS} stops")


def test_the_content_is_one_key_away(page):
    page.goto("index.html")
    page.keyboard.press("Tab")

    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("name", "q")


def test_a_misspelt_name_leads_to_its_city(page):
    page.goto("index.html")
    reach(page, "#find-large")
    page.keyboard.type("Takamastsu")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    reach(page, ".results a[href*=takamatsu]")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Takamatsu")


def test_relations_are_narrowed_down_to_the_suspended(page):
    page.goto("explore/index.html")
    reach(page, "#f-status")
    page.keyboard.type("in force, exchanges")

    expect(page).to_have_url(re.compile("status=in-force-exchanges-suspended"))
    expect(page.locator("#results tbody tr").filter(has_text="Nagoya")).to_have_count(1)


def test_two_cities_are_compared(page):
    page.goto("compare/index.html")
    reach(page, "#f-a")
    page.keyboard.type("Helsinki")
    page.keyboard.press("Tab")
    page.keyboard.type("Tallinn")

    expect(page.get_by_role("heading", level=1)).to_have_text("Helsinki – Tallinn")
    expect(page.locator("#results dd", has_text=re.compile(r"^\s*8\d km"))).to_have_count(1)


def test_a_canned_query_is_asked_and_downloaded(page):
    page.goto("queries/index.html")
    reach(page, "a[href$='agreements-of-authority.html']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/query/**")
    reach(page, "select[name=authority]")
    page.keyboard.type("Seinäjoki")
    reach(page, "main button")
    page.keyboard.press("Enter")
    expect(page.locator("table.table")).to_contain_text("Koszalin")
    reach(page, ".formats a")
    with page.expect_download() as downloading:
        page.keyboard.press("Enter")

    assert downloading.value.suggested_filename.endswith(".csv")
    assert "Koszalin" in downloading.value.path().read_text("utf-8")


def test_a_query_is_written_and_run_in_the_editor_and_left_again(page):
    page.goto("sparql.html")
    expect(page.locator(".yasqe textarea")).to_have_attribute("aria-label", "Query")
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.yasqe textarea')"):
            break
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT (COUNT(*) AS ?count) WHERE { ?s ?p ?o }")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".yasr_results th", has_text="count")).to_have_count(1)
    page.keyboard.press("Tab")

    assert not page.evaluate("document.activeElement.matches('.yasqe textarea')")


def test_the_language_is_switched(page):
    page.goto("doc/id/authority/fi-seinajoki.html")
    reach(page, ".languages a[hreflang=fi]")
    page.keyboard.press("Enter")

    expect(page.locator("html")).to_have_attribute("lang", "fi")


def test_a_large_network_is_zoomed_and_scrolled(page):
    page.goto("explore/index.html?view=network")
    before = page.locator("svg.network").bounding_box()["width"]
    reach(page, ".zoom button[aria-label=Larger]")
    page.keyboard.press("Enter")

    assert page.locator("svg.network").bounding_box()["width"] > 1.3 * before
    reach(page, ".scroll")
    left = page.evaluate("document.activeElement.scrollLeft")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)  # the browser scrolls smoothly

    assert page.evaluate("document.activeElement.scrollLeft") > left
