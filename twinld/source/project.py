"""Which project is meant, which files it has and what each is for. Reads names and the configuration only."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from importlib import resources
from pathlib import Path, PurePosixPath
from unicodedata import normalize

from twinld.errors import ConfigError, UsageError
from twinld.rdf.formats import RdfFormat, format_of_path
from twinld.source.config import Config, read_config

ROLES = ("ontology", "shapes", "data")
CONFIG_NAMES = ("twinld.toml", "pyproject.toml")
SHOWN_TWINS = 3  # pairs in a message; a folder that has everything in Turtle and JSON-LD has hundreds
LOCAL_BASE = "http://localhost/"
"""Stands for the base IRI of files whose project names none; relative IRIs resolve against it."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the project: where it is, what it is for, and its path inside the project (with slashes).

    `content` is what it holds where that did not come from the disk (standard input).
    """

    path: Path
    name: str
    role: str
    format: RdfFormat
    content: bytes | None = None

    @property
    def graph_path(self) -> str:
        """The path of its named graph under the base IRI: `graph/data/cities` for `data/cities.ttl`."""
        return "graph/" + str(PurePosixPath(self.name).with_suffix(""))

    def read(self) -> bytes:
        """Return the bytes of the file; raises `OSError` where it cannot be read, or is a pipe or a device."""
        if self.content is not None:
            return self.content
        if self.path.exists() and not self.path.is_file():  # reading a pipe would wait for ever
            raise OSError(errno.EINVAL, "it is no regular file")
        return self.path.read_bytes()


@dataclass(frozen=True, slots=True)
class Project:
    """A folder of RDF, or a handful of files taken as one: `loose`, without queries, rules or templates."""

    root: Path
    config: Config
    files: tuple[SourceFile, ...]
    builtin: bool = False
    loose: bool = False

    def of_role(self, role: str) -> tuple[SourceFile, ...]:
        """Return the files of one role, in order of name."""
        return tuple(file for file in self.files if file.role == role)

    def folder(self, name: str) -> Path:
        """Return the path of one of the project's folders, whether it exists or not; loose files have none."""
        return self.root / name if not self.loose else Path(os.devnull, name)


def open_project(path: str | Path | None = None, *, builtin: bool = False) -> Project:
    """Return the project of a folder, or the nearest one above the current folder.

    With `builtin` the project that travels with the package stands in where there is none. Raises `UsageError`
    if there is no project, `ConfigError` if its configuration is wrong.
    """
    if path is not None:
        return _open_folder(_existing_folder(Path(path)))
    here = Path.cwd()
    root = nearest_root(here)
    if root is not None:
        return _open_folder(root)
    if _has_rdf(here):
        return _open_folder(here)
    if builtin:
        return replace(_open_folder(builtin_root()), builtin=True)
    raise UsageError(
        "there is no project here: no twinld.toml, no [tool.twinld] in a pyproject.toml above, and no RDF files",
        hint="go to a project's folder, name one by --project DIR, or make one with: twinld init",
    )


def open_files(paths: Sequence[str | Path]) -> Project:
    """Return the given RDF files, and those in the given folders, as a project without a configuration.

    Raises `UsageError` naming every path that does not exist or holds no RDF.
    """
    found: dict[Path, SourceFile] = {}
    missing, other = [], []
    for given in map(Path, paths):
        files = list(_rdf_files(given)) if given.is_dir() else [given] if given.is_file() else []
        if not given.exists():
            missing.append(str(given))
        elif not files or not all(format_of_path(file) for file in files):
            other.append(str(given))
        found |= {file: _source_file(file, _plain_name(file, given), "data") for file in files if format_of_path(file)}
    problems = [f"{what}: {', '.join(names)}" for what, names in (("not there", missing), ("not RDF", other)) if names]
    if problems:
        raise UsageError(
            "; ".join(problems), hint="twinld reads .ttl .trig .nt .nq .rdf .jsonld, and folders that hold them"
        )
    return Project(Path.cwd(), Config(), tuple(found.values()), loose=True)


def builtin_root() -> Path:
    """Return the folder of the built-in project: inside the wheel, or the checkout of an editable install."""
    packaged = Path(str(resources.files("twinld"))) / "_project"
    return packaged if packaged.is_dir() else packaged.parent.parent


def nearest_root(folder: Path) -> Path | None:
    """Return the nearest folder, this one or above, with a configuration; `None` if there is none."""
    for candidate in (folder, *folder.parents):
        if any(_configures(candidate / name) for name in CONFIG_NAMES):
            return candidate
    return None


def _configures(path: Path) -> bool:
    if not path.is_file():
        return False
    if path.name == "twinld.toml":
        return True
    return b"[tool.twinld" in path.read_bytes()


def _existing_folder(path: Path) -> Path:
    if not path.is_dir():
        wrong = f"a file, not a folder: {path}" if path.exists() else f"no such folder: {path}"
        raise UsageError(wrong, hint="give the folder that holds twinld.toml")
    return path.resolve()


def _open_folder(root: Path) -> Project:
    config = _config_of(root)
    files = tuple(_project_files(root, config))
    _refuse_twins(files)
    return Project(root, config, files)


def _config_of(root: Path) -> Config:
    for name in CONFIG_NAMES:
        if (root / name).is_file():
            config = read_config(root / name)
            if config is not None:
                return config
    return Config()


def _project_files(root: Path, config: Config) -> Iterator[SourceFile]:
    folders = [role for role in ROLES if (root / role).is_dir()]
    for role in folders or ["data"]:
        start = root / role if folders else root
        for path in _rdf_files(start):
            name = normalize("NFC", path.relative_to(root).as_posix())  # macOS has handed out the other form
            if not any(_matches(name, private) for private in config.private_paths):
                yield _source_file(path, name, role)


def _matches(name: str, pattern: str) -> bool:
    """Tell whether a file is called so, lies in a folder that is, or meets a pattern; `*` is any characters."""
    return name == pattern or name.startswith(pattern.rstrip("/") + "/") or fnmatchcase(name, pattern)


def _rdf_files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        for name in sorted(names):
            path = Path(parent, name)
            if not name.startswith(".") and _is_rdf(path):
                yield path


def _is_rdf(path: Path) -> bool:
    """Tell by its name whether a file found in a folder is RDF; .json and .xml are so only when they are named."""
    return path.suffix.lower() not in (".json", ".xml") and path.name != "context.jsonld" and bool(format_of_path(path))


def _has_rdf(folder: Path) -> bool:
    tops = [folder, *(folder / role for role in ROLES)]
    return any(_is_rdf(path) for top in tops if top.is_dir() for path in top.iterdir() if path.is_file())


def _source_file(path: Path, name: str, role: str) -> SourceFile:
    rdf_format = format_of_path(path)
    assert rdf_format is not None  # callers ask for RDF files only
    return SourceFile(path, name, role, rdf_format)


def _plain_name(file: Path, given: Path) -> str:
    return file.relative_to(given).as_posix() if given.is_dir() else file.name


def _refuse_twins(files: Sequence[SourceFile]) -> None:
    """Two files with one name would be one named graph; say so for all of them at once."""
    seen: dict[str, SourceFile] = {}
    twins = []
    for file in files:
        other = seen.setdefault(file.graph_path, file)
        if other is not file:
            twins.append(f"{other.name} and {file.name}")
    if twins:
        more = f"; and {len(twins) - SHOWN_TWINS} more pairs" if len(twins) > SHOWN_TWINS else ""
        raise ConfigError(
            f"two files would be one named graph: {'; '.join(twins[:SHOWN_TWINS])}{more}",
            hint="the name without its extension names the graph: rename one of each pair, leave files out "
            '(private-paths = ["*.jsonld"]), or name those that you mean: twinld check FILE ...',
        )
