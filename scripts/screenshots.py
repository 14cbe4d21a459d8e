"""Take pictures of the pages: every listed page at two widths, light and dark, and the few that the docs show.

Run by hand, with Chromium installed: `python scripts/screenshots.py --out shots` for looking at all of them,
`python scripts/screenshots.py --docs` to renew those in docs/img. It serves the project itself on a free port.
"""

from __future__ import annotations

import argparse
import base64
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = "/usr/bin/chromium"
QUALITY = 82  # of WebP: text stays sharp, and a page is 40 to 150 kB
TALLEST = 6000  # pixels of a page that are looked at; the vocabulary is far longer

PAGES = {
    "home": "index.html",
    "seinajoki": "doc/id/authority/fi-seinajoki.html",
    "nanjing": "doc/id/authority/cn-nanjing.html",
    "nanjing-nagoya": "doc/id/agreement/nagoya--nanjing.html",
    "ubc": "doc/id/network/ubc.html",
    "explore": "explore/index.html",
    "explore-network": "explore/index.html?view=network",
    "explore-timeline": "explore/index.html?view=timeline&country=FIN",
    "compare": "compare/index.html?a=fi-helsinki&b=ee-tallinn",
    "vocabulary": "ns.html",
    "query-map": "query/map-of-partners.html",
    "editor": "sparql.html",
}
WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")


@dataclass(frozen=True)
class Picture:
    """A picture of the docs: which page, how wide and how high."""

    page: str
    width: int = 1280
    height: int = 900


DOCS = {
    "home": Picture("home"),
    "municipality": Picture("seinajoki", height=1000),
    "agreement": Picture("nanjing-nagoya", height=1150),
    "explore": Picture("explore"),
    "network": Picture("explore-network", height=1150),
    "compare": Picture("compare", height=1100),
    "vocabulary": Picture("vocabulary", height=1000),
    "editor": Picture("editor", height=800),
    "phone": Picture("nanjing", width=390, height=844),
}


@contextmanager
def served() -> Iterator[str]:
    """Serve the project of this checkout and yield its address."""
    from werkzeug.serving import make_server

    from twinld.derive.rules import derive
    from twinld.graph.dataset import load
    from twinld.serve.app import create_app
    from twinld.serve.opening import opened
    from twinld.source.project import open_project

    with opened(derive(load(open_project(ROOT)))) as publication:
        server = make_server("127.0.0.1", 0, create_app(publication), threaded=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.port}/"
        finally:
            server.shutdown()
            thread.join()


def shoot_all(browser: Browser, site: str, out: Path, names: list[str]) -> None:
    """Write a PNG of every page at every width in every scheme, and two of pages that do without JavaScript."""
    for width in WIDTHS:
        for scheme in SCHEMES:
            context = browser.new_context(base_url=site, viewport={"width": width, "height": 900}, color_scheme=scheme)
            page = context.new_page()
            for name in names:
                page.goto(PAGES[name])
                page.wait_for_timeout(400)
                height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
                clip = {"x": 0, "y": 0, "width": width, "height": height}
                page.screenshot(path=out / f"{name}-{width}-{scheme}.png", full_page=True, clip=clip)
            context.close()
    context = browser.new_context(base_url=site, java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    for name in ("explore", "editor"):
        page.goto(PAGES[name])
        page.screenshot(path=out / f"{name}-1280-no-script.png")
    context.close()


def shoot_docs(browser: Browser, site: str, out: Path) -> None:
    """Write the pictures of the docs as WebP, each light and dark."""
    for scheme in SCHEMES:
        for name, picture in DOCS.items():
            size = {"width": picture.width, "height": picture.height}
            context = browser.new_context(base_url=site, viewport=size, color_scheme=scheme)
            page = context.new_page()
            page.goto(PAGES[picture.page])
            page.wait_for_timeout(400)
            taken = context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
            (out / f"{name}-{scheme}.webp").write_bytes(base64.b64decode(taken["data"]))
            context.close()


def main() -> int:
    """Take the pictures that the arguments ask for."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", help="only these pages")
    parser.add_argument("--out", type=Path, default=Path("shots"), help="folder for the pictures of all pages")
    parser.add_argument("--docs", action="store_true", help="renew docs/img instead")
    parser.add_argument("--site", help="a running site; without it the project of this checkout is served")
    arguments = parser.parse_args()
    with sync_playwright() as driver, _given(arguments.site) if arguments.site else served() as site:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        if arguments.docs:
            shoot_docs(browser, site, ROOT / "docs" / "img")
        else:
            arguments.out.mkdir(parents=True, exist_ok=True)
            shoot_all(browser, site, arguments.out, arguments.pages or [*PAGES])
        browser.close()
    return 0


@contextmanager
def _given(site: str) -> Iterator[str]:
    yield site.rstrip("/") + "/"


if __name__ == "__main__":
    sys.exit(main())
