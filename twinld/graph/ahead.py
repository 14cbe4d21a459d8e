"""Files that several processes parse before they are asked for: worth it above some hundred thousand statements.

A process costs 0.05 s, and what it hands back must be numbered again; the rest of a check is one process as before.
"""

from __future__ import annotations

import hashlib
import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from twinld.rdf.formats import RdfFormat, format_of_name
from twinld.rdf.packing import Apart, joined, pack, read_apart, unpack
from twinld.rdf.reading import Parsed
from twinld.rdf.terms import TermTable
from twinld.source.project import LOCAL_BASE, Project

Parse = Callable[..., Apart]
"""Takes the arguments of `read_apart`."""


@contextmanager
def reading_ahead(project: Project, jobs: int) -> Iterator[Parse]:
    """Hand out a `read_apart` whose answers `jobs` processes are working on; a file that has changed is parsed anew."""
    base = project.config.base_iri or LOCAL_BASE
    contexts = {iri: project.root / file for iri, file in project.config.imports.items()}
    try:
        workers = ProcessPoolExecutor(jobs, initializer=_leave_interrupts)
    except (ImportError, NotImplementedError, OSError):  # a system without semaphores: this process reads alone
        yield read_apart
        return
    with workers as pool:
        begun = {
            file.name: pool.submit(_packed, file.path, file.format.name, base + file.name, file.name, contexts)
            for file in project.files
            if file.content is None
        }

        def parse(
            content: bytes, *, format: RdfFormat, base: str | None, path: str, contexts: Mapping[str, str | Path] | None
        ) -> Apart:
            digest, packed = _result(begun.pop(path, None))
            if digest == _digest(content):
                return unpack(packed, content, format=format, path=path)
            return read_apart(content, format=format, base=base, path=path, contexts=contexts)

        yield parse


def _result(begun: Future[tuple[bytes, bytes]] | None) -> tuple[bytes, bytes]:
    try:
        return begun.result() if begun else (b"", b"")
    except BrokenExecutor:  # a process was ended from outside: the file is read here
        return b"", b""


def joining(parse: Parse) -> Callable[..., Parsed]:
    """Return a function that takes the arguments of `read`, and has the file parsed by `parse`."""

    def read_joined(content: bytes, *, table: TermTable, blank_prefix: str, **file: object) -> Parsed:
        return joined(parse(content, **file), table, blank_prefix)

    return read_joined


def _packed(path: Path, format: str, base: str, name: str, contexts: Mapping[str, Path]) -> tuple[bytes, bytes]:
    """Return a digest of a file and the file as it was parsed; nothing where it cannot be read."""
    found = format_of_name(format)
    try:
        content = path.read_bytes() if path.is_file() else None
    except OSError:
        content = None
    if content is None or found is None:
        return b"", b""
    return _digest(content), pack(read_apart(content, format=found, base=base, path=name, contexts=contexts))


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()


def _leave_interrupts() -> None:
    """The process that was started by hand is the one that Ctrl-C ends, and it ends these."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
