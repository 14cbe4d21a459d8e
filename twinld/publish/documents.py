"""Documents: what stands at a path, in which formats and languages; the server and the built site both ask here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from twinld.graph.dataset import RDF_TYPE
from twinld.graph.description import Description
from twinld.publish.addresses import PAGE, Target
from twinld.publish.publication import Publication
from twinld.publish.representation import Link, Representation
from twinld.publish.signposting import resource_links
from twinld.rdf.formats import JSON_LD, N_TRIPLES, RDF_XML, TURTLE, RdfFormat
from twinld.rdf.terms import literal_parts
from twinld.rdf.writing import Quad, first_before, ordered, stream, used_prefixes

HTML = "text/html"
RDF_FORMATS: Mapping[str, RdfFormat] = {f.extension: f for f in (TURTLE, JSON_LD, RDF_XML, N_TRIPLES)}
EXTENSIONS = frozenset({PAGE, *RDF_FORMATS})
COMMENT = "<http://www.w3.org/2000/01/rdf-schema#comment>"
DEFINITION = "<http://www.w3.org/2004/02/skos/core#definition>"
STORED = "documents"  # the column of the documents in a stored data set
MODIFIED = "<http://purl.org/dc/terms/modified>"


@dataclass(frozen=True)
class Document:
    """A document: its IRI, the descriptions of what it is about (several for a vocabulary), and where links lead."""

    iri: str
    descriptions: tuple[Description, ...]
    links: tuple[Link, ...] = ()

    @cached_property
    def quads(self) -> list[Quad]:
        """What is said, each triple once, in order: of what the document is about first.

        A vocabulary gets an `rdfs:comment` from each `skos:definition`: registries ask for it, authors write it once.
        """
        found = dict.fromkeys(triple for description in self.descriptions for triple in description.triples())
        if len(self.descriptions) > 1:
            found |= dict.fromkeys((s, COMMENT, o) for s, p, o in found if p == DEFINITION)
        return first_before(ordered(found), self.descriptions[0].key)

    @cached_property
    def terms(self) -> frozenset[str]:
        """The keys of all terms."""
        return frozenset(key for quad in self.quads for key in quad)

    @cached_property
    def modified(self) -> str | None:
        """The latest `dcterms:modified` of what it is about, as written; `None` where the data give none."""
        dates = (
            s.object for d in self.descriptions for s in d.outgoing if s.predicate == MODIFIED and s.subject == d.key
        )
        return max((literal_parts(date)[0] for date in dates if date.startswith('"')), default=None)


@dataclass(frozen=True, slots=True)
class Found:
    """What a path leads to: a document to show (in one format and language, if the path names them), or to go to."""

    target: Target
    redirect: str | None = None


def find(publication: Publication, path: str) -> Found | None:
    """Return what a path (percent-encoded or not, without leading slash) leads to, `None` if nothing is known."""
    targets = list(publication.addresses.targets(path, EXTENSIONS))
    publication.expect(target.iri for target in targets)
    for target in targets:
        if not publication.is_known(target.iri):
            continue
        thing = not target.document and not publication.addresses.is_own_document(target.iri)
        return Found(target, publication.addresses.document(target.iri) if thing else None)
    return None


def document_of(publication: Publication, iri: str, *, offset: int = 0) -> Document | None:
    """Return the document about an IRI, or that whose fragments name things; `None` if nothing is known."""
    parts = publication.fragments.get(iri.partition("#")[0], ())
    described = [publication.describe(part, offset=offset) for part in parts or (iri,)]
    known = tuple(description for description in described if description is not None)
    if not known:
        return None
    first = iri if iri in publication.versions else known[0].iri
    return Document(iri, known, tuple(_links(publication, first)))


def documents(publication: Publication) -> Iterator[str]:
    """Yield the IRI of every document once, in order: of what the data speak of, a vocabulary's as one.

    Own IRIs that are only pointed to have one too, and so have the classes of others.
    """
    stored, keys = publication.dataset.stored, publication.dataset.table.keys
    if stored is not None:
        return (_whole(publication, keys[number][1:-1]) for number in stored.more[STORED])
    return _documents(publication)


def numbers_of_documents(publication: Publication) -> Iterator[int]:
    """Yield for each document the number of a thing that it is about, to find it again by."""
    ids, fragments = publication.dataset.table.ids, publication.fragments
    for iri in documents(publication):
        yield ids[f"<{iri}>"] if f"<{iri}>" in ids else ids[f"<{fragments[iri][0]}>"]


def _whole(publication: Publication, iri: str) -> str:
    """Return the document that an IRI is told of in: that of its fragments, or its own."""
    document = iri.partition("#")[0]
    return document if document in publication.fragments else iri


def count_documents(publication: Publication) -> int:
    """Return how many documents there are."""
    stored = publication.dataset.stored
    return len(stored.more[STORED]) if stored is not None else sum(1 for _ in documents(publication))


def _documents(publication: Publication) -> Iterator[str]:
    dataset = publication.dataset
    keys, quads = dataset.table.keys, dataset.quads
    classes = {of for _, of in dataset.with_predicate(RDF_TYPE)}
    own = {o for o in set(quads.object) if keys[o].startswith(f"<{dataset.base_iri}")}
    iris = {keys[number][1:-1] for number in {*quads.subjects, *classes, *own} if keys[number].startswith("<")}
    wholes = {_whole(publication, iri) for iri in iris}
    # Of a fragment of a document of ours that says nothing of it there is nothing to show.
    yield from sorted(iri for iri in wholes if "#" not in iri or not publication.addresses.owns(iri))


def represent(
    publication: Publication, document: Document, extension: str, language: str | None = None
) -> Representation:
    """Return a document in one format: `html` in a language of the project, or the extension of an RDF format."""
    addresses = publication.addresses
    first = document.iri if document.iri in publication.versions else document.descriptions[0].iri
    if extension != PAGE:
        rdf_format = RDF_FORMATS[extension]
        body = rdf_document(publication, document, rdf_format)
        path = addresses.document(first, extension)
        return Representation(path, body, rdf_format.media_type, None, document.modified, document.links)
    language = language or addresses.languages[0]
    path = addresses.document(first, PAGE, language)
    body = _page(publication, document, language)
    return Representation(path, body, HTML, language, document.modified, document.links)


def rdf_document(publication: Publication, document: Document, rdf_format: RdfFormat) -> bytes:
    """Return the RDF of a document: the descriptions of all that it is about, each triple once, canonical IRIs."""
    context = publication.context if rdf_format is JSON_LD else None
    prefixes = used_prefixes(document.terms, publication.prefixes)
    return b"".join(stream(document.quads, rdf_format, prefixes, context=context))


def alternates(publication: Publication, iri: str) -> Iterator[Link]:
    """Yield a link to each representation of the document about an IRI."""
    addresses = publication.addresses
    for language in addresses.languages:
        yield Link(addresses.document(iri, PAGE, language), "alternate", HTML, language)
    for extension, rdf_format in RDF_FORMATS.items():
        yield Link(addresses.document(iri, extension), "alternate", rdf_format.media_type)


def _links(publication: Publication, iri: str) -> Iterator[Link]:
    yield from alternates(publication, iri)
    addresses = publication.addresses
    yield Link(addresses.base + addresses.document(iri) if addresses.owns(iri) else iri, "canonical")
    if iri in publication.versions:
        yield Link(addresses.document(publication.versions[iri]), "latest-version")
    yield from resource_links(publication, iri)


def _page(publication: Publication, document: Document, language: str) -> bytes:
    from twinld.publish import pages

    if document.iri in publication.fragments or len(document.descriptions) > 1:
        return pages.document_page(publication, document.iri.partition("#")[0], document.descriptions, language)
    return pages.resource_page(publication, document.descriptions[0], language)
