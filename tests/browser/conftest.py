"""A running site of the built-in project, and Debian's Chromium to look at it with."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Return the address of the built-in project, served by threads of this process."""
    with served(ROOT) as address:
        yield address


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the project of a folder by threads of this process and yield its address."""
    from werkzeug.serving import make_server

    from twinld.derive.rules import derive
    from twinld.graph.dataset import load
    from twinld.serve.app import create_app
    from twinld.serve.opening import opened
    from twinld.source.project import open_project

    with opened(derive(load(open_project(folder)))) as publication:
        server = make_server("127.0.0.1", 0, create_app(publication), threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser():
    """Return a browser; without Chromium the tests are skipped."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip("there is no /usr/bin/chromium: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


def is_foreign(url: str, site: str) -> bool:
    return not url.startswith((site, "data:", "blob:"))


@pytest.fixture
def page(browser, site):
    """Return a page that fails the test for an error in the console or a request to another host."""
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 900}, locale="en")
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda request: None if request.url.startswith((site, "data:", "blob:")) else wrong.append(request.url),
    )
    yield page
    context.close()
    assert wrong == []
