"""What was read and found in each file, kept by the hash of all that it rests on: only what has changed is read again.

A file as it was parsed rests on its bytes, its name and the base IRI; what the rules find that look at one file alone
rests on that and on the configuration. Whatever leads from file to file is looked at anew in each run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from twinld.checks.findings import Finding
from twinld.checks.keeping import DAMAGED, digest, finding_of, folder_of, forget, program, read, values_of, write
from twinld.graph.dataset import Dataset, LoadedFile
from twinld.rdf.formats import JSON_LD, RdfFormat
from twinld.rdf.packing import Apart, joined, pack, read_apart, unpack
from twinld.rdf.reading import Parsed
from twinld.rdf.terms import TermTable
from twinld.source.project import Project

Found = dict[str, list[list[Any]]]
"""Findings as JSON, by file."""
QUESTIONS = 8  # different selections of rules whose findings by file are kept


@dataclass
class Memory:
    """The memory of one run.

    `names` says under which name each file that was read is kept, `prefixes` how its blank nodes begin; `new` are the
    names that were not kept yet. `parse` takes the arguments of `read_apart`, for a file that is not known.
    """

    folder: Path
    program: str
    names: dict[str, str] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    parse: Callable[..., Apart] = read_apart

    def read(
        self,
        content: bytes,
        *,
        format: RdfFormat,
        base: str | None,
        table: TermTable,
        path: str,
        blank_prefix: str,
        contexts: Mapping[str, str | Path],
    ) -> Parsed:
        """Return what `twinld.rdf.reading.read` would, from memory where the file is known."""
        local = _local_copies(contexts) if format is JSON_LD else ()
        name = f"file-{digest(self.program, path, base or '', format.name, content, *local)}.bin"
        apart = self._kept(name, content, format, path)
        if apart is None:
            apart = self.parse(content, format=format, base=base, path=path, contexts=contexts)
            write(self.folder / name, pack(apart))
            self.new.add(name)
        self.names[path] = name
        self.prefixes[path] = blank_prefix if any(key[0] == "_" for key in apart.keys) else ""
        return joined(apart, table, blank_prefix)

    @property
    def empty(self) -> bool:
        """Whether no file is kept."""
        return next(self.folder.glob("file-*.bin"), None) is None

    def _kept(self, name: str, content: bytes, format: RdfFormat, path: str) -> Apart | None:
        packed = read(self.folder / name)
        try:
            return None if packed is None else unpack(packed, content, format=format, path=path)
        except DAMAGED:
            return None

    def findings(
        self, dataset: Dataset, codes: Sequence[str], find: Callable[[Dataset], Iterable[Finding]]
    ) -> list[Finding]:
        """Return what rules find that look at one file alone; `find` is given the files that are not known."""
        if not codes:
            return []
        asked = digest(self.program, dataset.base_iri, _configuration(dataset.project), *sorted(codes))
        path = self.folder / f"found-{asked}.json"
        known = _known(path)
        keys = {file.parsed.path: self._key(file) for file in dataset.files}
        fresh = [file for file in dataset.files if file.unreadable or keys[file.parsed.path] not in known]
        found = _by_file(fresh, find(dataset.only(fresh)) if fresh else ())
        every = {name: found[name] if name in found else known[key] for name, key in keys.items()}
        if fresh:
            kept = {keys[name]: values for name, values in every.items() if name in self.names}
            write(path, json.dumps(kept, ensure_ascii=False).encode())
        return [finding_of(values) for of_file in every.values() for values in of_file]

    def _key(self, file: LoadedFile) -> str:
        """Return what the findings in a file rest on; the names of its blank nodes are part of what they say."""
        path = file.parsed.path
        return f"{self.names.get(path)} {file.source.role} {self.prefixes.get(path)}"

    def forget(self) -> None:
        """Delete what is old: of the files that this run did not read, as many are kept as it did."""
        forget(self.folder.glob("found-*.json"), QUESTIONS)
        if self.new:
            names = set(self.names.values())
            forget(self.folder.glob("file-*.bin"), len(names), but=names)


def memory_of(project: Project) -> Memory | None:
    """Return the memory of a project, `None` for one that has no folder for it, or two files of one name."""
    folder = folder_of(project)
    twins = len({file.name for file in project.files}) < len(project.files)
    return None if folder is None or twins else Memory(folder, program())


def _local_copies(contexts: Mapping[str, str | Path]) -> list[bytes]:
    return [part for iri, path in sorted(contexts.items()) for part in (iri.encode(), _content(path))]


def _content(local: str | Path) -> bytes:
    try:
        return local.read_bytes() if isinstance(local, Path) else local.encode()
    except OSError:
        return b""


def _configuration(project: Project) -> bytes:
    return _content(project.config.path) if project.config.path else b""


def _known(path: Path) -> Found:
    content = read(path)
    try:
        known = {} if content is None else json.loads(content)
    except DAMAGED:
        return {}
    return known if isinstance(known, dict) else {}


def _by_file(files: Sequence[LoadedFile], findings: Iterable[Finding]) -> Found:
    found: Found = {file.parsed.path: [] for file in files}
    for each in findings:
        found[each.place.file].append(values_of(each))
    return found
