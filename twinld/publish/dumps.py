"""Dumps: all statements, and those of each graph, as files in every format, plain and gzipped.

They come from what was parsed, so that lexical forms are the authors'. What rules derived is in a dump of its own.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from twinld.publish.extracts import Extract, extracts
from twinld.publish.publication import Publication
from twinld.publish.representation import Representation
from twinld.rdf.formats import FORMATS, RDF_XML, RdfFormat
from twinld.rdf.rdfxml_writing import has_xml_name
from twinld.rdf.writing import stream, used_prefixes

FOLDER = "dumps/"
GZIP = "application/gzip"
GZIP_LEVEL = 6  # 9 takes twice the time and saves a fiftieth
GZIP_WINDOW = 31  # zlib's name for "15 bits of window, with a gzip header", which has neither time nor file name


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

    @property
    def size(self) -> int:
        """The number of bytes; found by writing it once."""
        return self.measured[0]

    @cached_property
    def measured(self) -> tuple[int, str]:
        """The number of bytes and their SHA-256; found by writing it once."""
        size, digest = 0, sha256()
        for chunk in self.chunks():
            size += len(chunk)
            digest.update(chunk)
        return size, digest.hexdigest()

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in pieces. Raises `UnwritableError` for what RDF/XML cannot express."""
        quads = self.extract.quads(with_graphs=self.format.has_graphs)
        prefixes = used_prefixes(self.extract.terms, self.publication.prefixes)
        pieces = stream(quads, self.format, prefixes, context=self.publication.context)
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


def remember(publication: Publication, measured: Mapping[str, tuple[int, str]]) -> None:
    """Note size and SHA-256 of dumps that were written just now, so that the catalogue need not write them again."""
    for dump in publication.dumps:
        if dump.path in measured:
            vars(dump)["measured"] = measured[dump.path]  # where cached_property keeps it


def unwritable(extract: Extract) -> tuple[str, ...]:
    """Return the predicates of an extract, as keys, that RDF/XML has no name for."""
    keys, quads = extract.dataset.table.keys, extract.dataset.quads
    nameless = {number for number in quads.predicates if not has_xml_name(keys[number])}
    if not nameless:
        return ()
    used = {quads.predicate[row] for row in extract.rows(False)}
    return tuple(sorted(keys[number] for number in nameless & used))


def gzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the gzip form of bytes: the same for the same bytes, whenever it is made."""
    packed: list[bytes] = []
    for _ in packing(pieces, packed):
        yield from packed
        packed.clear()
    yield from packed


def packing(pieces: Iterable[bytes], packed: list[bytes]) -> Iterator[bytes]:
    """Yield bytes as they are, and put their gzip form behind what is in `packed`: one writing makes both files."""
    packer = zlib.compressobj(GZIP_LEVEL, wbits=GZIP_WINDOW)
    for piece in pieces:
        packed.append(packer.compress(piece))
        yield piece
    packed.append(packer.flush())
