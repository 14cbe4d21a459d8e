"""A finished report, kept until anything that it rests on changes: what was asked, the program, every file's bytes.

The key is a hash of all that goes in, so that nothing need be invalidated; what cannot be read back is made anew.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from twinld.checks.findings import Edit, Finding, Place, Position, Severity, Shape
from twinld.checks.report import CheckReport
from twinld.source.project import Project

FOLDER = ".twinld-cache"
KEPT = 32  # reports; of one project with a handful of different command lines
DIGEST = 32  # characters of a file's name, 128 bits


def kept_or_new(project: Project, asked: Mapping[str, object], make: Callable[[], CheckReport]) -> CheckReport:
    """Return the kept report of a project, or make one and keep it; an incomplete one is never kept.

    Only a project with a configuration has a folder for it; where that cannot be written, nothing is kept.
    """
    started = time.perf_counter()
    folder = folder_of(project)
    if folder is None:
        return make()
    path = folder / f"check-{_key(project, asked)}.json"
    kept = _read(path, project)
    if kept is not None:
        return replace(kept, seconds=time.perf_counter() - started)
    report = make()
    if not report.incomplete:
        _keep(path, report)
    return report


def folder_of(project: Project) -> Path | None:
    """Return the folder of what is kept for a project; `None` for the built-in one, and for files without one."""
    is_own = project.config.path is not None and not project.builtin
    return project.root / FOLDER if is_own and all(file.content is None for file in project.files) else None


def program() -> str:
    """Return what changes when twinld, Python or a library that reads data does."""
    from importlib.metadata import version

    package = Path(__file__).parent.parent
    newest = max(path.stat().st_mtime_ns for path in package.rglob("*.py"))
    return f"{version('twinld')} {newest} {sys.version} {version('pyoxigraph')}"


def _key(project: Project, asked: Mapping[str, object]) -> str:
    whole = hashlib.blake2b(digest_size=DIGEST // 2)
    whole.update(json.dumps([program(), asked], sort_keys=True, default=str).encode())
    for name, content in _inputs(project):
        whole.update(f"\n{name}\n{hashlib.blake2b(content).hexdigest()}".encode())
    return whole.hexdigest()


def _inputs(project: Project) -> Iterator[tuple[str, bytes]]:
    """Yield a name and the bytes of all that a check reads."""
    config = project.config
    for file in project.files:
        yield f"{file.role} {file.name} {file.path} {file.format.name}", _bytes(file.path)
    queries = sorted(project.folder("sparql").rglob("*.rq"))
    imports = [project.root / each for each in config.imports.values()]
    for path in (*queries, *imports, *([config.path] if config.path else [])):
        yield str(path), _bytes(path)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        return f"unreadable: {error}".encode()


def _keep(path: Path, report: CheckReport) -> None:
    values = {name: getattr(report, name) for name in ("triples", "shapes", "shapes_without_target", "engine", "notes")}
    values |= {"hidden": dict(report.hidden), "findings": [asdict(finding) for finding in report.findings]}
    content = json.dumps(values, ensure_ascii=False).encode()
    try:
        make_folder(path.parent)
        write(path, content)
        forget(path.parent.glob("check-*.json"), KEPT)
    except OSError:
        return  # a read-only checkout or a full disk: the report stands all the same


def make_folder(folder: Path) -> None:
    """Make the folder, with the marks that keep it out of repositories and backups."""
    folder.mkdir(exist_ok=True)
    (folder / ".gitignore").write_text("*\n")
    (folder / "CACHEDIR.TAG").write_text("Signature: 8a477f597d28d172789f06886806bc55\n")


def write(path: Path, content: bytes) -> None:
    """Write content behind its checksum, beside and then renamed."""
    beside = path.with_suffix(".part")
    beside.write_bytes(hashlib.blake2b(content).digest() + content)
    beside.replace(path)


def read(path: Path) -> bytes | None:
    """Return what was written; `None` where there is nothing, or not all of it."""
    try:
        whole = path.read_bytes()
    except OSError:
        return None
    return whole[64:] if hashlib.blake2b(whole[64:]).digest() == whole[:64] else None


def forget(paths: Iterable[Path], kept: int) -> None:
    """Delete all but the newest files."""
    for old in sorted(paths, key=lambda path: path.stat().st_mtime_ns, reverse=True)[kept:]:
        old.unlink(missing_ok=True)


def _read(path: Path, project: Project) -> CheckReport | None:
    content = read(path)
    if content is None:
        return None
    values = json.loads(content)
    return CheckReport(
        findings=tuple(_finding(each) for each in values["findings"]),
        project=project,
        triples=values["triples"],
        shapes=values["shapes"],
        shapes_without_target=tuple(values["shapes_without_target"]),
        incomplete=(),
        engine=values["engine"],
        seconds=0.0,
        notes=tuple(values["notes"]),
        hidden=values["hidden"],
    )


def _finding(values: dict[str, Any]) -> Finding:
    shape = values["shape"]
    return Finding(
        **{
            **values,
            "severity": Severity(values["severity"]),
            "place": _place(values["place"]),
            "shape": Shape(**shape) if shape else None,
            "related": tuple(_place(place) for place in values["related"]),
            "edits": tuple(Edit(**edit) for edit in values["edits"]),
        }
    )


def _place(values: dict[str, Any]) -> Place:
    ends = {name: Position(**values[name]) if values[name] else None for name in ("start", "end")}
    return Place(values["file"], ends["start"], ends["end"], values["note"], values["exact"])
