"""What a check looks at: a project, some files of one, or any files against any shapes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from twinld.errors import UsageError
from twinld.rdf.formats import TURTLE, format_of_path
from twinld.source.project import Project, SourceFile, nearest_root, open_files, open_project


def subject_of(
    paths: Sequence[str],
    *,
    project: str | None = None,
    shapes: Sequence[str] | None = None,
    ontology: Sequence[str] | None = None,
    stdin: bytes | None = None,
    stdin_name: str = "stdin.ttl",
) -> Project:
    """Return the project to check: without paths the one around; else it holds the given files as its data.

    Files of the project around keep it whole, so that references into other files resolve; other files are checked
    by themselves, against the given shapes or the project's. Raises `UsageError` for a path that matches nothing.
    """
    around = _project_around(project, needed=not paths)
    named = [path for path in paths if path != "-"]
    if around is not None and stdin is None and _all_inside(named, around):
        return _with_roles(around, shapes, ontology)
    files = open_files(named).files if named else ()
    if stdin is not None:
        files = (*files, _standard_input(stdin, stdin_name))
    own = tuple(file for file in around.files if file.role != "data") if around else ()
    base = replace(around, files=(*own, *files)) if around else replace(_no_project(), files=files)
    return _with_roles(base, shapes, ontology)


def only_names(project: Project, paths: Sequence[str]) -> frozenset[str] | None:
    """Return the names of the project's files that lie at or below the paths, `None` for all of them."""
    if not paths:
        return None
    wanted = [Path(path).resolve() for path in paths]
    inside = {file.name for file in project.files if any(_within(file.path, path) for path in wanted)}
    return frozenset(inside)


def _project_around(project: str | None, *, needed: bool) -> Project | None:
    if project is not None or needed or nearest_root(Path.cwd()):
        return open_project(project)
    return None


def _no_project() -> Project:
    from twinld.source.config import Config

    return Project(Path.cwd(), Config(), ())


def _all_inside(paths: Sequence[str], project: Project) -> bool:
    return all(any(_within(file.path, Path(path).resolve()) for file in project.files) for path in paths)


def _within(file: Path, path: Path) -> bool:
    resolved = Path(os.path.realpath(file))  # Path.resolve raises for a link that leads to itself
    return resolved == path or path in resolved.parents


def _with_roles(project: Project, shapes: Sequence[str] | None, ontology: Sequence[str] | None) -> Project:
    for role, paths in (("shapes", shapes), ("ontology", ontology)):
        if paths:
            given = tuple(replace(file, role=role) for file in open_files(paths).files)
            names = {os.path.realpath(file.path) for file in given}
            kept = (file for file in project.files if file.role != role and os.path.realpath(file.path) not in names)
            project = replace(project, files=(*kept, *given))
    return project


def _standard_input(content: bytes, name: str) -> SourceFile:
    rdf_format = format_of_path(name)
    if rdf_format is None:
        raise UsageError(
            f"{name}: no RDF format has this extension", hint="--stdin-filename data.ttl says it is Turtle"
        )
    return SourceFile(Path(name), name, "data", rdf_format or TURTLE, content)
