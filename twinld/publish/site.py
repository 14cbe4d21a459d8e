"""The built site: everything that the server would answer, as files for any host.

Each file has the bytes that the server sends for the same address. What needs a live server is left out, and no
link leads there. The folder is replaced whole (see `folder`); `manifest.json` lists every file with its SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from html import escape
from io import FileIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from twinld.publish.addresses import PAGE
from twinld.publish.changes import Difference, State
from twinld.publish.documents import RDF_FORMATS, document_of, documents, represent
from twinld.publish.dumps import Dump, packing, remember
from twinld.publish.feed import current_state, dump_path, feed_files, history, moment, since
from twinld.publish.folder import GENERATOR, MANIFEST, FolderError, replacing
from twinld.publish.publication import Publication
from twinld.publish.representation import Representation
from twinld.publish.rules import rule_files
from twinld.publish.stream import stream_files
from twinld.publish.tables import result_pages, results
from twinld.publish.versions import Version, version_files, versions

Progress = Callable[[int, int], None]
"""Is told how many parts there are, and how many are done."""

NAME_LIMIT = 255  # bytes in a file name, on every file system in use
BATCH = 50  # documents that a process takes at a time: enough to make asking for more cost nothing


@dataclass(frozen=True, slots=True, order=True)
class File:
    """A file of the site, as the manifest lists it."""

    path: str
    bytes: int
    sha256: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Site:
    """What was built. `left_out` are addresses that no file can have, with the reason."""

    files: tuple[File, ...]
    left_out: tuple[str, ...]

    @property
    def bytes(self) -> int:
        """The size of all files together."""
        return sum(file.bytes for file in self.files)


def build(
    publication: Publication,
    out: Path,
    *,
    forced: bool = False,
    progress: Progress | None = None,
    processes: int | None = None,
) -> Site:
    """Write the site of a publication to a folder, replacing the site that an earlier build left there.

    `forced` is noted in the manifest: the data had violations. `progress` is told how many of how many parts are done.
    Raises `UsageError` for a folder that twinld did not make, `FolderError` where it cannot be written; the last site
    is then as it was.
    """
    with replacing(out) as folder:
        site = write_site(publication, folder, last=out, progress=progress, processes=processes)
        manifest = manifest_of(publication, site, forced=forced)
        (folder / MANIFEST).write_bytes(manifest)
    return site


def write_site(
    publication: Publication,
    folder: Path,
    *,
    last: Path,
    progress: Progress | None = None,
    processes: int | None = None,
) -> Site:
    """Write every file of a site into an empty folder; the feed goes on from the site in `last`, if there is one.

    Raises `FolderError` where two addresses would be one file.
    """
    publication = publication.for_site()
    count = processes or os.cpu_count() or 1
    dumps = _dump_parts(publication)
    others: list[Part] = [partial(_pieces, lambda: _continued(publication, folder, last)), *_parts(publication)]
    told = partial(progress, len(dumps) + len(others)) if progress else None
    written = _write_all(dumps, folder, count, told, 0)
    remember(publication, {file.path: (file.bytes, file.sha256) for file, _ in written if file})
    written += _write_all(others, folder, count, told, len(dumps))
    files = (file for file, _ in written if file)
    return Site(tuple(sorted(files)), tuple(sorted(reason for _, reason in written if reason)))


def manifest_of(publication: Publication, site: Site, *, forced: bool) -> bytes:
    """Return the manifest: what made the site from what, and each file with its size and SHA-256; no times."""
    from importlib.metadata import version

    head: dict[str, Any] = {
        "generator": GENERATOR,
        "version": version("twinld"),
        "base_iri": publication.addresses.base,
        "public_url": publication.public_url,
        "violations": forced,
        "dump": dump_path(publication),
        "left_out": list(site.left_out),
    }
    files = [
        json.dumps({"path": f.path, "bytes": f.bytes, "sha256": f.sha256, "media_type": f.media_type})
        for f in site.files
    ]
    opening = json.dumps(head, ensure_ascii=False, indent=1)[:-2]
    listed = ",\n  ".join(files)
    return f'{opening},\n "files": [\n  {listed}\n ]\n}}\n'.encode()


@dataclass(frozen=True, slots=True)
class Piece:
    """What becomes one file: its path as in a link, and its bytes, possibly made while they are written."""

    path: str
    media_type: str
    chunks: Iterable[bytes]


Part = Callable[[], Iterator[Piece]]
Outcome = tuple[File | None, str | None]
"""A file that was written, or why none could be."""


def _dump_parts(publication: Publication) -> list[Part]:
    """Return what writes the dumps; their order of statements is found here, before processes part."""
    for dump in publication.dumps[:1]:
        dump.extract.order.sort()
    packed = {dump.path: dump for dump in publication.dumps if dump.gzipped}
    return [partial(_dump, dump, packed[f"{dump.path}.gz"]) for dump in publication.dumps if not dump.gzipped]


def _dump(dump: Dump, packed: Dump) -> Iterator[Piece]:
    chunks: list[bytes] = []
    yield Piece(dump.path, dump.media_type, packing(dump.chunks(), chunks))
    yield Piece(packed.path, packed.media_type, chunks)


def _parts(publication: Publication) -> Iterator[Part]:
    """Yield what writes all but the dumps, part by part."""
    dumps = {dump.path for dump in publication.dumps}
    others = [make for path, make in publication.files.items() if path not in dumps]
    yield partial(_pieces, lambda: (make() for make in others))
    yield partial(_pieces, lambda: _pages(publication))
    yield partial(_pieces, lambda: results(publication))
    yield partial(_pieces, lambda: result_pages(publication))
    yield partial(_pieces, lambda: iter(rule_files(publication)))
    yield partial(_pieces, lambda: _well_known(publication))
    iris = list(documents(publication))
    for start in range(0, len(iris), BATCH):
        yield partial(_pieces, partial(_documents, publication, iris[start : start + BATCH]))


def _continued(publication: Publication, folder: Path, last: Path) -> Iterator[Representation]:
    """Yield what goes on from build to build: the feed and the page of changes, versioned dumps, the event stream."""
    config, now = publication.dataset.project.config, moment(publication)
    difference = since(publication, last)
    entries = history(publication, difference, last)
    yield from feed_files(publication, entries)
    path = dump_path(publication)
    measured = next((dump.measured for dump in publication.dumps if dump.path == path), None)
    kept = versions(publication, folder / path, measured[1], now, last) if measured else []
    if kept:
        yield from version_files(publication, kept, folder / path, last)
    if config.event_stream:
        everything = Difference(State(frozenset()), difference.new if difference else current_state(publication))
        yield from stream_files(publication, difference, everything, now, last)
    yield from _builds_pages(publication, entries, kept)


def _builds_pages(
    publication: Publication, entries: list[dict[str, Any]], kept: list[Version]
) -> Iterator[Representation]:
    from twinld.publish.files import page_path
    from twinld.publish.pages.builds import PAGE as BUILDS
    from twinld.publish.pages.builds import builds_page

    told = [{**asdict(version), "path": version.path} for version in kept]
    for language in publication.addresses.languages:
        body = builds_page(publication, entries, told, language)
        yield Representation(page_path(publication.addresses, BUILDS, language), body, "text/html", language)


def _pieces(make: Callable[[], Iterator[Representation]]) -> Iterator[Piece]:
    return (Piece(found.path, found.media_type, (found.body,)) for found in make())


_work: tuple[Sequence[Part], Path] = ((), Path())
"""What the processes of a pool share: set before they fork, because parts are closures and cannot be sent."""


def _write_all(
    parts: Sequence[Part], folder: Path, processes: int, told: Callable[[int], None] | None, done: int
) -> list[Outcome]:
    global _work  # noqa: PLW0603 - see above
    _work = (parts, folder)
    outcomes: list[Outcome] = []
    with _mapped(processes, len(parts)) as results:
        for number, found in enumerate(results, start=done + 1):
            outcomes += found
            if told is not None:
                told(number)
    _work = ((), Path())
    return outcomes


@contextmanager
def _mapped(processes: int, count: int) -> Iterator[Iterable[list[Outcome]]]:
    """Hand out the outcomes of all parts, done in this process or in several that share the data by fork."""
    if processes == 1 or count < 2 * processes:
        yield map(_write_part, range(count))
        return
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        yield pool.imap_unordered(_write_part, range(count))


def _write_part(number: int) -> list[Outcome]:
    parts, folder = _work
    return [_write(piece, folder) for piece in parts[number]()]


def _write(piece: Piece, folder: Path) -> Outcome:
    """Write one file under the name that a host finds for its address: decoded, in UTF-8."""
    name = unquote(piece.path)
    segments = name.split("/")
    if any(len(segment.encode()) > NAME_LIMIT for segment in segments):
        return None, f"{piece.path}: a name of more than {NAME_LIMIT} bytes"
    if any(segment in ("", ".", "..") for segment in segments) or "\0" in name:
        return None, f"{piece.path}: no file can have this name"
    digest, size = hashlib.sha256(), 0
    with _created(f"{folder}/{name}", piece.path) as file:
        for chunk in piece.chunks:
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return File(name, size, digest.hexdigest(), piece.media_type), None


def _created(path: str, address: str) -> FileIO:
    """Open a new file for writing; its folder is made where it is missing. Raises `FolderError` where it exists."""
    try:
        return FileIO(path, "xb")  # as a text, not a Path: 25,000 of these took a second
    except FileNotFoundError:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return _created(path, address)
    except FileExistsError as error:
        raise FolderError(f"two addresses would be one file: {address}") from error


def _documents(publication: Publication, iris: Sequence[str]) -> Iterator[Representation]:
    """Yield every representation of some documents, and the pages that stand at the things themselves."""
    for iri in iris:
        document = document_of(publication, iri)
        assert document is not None  # documents() yields only what the data speak of
        for extension in RDF_FORMATS:
            yield represent(publication, document, extension)
        for language in publication.addresses.languages:
            yield represent(publication, document, PAGE, language)
        if publication.addresses.owns(iri) and publication.addresses.thing(iri):
            yield _stand_in(publication, iri)


def _stand_in(publication: Publication, iri: str) -> Representation:
    """Return the page that stands at a thing's own address on a bare host, and leads on to its document."""
    addresses = publication.addresses
    own = addresses.thing(iri)
    path = f"{own.rstrip('/')}/index.html"
    target = addresses.document(iri, PAGE)
    href = escape(posixpath.relpath("/" + target, posixpath.dirname("/" + path)))
    canonical = escape(publication.public_url + target)
    formats = "".join(
        f'<link rel="alternate" type="{rdf_format.media_type}" href="'
        f'{escape(posixpath.relpath("/" + addresses.document(iri, extension), posixpath.dirname("/" + path)))}">\n'
        for extension, rdf_format in RDF_FORMATS.items()
    )
    text = (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{escape(iri)}</title>\n'
        f'<link rel="canonical" href="{canonical}">\n{formats}<meta http-equiv="refresh" content="0; url={href}">\n'
        f'<p><a href="{href}">{escape(iri)}</a></p>\n</html>\n'
    )
    return Representation(path, text.encode(), "text/html", "en")


def _pages(publication: Publication) -> Iterator[Representation]:
    """Yield the pages that are about no resource, in every language, but those that need a live server."""
    from twinld.publish.files import page
    from twinld.publish.pages import free_pages

    for path, found in free_pages(publication).items():
        if not found.live:
            for language in publication.addresses.languages:
                yield page(publication, path, language)


def _well_known(publication: Publication) -> Iterator[Representation]:
    from twinld.publish.files import WELL_KNOWN_VOID
    from twinld.publish.void import void
    from twinld.rdf.formats import TURTLE

    yield replace(void(publication, TURTLE), path=WELL_KNOWN_VOID)
