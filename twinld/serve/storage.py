"""A data set in a directory of its own: `twinld load` writes it, `twinld serve --store` opens it without reading it.

The directory has a manifest, which names the folder that holds the data. A load writes a new folder beside it and then
replaces the manifest, so that there is always a whole one. Who serves a folder holds a lock on it: a load removes the
folders that nobody holds.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import IO, Any

from twinld.errors import TwinldError
from twinld.graph.dataset import Dataset
from twinld.graph.frozen import freeze, thaw
from twinld.graph.mapped import Writer, crc_of
from twinld.source.config import Config
from twinld.source.project import Project, builtin_root, open_project

FORMAT = 1  # of the files in the directory; one that reads otherwise has another number
MANIFEST = "twinld-store.json"
LOCK = "twinld-store.lock"  # held by the load that writes
IN_USE = "in-use"  # in each folder; held, shared, by those who serve it
FOLDER = "data-"
UNFINISHED = ".new"
REMOVED = ".removed"
SPARQL = "sparql"
TRIES = 20  # a load may replace what a server is about to open; it cannot go on doing so
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
SAME = ("base_iri", "private_paths", "imports")  # settings that decide what the data are
JSON = dict[str, Any]


class StorageError(TwinldError):
    """The directory cannot be written or opened; the hint says what to do."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load wrote: where, how many statements in how many graphs, how many bytes."""

    folder: Path
    triples: int
    graphs: int
    size: int


def write(dataset: Dataset, directory: Path, *, public_url: str | None, tell: Callable[[str], None]) -> Loaded:
    """Write a dataset into a directory, in place of the one that it may hold; whole or not at all.

    `public_url` stands in the descriptions of canned queries. Raises `StorageError` where the directory was not made
    by this function, where another load writes into it, and where the disk is full.
    """
    url = public_url or dataset.project.config.public_url or dataset.base_iri
    url = url if url.endswith("/") else url + "/"
    with _writing(directory):
        beside = directory / UNFINISHED
        beside.mkdir()
        manifest = _fill(beside, dataset, url, tell)
        folder = directory / f"{FOLDER}{_next_number(directory)}"
        beside.rename(folder)
        _replace(manifest_of(directory), json.dumps(manifest | {"folder": folder.name}, ensure_ascii=False))
        _remove_unused(directory, folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Loaded(folder, len(dataset.quads), len(dataset.quads.graphs), size)


def _fill(folder: Path, dataset: Dataset, public_url: str, tell: Callable[[str], None]) -> JSON:
    """Write everything into a new folder; return its manifest."""
    from twinld.query.store import write_store

    tell("writing the store for queries")
    write_store(chain(_told(dataset, tell), _queries(dataset, public_url)), folder / SPARQL)
    writer = Writer(folder)
    for name, kind, column in _published(dataset, tell):
        writer.column(name, column, kind)
    more = {name: each.type for name, each in writer.written.items()}
    described = freeze(dataset, writer, tell)
    (folder / IN_USE).touch()
    _sync(folder)
    return {
        "format": FORMAT,
        "twinld": version("twinld"),
        "byte_order": sys.byteorder,
        "public_url": public_url,
        "triples": len(dataset.quads),
        "project": _project(dataset.project),
        "settings": _settings(dataset.project.config, dataset.base_iri),
        "sources": {file.source.name: _digest(file.source.read) for file in dataset.files},
        "sparql": {path.name: path.stat().st_size for path in sorted((folder / SPARQL).glob("*.sst"))},
        "columns": {name: asdict(each) for name, each in writer.written.items()},
        "dataset": described,
        "more": more,
    }


def _told(dataset: Dataset, tell: Callable[[str], None]) -> Iterator[bytes]:
    """Yield the statements for queries, saying how far it is."""
    from twinld.graph.store import CHUNK_LINES, nquads

    for number, chunk in enumerate(nquads(dataset)):
        tell(f"writing the store for queries: {number * CHUNK_LINES} statements")
        yield chunk


def _published(dataset: Dataset, tell: Callable[[str], None]) -> Iterator[tuple[str, str, Iterable[int]]]:
    """Yield the columns that publishing asks for: the documents, the index of names, the order of dumps."""
    from twinld.publish.documents import STORED, numbers_of_documents
    from twinld.publish.extracts import BY_GRAPH, BY_SUBJECT, OrderedStatements
    from twinld.publish.pages.browse import list_columns
    from twinld.publish.pages.edition import edition_of
    from twinld.publish.pages.stored_search import index_columns
    from twinld.publish.publication import Publication

    tell("finding what is published")
    publication = Publication.of(dataset)
    yield STORED, "I", numbers_of_documents(publication)
    tell("putting lists into order")
    yield from list_columns(edition_of(publication))
    tell("putting names into an index")
    yield from index_columns(dataset)
    tell("putting the statements into the order of dumps")
    order = OrderedStatements(dataset)
    yield BY_SUBJECT, "I", order.by_subject
    yield BY_GRAPH, "I", order.by_graph


def _queries(dataset: Dataset, public_url: str) -> Iterator[bytes]:
    from twinld.publish.publication import Publication
    from twinld.query.describing import quads_of_queries

    queries = Publication.of(dataset, public_url=public_url).queries
    return quads_of_queries(queries.values(), dataset.base_iri, public_url + "sparql")


def _project(project: Project) -> JSON:
    kind = "builtin" if project.builtin else "files" if project.loose else "folder"
    return {"kind": kind, "root": str(project.root)}


def _settings(config: Config, base_iri: str) -> JSON:
    found = {name: getattr(config, name) for name in SAME} | {"base_iri": base_iri}
    settings: JSON = json.loads(json.dumps(found))
    return settings


def _digest(read: Callable[[], bytes]) -> str | None:
    try:
        return hashlib.sha256(read()).hexdigest()
    except OSError:
        return None


def open_directory(directory: Path, project: Project | None = None, *, base_iri: str | None = None) -> Dataset:
    """Return the dataset in a directory, with the project that it was loaded from, or the one that is given.

    Raises `StorageError` for a directory that holds none, for one that is damaged or of another version, and for
    settings of the project that are others than when it was loaded.
    """
    manifest, held = _hold(directory)
    _refuse_other(directory, manifest)
    try:
        dataset = _opened(directory, manifest, project, base_iri)
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(directory, f"{MANIFEST} is not what was written ({error})") from error
    assert dataset.stored is not None
    return replace(dataset, stored=replace(dataset.stored, held=held))


def _opened(directory: Path, manifest: JSON, project: Project | None, base_iri: str | None) -> Dataset:
    folder = directory / manifest["folder"]
    _refuse_damaged(folder, manifest)
    project = _adopted(project or _project_of(directory, manifest), manifest, base_iri, directory)
    where = {"sparql": folder / SPARQL, "public_url": manifest["public_url"]}
    return thaw(folder, manifest["dataset"], project, more=manifest["more"], **where)


def _project_of(directory: Path, manifest: JSON) -> Project:
    root, kind = Path(manifest["project"]["root"]), manifest["project"]["kind"]
    if kind == "files":
        return Project(root, Config(), (), loose=True)
    if kind == "builtin":
        return replace(open_project(builtin_root()), builtin=True)
    if not root.is_dir():
        raise StorageError(
            f"{directory} was loaded from {root}, which is no longer there",
            hint="name the project's folder: twinld serve --store DIR FOLDER",
        )
    return open_project(root)


def _adopted(project: Project, manifest: JSON, base_iri: str | None, directory: Path) -> Project:
    """Return the project with the base IRI of the data; refuse one whose settings make other data."""
    config = project.config
    loaded = manifest["settings"]
    now = _settings(config, base_iri or config.base_iri or loaded["base_iri"])
    other = [name.replace("_", "-") for name in SAME if now[name] != loaded[name]]
    if other:
        raise StorageError(
            f"{directory} was loaded with another {' and '.join(other)} than the project has now",
            hint=_again(directory),
        )
    return replace(project, config=replace(config, base_iri=loaded["base_iri"]))


def _hold(directory: Path) -> tuple[JSON, IO[bytes]]:
    """Return the manifest, and the lock that keeps its folder from being removed for as long as it is open."""
    for _ in range(TRIES):
        manifest = _manifest(directory)
        mark = directory / str(manifest.get("folder")) / IN_USE
        with suppress(FileNotFoundError):
            stream = mark.open("rb")
            with suppress(OSError):  # a file system without locks: then a load must not remove what is served
                fcntl.flock(stream, fcntl.LOCK_SH)
            if mark.exists():
                return manifest, stream
    raise _damaged(directory, f"{mark.parent.name} is missing")


def manifest_of(directory: Path) -> Path:
    """Return the file that is replaced when new data are there."""
    return directory / MANIFEST


def _manifest(directory: Path) -> JSON:
    path = manifest_of(directory)
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        wrong = "holds no data of twinld" if directory.is_dir() else "is no directory"
        raise StorageError(f"{directory} {wrong}", hint=_again(directory)) from None
    except (OSError, ValueError) as error:
        raise _damaged(directory, f"{MANIFEST}: {error}") from error
    if not isinstance(manifest, dict):
        raise _damaged(directory, f"{MANIFEST} is no manifest")
    return manifest


def _refuse_other(directory: Path, manifest: JSON) -> None:
    if manifest.get("format") != FORMAT:
        raise StorageError(
            f"{directory} was written by twinld {manifest.get('twinld')} in another format "
            f"({manifest.get('format')}; this one reads {FORMAT})",
            hint=_again(directory),
        )
    if manifest.get("byte_order") != sys.byteorder:
        raise StorageError(f"{directory} was written on a machine with another byte order", hint=_again(directory))


def _refuse_damaged(folder: Path, manifest: JSON) -> None:
    for name, column in manifest["columns"].items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != column["size"]:
            raise _damaged(folder.parent, f"{folder.name}/{name} has not the size that was written")
        if crc_of(path) != column["crc"]:
            raise _damaged(folder.parent, f"{folder.name}/{name} is not what was written")
    for name, size in manifest["sparql"].items():
        path = folder / SPARQL / name
        if not path.is_file() or path.stat().st_size != size:
            raise _damaged(folder.parent, f"{folder.name}/{SPARQL}/{name} has not the size that was written")


def _damaged(directory: Path, what: str) -> StorageError:
    return StorageError(f"{directory} is damaged: {what}", hint=_again(directory))


def _again(directory: Path) -> str:
    return f"load the data again: twinld load --store {directory}"


def ready(directory: Path) -> None:
    """Raise `StorageError` where a load into a directory would be refused."""
    with _writing(directory):
        pass


@contextmanager
def _writing(directory: Path) -> Iterator[None]:
    """Hold the directory for one load; what it leaves unfinished is removed, errors of the disk become sentences."""
    try:
        _refuse_foreign(directory)
        directory.mkdir(parents=True, exist_ok=True)
        with (directory / LOCK).open("ab") as lock:
            _lock(lock, directory)
            _remove_unfinished(directory)
            try:
                yield
            finally:
                _remove_unfinished(directory)
    except OSError as error:
        raise _unwritten(directory, error) from error


def _refuse_foreign(directory: Path) -> None:
    if directory.is_dir() and any(directory.iterdir()) and not (directory / LOCK).is_file():
        raise StorageError(
            f"{directory} has files that twinld load did not write", hint="give a new or an empty directory"
        )


def _lock(lock: IO[bytes], directory: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StorageError(f"another twinld load writes into {directory}", hint="wait until it has ended") from None


def _unwritten(directory: Path, error: OSError) -> StorageError:
    if error.errno in NO_ROOM or any(
        os.strerror(number) in str(error) for number in NO_ROOM
    ):  # the engine has no errno
        return StorageError(
            f"there is no room on the disk for {directory}",
            hint="what it held is as it was; make room for two of it, and load again",
        )
    return StorageError(f"{directory} cannot be written: {error.strerror or error}", hint="what it held is as it was")


def _next_number(directory: Path) -> int:
    numbers = [int(path.name.removeprefix(FOLDER)) for path in directory.glob(f"{FOLDER}*")]
    return max(numbers, default=0) + 1


def _replace(path: Path, text: str) -> None:
    """Put a text in place of a file: after a crash there is the old one or the new one, whole."""
    beside = path.with_name(f"{UNFINISHED}-{path.name}")
    with beside.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Have the names in a folder written to the disk."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _remove_unfinished(directory: Path) -> None:
    for path in (*directory.glob(f"{UNFINISHED}*"), *directory.glob(f"{REMOVED}*")):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _remove_unused(directory: Path, current: Path) -> None:
    """Remove every folder but the current one that no server holds; they vanish whole."""
    for folder in directory.glob(f"{FOLDER}*"):
        if folder == current:
            continue
        with suppress(OSError), (folder / IN_USE).open("rb") as mark:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            folder.rename(directory / f"{REMOVED}-{folder.name}")
