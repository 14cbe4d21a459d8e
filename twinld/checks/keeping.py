"""The folder of what is kept between runs: how a file of it is written, read back and forgotten, and findings as JSON.

What is read back is JSON and numbers, never code, and is left alone unless its checksum holds.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Collection, Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from twinld.checks.findings import Edit, Finding, Place, Position, Severity, Shape
from twinld.source.project import Project

FOLDER = ".twinld-cache"
CODE = (".py", ".json", ".so", ".pyd")
DIGEST = 32  # characters of a file's name, 128 bits
CHECKSUM = 64  # bytes before the content
DAMAGED = (ValueError, KeyError, TypeError, IndexError, AttributeError)
"""What reading back raises where something else was written."""


def folder_of(project: Project) -> Path | None:
    """Return the folder of what is kept for a project; `None` for the built-in one, and for files without one."""
    is_own = project.config.path is not None and not project.builtin
    return project.root / FOLDER if is_own and all(file.content is None for file in project.files) else None


def _newest(folder: Path) -> int:
    """Return when a package's code was last changed; what Python compiles of it does not count."""
    return max(path.stat().st_mtime_ns for path in folder.rglob("*.*") if path.suffix in CODE)


@cache
def program() -> str:
    """Return what changes when twinld, Python or the library that reads RDF/XML and JSON-LD does.

    Asking for the versions of packages would take longer than looking at all files of this one.
    """
    library = find_spec("pyoxigraph")
    folders = [Path(__file__).parent.parent, *map(Path, library.submodule_search_locations or () if library else ())]
    return f"{[_newest(folder) for folder in folders]} {sys.version} {sys.byteorder}"


def digest(*parts: str | bytes) -> str:
    """Return a name made of the parts, another one for other parts."""
    whole = hashlib.blake2b(digest_size=DIGEST // 2)
    for part in parts:
        content = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        whole.update(f"{len(content)} ".encode() + content)
    return whole.hexdigest()


def write(path: Path, content: bytes) -> None:
    """Write content behind its checksum, beside and then renamed; a disk that refuses is let be.

    Two runs that write the same file at once each write their own beside it.
    """
    beside = path.with_suffix(f".{os.getpid()}.part")
    try:
        _make_folder(path.parent)
        beside.write_bytes(hashlib.blake2b(content).digest() + content)
        beside.replace(path)
    except OSError:  # a read-only checkout, a full disk: what was found stands all the same
        _delete(beside)


def read(path: Path) -> bytes | None:
    """Return what was written; `None` where there is nothing, or not all of it."""
    try:
        whole = path.read_bytes()
    except OSError:
        return None
    content = memoryview(whole)[CHECKSUM:]
    return bytes(content) if hashlib.blake2b(content).digest() == whole[:CHECKSUM] else None


def forget(paths: Iterable[Path], most: int, *, but: Collection[str] = ()) -> None:
    """Delete all but the newest `most` files and those whose names are in `but`."""
    ages = {path: age for path in paths if path.name not in but and (age := _age(path)) is not None}
    for old in sorted(ages, key=ages.__getitem__, reverse=True)[most:]:
        _delete(old)


def _age(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:  # another run has just deleted it
        return None


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:  # Windows, where another run is reading it: it goes the next time
        return


def _make_folder(folder: Path) -> None:
    """Make the folder, with the marks that keep it out of repositories and backups."""
    if folder.is_dir():
        return
    folder.mkdir(exist_ok=True)
    (folder / ".gitignore").write_bytes(b"*\n")
    (folder / "CACHEDIR.TAG").write_bytes(b"Signature: 8a477f597d28d172789f06886806bc55\n")


def values_of(finding: Finding) -> list[Any]:
    """Return all parts of a finding as JSON; `dataclasses.asdict` takes eight times as long."""
    shape = finding.shape
    return [
        finding.code,
        finding.rule,
        finding.severity.value,
        finding.message,
        _values_of_place(finding.place),
        finding.focus,
        finding.path,
        finding.value,
        [shape.iri, shape.file, shape.line] if shape else None,
        [_values_of_place(each) for each in finding.related],
        finding.suggestion,
        finding.messages,
        finding.component,
        [[each.start, each.end, each.text] for each in finding.edits],
    ]


def finding_of(values: list[Any]) -> Finding:
    """Return the finding that `values_of` was given."""
    code, rule, severity, message, place, focus, path, value, shape, related, suggestion, *rest = values
    messages, component, edits = rest
    return Finding(
        code,
        rule,
        Severity(severity),
        message,
        _place_of(place),
        focus,
        path,
        value,
        Shape(*shape) if shape else None,
        tuple(map(_place_of, related)),
        suggestion,
        messages,
        component,
        tuple(Edit(*each) for each in edits),
    )


def _values_of_place(place: Place) -> list[Any]:
    start, end = place.start, place.end
    return [
        place.file,
        [start.line, start.column] if start else None,
        [end.line, end.column] if end else None,
        place.note,
        place.exact,
    ]


def _place_of(values: list[Any]) -> Place:
    file, start, end, note, exact = values
    return Place(file, Position(*start) if start else None, Position(*end) if end else None, note, exact)
