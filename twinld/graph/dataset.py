"""The loaded data of a project, read-only: every statement with its file, its graph and its terms as written."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from twinld.rdf.reading import Parsed, read, unreadable
from twinld.rdf.statements import Statements
from twinld.rdf.terms import DEFAULT_GRAPH, TermTable
from twinld.source.project import LOCAL_BASE, Project, SourceFile

if TYPE_CHECKING:
    import rdflib

DERIVED = "graph/derived"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
SHARED_BY_MOST = 0.75  # a namespace counts as the files' own when three quarters of the subjects begin with it


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A file as it was parsed. `graph` is the number of the named graph that its default graph becomes.

    `unreadable` is the system's reason where the file could not be opened, else `None`.
    """

    source: SourceFile
    parsed: Parsed
    graph: int
    unreadable: str | None = None


@dataclass(frozen=True)
class Dataset:
    """All files of a project in one table of terms. `base_iri` is configured or found; `derived` stands apart."""

    project: Project
    table: TermTable
    files: tuple[LoadedFile, ...]
    base_iri: str
    derived: Statements = field(default_factory=Statements)

    @property
    def derived_graph(self) -> str:
        """The IRI of the graph that derived triples stand in."""
        return self.base_iri + DERIVED

    def of_role(self, *roles: str) -> tuple[LoadedFile, ...]:
        """Return the files of the given roles."""
        return tuple(file for file in self.files if file.source.role in roles)

    def with_derived(self, derived: Statements) -> Dataset:
        """Return the same data with other derived triples; they are numbered in this dataset's table."""
        return replace(self, derived=derived)

    @cached_property
    def quads(self) -> Quads:
        """Every statement of every file, and the derived ones, indexed by subject and by object."""
        parts = [(file.parsed.statements, file.graph) for file in self.files]
        if len(self.derived):
            parts.append((self.derived, self.table.intern(f"<{self.derived_graph}>")))
        return Quads.of(parts)

    @cached_property
    def default_graphs(self) -> frozenset[int]:
        """Numbers of the named graphs whose union is the default graph: ontology, data and derived."""
        graphs = {number for file in self.of_role("ontology", "data") for number in _graphs_of(file)}
        derived = self.table.ids.get(f"<{self.derived_graph}>")
        return frozenset(graphs | ({derived} if derived is not None else set()))

    def rdflib(self) -> rdflib.Graph:
        """Return the default graph (ontology, data, derived) as an rdflib graph: a copy, lexical forms as written."""
        from twinld.graph.rdflib import default_graph

        return default_graph(self)

    def instances(self) -> Counter[int]:
        """Return how many things each class has, by the number of the class; a thing counts once a class."""
        rdf_type = self.table.ids.get(RDF_TYPE)
        quads = self.quads
        pairs = {(s, o) for s, p, o in zip(quads.subject, quads.predicate, quads.object, strict=True) if p == rdf_type}
        return Counter(o for _, o in pairs)


@dataclass(frozen=True)
class Quads:
    """Columns of term numbers, and the rows in order of subject and of object, for look-ups by halving."""

    subject: array[int]
    predicate: array[int]
    object: array[int]
    graph: array[int]

    @classmethod
    def of(cls, parts: Sequence[tuple[Statements, int]]) -> Quads:
        """Join the statements of several files; a file's default graph becomes the graph given with it."""
        quads = cls(array("I"), array("I"), array("I"), array("I"))
        for statements, graph in parts:
            quads.subject.extend(statements.subject)
            quads.predicate.extend(statements.predicate)
            quads.object.extend(statements.object)
            quads.graph.extend(number if number != DEFAULT_GRAPH else graph for number in statements.graph)
        return quads

    def __len__(self) -> int:
        return len(self.subject)

    @cached_property
    def _by_subject(self) -> _Rows:
        return _Rows.of(self.subject)

    @cached_property
    def _by_object(self) -> _Rows:
        return _Rows.of(self.object)

    def rows_of_subject(self, number: int) -> Sequence[int]:
        """Return the rows with this subject, in the order of the files."""
        return self._by_subject.find(number)

    def rows_of_object(self, number: int) -> Sequence[int]:
        """Return the rows with this object, in the order of the files."""
        return self._by_object.find(number)

    def row(self, number: int) -> tuple[int, int, int, int]:
        """Return subject, predicate, object and graph of a row."""
        return self.subject[number], self.predicate[number], self.object[number], self.graph[number]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Row numbers sorted by the value of a column, and where each value begins: 4 bytes a row, 4 a term."""

    order: array[int]
    start: array[int]

    @classmethod
    def of(cls, column: array[int]) -> _Rows:
        highest = max(column, default=0)
        start = array("I", bytes(4 * (highest + 2)))
        for number in column:
            start[number + 1] += 1
        for number in range(highest + 1):
            start[number + 1] += start[number]
        return cls(array("I", sorted(range(len(column)), key=column.__getitem__)), start)

    def find(self, number: int) -> Sequence[int]:
        if number + 1 >= len(self.start):
            return ()
        return self.order[self.start[number] : self.start[number + 1]]


def load(project: Project, table: TermTable | None = None) -> Dataset:
    """Read every file of a project; what is wrong with a file stands in its `parsed.errors`, nothing is raised."""
    table = table or TermTable()
    base = project.config.base_iri
    parsed = [_read_file(source, table, number, project) for number, source in enumerate(project.files)]
    base = base or shared_namespace(table, [result.statements for result, _ in parsed])
    files = tuple(
        LoadedFile(source, result, table.intern(f"<{base}{source.graph_path}>"), reason)
        for source, (result, reason) in zip(project.files, parsed, strict=True)
    )
    return Dataset(project, table, files, base)


def _read_file(source: SourceFile, table: TermTable, number: int, project: Project) -> tuple[Parsed, str | None]:
    try:
        content = source.read()
    except OSError as error:
        reason = error.strerror or str(error)
        return unreadable(source.name, source.format, reason, table), reason
    config = project.config
    parsed = read(
        content,
        format=source.format,
        base=(config.base_iri or LOCAL_BASE) + source.name,
        table=table,
        path=source.name,
        blank_prefix=f"f{number}",
        contexts={iri: project.root / file for iri, file in config.imports.items()},
    )
    return parsed, None


def shared_namespace(table: TermTable, columns: Sequence[Statements]) -> str:
    """Return the longest namespace that most subjects share, ending in a slash, as the base IRI of plain files.

    Where there is none it is the host that has the most subjects.
    """
    counts: Counter[str] = Counter()
    total = 0
    for number in {number for statements in columns for number in statements.subject}:
        key = table.keys[number]
        if key.startswith("<http"):
            total += 1
            counts.update(_namespaces(key[1:-1]))
    shared = [namespace for namespace, count in counts.items() if count >= SHARED_BY_MOST * total]
    hosts = [namespace for namespace in counts if namespace.count("/") == 3]
    return max(shared, key=len, default=max(hosts, key=counts.__getitem__, default=LOCAL_BASE))


def _namespaces(iri: str) -> Iterator[str]:
    """Yield every beginning of an IRI that ends in a slash behind its authority."""
    path = iri.partition("#")[0].partition("?")[0]
    at = path.find("/", path.find("//") + 2)
    while at != -1:
        yield path[: at + 1]
        at = path.find("/", at + 1)


def _graphs_of(file: LoadedFile) -> set[int]:
    return {number if number != DEFAULT_GRAPH else file.graph for number in set(file.parsed.statements.graph)}
