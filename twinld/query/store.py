"""The store that queries run on: in memory, or in a directory on disk for data that memory does not hold."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    import pyoxigraph

OPEN_FILES = 1024  # descriptors that a store on disk may have; one of 1 M triples has about 30
AT_ONCE = 250_000  # quads that are loaded together: 300 MB, where two million at once take 1,900 MB and as long
MARK = "CURRENT"  # the file that every store on disk has


def read_into_memory(stream: IO[bytes]) -> pyoxigraph.Store:
    """Return a store with the N-Quads of a stream; blank node labels are kept (`bulk_load` would rename them)."""
    import pyoxigraph

    store = pyoxigraph.Store()
    store.bulk_extend(pyoxigraph.parse(stream, format=pyoxigraph.RdfFormat.N_QUADS))
    return store


def write_store(nquads: Iterable[bytes], directory: Path) -> None:
    """Write a dataset, given as chunks of N-Quads, as a store into a new directory.

    It is written beside and renamed when whole: a directory of that name is always a whole store. Running endpoints
    keep the one they have; new data are a new directory. Raises FileExistsError, SyntaxError for malformed data.
    """
    if directory.exists():
        raise FileExistsError(f"{directory} is there already; new data are written into a new directory")
    directory.parent.mkdir(parents=True, exist_ok=True)
    beside = directory.with_name(f".{directory.name}-{os.getpid()}")
    beside.mkdir()
    try:
        _fill(beside, nquads)
        beside.rename(directory)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def _fill(directory: Path, nquads: Iterable[bytes]) -> None:
    import pyoxigraph

    store = pyoxigraph.Store(str(directory))
    stream = cast("IO[bytes]", Chunks(nquads))
    quads = pyoxigraph.parse(stream, format=pyoxigraph.RdfFormat.N_QUADS)
    for first in quads:
        store.bulk_extend(chain((first,), islice(quads, AT_ONCE - 1)))
    store.optimize()
    store.flush()


class Chunks:
    """Chunks of bytes as a file to read from; they may end anywhere in a line."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.chunks, self.rest = iter(chunks), b""

    def read(self, size: int = -1) -> bytes:
        """Return at most so many bytes, nothing at the end."""
        while not self.rest:
            more = next(self.chunks, None)
            if more is None:
                return b""
            self.rest = more
        end = len(self.rest) if size < 0 else size
        data, self.rest = self.rest[:end], self.rest[end:]
        return data


def check(directory: str) -> None:
    """Raise FileNotFoundError where a directory is no store."""
    if not (Path(directory) / MARK).is_file():
        raise FileNotFoundError(f"{directory} is no store; write one first")
