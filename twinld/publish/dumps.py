"""Dumps: all statements, and those of each graph, as files in every format, plain and gzipped.

They come from what was parsed, so that lexical forms are the authors'. What rules derived is in a dump of its own.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from twinld.publish.extracts import Extract, extracts
from twinld.publish.publication import Publication
from twinld.publish.representation import Representation
from twinld.rdf.formats import FORMATS, RDF_XML, RdfFormat
from twinld.rdf.rdfxml_writing import has_xml_name
from twinld.rdf.writing import stream, used_prefixes

FOLDER = "dumps/"
GZIP = "application/gzip"
GZIP_WINDOW = 31  # zlib's name for "15 bits of window, with a gzip header", which has neither time nor file name
CONTEXT_FILE = "ontology/context.jsonld"


@dataclass(frozen=True)
class Dump:
    """One file: an extract in a format, gzipped or not. `path` is where it is served."""

    extract: Extract
    format: RdfFormat
    gzipped: bool
    publication: Publication

    @property
    def path(self) -> str:
        """The path below the deployment's root."""
        return f"{FOLDER}{self.extract.name}.{self.format.extension}{'.gz' if self.gzipped else ''}"

    @property
    def media_type(self) -> str:
        """The media type of the file as it is sent."""
        return GZIP if self.gzipped else self.format.media_type

    @cached_property
    def size(self) -> int:
        """The number of bytes; found by writing it once."""
        return sum(map(len, self.chunks()))

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in pieces. Raises `UnwritableError` for what RDF/XML cannot express."""
        quads = self.extract.quads(with_graphs=self.format.has_graphs)
        prefixes = used_prefixes(self.extract.terms, self.publication.prefixes)
        pieces = stream(quads, self.format, prefixes, context=context_of(self.publication))
        return gzipped(pieces) if self.gzipped else pieces

    def representation(self) -> Representation:
        """Return the file as it is served."""
        modified = self.publication.dataset.project.config.modified
        return Representation(self.path, b"".join(self.chunks()), self.media_type, modified=modified)


def all_dumps(publication: Publication) -> tuple[Dump, ...]:
    """Return every dump in order of path; nothing is written yet.

    RDF/XML is left out where a predicate has no XML name: `unwritable` names them.
    """
    found = [
        Dump(extract, rdf_format, packed, publication)
        for extract in extracts(publication.dataset)
        for rdf_format in FORMATS
        if rdf_format is not RDF_XML or not unwritable(extract)
        for packed in (False, True)
    ]
    return tuple(sorted(found, key=lambda dump: dump.path))


def dumps(publication: Publication) -> Mapping[str, Callable[[], Representation]]:
    """Return by path what makes each dump; the order of the statements is found once for all of them."""
    return {dump.path: dump.representation for dump in publication.dumps}


def remember_sizes(publication: Publication, sizes: Mapping[str, int]) -> None:
    """Note the sizes of dumps that were written just now, so that the catalogue need not write them again."""
    for dump in publication.dumps:
        if dump.path in sizes:
            vars(dump)["size"] = sizes[dump.path]  # where cached_property keeps it


def unwritable(extract: Extract) -> tuple[str, ...]:
    """Return the predicates of an extract, as keys, that RDF/XML has no name for."""
    dataset = extract.dataset
    numbers = {dataset.quads.predicate[row] for row in extract.rows(False)}
    return tuple(sorted(key for number in numbers if not has_xml_name(key := dataset.table.keys[number])))


def gzipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the gzip form of bytes: the same for the same bytes, whenever it is made."""
    packer = zlib.compressobj(9, wbits=GZIP_WINDOW)
    for piece in pieces:
        packed = packer.compress(piece)
        if packed:
            yield packed
    yield packer.flush()


def context_of(publication: Publication) -> Mapping[str, Any] | None:
    """Return the project's JSON-LD context (`ontology/context.jsonld`), `None` where it has none.

    It is written into each document: readers never have to fetch it.
    """
    path = publication.dataset.project.root / CONTEXT_FILE
    if not path.is_file():
        return None
    found = json.loads(path.read_text(encoding="utf-8")).get("@context")
    return found if isinstance(found, dict) else None
