"""Somebody else's Turtle, served as it is: every page opens and every link of it leads somewhere."""

from __future__ import annotations

import re
from http.client import HTTPConnection
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest

from tests.serve.conftest import served

PAGES = 150  # of the thousands that the parameters of search give


@pytest.fixture(scope="module")
def examples(third_party_folder):
    folder = third_party_folder / "w3c/rdf11/rdf-turtle"
    return sorted(path for path in folder.glob("turtle-*.ttl") if "bad" not in path.name)


@pytest.fixture(scope="module")
def third_party_folder(request):
    return request.getfixturevalue("third_party")


def crawl(start: str) -> dict[str, int]:
    """Return the status of every page that links lead to from the first, within the site."""
    place = urlsplit(start)
    connection = HTTPConnection(place.hostname, place.port, timeout=30)
    found: dict[str, int] = {}
    queue = [start]
    while queue and len(found) < PAGES:
        url = queue.pop(0)
        if url in found:
            continue
        target = urlsplit(url)
        connection.request(
            "GET", target.path + (f"?{target.query}" if target.query else ""), headers={"Accept": "text/html"}
        )
        response = connection.getresponse()
        body = response.read()
        found[url] = response.status
        location = response.headers.get("Location")
        links = [location] if location else re.findall(r'href="([^"]+)"', body.decode()) if is_html(response) else []
        for link in links:
            absolute = urldefrag(urljoin(url, link.replace("&amp;", "&").replace("&#39;", "'"))).url
            if absolute.startswith(start) and absolute not in found:
                queue.append(absolute)
    return found


def is_html(response) -> bool:
    return response.headers.get_content_type() == "text/html"


def test_every_link_of_the_examples_of_the_turtle_suite_leads_somewhere(examples, tmp_path):
    with served(*examples, cwd=tmp_path) as url:
        found = crawl(url)

    assert len(found) > 50
    assert {page: status for page, status in found.items() if status not in (200, 303)} == {}
