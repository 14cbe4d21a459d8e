"""What search engines ask for first: robots.txt and the sitemap, every page in every language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from twinld.publish.addresses import PAGE
from twinld.publish.documents import count_documents, documents
from twinld.publish.representation import Representation

if TYPE_CHECKING:
    from twinld.publish.publication import Publication

SITEMAP_LIMIT = 50_000  # addresses that one file may have; https://www.sitemaps.org/protocol.html
XML = "application/xml"


def search_engine_files(publication: Publication) -> Iterator[tuple[str, Callable[[], Representation]]]:
    """Yield robots.txt and the sitemap by path; more addresses than one file may have make an index of several."""
    yield "robots.txt", partial(_robots, publication)
    if publication.elsewhere is not None:
        return  # nobody has gone through the data
    parts = _parts(publication)
    if len(parts) == 1:
        yield "sitemap.xml", partial(_sitemap, publication, "sitemap.xml", 0)
        return
    yield "sitemap.xml", partial(_index, publication, tuple(parts))
    for path, start in parts.items():
        yield path, partial(_sitemap, publication, path, start)


def page_paths(publication: Publication) -> Iterator[str]:
    """Yield the path of every page that a built site has, in every language; live pages are not listed."""
    from twinld.publish.files import page_path

    addresses = publication.addresses
    for path in _free_paths(publication):
        yield from (page_path(addresses, path, language) for language in addresses.languages)
    for iri in documents(publication):
        yield from (addresses.document(iri, PAGE, language) for language in addresses.languages)


def _free_paths(publication: Publication) -> list[str]:
    from twinld.publish.pages import free_pages

    pages = [path for path, page in free_pages(publication).items() if not page.live]
    return [*pages, *(f"query/{name}" for name in (*publication.answers, *publication.outcomes))]


def _parts(publication: Publication) -> Mapping[str, int]:
    """Return the files of the sitemap and the place of the first address in each."""
    paths = len(_free_paths(publication)) + count_documents(publication)
    count = paths * len(publication.addresses.languages)
    return {
        f"sitemap-{number}.xml": start for number, start in enumerate(range(0, max(count, 1), SITEMAP_LIMIT), start=1)
    }


def _robots(publication: Publication) -> Representation:
    """Everything may be read but the answers to queries: they are endless."""
    lines = ["User-agent: *", "Disallow: /sparql?", "Allow: /", ""]
    if publication.elsewhere is None:
        lines += [f"Sitemap: {publication.public_url}sitemap.xml", ""]
    return Representation("robots.txt", "\n".join(lines).encode(), "text/plain")


def _sitemap(publication: Publication, path: str, start: int) -> Representation:
    pages = list(page_paths(publication))[start : start + SITEMAP_LIMIT]
    lines = [f"<url><loc>{escape(publication.public_url + page)}</loc></url>" for page in pages]
    return _file(path, "urlset", lines)


def _index(publication: Publication, parts: tuple[str, ...]) -> Representation:
    lines = [f"<sitemap><loc>{escape(publication.public_url + part)}</loc></sitemap>" for part in parts]
    return _file("sitemap.xml", "sitemapindex", lines)


def _file(path: str, element: str, lines: list[str]) -> Representation:
    opening = f'<{element} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    text = "\n".join(('<?xml version="1.0" encoding="utf-8"?>', opening, *lines, f"</{element}>", ""))
    return Representation(path, text.encode(), XML)
