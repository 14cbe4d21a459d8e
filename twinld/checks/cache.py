"""A finished report, kept until anything that it rests on changes: what was asked, the program, every file's bytes.

The key is a hash of all that goes in, so that nothing need be invalidated; what cannot be read back is made anew.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from twinld.checks.keeping import DAMAGED, digest, finding_of, folder_of, forget, program, read, values_of, write
from twinld.checks.report import CheckReport
from twinld.source.project import Project

KEPT = 32  # reports; of one project with a handful of different command lines


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


def _key(project: Project, asked: Mapping[str, object]) -> str:
    question = json.dumps([program(), asked], sort_keys=True, default=str)
    contents = (part for name, content in _inputs(project) for part in (name, hashlib.blake2b(content).digest()))
    return digest(question, *contents)


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
    values |= {"hidden": dict(report.hidden), "findings": [values_of(finding) for finding in report.findings]}
    write(path, json.dumps(values, ensure_ascii=False).encode())
    forget(path.parent.glob("check-*.json"), KEPT)


def _read(path: Path, project: Project) -> CheckReport | None:
    content = read(path)
    try:
        values = None if content is None else json.loads(content)
        return values and CheckReport(
            findings=tuple(finding_of(each) for each in values["findings"]),
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
    except DAMAGED:
        return None
