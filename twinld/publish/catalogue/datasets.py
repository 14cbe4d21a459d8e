"""The datasets of a catalogue: the data, the vocabulary, the concept schemes, the shapes; each dump a distribution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from twinld.publish.catalogue.authorities import EU, IANA, concept, file_type, format_facts, typed
from twinld.publish.catalogue.frame import Frame
from twinld.publish.catalogue.terms import TYPE, date, iri, iris, number, say, text, texts
from twinld.publish.catalogue.wording import worded
from twinld.publish.dumps import Dump
from twinld.publish.tables import GEOJSON, places, tables
from twinld.rdf.formats import TURTLE
from twinld.rdf.writing import Triple
from twinld.source.config import Texts

OWL_ONTOLOGY = "<http://www.w3.org/2002/07/owl#Ontology>"


@dataclass(frozen=True, slots=True)
class Entry:
    """A dataset of the catalogue. `name` is its fragment, `kind` the kind of extract whose dumps it has."""

    name: str
    kind: str
    title: Texts
    description: Texts
    landing: str
    type: str | None = None


KINDS: Mapping[str, str] = {"vocabulary": "ONTOLOGY", "concepts": "TAXONOMY", "shapes": "APROF"}
"""Names in the EU dataset-type list, by the kind of extract."""


def entries(frame: Frame) -> Iterator[Entry]:
    """Yield the datasets: the data always, the others where the project has such statements."""
    config = frame.config
    yield Entry("dataset", "whole", config.title, config.description, "")
    present = {dump.extract.kind for dump in frame.publication.dumps}
    landings = {"vocabulary": _vocabulary_path(frame), "concepts": "", "shapes": ""}
    for kind, name in KINDS.items():
        if kind in present:
            title, description = worded(kind, config.title), worded(f"{kind}-description", config.title)
            yield Entry(kind, kind, title, description, landings[kind], f"{EU}dataset-type/{name}")


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file that a distribution is about; `format` is how it is called, `packed` whether it is gzipped."""

    path: str
    media_type: str
    format: str
    size: int
    packed: bool = False
    service: bool = False


def dataset_facts(frame: Frame) -> Iterator[Triple]:
    """Yield the datasets, their distributions, and the types of what these name."""
    used: set[str] = set()
    for entry in entries(frame):
        files = distributions(frame, entry)
        yield from _dataset(frame, entry, files)
        for file in files:
            used.add(file.media_type)
            yield from _distribution(frame, entry, file)
    yield from format_facts(used, compressed=True)


def distributions(frame: Frame, entry: Entry) -> list[FileEntry]:
    """Return the files of a dataset: its dumps, and the tables where it is the data themselves."""
    found = [
        FileEntry(dump.path, dump.format.media_type, dump.format.label, dump.size, dump.gzipped, _serves(frame, dump))
        for dump in frame.publication.dumps
        if dump.extract.kind == entry.kind
    ]
    return [*found, *_tables(frame)] if entry.kind == "whole" else found


def _tables(frame: Frame) -> Iterator[FileEntry]:
    for path, make in places(frame.publication).items():
        yield FileEntry(path, GEOJSON, "GeoJSON", len(make().body))
    for path, make in tables(frame.publication).items():
        table = make()
        name = path.rpartition("/")[2].partition(".")[0]
        label = "GeoJSON" if table.media_type == GEOJSON else "CSV"
        title = frame.publication.queries[name].title
        yield FileEntry(path, table.media_type, f"{title}, {label}", len(table.body))


def _dataset(frame: Frame, entry: Entry, files: list[FileEntry]) -> Iterator[Triple]:
    config = frame.config
    key = frame.part(entry.name)
    yield from say(iri(frame.iri), ("dcat:dataset", [key]))
    yield from frame.common_facts(key, entry.name)
    yield from say(
        key,
        (TYPE, iris("dcat:Dataset")),
        ("dct:title", texts(entry.title)),
        ("dct:description", texts(entry.description)),
        ("dct:spatial", iris(*config.spatial)),
        ("dct:accrualPeriodicity", iris(config.frequency)),
        ("dct:issued", date(config.issued)),
        ("dct:modified", date(frame.modified)),
        ("dct:language", iris(*frame.languages())),
        ("dct:type", iris(entry.type)),
        ("dcat:version", text(config.version)),
        ("dcat:landingPage", iris(frame.url(entry.landing))),
        ("dcat:distribution", [frame.part(file.path) for file in files]),
    )
    yield from typed("foaf:Document", frame.url(entry.landing))
    yield from _period(frame, entry, key)
    yield from concept(entry.type)


def _period(frame: Frame, entry: Entry, key: str) -> Iterator[Triple]:
    """Yield the period covered as a blank node: udata fetches an IRI over the network and loses the period."""
    if frame.config.temporal is None:
        return
    node = f"_:period-{entry.name}"
    start, end = frame.config.temporal
    yield from say(key, ("dct:temporal", [node]))
    facts = (TYPE, iris("dct:PeriodOfTime")), ("dcat:startDate", date(start)), ("dcat:endDate", date(end))
    yield from say(node, *facts)


def _distribution(frame: Frame, entry: Entry, file: FileEntry) -> Iterator[Triple]:
    config = frame.config
    title = worded("file", entry.title, format=f"{file.format}, gzip" if file.packed else file.format)
    yield from say(
        frame.part(file.path),
        (TYPE, iris("dcat:Distribution")),
        ("dct:title", texts(title)),
        ("dct:description", texts(entry.description)),
        ("dcat:accessURL", iris(frame.url(file.path))),
        ("dcat:downloadURL", iris(frame.url(file.path))),
        ("dct:format", iris(file_type(file.media_type))),
        ("dcat:mediaType", iris(IANA + file.media_type)),
        ("dcat:compressFormat", iris(IANA + "application/gzip") if file.packed else []),
        ("dcat:byteSize", number(file.size)),
        ("dct:license", iris(frame.licence)),
        ("dct:rights", [frame.part("rights")]),
        ("dct:issued", date(config.issued)),
        ("dct:modified", date(frame.modified)),
        ("dct:language", iris(*frame.languages())),
        ("dcat:accessService", [frame.part("sparql")] if file.service else []),
        ("dcatap:availability", iris(frame.availability)),
    )


def _serves(frame: Frame, dump: Dump) -> bool:
    """Tell whether a distribution names the endpoint as its service: the plain Turtle of the data, if so configured.

    CKAN ignores services that no distribution names; udata ignores those that one does. One that has a file too, so
    that tools that average over distributions find nothing missing.
    """
    named = dump.extract.kind == "whole" and dump.format is TURTLE and not dump.gzipped
    return named and frame.config.access_service and not frame.publication.static


def _vocabulary_path(frame: Frame) -> str:
    """Return the path of the vocabulary's document: the first ontology under the base, else the home page."""
    dataset = frame.publication.dataset
    number_of = dataset.table.ids.get(OWL_ONTOLOGY)
    rows = dataset.quads.rows_of_object(number_of) if number_of is not None else ()
    own = sorted(dataset.table.keys[dataset.quads.subject[row]] for row in rows)
    addresses = frame.publication.addresses
    iri_of = next((key[1:-1] for key in own if key.startswith("<") and addresses.owns(key[1:-1])), None)
    return "" if iri_of is None else addresses.document(iri_of)
