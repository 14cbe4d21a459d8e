"""A project's named graphs brought into a store: what has not changed is not sent, what is gone is removed.

A graph's record is emptied before it is sent and written after the count, so that a run that was killed is taken up
where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from twinld.graph.dataset import Dataset, LoadedFile, load
from twinld.rdf.terms import literal_parts
from twinld.source.project import Project
from twinld.stores.client import Store
from twinld.stores.connections import Body
from twinld.stores.contents import Content, contents
from twinld.stores.record import RECORD, Record, Sent, read_record

INSERTED_AT_ONCE = 5_000  # triples of one INSERT DATA

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did, by the IRIs of graphs.

    `miscounted` are those in which the store counts other than was sent, with both numbers; `broken` the paths of the
    files that cannot be read whole, whose graphs stay as the store has them.
    """

    sent: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    triples: int
    miscounted: tuple[tuple[str, int, int], ...]
    broken: tuple[str, ...] = ()


def push(store: Store, dataset: Dataset, tell: Tell = lambda _: None) -> Pushed:
    """Make the store's graphs those of a dataset; as `push_each`."""
    return push_each(store, dataset.base_iri, (dataset,), len(dataset.files), tell)


def push_each(
    store: Store, base_iri: str, datasets: Iterable[Dataset], files: int, tell: Tell = lambda _: None
) -> Pushed:
    """Make the store's graphs those of datasets that have none in common, one after the other; of so many files.

    Only graphs that an earlier push recorded, and that are under the base, are removed. Raises `StoreError`; a later
    run goes on from there.
    """
    record = read_record(store, base_iri + RECORD)
    run = _Run(store, record, {graph: _count(store, graph) for graph in record.known}, files, tell)
    for dataset in datasets:
        run.take(dataset)
    gone = record.known.keys() - {*run.sent, *run.unchanged, *run.broken}
    removed = tuple(sorted(graph for graph in gone if graph.startswith(base_iri)))
    _remove(store, record, removed)
    broken = tuple(run.broken.values())
    return Pushed(tuple(run.sent), tuple(run.unchanged), removed, run.triples, tuple(run.miscounted), broken)


def files_apart(project: Project) -> Iterator[Dataset]:
    """Yield a project a file at a time, so that no more than one is in memory.

    The project has a base IRI of its own. Where a file can name graphs, which others may name too, all come at once.
    """
    together = any(file.format.has_graphs for file in project.files)
    for files in [project.files] if together else [(file,) for file in project.files]:
        yield load(replace(project, files=files))


@dataclass
class _Run:
    store: Store
    record: Record
    counts: dict[str, int]
    expected: int  # graphs: one a file until the file is read
    tell: Tell
    sent: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    miscounted: list[tuple[str, int, int]] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    triples: int = 0

    def take(self, dataset: Dataset) -> None:
        """Send what has changed of a dataset's graphs."""
        self.broken |= {_graph_of(file, dataset): file.parsed.path for file in dataset.files if _is_broken(file)}
        found = contents(dataset)
        self.expected += len(found) - len(dataset.files)
        for content in found:
            if content.graph not in self.broken:
                self.triples += content.triples
                self._bring(content)

    def _bring(self, content: Content) -> None:
        graph, record = content.graph, self.record
        if record.known.get(graph) == Sent(content.fingerprint, self.counts.get(graph, -1)):
            self.unchanged.append(graph)
            return
        self.sent.append(graph)
        record.write({**record.known, graph: Sent()})
        number = len(self.sent) + len(self.unchanged)
        where = f"graph {number} of {self.expected}"
        counted = _send(self.store, content, lambda share: self.tell(f"{where}, {share} %: {graph}"))
        record.check_sent(graph)
        if content.fewest <= counted <= content.triples:
            record.write({**record.known, graph: Sent(content.fingerprint, counted)})
        else:  # it stays empty in the record: the next run sends it again
            self.miscounted.append((graph, content.triples, counted))


def _graph_of(file: LoadedFile, dataset: Dataset) -> str:
    return dataset.table.keys[file.graph][1:-1]


def _is_broken(file: LoadedFile) -> bool:
    return bool(file.parsed.errors or file.unreadable)


def _count(store: Store, graph: str) -> int:
    rows = store.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    return int(literal_parts(rows[0]["n"])[0]) if rows else 0


def _send(store: Store, content: Content, tell: Callable[[int], None]) -> int:
    """Put one graph in its place, and return how many triples the store then has in it; `tell` hears percents."""
    tell(0)
    if store.addresses.graph_store is not None:
        store.put(content.graph, _told(content.body, tell))
    else:
        store.update(f"DROP SILENT GRAPH <{content.graph}>")
        for number, lines in enumerate(_batches(content.lines())):
            tell(100 * number * INSERTED_AT_ONCE // content.triples)
            store.update(f"INSERT DATA {{ GRAPH <{content.graph}> {{\n{''.join(lines)}}} }}")
    return _count(store, content.graph)


def _told(body: Body, tell: Callable[[int], None]) -> Body:
    """Return a body that says how much of it is sent."""

    def pieces() -> Iterator[bytes]:
        passed = 0
        for piece in body.pieces():
            yield piece
            passed += len(piece)
            tell(100 * passed // body.length)

    return replace(body, pieces=pieces)


def _batches(lines: Iterator[str]) -> Iterator[Sequence[str]]:
    """Yield lines in batches; those with blank nodes in one, because a label means a node in one request only."""
    blank: list[str] = []

    def others() -> Iterator[str]:
        for line in lines:
            if line.startswith("_:") or line.split(" ", 3)[2].startswith("_:"):
                blank.append(line)
            else:
                yield line

    plain = others()
    while batch := list(islice(plain, INSERTED_AT_ONCE)):
        yield batch
    if blank:
        yield blank


def _remove(store: Store, record: Record, graphs: Sequence[str]) -> None:
    """Remove graphs, then say so in the record: who is killed between removes them again."""
    if graphs:
        record.check()
        for graph in graphs:
            store.delete(graph)
        record.write({graph: each for graph, each in record.known.items() if graph not in graphs})
