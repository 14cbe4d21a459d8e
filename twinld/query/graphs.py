"""Answers of CONSTRUCT and DESCRIBE in every RDF format, each triple once. Runs inside a worker."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from twinld.query.errors import NotExpressible
from twinld.query.results import CheckedXml, Sink

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
    "application/x-turtle": "turtle",
    "nt": "ntriples",
    "n-triples": "ntriples",
    "text/plain": "ntriples",
    "json-ld": "jsonld",
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
    """Write triples in the format with this name, without repetitions, with the prefixes that they use.

    Raises NotExpressible where RDF/XML cannot carry a predicate or a character.
    """
    import pyoxigraph

    formats = pyoxigraph.RdfFormat
    known = {
        "turtle": formats.TURTLE,
        "ntriples": formats.N_TRIPLES,
        "jsonld": formats.JSON_LD,
        "rdfxml": formats.RDF_XML,
        "trig": formats.TRIG,
        "nquads": formats.N_QUADS,
    }
    graph = dict.fromkeys(triples)
    target: Any = sink
    if name == "rdfxml":
        _check_predicates(graph)
        target = CheckedXml(sink)
    pyoxigraph.serialize(graph, target, format=known[name], prefixes=_used(prefixes, graph))
    if name == "rdfxml":
        target.flush()


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


@cache
def _local_name() -> re.Pattern[str]:
    return re.compile(r"[^\W\d][\w.·-]*$")


def _check_predicates(graph: Iterable[Any]) -> None:
    """Refuse predicates such as `<http://example.org/1>`: RDF/XML has no element name for them."""
    for predicate in {triple.predicate.value for triple in graph}:
        if not _local_name().search(predicate):
            raise NotExpressible(
                f"RDF/XML cannot name the property <{predicate}>",
                hint="Ask for text/turtle or application/ld+json.",
            )
