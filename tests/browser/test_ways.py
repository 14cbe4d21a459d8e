"""The ways that people take through the site, in a real browser, with JavaScript and without."""

from __future__ import annotations

import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright.expect
pytestmark = pytest.mark.browser


def test_a_misspelt_name_leads_to_its_city(page):
    page.goto("index.html")
    page.get_by_placeholder("Search by name, in any language").fill("Takamastsu")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Takamatsu", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Takamatsu")


def test_names_are_offered_while_typing_and_reached_by_keyboard(page):
    page.goto("index.html")
    page.get_by_placeholder("Search by name, in any language").press_sequentially("Seinäj", delay=20)
    offered = page.locator(".suggestions a").first
    expect(offered).to_contain_text("Seinäjoki")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Seinäjoki")


def test_relations_are_narrowed_down_and_the_address_keeps_it(page):
    page.goto("explore/index.html")
    page.get_by_label("Status").select_option("in-force-exchanges-suspended")
    expect(page).to_have_url(re.compile("status=in-force-exchanges-suspended"))

    rows = page.locator("#results tbody tr")
    expect(rows.filter(has_text="Nagoya")).to_have_count(1)
    expect(page.locator("#results .badge", has_text=re.compile("^in force$"))).to_have_count(0)


def test_two_cities_are_compared(page):
    page.goto("compare/index.html")
    page.get_by_label("One city").select_option("fi-helsinki")
    page.get_by_label("The other").select_option("ee-tallinn")

    expect(page.locator("#results")).to_contain_text("Helsinki–Tallinn")
    expect(page.locator("#results dd", has_text=re.compile(r"^\s*8\d km"))).to_have_count(1)


def test_a_canned_query_is_asked_and_downloaded(page):
    page.goto("queries/index.html")
    page.get_by_role("link", name="Agreements and relations of an authority").click()
    page.locator("select[name=authority]").select_option(label="Seinäjoki")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("table.table")).to_contain_text("Koszalin")
    with page.expect_download() as downloading:
        page.locator(".formats a", has_text="CSV").click()

    text = downloading.value.path().read_text("utf-8")
    assert "Koszalin" in text and text.splitlines()[0].startswith("relation,partner")


def test_a_query_runs_in_the_editor(page):
    page.goto("sparql.html")
    expect(page.locator("#plain")).to_be_hidden()
    page.locator(".yasqe_queryButton").click()

    expect(page.locator(".yasr_results")).to_contain_text("LocalAuthority")


def test_what_is_wrong_with_a_query_is_said_in_the_editor(page):
    page.goto("sparql.html")
    page.locator(".yasqe .CodeMirror-lines").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT * WHERE { ?s ?p }")
    page.locator(".CodeMirror-gutter-elt .parseErrorIcon").hover()  # its tooltip is written with a style by upstream
    expect(page.locator(".yasqe_tooltip")).to_contain_text("This line is invalid")


def test_an_answer_in_the_editor_leads_to_the_pages_of_this_site(page):
    page.goto(
        "sparql.html?query=SELECT%20*%20WHERE%20%7B%20%3Fs%20a%20%3Chttps://w3id.org/twinld/ns%23Network%3E%20%7D"
    )
    page.locator(".yasqe_queryButton").click()
    with page.context.expect_page() as opening:
        page.locator(".yasr_results td a").first.click()

    expect(opening.value).to_have_url(re.compile("/doc/id/network/"))


def test_the_language_is_kept_from_page_to_page(page):
    page.goto("doc/id/authority/fi-seinajoki.html")
    page.get_by_role("link", name="FI Suomi").click()
    expect(page.locator("html")).to_have_attribute("lang", "fi")
    page.get_by_role("link", name="Koszalin", exact=True).first.click()

    expect(page.locator("html")).to_have_attribute("lang", "fi")
    expect(page.get_by_role("navigation", name="Päävalikko")).to_contain_text("Selaa")


def test_everything_works_without_javascript(browser, site):
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("index.html")
    page.get_by_placeholder("Search by name, in any language").fill("Nagoya")
    page.keyboard.press("Enter")
    expect(page.locator(".results a").first).to_have_text("Nagoya")
    page.goto("explore/index.html")
    page.get_by_label("Show as").select_option("network")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("svg.network")).to_have_count(1)
    page.goto("sparql.html")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("body")).to_contain_text("LocalAuthority")
    context.close()


def test_a_page_is_for_paper_too(page):
    page.emulate_media(media="print", color_scheme="dark")
    page.goto("doc/id/authority/fi-seinajoki.html")
    ink = page.evaluate("getComputedStyle(document.body).color + getComputedStyle(document.body).backgroundColor")

    assert ink == "rgb(0, 0, 0)rgb(255, 255, 255)"
    expect(page.locator(".history").get_by_text("Signing: Koszalin–Seinäjoki")).to_be_visible()  # folded on the screen
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()


def test_a_map_and_list_stand_in_the_page_of_another(browser, site, tmp_path):
    framed = f'<!DOCTYPE html><title>x</title><iframe src="{site}embed/city/?city=fi-seinajoki" title="city"></iframe>'
    (tmp_path / "index.html").write_text(framed, "utf-8")
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=tmp_path)) as other:
        thread = threading.Thread(target=other.serve_forever)
        thread.start()
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{other.server_port}/")  # another port is another origin
        frame = page.frame_locator("iframe")

        expect(frame.locator("svg.map")).to_have_count(1)
        expect(frame.locator("table")).to_contain_text("Koszalin")
        context.close()
        other.shutdown()
        thread.join()
