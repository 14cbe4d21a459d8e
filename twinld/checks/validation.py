"""`twinld.validate`: any data against any shapes, from files, text, rdflib graphs or pyoxigraph stores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

import pyoxigraph as ox

from twinld.checks.constraints import finding_of
from twinld.checks.findings import Finding
from twinld.checks.locate import locate
from twinld.errors import UsageError
from twinld.rdf.formats import TURTLE, RdfFormat, format_of_name, format_of_path
from twinld.rdf.problems import SyntaxProblem
from twinld.rdf.reading import NOWHERE, Parsed, read
from twinld.rdf.statements import Growing
from twinld.rdf.terms import TermTable, key_of
from twinld.shacl import validate as validate_statements
from twinld.shacl.graph import Graph
from twinld.shacl.report import Report

if TYPE_CHECKING:
    import rdflib


class _Triples(Protocol):
    """What an rdflib graph has that is used here."""

    def triples(self, triple: tuple[None, None, None]) -> Iterable[tuple[object, object, object]]: ...


Source: TypeAlias = "str | bytes | Path | _Triples | ox.Store | ox.Dataset"


@dataclass(frozen=True)
class Validation:
    """What shapes found in data.

    `findings` are in the order of the files, each at its place where the source was text. `errors` are the syntax
    errors of the sources; `complete` is false where there were some, or a shape could not be evaluated: then
    `conforms` speaks of the rest only.
    """

    findings: tuple[Finding, ...]
    report: Report
    errors: tuple[tuple[str, SyntaxProblem], ...]
    _table: TermTable
    _shapes: Graph

    @property
    def conforms(self) -> bool:
        """Whether no shape found anything, at any severity."""
        return self.report.conforms

    @property
    def complete(self) -> bool:
        """Whether every source could be read and every shape was evaluated."""
        return not self.errors and not self.report.unevaluated

    @cached_property
    def graph(self) -> rdflib.Graph:
        """The W3C validation report as an rdflib graph."""
        from twinld.shacl.report_graph import report_graph

        return report_graph(self.report, self._table, self._shapes)

    @property
    def text(self) -> str:
        """One line a finding: file, line, column, severity and message."""
        return "".join(f"{_place(each)}: {each.severity.value} {each.message}\n" for each in self.findings)


def validate(
    data: Source | Sequence[Source],
    shapes: Source | Sequence[Source] | None = None,
    *,
    engine: str = "auto",
    format: str = "turtle",
    languages: Sequence[str] = (),
) -> Validation:
    """Return what shapes find in data.

    A source is a path (a file, or a folder with all its RDF), text in `format`, an rdflib graph, or a pyoxigraph
    store or dataset; several are taken as one graph. A string is a path if a file or folder has that name, else text.
    Without `shapes` the data hold them. `languages` is the order in which messages are chosen.

    Literals keep the form that their author wrote in files and text; rdflib and stores have rewritten some before.
    Raises `UsageError` for a path that is not there and a format that does not exist.

    >>> validate("data/", "shapes/").conforms  # doctest: +SKIP
    True
    """
    table = TermTable()
    text_format = _format(format)
    read_data = list(_sources(data, table, "d", text_format))
    read_shapes = read_data if shapes is None else list(_sources(shapes, table, "s", text_format))
    statements = [each.statements for each in read_shapes]
    report = validate_statements(table, [each.statements for each in read_data], statements, engine=engine)
    spots = locate(table, read_data, read_shapes, report.results)
    pairs = zip(report.results, spots, strict=True)
    findings = sorted((finding_of(table.keys, *pair, languages) for pair in pairs), key=Finding.order)
    everything = read_data if shapes is None else [*read_data, *read_shapes]
    errors = tuple((parsed.path, error) for parsed in everything for error in parsed.errors)
    return Validation(tuple(findings), report, errors, table, Graph(table, statements))


def _place(finding: Finding) -> str:
    start = finding.place.start
    return finding.place.file if start is None else f"{finding.place.file}:{start.line}:{start.column}"


def _format(name: str) -> RdfFormat:
    found = format_of_name(name)
    if found is None:
        raise UsageError(f"no such format: {name}", hint="give turtle, trig, ntriples, nquads, rdfxml or jsonld")
    return found


def _sources(
    given: Source | Sequence[Source], table: TermTable, prefix: str, text_format: RdfFormat
) -> Iterator[Parsed]:
    for number, each in enumerate(given if isinstance(given, list | tuple) else [given]):
        for place, source in enumerate(_opened(each)):
            yield _parsed(source, table, f"{prefix}{number}x{place}", text_format)


def _opened(source: Source) -> list[Source]:
    """Return a source, or the files of a folder."""
    path = source if isinstance(source, Path) else _path_of(source)
    if path is None:
        return [source]
    if path.is_dir():
        return [each for each in sorted(path.rglob("*")) if each.is_file() and format_of_path(each)]
    if not path.is_file():
        raise UsageError(f"no such file: {path}", hint="give a file or folder, or the text itself")
    return [path]


def _path_of(source: Source) -> Path | None:
    """Return the path that a string is, `None` if it is text."""
    if not isinstance(source, str) or "\n" in source or len(source) > 1000:
        return None
    path = Path(source)
    is_name = format_of_path(path) is not None and not any(sign in source for sign in " <\"'")
    return path if path.exists() or is_name else None


def _parsed(source: Source, table: TermTable, prefix: str, text_format: RdfFormat) -> Parsed:
    if isinstance(source, Path):
        format = format_of_path(source) or text_format
        base = source.resolve().as_uri()
        return read(source.read_bytes(), format=format, base=base, table=table, path=str(source), blank_prefix=prefix)
    if isinstance(source, str | bytes):
        return read(source, format=text_format, table=table, path="<text>", blank_prefix=prefix)
    keys = _store_keys(source, prefix) if isinstance(source, ox.Store | ox.Dataset) else _rdflib_keys(source, prefix)
    return _numbered(keys, table)


def _store_keys(store: ox.Store | ox.Dataset, prefix: str) -> Iterator[tuple[str, ...]]:
    for quad in store:
        yield tuple(_own(key_of(term), prefix) for term in (quad.subject, quad.predicate, quad.object))


def _rdflib_keys(graph: _Triples, prefix: str) -> Iterator[tuple[str, ...]]:
    from twinld.shacl.rdflib_terms import key_of_node

    if not hasattr(graph, "triples"):
        raise UsageError(f"a {type(graph).__name__} is no RDF", hint="give a path, text, an rdflib graph or a store")
    for triple in graph.triples((None, None, None)):
        yield tuple(_own(key_of_node(node), prefix) for node in triple)  # type: ignore[arg-type]  # rdflib's nodes


def _own(key: str, prefix: str) -> str:
    """Return a key with its blank node apart from those of other sources."""
    return f"_:{prefix}_{key[2:]}" if key[0] == "_" else key


def _numbered(keys: Iterable[tuple[str, ...]], table: TermTable) -> Parsed:
    rows = Growing()
    for subject, predicate, value in keys:
        rows.subject.append(table.intern(subject))
        rows.predicate.append(table.intern(predicate))
        rows.object.append(table.intern(value))
        rows.graph.append(0)
        for column in (rows.subject_at, rows.predicate_at, rows.object_at):
            column.append(NOWHERE)
    return Parsed("<graph>", "", TURTLE, rows.whole(), (), None, (), (), "line", frozenset())
