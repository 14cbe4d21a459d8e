"""The quality method of data.europa.eu as a program: points for a catalogue, written from its published table.

Distribution checks take the best distribution of a dataset ("identical content with several distributions"), and also
the worst, because other tools average. URLs are checked by `reachable`, which stands for a HEAD request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import rdflib
from rdflib import DCAT, DCTERMS, RDF

EU = "http://publications.europa.eu/resource/authority/"
MACHINE_READABLE = {
    "CSV", "GEOJSON", "ICS", "JSON", "JSON_LD", "KML", "KMZ", "NETCDF", "ODS", "RDFA", "RDF_N_QUADS", "RDF_N_TRIPLES",
    "RDF_TRIG", "RDF_TURTLE", "RDF_XML", "RSS", "SHP", "XLS", "XLSX", "XML",
}  # fmt: skip
NON_PROPRIETARY = {
    "BMP", "CSV", "DBF", "GEOJSON", "GZIP", "HTML", "ICS", "JPEG2000", "JSON", "JSON_LD", "KML", "KMZ", "NETCDF",
    "ODS", "PNG", "RDF_N_QUADS", "RDF_N_TRIPLES", "RDF_TRIG", "RDF_TURTLE", "RDF_XML", "RSS", "RTF", "TAR", "TIFF",
    "TSV", "TXT", "WMS_SRVC", "XML", "ZIP",
}  # fmt: skip
FULL = 405


@dataclass(frozen=True)
class Vocabularies:
    """The controlled lists that the method looks values up in."""

    file_types: frozenset[str]
    media_types: frozenset[str]
    licences: frozenset[str]
    access_rights: frozenset[str]

    @classmethod
    def read(cls, folder: Path) -> Vocabularies:
        """Read them from the third-party folder."""
        graph = rdflib.Graph().parse(folder / "authority-concepts.ttl")
        skos = rdflib.Namespace("http://www.w3.org/2004/02/skos/core#")

        def members(name: str) -> frozenset[str]:
            return frozenset(map(str, graph.subjects(skos.inScheme, rdflib.URIRef(EU + name))))

        matches = {str(o) for s, o in graph.subject_objects(skos.exactMatch) if str(s).startswith(EU + "licence/")}
        types = (folder / "iana-media-types.txt").read_text(encoding="utf-8").split()
        return cls(members("file-type"), frozenset(types), members("licence") | matches, members("access-right"))


def points(
    graph: rdflib.Graph,
    dataset: rdflib.term.Node,
    vocabularies: Vocabularies,
    reachable: Callable[[str], bool],
    *,
    conforms: bool,
) -> dict[str, int]:
    """Return the points of a dataset by check; distribution checks by its best distribution as a whole."""

    def has(*predicates: rdflib.URIRef) -> bool:
        return all((dataset, predicate, None) in graph for predicate in predicates)

    rights = graph.value(dataset, DCTERMS.accessRights)
    found = {
        "keyword usage": 30 * has(DCAT.keyword),
        "categories": 30 * has(DCAT.theme),
        "geo search": 20 * has(DCTERMS.spatial),
        "time-based search": 20 * has(DCTERMS.temporal),
        "DCAT-AP compliance": 30 * conforms,
        "access rights": 10 * (rights is not None),
        "access rights from vocabulary": 5 * (str(rights) in vocabularies.access_rights),
        "contact point": 20 * has(DCAT.contactPoint),
        "publisher": 10 * has(DCTERMS.publisher),
    }
    each = [of_distribution(graph, d, vocabularies, reachable) for d in graph.objects(dataset, DCAT.distribution)]
    best = max(each, key=lambda one: sum(one.values()), default={})
    dates = {"date of issue": DCTERMS.issued, "modification date": DCTERMS.modified}
    for name, predicate in dates.items():
        found[name] = 5 * (has(predicate) and best.pop(name, 0) > 0)
    return found | best


def of_distribution(
    graph: rdflib.Graph,
    distribution: rdflib.term.Node,
    vocabularies: Vocabularies,
    reachable: Callable[[str], bool],
) -> dict[str, int]:
    """Return the points of a distribution by check."""

    def value(predicate: rdflib.URIRef) -> str | None:
        found = graph.value(distribution, predicate)
        return None if found is None else str(found)

    access, download = value(DCAT.accessURL), value(DCAT.downloadURL)
    file_type, media_type = value(DCTERMS["format"]), value(DCAT.mediaType)
    name = (file_type or "").rpartition("/")[2]
    known = (media_type or "").partition("/media-types/")[2] in vocabularies.media_types
    licence = value(DCTERMS.license)
    return {
        "accessURL accessible": 50 * bool(access and reachable(access)),
        "downloadURL set": 20 * bool(download),
        "downloadURL accessible": 30 * bool(download and reachable(download)),
        "format": 20 * bool(file_type),
        "media type": 10 * bool(media_type),
        "format and media type from vocabulary": 10 * (file_type in vocabularies.file_types and known),
        "non-proprietary": 20 * (name in NON_PROPRIETARY),
        "machine-readable": 20 * (name in MACHINE_READABLE),
        "licence": 20 * bool(licence),
        "licence from vocabulary": 10 * (licence in vocabularies.licences),
        "rights": 5 * bool(value(DCTERMS.rights)),
        "file size": 5 * bool(value(DCAT.byteSize)),
        "date of issue": 5 * bool(value(DCTERMS.issued)),
        "modification date": 5 * bool(value(DCTERMS.modified)),
    }


def datasets(graph: rdflib.Graph) -> list[rdflib.term.Node]:
    """Return the datasets of a catalogue."""
    return sorted(graph.subjects(RDF.type, DCAT.Dataset))
