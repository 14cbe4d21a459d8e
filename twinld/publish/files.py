"""Everything that stands at a fixed address: static files, dumps, catalogue, VoID, and the pages about no resource.

The server looks a path up here before it looks for a resource; the built site writes all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from twinld.publish.addresses import PAGE, Addresses
from twinld.publish.catalogue import FORMATS as CATALOGUE_FORMATS
from twinld.publish.catalogue import catalogue, has_catalogue
from twinld.publish.documents import HTML
from twinld.publish.dumps import dumps
from twinld.publish.publication import Publication
from twinld.publish.representation import Link, Representation
from twinld.publish.signposting import dataset_links
from twinld.publish.sitemap import search_engine_files
from twinld.publish.tables import places, tables
from twinld.publish.void import void
from twinld.rdf.formats import JSON_LD, N_TRIPLES, RDF_XML, TURTLE

if TYPE_CHECKING:
    from twinld.publish.pages import FreePage, Parameters

Maker = Callable[[], Representation]
CATALOGUE = "catalog"
DATA_PAGE = "data/"
VOID = "void"
WHOLE = ("", DATA_PAGE)
"""Pages about the data set as a whole."""
WELL_KNOWN_VOID = ".well-known/void"
VOID_FORMATS = (TURTLE, RDF_XML, JSON_LD, N_TRIPLES)
STATIC_TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "png": "image/png",
    "ico": "image/vnd.microsoft.icon",
    "woff2": "font/woff2",
    "json": "application/json",
    "txt": "text/plain",
}


def files(publication: Publication) -> Mapping[str, Maker]:
    """Return by path what makes each file that is the same for every reader: one format, no language."""
    return dict(_files(publication))


def negotiated(publication: Publication) -> Mapping[str, Mapping[str, str]]:
    """Return the addresses that choose among files by media type: for each the path by media type, the first preferred.

    `text/html` leads to the page about the data, if there is one.
    """
    from twinld.publish.pages import free_pages

    statistics = {f.media_type: f"{VOID}.{f.extension}" for f in VOID_FORMATS}
    found = {VOID: statistics, WELL_KNOWN_VOID: statistics}
    if has_catalogue(publication):
        rdf = {f.media_type: f"{CATALOGUE}.{f.extension}" for f in CATALOGUE_FORMATS}
        found[CATALOGUE] = rdf | ({HTML: DATA_PAGE} if DATA_PAGE in free_pages(publication) else {})
    return found


def find_page(publication: Publication, path: str) -> tuple[str, FreePage, str | None] | None:
    """Return the page at a path, and the language that the path names (`None`: the reader's); `None` if there is none.

    >>> find_page(publication, "queries/index.fi.html")
    ('queries/', FreePage(...), 'fi')
    """
    from twinld.publish.pages import free_pages

    pages = free_pages(publication)
    if path in pages:
        return path, pages[path], None
    for language in publication.addresses.languages:
        stem = path.removesuffix(f"{_tag(publication.addresses, language)}.{PAGE}")
        name = stem.removesuffix("index") if stem in ("index",) or stem.endswith("/index") else stem
        if stem != path and name in pages:
            return name, pages[name], language
    return None


def page(publication: Publication, path: str, language: str, parameters: Parameters | None = None) -> Representation:
    """Return a page about no resource in a language. Raises `KeyError` for a path that is no page."""
    from twinld.publish.pages import free_pages

    found = free_pages(publication)[path]
    addresses = publication.addresses
    links = [Link(page_path(addresses, path, each), "alternate", HTML, each) for each in addresses.languages]
    if path in WHOLE:
        links += dataset_links(publication)
    return Representation(
        page_path(addresses, path, language), found(language, parameters or {}), HTML, language, links=tuple(links)
    )


def page_path(addresses: Addresses, path: str, language: str) -> str:
    """Return where a page stands in one language: `queries/index.fi.html` for `queries/`."""
    stem = path + "index" if not path or path.endswith("/") else path
    return f"{stem}{_tag(addresses, language)}.{PAGE}"


def _tag(addresses: Addresses, language: str) -> str:
    return "" if language == addresses.languages[0] else f".{language}"


def _files(publication: Publication) -> Iterator[tuple[str, Maker]]:
    from twinld.publish.pages import feeds, static_files

    for path, content in static_files().items():
        yield path, partial(_static, path, content)
    for path, (media_type, make) in feeds(publication).items():
        yield path, partial(_feed, path, media_type, make)
    yield from search_engine_files(publication)
    yield from dumps(publication).items()
    yield from tables(publication).items()
    yield from places(publication).items()
    for rdf_format in VOID_FORMATS:
        yield f"{VOID}.{rdf_format.extension}", partial(void, publication, rdf_format)
    if has_catalogue(publication):
        for rdf_format in CATALOGUE_FORMATS:
            yield f"{CATALOGUE}.{rdf_format.extension}", partial(catalogue, publication, rdf_format)


def _feed(path: str, media_type: str, make: Callable[[], bytes]) -> Representation:
    return Representation(path, make(), media_type)


def _static(path: str, content: bytes) -> Representation:
    return Representation(path, content, STATIC_TYPES.get(path.rpartition(".")[2], "application/octet-stream"))
