"""Every address that a publication answers, each kind of it, for comparing two places to the byte."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlencode

from twinld.publish.documents import RDF_FORMATS, documents
from twinld.publish.pages import free_pages
from twinld.publish.publication import Publication

ACCEPTED = ("text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples", "text/html")
QUERY_FORMATS = ("json", "csv", "tsv", "srj", "geojson")


def addresses(publication: Publication, *, every: int = 1) -> Iterator[tuple[str, str | None]]:
    """Yield path and `Accept` of one request for each address; of documents only every so-manieth."""
    yield from ((path, None) for path in publication.files)
    yield from ((path, accept) for path in publication.negotiated for accept in ACCEPTED)
    yield from (("openapi.json", None), ("sparql", "text/turtle"), ("sparql", "text/html"))
    for path in free_pages(publication):
        yield from ((_tagged(path, language, publication), None) for language in publication.addresses.languages)
    yield ("search/?" + urlencode({"q": "seinajoki"}), "text/html")
    for name in publication.queries:
        yield from ((f"query/{name}.{extension}", None) for extension in QUERY_FORMATS)
        yield (f"query/{name}", "text/html")
    for iri in list(documents(publication))[::every]:
        yield from _of_document(publication, iri)


def _of_document(publication: Publication, iri: str) -> Iterator[tuple[str, str | None]]:
    document = publication.addresses.document
    yield from ((document(iri, extension), None) for extension in RDF_FORMATS)
    yield from ((document(iri, "html", language), None) for language in publication.addresses.languages)
    yield from ((document(iri), accept) for accept in ACCEPTED)
    yield (publication.addresses.thing(iri), "text/turtle")
    yield (f"doc?iri={quote(iri, safe='')}", "text/turtle")


def _tagged(path: str, language: str, publication: Publication) -> str:
    from twinld.publish.files import page_path

    return page_path(publication.addresses, path, language)
