"""axe-core finds nothing on any kind of page, in light and in dark."""

from __future__ import annotations

import pytest

axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed")
pytestmark = pytest.mark.browser

PATHS = [
    "index.html",
    "doc/id/authority/fi-seinajoki.html",
    "doc/id/agreement/nagoya--nanjing.html",
    "doc/id/network/ubc.html",
    "doc/id/source/seinajoki-twinning.html",
    "doc/def/kind-scheme.html",
    "doc/def/twin-town.html",
    "doc/graph/data/authorities.html",
    "explore/index.html?view=network",
    "explore/index.html?view=timeline",
    "compare/index.html?a=fi-helsinki&b=ee-tallinn",
    "networks/index.html",
    "browse/index.html",
    "browse/tw-LocalAuthority/index.html",
    "search/index.html?q=Takamastsu",
    "queries/index.html",
    "query/map-of-partners.html",
    "data/index.html",
    "statistics/index.html",
    "ns.html",
    "sparql.html",
    "privacy/index.html",
    "accessibility/index.sv.html",
    "anniversaries/index.html",
    "doc/id/claim/nagoya--nanjing-1.html",
    "embed/city/index.html?city=fi-seinajoki",
    "nothing/here.html",
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


ALL = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}


@pytest.fixture(scope="module")
def page(browser, site):
    # the policy of the site forbids scripts from elsewhere, axe-core among them: it is put past the policy
    context = browser.new_context(base_url=site, bypass_csp=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing(page, path):
    page.emulate_media(color_scheme="light")
    page.goto(path, wait_until="load")
    light = violations(page, ALL)
    page.emulate_media(color_scheme="dark")
    dark = violations(page, CONTRAST)

    assert light + dark == []


def violations(page, options) -> list[str]:
    # the editor is the work of others; the plain form beside it does the same
    found = axe_playwright.Axe().run(page, context={"exclude": [["#editor"]]}, options=options).response["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"][:3]]
