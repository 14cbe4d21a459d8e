"""VoID: what a machine wants to know of the data before it asks: how much of what, linked to where, found how.

Source: https://www.w3.org/TR/void/
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from twinld.graph.dataset import RDF_TYPE, Elsewhere
from twinld.graph.statistics import Counts, counts, foreign_links, namespace_of
from twinld.publish.catalogue.terms import PREFIXES, TYPE, count, date, iri, iris, say, text, texts
from twinld.publish.dumps import Dump
from twinld.publish.extracts import Extract
from twinld.publish.publication import Publication
from twinld.publish.representation import Representation
from twinld.rdf.formats import RdfFormat
from twinld.rdf.writing import Triple, write

VOID = "void"
LICENCE = iri("dct:license")
EXAMPLES = 12  # enough to see every kind of thing, few enough to read
FORMAT_IRIS = {
    "turtle": "Turtle",
    "trig": "TriG",
    "ntriples": "N-Triples",
    "nquads": "N-Quads",
    "rdfxml": "RDF_XML",
    "jsonld": "JSON-LD",
}
"""Names in https://www.w3.org/ns/formats/ by the name of a format."""


def void(publication: Publication, format: RdfFormat) -> Representation:
    """Return the VoID description in a format, at `void.{extension}`; `/.well-known/void` leads there."""
    prefixes = {**publication.prefixes, **PREFIXES}
    body = write(void_triples(publication), format, prefixes)
    modified = publication.dataset.project.config.modified
    return Representation(f"{VOID}.{format.extension}", body, format.media_type, modified=modified)


def void_triples(publication: Publication) -> tuple[Triple, ...]:
    """Return what the description says, as keys; the service description says the same."""
    dataset = dataset_key(publication)
    whole = [dump for dump in publication.dumps if dump.extract.kind == "whole"]
    found = list(_document(publication, dataset))
    found += _head(publication, dataset, whole)
    if whole:
        statistics = statistics_of(publication, whole[0].extract)
        found += _numbers(dataset, statistics)
        found += _partitions(dataset, statistics.classes, statistics.properties)
        found += _linksets(publication, dataset, statistics)
    if publication.elsewhere is not None:
        found += _counted(publication, publication.elsewhere, dataset)
    found += _subsets(publication, dataset)
    return tuple(dict.fromkeys(found))


def dataset_key(publication: Publication) -> str:
    """Return the key of the data set's IRI: the one that the catalogue describes."""
    return f"<{publication.addresses.base}catalog#dataset>"


def statistics_of(publication: Publication, extract: Extract) -> Counts:
    """Return the numbers of an extract, found in one pass over its triples."""
    return counts(extract.quads(with_graphs=False), publication.addresses.base)


def _document(publication: Publication, dataset: str) -> Iterator[Triple]:
    yield from say(
        f"<{publication.addresses.base}{VOID}>",
        (TYPE, iris("void:DatasetDescription")),
        ("foaf:primaryTopic", [dataset]),
    )


def _head(publication: Publication, dataset: str, whole: list[Dump]) -> Iterator[Triple]:
    config = publication.dataset.project.config
    url = publication.public_url
    formats = dict.fromkeys(FORMAT_IRIS[dump.format.name] for dump in whole)
    yield from say(
        dataset,
        (TYPE, iris("void:Dataset")),
        ("dct:title", texts(config.title)),
        ("dct:description", texts(config.description)),
        ("dct:license", iris(config.licence)),
        ("dct:issued", date(config.issued)),
        ("dct:modified", date(config.modified or publication.latest_modified)),
        ("foaf:homepage", iris(url)),
        ("void:uriSpace", text(publication.addresses.base)),
        ("void:dataDump", iris(*(url + dump.path for dump in whole))),
        ("void:sparqlEndpoint", iris(None if publication.static else url + "sparql")),
        ("void:feature", [f"<http://www.w3.org/ns/formats/{name}>" for name in formats]),
        ("void:vocabulary", _vocabularies(whole)),
    )


def _vocabularies(whole: list[Dump]) -> list[str]:
    """Return the namespaces of the predicates and classes in use, as keys of IRIs."""
    if not whole:
        return []
    found = set()
    for _, p, o, _ in whole[0].extract.quads(with_graphs=False):
        found.add(namespace_of(p))
        if p == RDF_TYPE and o[0] == "<":
            found.add(namespace_of(o))
    return sorted(f"<{namespace}>" for namespace in found)


def _numbers(dataset: str, statistics: Counts) -> Iterator[Triple]:
    owned = sorted(set(statistics.examples.values()))
    step = max(1, len(owned) // EXAMPLES)
    yield from say(
        dataset,
        ("void:triples", count(statistics.triples)),
        ("void:entities", count(statistics.entities)),
        ("void:distinctSubjects", count(statistics.subjects)),
        ("void:distinctObjects", count(statistics.objects)),
        ("void:classes", count(len(statistics.classes))),
        ("void:properties", count(len(statistics.properties))),
        ("void:exampleResource", owned[::step][:EXAMPLES]),
    )


def _counted(publication: Publication, elsewhere: Elsewhere, dataset: str) -> Iterator[Triple]:
    """Yield what is counted of data that are elsewhere: statements, classes and properties."""
    keys = publication.dataset.table.keys
    classes = {keys[number]: size for number, size in elsewhere.class_sizes().items()}
    properties = {keys[number]: uses for number, uses in elsewhere.property_uses().items()}
    yield from say(
        dataset,
        ("void:triples", count(elsewhere.triples)),
        ("void:classes", count(len(classes))),
        ("void:properties", count(len(properties))),
    )
    yield from _partitions(dataset, classes, properties)


def _partitions(dataset: str, classes: Mapping[str, int], properties: Mapping[str, int]) -> Iterator[Triple]:
    for place, (key, number) in enumerate(sorted(classes.items())):
        node = f"_:class{place}"
        yield from say(dataset, ("void:classPartition", [node]))
        yield from say(node, ("void:class", [key]), ("void:entities", count(number)))
    for place, (key, number) in enumerate(sorted(properties.items())):
        node = f"_:property{place}"
        yield from say(dataset, ("void:propertyPartition", [node]))
        yield from say(node, ("void:property", [key]), ("void:triples", count(number)))


def _linksets(publication: Publication, dataset: str, statistics: Counts) -> Iterator[Triple]:
    """Yield a linkset for each place and predicate that enough links go to; uses of a vocabulary are no links."""
    for namespace, predicate, number in foreign_links(statistics):
        if predicate == LICENCE:
            continue
        name = hashlib.sha256(f"{namespace} {predicate}".encode()).hexdigest()[:8]
        key = f"<{publication.addresses.base}{VOID}#linkset-{name}>"
        target = f"_:target-{name}"
        yield from say(dataset, ("void:subset", [key]))
        yield from say(
            key,
            (TYPE, iris("void:Linkset")),
            ("void:subjectsTarget", [dataset]),
            ("void:objectsTarget", [target]),
            ("void:linkPredicate", [predicate]),
            ("void:triples", count(number)),
        )
        yield from say(target, (TYPE, iris("void:Dataset")), ("void:uriSpace", text(namespace)))


def _subsets(publication: Publication, dataset: str) -> Iterator[Triple]:
    """Yield each named graph of the sources as a subset with its dumps."""
    by_graph: dict[str, list[Dump]] = {}
    for dump in publication.dumps:
        if dump.extract.graph is not None and dump.extract.source:
            by_graph.setdefault(dump.extract.graph, []).append(dump)
    for graph, dumps in by_graph.items():
        yield from say(dataset, ("void:subset", iris(graph)))
        yield from say(
            iri(graph),
            (TYPE, iris("void:Dataset")),
            ("void:triples", count(dumps[0].extract.size)),
            ("void:dataDump", iris(*(publication.public_url + dump.path for dump in dumps))),
        )
