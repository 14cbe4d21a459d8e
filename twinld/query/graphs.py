"""Answers of CONSTRUCT and DESCRIBE in every RDF format, each triple once. Runs inside a worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO, TYPE_CHECKING, Any, cast

from twinld.query.errors import NotExpressible
from twinld.query.results import Sink, term_key

if TYPE_CHECKING:
    import pyoxigraph

# Names and media types; the first of a format is the one that is written.
GRAPH_MEDIA_TYPES = {
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdfxml": "application/rdf+xml",
    "trig": "application/trig",
    "nquads": "application/n-quads",
}
_ALIASES = {
    "ttl": "turtle",
    "n3": "turtle",  # every Turtle document is one
    "text/n3": "turtle",
    "application/x-turtle": "turtle",
    "nt": "ntriples",
    "n-triples": "ntriples",
    "text/plain": "ntriples",
    "json-ld": "jsonld",
    "json": "jsonld",
    "application/json": "jsonld",
    "rdf": "rdfxml",
    "xml": "rdfxml",
    "rdf/xml": "rdfxml",
    "application/xml": "rdfxml",
    "text/xml": "rdfxml",
    "nq": "nquads",
    "n-quads": "nquads",
}


def graph_format(name: str) -> str | None:
    """Return the name of the RDF format with this name, extension or media type; `None` if there is none."""
    wanted = name.partition(";")[0].strip().lower()
    by_media_type = {media: known for known, media in GRAPH_MEDIA_TYPES.items()}
    return wanted if wanted in GRAPH_MEDIA_TYPES else by_media_type.get(wanted) or _ALIASES.get(wanted)


def write_graph(triples: Iterable[Any], name: str, sink: Sink, prefixes: Mapping[str, str]) -> None:
    """Write triples in the format with this name, each once, with the prefixes that they use.

    The line-based formats and Turtle are Oxigraph's, which is fast; RDF/XML and JSON-LD are ours: Oxigraph's
    RDF/XML is ill-formed for a property such as `<http://example.org/1>` and for control characters. Raises
    NotExpressible.
    """
    import pyoxigraph

    formats = pyoxigraph.RdfFormat
    native = {
        "turtle": formats.TURTLE,
        "ntriples": formats.N_TRIPLES,
        "trig": formats.TRIG,
        "nquads": formats.N_QUADS,
    }
    graph = dict.fromkeys(triples)
    if name in native:
        target = cast("IO[bytes]", sink)
        pyoxigraph.serialize(graph, target, format=native[name], prefixes=_used(prefixes, graph))
    else:
        _write_ours(graph, name, sink, prefixes)


def _write_ours(graph: Iterable[Any], name: str, sink: Sink, prefixes: Mapping[str, str]) -> None:
    from twinld.rdf.formats import JSON_LD, RDF_XML
    from twinld.rdf.writing import UnwritableError, write

    triples = [(term_key(t.subject) or "", term_key(t.predicate) or "", term_key(t.object) or "") for t in graph]
    try:
        sink.write(write(triples, RDF_XML if name == "rdfxml" else JSON_LD, prefixes))
    except UnwritableError as error:
        raise NotExpressible(error.message, hint=error.hint) from None


def _used(prefixes: Mapping[str, str], graph: Iterable[Any]) -> dict[str, str]:
    """Return the prefixes whose namespace begins an IRI of the graph, in the order of their names."""
    namespaces = {_namespace(iri) for triple in graph for iri in _iris(triple)}
    return {name: iri for name, iri in sorted(prefixes.items()) if iri in namespaces}


def _iris(triple: pyoxigraph.Triple) -> Iterable[str]:
    for term in (triple.subject, triple.predicate, triple.object):
        value = getattr(getattr(term, "datatype", None) or term, "value", None)
        if value is not None:
            yield value


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
