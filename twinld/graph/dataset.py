"""The loaded data of a project, read-only: every statement with its file, its graph and its terms as written."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from twinld.rdf.reading import Parsed, read, unreadable
from twinld.rdf.statements import Statements
from twinld.rdf.terms import DEFAULT_GRAPH, TermTable
from twinld.source.project import LOCAL_BASE, Project, SourceFile

if TYPE_CHECKING:
    import rdflib

DERIVED = "graph/derived"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
Answer = TypeVar("Answer")
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
    """All files of a project in one table of terms. `base_iri` is configured or found; `derived` stands apart.

    `stored` is what was worked out when the data were written to disk, `None` for those that were read just now.
    """

    project: Project
    table: TermTable
    files: tuple[LoadedFile, ...]
    base_iri: str
    derived: Statements = field(default_factory=Statements)
    stored: Stored | None = None
    answers: dict[object, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def derived_graph(self) -> str:
        """The IRI of the graph that derived triples stand in."""
        return self.base_iri + DERIVED

    def of_role(self, *roles: str) -> tuple[LoadedFile, ...]:
        """Return the files of the given roles."""
        return tuple(file for file in self.files if file.source.role in roles)

    def with_derived(self, derived: Statements) -> Dataset:
        """Return the same data with other derived triples; they are numbered in this dataset's table."""
        return replace(self, derived=derived, stored=None)

    @cached_property
    def quads(self) -> Quads:
        """Every statement of every file in their order, then the derived ones."""
        if self.stored is not None:
            return self.stored.quads
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

    @cached_property
    def fragments(self) -> Sequence[int]:
        """Numbers of the subjects under the base IRI that have a fragment, in order: terms of a vocabulary, mostly."""
        if self.stored is not None:
            return self.stored.fragments
        keys, own = self.table.keys, f"<{self.base_iri}"
        return [number for number in self.quads.subjects if "#" in keys[number] and keys[number].startswith(own)]

    @cached_property
    def things(self) -> Mapping[int, Sequence[int]]:
        """The things of each class that have an IRI, by the class's number, in the order of the files."""
        if self.stored is not None:
            return self.stored.things
        found: dict[int, dict[int, None]] = {}
        for thing, of in self.with_predicate(RDF_TYPE):
            if self.table.keys[thing].startswith("<"):
                found.setdefault(of, {})[thing] = None
        return {number: list(members) for number, members in found.items()}

    def placed(self) -> Iterator[tuple[LoadedFile, int]]:
        """Yield each file and the row that its statements begin at."""
        row = 0
        for file in self.files:
            yield file, row
            row += len(file.parsed.statements)

    def with_predicate(self, key: str) -> Iterator[tuple[int, int]]:
        """Yield subject and object of the statements with a predicate, in the order of the files."""
        number, quads = self.table.ids.get(key), self.quads
        rows = quads.rows_of_predicate(number) if number is not None else ()
        return ((quads.subject[row], quads.object[row]) for row in rows)

    @cached_property
    def rows_by_predicate(self) -> Mapping[int, Mapping[int, array[int]]]:
        """The rows of each predicate, by the place of their file in `files`."""
        found: dict[int, dict[int, array[int]]] = {}
        for place, file in enumerate(self.files):
            for predicate, rows in _rows_by_number(file.parsed.statements.predicate).items():
                found.setdefault(predicate, {})[place] = rows
        return found

    def only(self, files: Collection[LoadedFile]) -> Dataset:
        """Return a dataset of some of the files, in the same table and under the same base IRI."""
        return Dataset(self.project, self.table, tuple(files), self.base_iri)

    def instances(self) -> Counter[int]:
        """Return how many things each class has, by the number of the class; a thing counts once a class."""
        return Counter(o for _, o in set(self.with_predicate(RDF_TYPE)))


@dataclass(frozen=True, slots=True)
class Stored:
    """What is worked out when data are written to disk, so that opening them scans nothing.

    `more` are columns that rooms behind this one had written, by the names that they gave them. `sparql` is the
    directory of the store that holds the same data for SPARQL, `public_url` what its descriptions of canned queries
    say. `held` is what keeps the files from being removed for as long as it lives.
    """

    quads: Quads
    fragments: Sequence[int]
    things: Mapping[int, Sequence[int]]
    more: Mapping[str, memoryview[int]]
    sparql: Path
    public_url: str
    held: object = None


def once(find: Callable[[Dataset], Answer]) -> Callable[[Dataset], Answer]:
    """Return a function that finds its answer once for each dataset, which never changes."""

    @wraps(find)
    def kept(dataset: Dataset) -> Answer:
        if find not in dataset.answers:
            dataset.answers[find] = find(dataset)
        answer: Answer = dataset.answers[find]
        return answer

    return kept


def _rows_by_number(column: Sequence[int]) -> dict[int, array[int]]:
    found: dict[int, array[int]] = {}
    for row, number in enumerate(column):
        rows = found.get(number)
        if rows is None:
            rows = found[number] = array("I")
        rows.append(row)
    return found


class Elsewhere(Protocol):
    """What can be said of data that are elsewhere and cannot be gone through: counts, and the first of many."""

    @property
    def triples(self) -> int:
        """How many statements there are."""

    @property
    def graphs(self) -> int:
        """How many named graphs there are."""

    @property
    def newest_date(self) -> str | None:
        """The latest `dcterms:modified`, as written; `None` where there is none."""

    def class_sizes(self) -> Mapping[int, int]:
        """Return how many things with an IRI each class has, by the number of the class."""

    def members(self, classes: Sequence[int], offset: int, limit: int) -> list[int]:
        """Return some of the things of any of the classes, each once."""

    def count_members(self, classes: Sequence[int]) -> int:
        """Return how many things any of the classes has."""

    def newest(self, limit: int) -> list[tuple[str, int]]:
        """Return date and number of the things that were changed last, the newest first."""

    def names_like(self, pattern: str, exact: Sequence[str]) -> list[tuple[int, int, int]]:
        """Return thing, property and literal of names that are one of some, or fit a pattern in small letters."""

    def placed(self, limit: int) -> list[int]:
        """Return some things that have coordinates."""

    def property_uses(self) -> Mapping[int, int]:
        """Return how many statements each predicate has, by its number."""


@dataclass(frozen=True)
class Quads:
    """Columns of term numbers, and the rows in order of subject, of predicate and of object, for look-ups.

    `indexes` are those three, and `distinct` the numbers that a column has, each once, where they were made before;
    else each is made when it is first asked for.
    """

    subject: Sequence[int]
    predicate: Sequence[int]
    object: Sequence[int]
    graph: Sequence[int]
    indexes: Mapping[str, Index] = field(default_factory=dict)
    distinct: Mapping[str, Sequence[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, parts: Sequence[tuple[Statements, int]]) -> Quads:
        """Join the statements of several files; a file's default graph becomes the graph given with it."""
        subject, predicate, value, graphs = (array("I") for _ in range(4))
        for statements, graph in parts:
            subject.extend(statements.subject)
            predicate.extend(statements.predicate)
            value.extend(statements.object)
            graphs.extend(number if number != DEFAULT_GRAPH else graph for number in statements.graph)
        return cls(subject, predicate, value, graphs)

    def __len__(self) -> int:
        return len(self.subject)

    @property
    def elsewhere(self) -> Elsewhere | None:
        """What is counted of data that are elsewhere; these are here and can be gone through."""
        return None

    @cached_property
    def by_subject(self) -> Index:
        """The rows in order of subject."""
        return self.indexes.get("subject") or Index.of(self.subject)

    @cached_property
    def by_predicate(self) -> Index:
        """The rows in order of predicate."""
        return self.indexes.get("predicate") or Index.of(self.predicate)

    @cached_property
    def by_object(self) -> Index:
        """The rows in order of object."""
        return self.indexes.get("object") or Index.of(self.object)

    @cached_property
    def subjects(self) -> Sequence[int]:
        """The numbers of all subjects in order, each once."""
        return self.distinct.get("subject") or _distinct(self.subject)

    @cached_property
    def predicates(self) -> Sequence[int]:
        """The numbers of all predicates in order, each once."""
        return self.distinct.get("predicate") or _distinct(self.predicate)

    @cached_property
    def graphs(self) -> Sequence[int]:
        """The numbers of all graphs in order, each once."""
        return self.distinct.get("graph") or _distinct(self.graph)

    def rows_of_subject(self, number: int) -> Sequence[int]:
        """Return the rows with this subject, in the order of the files."""
        return self.by_subject.find(number)

    def rows_of_predicate(self, number: int) -> Sequence[int]:
        """Return the rows with this predicate, in the order of the files."""
        return self.by_predicate.find(number)

    def rows_of_object(self, number: int) -> Sequence[int]:
        """Return the rows with this object, in the order of the files."""
        return self.by_object.find(number)

    def row(self, number: int) -> tuple[int, int, int, int]:
        """Return subject, predicate, object and graph of a row."""
        return self.subject[number], self.predicate[number], self.object[number], self.graph[number]

    # What pages ask, so that data which are elsewhere can answer it in few questions

    def rows_naming(self, number: int) -> Sequence[int]:
        """Return the rows with this subject that may name it; perhaps others as well."""
        return self.rows_of_subject(number)

    def speaks_of(self, number: int) -> bool:
        """Tell whether a term is a subject."""
        return len(self.rows_of_subject(number)) > 0

    def points_to(self, number: int) -> bool:
        """Tell whether a term is an object."""
        return len(self.rows_of_object(number)) > 0

    def incoming(self, number: int, offset: int, limit: int) -> tuple[Sequence[int], int]:
        """Return some of the rows with this object, and how many there are in all."""
        rows = self.rows_of_object(number)
        return rows[offset : offset + limit], len(rows)

    def objects_of(self, starts: Sequence[int], predicate: int) -> list[int]:
        """Return what a predicate leads to from any of the things, each once, in the order of the files."""
        rows = (row for start in starts for row in self.rows_of_subject(start))
        return list(dict.fromkeys(self.object[row] for row in rows if self.predicate[row] == predicate))

    def subjects_of(self, starts: Sequence[int], predicate: int) -> list[int]:
        """Return what leads to any of the things by a predicate, each once, in the order of the files."""
        rows = (row for start in starts for row in self.rows_of_object(start))
        return list(dict.fromkeys(self.subject[row] for row in rows if self.predicate[row] == predicate))

    def expect(self, numbers: Iterable[int]) -> None:
        """Take note that these will be asked about together; data at hand need no note."""


def _distinct(column: Sequence[int]) -> Sequence[int]:
    return array("I", sorted(set(column)))


@dataclass(frozen=True, slots=True)
class Index:
    """Row numbers sorted by the value of a column, and where each value begins: 4 bytes a row, 4 a term."""

    order: Sequence[int]
    start: Sequence[int]

    @classmethod
    def of(cls, column: Sequence[int]) -> Index:
        """Return the index of a column."""
        highest = max(column, default=0)
        start = array("I", bytes(4 * (highest + 2)))
        for number in column:
            start[number + 1] += 1
        for number in range(highest + 1):
            start[number + 1] += start[number]
        return cls(array("I", sorted(range(len(column)), key=column.__getitem__)), start)

    def find(self, number: int) -> Sequence[int]:
        """Return the rows with this value, in their order; none for a value that came later."""
        if number + 1 >= len(self.start):
            return ()
        return self.order[self.start[number] : self.start[number + 1]]


def load(project: Project, table: TermTable | None = None, reader: Callable[..., Parsed] = read) -> Dataset:
    """Read every file of a project; what is wrong with a file stands in its `parsed.errors`, nothing is raised.

    `reader` takes the arguments of `read` and returns the same, perhaps from memory.
    """
    table = table or TermTable()
    base = project.config.base_iri
    parsed = [_read_file(source, table, number, project, reader) for number, source in enumerate(project.files)]
    base = base or shared_namespace(table, [result.statements for result, _ in parsed])
    files = tuple(
        LoadedFile(source, result, table.intern(f"<{base}{source.graph_path}>"), reason)
        for source, (result, reason) in zip(project.files, parsed, strict=True)
    )
    return Dataset(project, table, files, base)


def _read_file(
    source: SourceFile, table: TermTable, number: int, project: Project, reader: Callable[..., Parsed]
) -> tuple[Parsed, str | None]:
    try:
        content = source.read()
    except OSError as error:
        reason = error.strerror or str(error)
        return unreadable(source.name, source.format, reason, table), reason
    config = project.config
    parsed = reader(
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
