"""A dataset on disk as it was parsed: every column, index and term in a file of its own, opened without reading it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import chain
from pathlib import Path
from typing import Any

from twinld.graph.dataset import Dataset, Index, LoadedFile, Quads, Stored
from twinld.graph.mapped import Writer, column_of, terms_of, write_terms
from twinld.rdf.formats import format_of_name
from twinld.rdf.problems import SyntaxProblem
from twinld.rdf.reading import Parsed, PrefixDeclaration
from twinld.rdf.statements import Statements
from twinld.rdf.terms import TermTable
from twinld.source.project import Project, SourceFile

JSON = dict[str, Any]
TERMS = ("subject", "predicate", "object", "graph")
PLACES = ("subject_at", "predicate_at", "object_at")
OWN_GRAPH = "graph_in_file"  # the column of graphs as files name them, 0 for their default graph
INDEXED = ("subject", "predicate", "object")
DISTINCT = ("subject", "predicate", "graph")


def freeze(dataset: Dataset, writer: Writer, tell: Callable[[str], None]) -> JSON:
    """Write a dataset into a folder; return the rest of it, what is no column, as JSON.

    The text of the files is left out, and so are their comments: what is served needs the lines only.
    """
    quads, lines = dataset.quads, [file.parsed.line_starts for file in dataset.files]
    parts = [*(file.parsed.statements for file in dataset.files), dataset.derived]
    for name in TERMS:
        tell(f"writing statements: {name}")
        writer.column(name, getattr(quads, name))
    for name in PLACES:
        writer.column(name, chain.from_iterable(getattr(part, name) for part in parts))
    writer.column(OWN_GRAPH, chain.from_iterable(part.graph for part in parts))
    writer.column("lines", chain.from_iterable(lines))
    for name in INDEXED:
        tell(f"writing the index by {name}")
        index: Index = getattr(quads, f"by_{name}")
        writer.column(f"{name}-order", index.order)
        writer.column(f"{name}-start", index.start)
    for name in DISTINCT:
        writer.column(f"{name}s", getattr(quads, f"{name}s"))
    writer.column("fragments", dataset.fragments)
    writer.column("things", chain.from_iterable(dataset.things.values()))
    tell("writing terms")
    write_terms(writer, dataset.table.keys)
    return {
        "base_iri": dataset.base_iri,
        "derived": len(dataset.derived),
        "things": [[of, len(members)] for of, members in dataset.things.items()],
        "files": [*map(_described, dataset.files)],
    }


def _described(file: LoadedFile) -> JSON:
    source, parsed = file.source, file.parsed
    return {
        "name": source.name,
        "role": source.role,
        "format": source.format.name,
        "graph": file.graph,
        "statements": len(parsed.statements),
        "lines": len(parsed.line_starts),
        "located": parsed.located,
        "base": parsed.base,
        "unreadable": file.unreadable,
        "declarations": [[each.prefix, each.iri, each.offset] for each in parsed.declarations],
        "used_prefixes": sorted(parsed.used_prefixes),
        "errors": [asdict(each) for each in parsed.errors],
    }


def thaw(
    folder: Path, described: JSON, project: Project, *, more: Mapping[str, str], sparql: Path, public_url: str
) -> Dataset:
    """Return the dataset that `freeze` wrote into a folder, as that of a project; only what it touches is read.

    `more` are columns that were written into the same folder besides, for rooms behind this one: their types by name.
    """
    columns = {name: column_of(folder / name) for name in (*TERMS, *PLACES, OWN_GRAPH, "lines")}
    indexes = {name: _index(folder, name) for name in INDEXED}
    subject, predicate, value, graph = (columns[name] for name in TERMS)
    distinct = {name: column_of(folder / f"{name}s") for name in DISTINCT}
    quads = Quads(subject, predicate, value, graph, indexes, distinct)
    files = tuple(_files(described["files"], columns, project.root))
    derived = _part(columns, len(quads) - described["derived"], len(quads))
    return Dataset(
        replace(project, files=tuple(file.source for file in files)),
        TermTable(*terms_of(folder)),
        files,
        described["base_iri"],
        derived,
        Stored(
            quads,
            column_of(folder / "fragments"),
            dict(_things(described["things"], column_of(folder / "things"))),
            {name: column_of(folder / name, kind) for name, kind in more.items()},
            sparql,
            public_url,
        ),
    )


def _things(described: Sequence[Sequence[int]], members: Sequence[int]) -> Iterator[tuple[int, Sequence[int]]]:
    start = 0
    for of, count in described:
        yield of, members[start : start + count]
        start += count


def _index(folder: Path, name: str) -> Index:
    return Index(column_of(folder / f"{name}-order"), column_of(folder / f"{name}-start"))


def _files(described: Sequence[JSON], columns: Mapping[str, Sequence[int]], root: Path) -> Iterator[LoadedFile]:
    row = line = 0
    for each in described:
        statements = _part(columns, row, row + each["statements"])
        lines = columns["lines"][line : line + each["lines"]]
        yield _file(each, statements, lines, root)
        row, line = row + each["statements"], line + each["lines"]


def _file(described: JSON, statements: Statements, lines: Sequence[int], root: Path) -> LoadedFile:
    rdf_format = format_of_name(described["format"])
    assert rdf_format is not None  # the version of the store is this one's, which knows the formats it wrote
    source = SourceFile(root / described["name"], described["name"], described["role"], rdf_format)
    parsed = Parsed(
        path=described["name"],
        text="",
        format=rdf_format,
        statements=statements,
        declarations=tuple(PrefixDeclaration(*each) for each in described["declarations"]),
        base=described["base"],
        errors=tuple(SyntaxProblem(**each) for each in described["errors"]),
        comments=(),
        located=described["located"],
        used_prefixes=frozenset(described["used_prefixes"]),
        lines=lines,
    )
    return LoadedFile(source, parsed, described["graph"], described["unreadable"])


def _part(columns: Mapping[str, Sequence[int]], start: int, end: int) -> Statements:
    names = ("subject", "predicate", "object", OWN_GRAPH, *PLACES)
    return Statements(*(columns[name][start:end] for name in names))
