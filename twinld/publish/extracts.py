"""Which statements go into which dump, in the order they are written: by subject, predicate and object of their keys.

The statements are put into order once; an extract is a choice among the ordered rows.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from twinld.graph.dataset import RDF_TYPE, Dataset
from twinld.publish.addresses import Addresses
from twinld.rdf.writing import Quad

SKOS = "http://www.w3.org/2004/02/skos/core#"
CONCEPT_CLASSES = tuple(f"<{SKOS}{name}>" for name in ("Concept", "ConceptScheme", "Collection", "OrderedCollection"))
KEPT_STATEMENTS = 100_000  # in a dataset of more than these, a writer goes through the columns again each time
BY_SUBJECT, BY_GRAPH = "rows-by-subject", "rows-by-graph"  # the columns of a stored data set
ROLE_NAMES = {"ontology": "vocabulary", "shapes": "shapes"}
"""Roles of files that have an extract of their own, and what it is called behind the name of the dataset."""


@dataclass(frozen=True)
class Extract:
    """Some of the statements. `name` is the path of its dumps below `dumps/`, without extension.

    `rows` gives the row numbers in order: by graph for `True`, else by subject. `source` says whether authors wrote
    the statements (the derived graph is no source). `graph` is the IRI where the extract is one named graph.
    """

    name: str
    kind: str
    order: OrderedStatements
    rows: Callable[[bool], Iterable[int]]
    source: bool = True
    graph: str | None = None

    @property
    def dataset(self) -> Dataset:
        """The dataset that the statements are of."""
        return self.order.dataset

    @cached_property
    def size(self) -> int:
        """The number of triples: the same triple in two graphs counts once."""
        return sum(1 for _ in self.quads(with_graphs=False))

    @cached_property
    def terms(self) -> frozenset[str]:
        """The keys of all terms in the extract, the graphs included."""
        quads, keys = self.dataset.quads, self.dataset.table.keys
        columns = (quads.subject, quads.predicate, quads.object, quads.graph)
        return frozenset(keys[number] for column in columns for number in {column[row] for row in self.rows(False)})

    def quads(self, *, with_graphs: bool) -> Iterable[Quad]:
        """Return the quads in order, each once; without graphs the merge of the graphs."""
        if len(self.dataset.quads) > KEPT_STATEMENTS:
            return _Rows(self, with_graphs)
        return self._quads if with_graphs else self._triples

    @cached_property
    def _quads(self) -> tuple[Quad, ...]:
        return tuple(_Rows(self, with_graphs=True))

    @cached_property
    def _triples(self) -> tuple[Quad, ...]:
        return tuple(_Rows(self, with_graphs=False))


@dataclass(frozen=True, slots=True)
class _Rows:
    """The quads of an extract, for as many iterations as a writer needs."""

    extract: Extract
    with_graphs: bool

    def __iter__(self) -> Iterator[Quad]:
        keys, row_of = self.extract.dataset.table.keys, self.extract.dataset.quads.row
        last = None
        for row in self.extract.rows(self.with_graphs):
            s, p, o, g = row_of(row)
            quad = (s, p, o, g if self.with_graphs else 0)
            if quad != last:
                yield keys[s], keys[p], keys[o], keys[quad[3]]
                last = quad


@dataclass(frozen=True)
class OrderedStatements:
    """A dataset's rows in the order of the keys of their terms."""

    dataset: Dataset

    @cached_property
    def by_subject(self) -> Sequence[int]:
        """Row numbers by subject, predicate, object."""
        if self.dataset.stored is not None:
            return self.dataset.stored.more[BY_SUBJECT]
        quads = self.dataset.quads
        rows = list(range(len(quads)))
        # Sorting is stable, so the last key sorted by counts most; one column at a time needs no tuple per row.
        for column in (quads.object, quads.predicate, quads.subject):
            ranks = array("I", map(self._ranks.__getitem__, column))
            rows.sort(key=ranks.__getitem__)
        return array("I", rows)

    @cached_property
    def by_graph(self) -> Sequence[int]:
        """Row numbers by graph, subject, predicate, object."""
        if self.dataset.stored is not None:
            return self.dataset.stored.more[BY_GRAPH]
        ranks = array("I", map(self._ranks.__getitem__, self.dataset.quads.graph))
        return array("I", sorted(self.by_subject, key=ranks.__getitem__))

    def sort(self) -> None:
        """Find both orders now rather than when they are first asked for."""
        assert len(self.by_graph) == len(self.by_subject)

    def chosen(self, flags: bytes) -> Callable[[bool], Iterable[int]]:
        """Return what gives the rows that have a flag, in either order."""
        return lambda by_graph: (row for row in (self.by_graph if by_graph else self.by_subject) if flags[row])

    def of_graph(self, graph: int) -> Callable[[bool], Iterable[int]]:
        """Return what gives the rows of one graph; within a graph both orders are the same."""
        return lambda _: self.by_graph[slice(*self._slices[graph])]

    @cached_property
    def _slices(self) -> dict[int, tuple[int, int]]:
        """Where the rows of each graph begin and end in the order by graph."""
        found: dict[int, tuple[int, int]] = {}
        end = 0
        for graph, rows in groupby(self.by_graph, key=self.dataset.quads.graph.__getitem__):
            start, end = end, end + sum(1 for _ in rows)
            found[graph] = (start, end)
        return found

    @cached_property
    def _ranks(self) -> array[int]:
        """The place of each term's key among all keys, by the number of the term."""
        keys = self.dataset.table.keys
        ranks = array("I", bytes(4 * len(keys)))
        for rank, number in enumerate(sorted(range(len(keys)), key=keys.__getitem__)):
            ranks[number] = rank
        return ranks


def extracts(dataset: Dataset) -> tuple[Extract, ...]:
    """Return all extracts: the whole of the sources, those by role, the concepts, and each named graph.

    An extract without statements is left out.
    """
    order = OrderedStatements(dataset)
    name = dataset_name(dataset)
    sources = _source_flags(dataset)
    parts = [(name, "whole", sources)]
    parts += [(f"{name}-{label}", label, _role_flags(dataset, role)) for role, label in ROLE_NAMES.items()]
    parts.append((f"{name}-concepts", "concepts", _concept_flags(dataset, sources)))
    flagged = (Extract(path, kind, order, order.chosen(flags)) for path, kind, flags in parts if 1 in flags)
    return (*flagged, *_graphs(order))


def dataset_name(dataset: Dataset) -> str:
    """Return the name of the whole dump: the last segment of the base IRI's path, or `dataset`."""
    path = dataset.base_iri.partition("://")[2].partition("/")[2].rstrip("/#")
    return path.rpartition("/")[2] or "dataset"


def _source_flags(dataset: Dataset) -> bytes:
    """Flag all rows but the derived ones, which stand last."""
    return b"\1" * (len(dataset.quads) - len(dataset.derived)) + b"\0" * len(dataset.derived)


def _role_flags(dataset: Dataset, role: str) -> bytes:
    flags = [bytes([file.source.role == role]) * len(file.parsed.statements) for file in dataset.files]
    return b"".join(flags) + b"\0" * len(dataset.derived)


def _concept_flags(dataset: Dataset, sources: bytes) -> bytes:
    """Flag what the sources say of SKOS concepts and schemes, and of the blank nodes that they lead to."""
    quads, keys, ids = dataset.quads, dataset.table.keys, dataset.table.ids
    rdf_type = ids.get(RDF_TYPE)
    classes = [number for key in CONCEPT_CLASSES if (number := ids.get(key)) is not None]
    rows = [row for number in classes for row in quads.rows_of_object(number)]
    queue = list(dict.fromkeys(quads.subject[row] for row in rows if quads.predicate[row] == rdf_type))
    seen = set(queue)
    flags = bytearray(len(quads))
    for subject in queue:
        for row in quads.rows_of_subject(subject):
            flags[row] = sources[row]
            value = quads.object[row]
            if keys[value].startswith("_:") and value not in seen:
                seen.add(value)
                queue.append(value)
    return bytes(flags)


def _graphs(order: OrderedStatements) -> Iterator[Extract]:
    dataset = order.dataset
    for graph in sorted(dataset.quads.graphs, key=dataset.table.keys.__getitem__):
        key = dataset.table.keys[graph]
        if key.startswith("<"):
            iri = key[1:-1]
            source = iri != dataset.derived_graph
            yield Extract(_graph_path(dataset, iri), "graph", order, order.of_graph(graph), source, iri)


def _graph_path(dataset: Dataset, iri: str) -> str:
    """Return `graph/data/cities` for the graph of a file, a path that spells the IRI for any other."""
    if iri.startswith(dataset.base_iri + "graph/"):
        return Addresses(dataset.base_iri).thing(iri)
    return Addresses("urn:nobody:").document(iri).removeprefix("doc/")
