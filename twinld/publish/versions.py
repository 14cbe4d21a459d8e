"""Versioned dumps: the data as each build that changed them left them, so many as the project keeps.

A version's file has a name of its own and never changes. `dumps/versions.ttl` links the versions to each other and to
the data set.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from twinld.publish.catalogue.authorities import IANA
from twinld.publish.catalogue.terms import TYPE, count, date, iri, iris, number, say, text
from twinld.publish.publication import Publication
from twinld.publish.representation import Representation
from twinld.publish.void import dataset_key
from twinld.rdf.formats import TURTLE
from twinld.rdf.writing import Triple, write

FOLDER = "dumps/versions/"
LINKS = "dumps/versions.ttl"
STATE = "dumps/versions.json"
GZIP = "application/gzip"
PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True, slots=True)
class Version:
    """The data at one time: the name of its file, when they changed, what they were called then, how much they are."""

    name: str
    modified: str
    version: str | None
    triples: int
    bytes: int
    sha256: str

    @property
    def path(self) -> str:
        """Where the file stands."""
        return FOLDER + self.name


def versions(publication: Publication, dump: Path, sha256: str, moment: str, last: Path) -> list[Version]:
    """Return the versions that a build keeps, the newest first: the data as they are now, and those of the last build.

    `dump` is the N-Quads file of now, whose SHA-256 is given. A project that keeps none has none.
    """
    config = publication.dataset.project.config
    known = [version for version in _known(last) if (last / version.path).is_file()]
    if not any(version.sha256 == sha256 for version in known):
        name = f"{moment[:10]}-{sha256[:8]}.nq.gz"
        triples = next(each.extract.size for each in publication.dumps if each.extract.kind == "whole")
        known.insert(0, Version(name, moment[:10], config.version, triples, dump.stat().st_size, sha256))
    return known[: config.keep_versions]


def version_files(publication: Publication, found: list[Version], dump: Path, last: Path) -> Iterator[Representation]:
    """Yield the file of each version, what the next build continues, and the links between them."""
    for version in found:
        kept = last / version.path
        content = kept.read_bytes() if kept.is_file() else dump.read_bytes()
        yield Representation(version.path, content, GZIP)
    yield Representation(STATE, (json.dumps([asdict(each) for each in found]) + "\n").encode(), "application/json")
    yield Representation(LINKS, write(_links(publication, found), TURTLE, PREFIXES), TURTLE.media_type)


def _links(publication: Publication, found: list[Version]) -> Iterator[Triple]:
    dataset = dataset_key(publication)
    keys = [iri(f"{publication.public_url}{LINKS}#{version.name.partition('.')[0]}") for version in found]
    yield from say(dataset, ("dcat:hasCurrentVersion", keys[:1]), ("dcat:hasVersion", keys))
    for at, (key, version) in enumerate(zip(keys, found, strict=True)):
        url = publication.public_url + version.path
        yield from say(
            key,
            (TYPE, iris("dcat:Dataset")),
            ("dcat:isVersionOf", [dataset]),
            ("dcat:version", text(version.version)),
            ("owl:versionInfo", text(version.version)),
            ("dcat:previousVersion", keys[at + 1 : at + 2]),
            ("owl:priorVersion", keys[at + 1 : at + 2]),
            ("dct:issued", date(version.modified)),
            ("void:triples", count(version.triples)),
            ("void:dataDump", iris(url)),
            ("dcat:distribution", iris(url)),
        )
        yield from say(
            iri(url),
            (TYPE, iris("dcat:Distribution")),
            ("dcat:downloadURL", iris(url)),
            ("dcat:mediaType", iris(IANA + "application/n-quads")),
            ("dcat:compressFormat", iris(IANA + GZIP)),
            ("dcat:byteSize", number(version.bytes)),
        )


def _known(last: Path) -> list[Version]:
    try:
        return [Version(**version) for version in json.loads((last / STATE).read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return []
