"""axe-core finds nothing on any kind of page, in light and in dark, on a wide screen and on a narrow one."""

from __future__ import annotations

import pytest

axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed")
pytestmark = pytest.mark.browser

SHOWN = [
    "index.html",
    "doc/id/authority/fi-seinajoki.html",
    "doc/id/authority/cn-nanjing.html",
    "doc/id/agreement/nagoya--nanjing.html",
    "doc/id/network/ubc.html",
    "explore/index.html",
    "compare/index.html?a=fi-helsinki&b=ee-tallinn",
    "ns.html",
    "query/map-of-partners.html",
    "sparql.html",
]
OTHERS = [
    "doc/id/source/seinajoki-twinning.html",
    "doc/def/kind-scheme.html",
    "doc/def/twin-town.html",
    "doc/graph/data/authorities.html",
    "explore/index.html?view=network",
    "explore/index.html?view=timeline",
    "networks/index.html",
    "browse/index.html",
    "browse/tw-LocalAuthority/index.html",
    "search/index.html?q=Takamastsu",
    "queries/index.html",
    "data/index.html",
    "statistics/index.html",
    "shapes.html",
    "privacy/index.html",
    "accessibility/index.sv.html",
    "anniversaries/index.html",
    "doc/id/claim/nagoya--nanjing-1.html",
    "embed/city/index.html?city=fi-seinajoki",
    "nothing/here.html",
]
WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
RULES = {"light": ALL, "dark": CONTRAST}  # the dark pages differ in their colours and in nothing else


@pytest.fixture(scope="module")
def page(browser, site):
    # the policy of the site forbids scripts from elsewhere, axe-core among them: it is put past the policy
    context = browser.new_context(base_url=site, bypass_csp=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", SHOWN)
def test_axe_finds_nothing_on_the_main_pages(page, path, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path, wait_until="load")

    assert [found for scheme in SCHEMES for found in violations(page, scheme)] == []


@pytest.mark.parametrize("path", OTHERS)
def test_axe_finds_nothing_on_the_other_pages(page, path):
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(path, wait_until="load")
    narrow = violations(page, "light")
    page.set_viewport_size({"width": 1280, "height": 900})

    assert narrow + violations(page, "dark") == []


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_in_the_editor_with_an_answer_or_an_error(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("sparql.html", wait_until="load")
    page.locator(".yasqe_queryButton").click()
    page.wait_for_selector(".yasr_results table")
    answered = [found for scheme in SCHEMES for found in violations(page, scheme)]
    page.goto("sparql.html?query=SELECT%20*%20WHERE%20%7B%20%3Fs%20nix%3Anix%20%3Fo%20%7D", wait_until="load")
    page.locator(".yasqe_queryButton").click()
    page.wait_for_selector(".errorResult")

    assert answered + [found for scheme in SCHEMES for found in violations(page, scheme)] == []


def violations(page, scheme: str) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    found = axe_playwright.Axe().run(page, options=RULES[scheme]).response["violations"]
    return [f"{scheme} {each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"][:3]]
