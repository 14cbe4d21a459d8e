"""FAIR signposting: typed links by which a machine finds the identifier, the metadata, the data and the licence.

Source: https://signposting.org/FAIR/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from twinld.publish.representation import Link

if TYPE_CHECKING:
    from twinld.publish.publication import Publication

ABOUT_PAGE = "https://schema.org/AboutPage"
DATASET = "https://schema.org/Dataset"


def resource_links(publication: Publication, iri: str) -> Iterator[Link]:
    """Yield the links of a document: what to cite, what describes it, which data set it is part of, the licence."""
    addresses = publication.addresses
    yield Link(iri, "cite-as")
    yield Link(addresses.document(iri, "ttl"), "describedby", "text/turtle")
    yield Link("void", "collection")
    yield Link(ABOUT_PAGE, "type")
    yield from _licence(publication)


def dataset_links(publication: Publication) -> Iterator[Link]:
    """Yield the links of a page about the whole: the data set's IRI, its metadata, its files, the licence."""
    from twinld.publish.catalogue import FORMATS, has_catalogue
    from twinld.publish.void import dataset_key

    yield Link(dataset_key(publication)[1:-1], "cite-as")
    if has_catalogue(publication):
        for rdf_format in FORMATS:
            yield Link(f"catalog.{rdf_format.extension}", "describedby", rdf_format.media_type)
    yield Link("void.ttl", "describedby", "text/turtle")
    for dump in publication.dumps:
        if dump.extract.kind == "whole":
            yield Link(dump.path, "item", dump.media_type)
    yield Link(ABOUT_PAGE, "type")
    yield Link(DATASET, "type")
    yield from _licence(publication)


def _licence(publication: Publication) -> Iterator[Link]:
    licence = publication.dataset.project.config.licence
    if licence:
        yield Link(licence, "license")
