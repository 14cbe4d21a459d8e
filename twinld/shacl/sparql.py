"""SPARQL constraints on an Oxigraph store: one query for all focus nodes where that means the same.

Source: https://www.w3.org/TR/shacl/#sparql-constraints
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from twinld.rdf.terms import Term, TermTable, key_of, literal_parts, term_of
from twinld.rdf.writing import ntriples_term
from twinld.shacl.graph import Graph
from twinld.shacl.ill_formed import IllFormed
from twinld.shacl.literals import compare, value_of
from twinld.shacl.plan import Sparql
from twinld.shacl.sparql_text import ROW, ROWS, Rewritten, rewrite

SHAPES = "urn:x-twinld:shapes"
_LOADED_AT_ONCE = 100_000  # statements; the text of more would only take memory
_ROWS_AT_ONCE = 50_000  # focus nodes a query; the deadline is looked at in between
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


@dataclass(frozen=True, slots=True)
class Row:
    """One focus node, with the value node that an ASK judges."""

    focus: int
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One solution that is a violation."""

    row: Row
    value: int | None
    path: int | None
    messages: tuple[str, ...]


class Stopped(Exception):
    """Raised between two queries when the time of a shape is over."""


@dataclass
class SparqlStore:
    """The data and the shapes in a store, loaded when the first SPARQL constraint asks."""

    table: TermTable
    data: Graph
    shapes: Graph
    notes: list[str] = field(default_factory=list)

    @cached_property
    def store(self) -> ox.Store:
        """The store: the data in the default graph, the shapes in a graph of their own."""
        store = ox.Store()
        _load(store, self.table, self.data, None)
        return store

    @cached_property
    def _with_shapes(self) -> ox.Store:
        _load(self.store, self.table, self.shapes, SHAPES)
        return self.store

    def violations(self, constraint: Sparql, shape: int, rows: Sequence[Row], until: float) -> Iterator[Found]:
        """Yield the violations of some rows; raises `IllFormed`, and `Stopped` at the deadline."""
        bound = dict(constraint.bound)
        names = ("this", *(("value",) if constraint.ask else ()), *bound)
        if "currentShape" in constraint.query:
            bound["currentShape"] = shape
        store = self.store
        if "shapesGraph" in constraint.query:
            store, bound["shapesGraph"] = self._with_shapes, self.table.intern(f"<{SHAPES}>")
        names = tuple(dict.fromkeys((*names, *bound)))
        rewritten = rewrite(constraint.query, ask=constraint.ask, bound=names)
        if not rewritten.batched:
            self.notes.append(f"run once per focus node: {self.table.keys[shape]}, {rewritten.why}")
        step = _ROWS_AT_ONCE if rewritten.batched else 1
        for start in range(0, len(rows), step):
            if time.monotonic() > until:
                raise Stopped
            yield from self._run(store, constraint, rewritten, rows[start : start + step], bound)

    def _run(
        self, store: ox.Store, constraint: Sparql, rewritten: Rewritten, rows: Sequence[Row], bound: dict[str, int]
    ) -> Iterator[Found]:
        graph = ox.NamedNode(ROWS)
        store.clear_graph(graph)
        store.bulk_load(self._rows_text(rows, bound), format=ox.RdfFormat.N_TRIPLES, to_graph=graph)
        try:
            solutions = store.query(rewritten.text)
        except SyntaxError as error:
            raise IllFormed(f"the query is no SPARQL: {error}") from error
        assert isinstance(solutions, ox.QuerySolutions)
        names = {each.value for each in solutions.variables}
        if constraint.ask:
            true = {_row_number(solution[ROW]) for solution in solutions}
            yield from (
                Found(row, row.value, None, self._messages(constraint, row, {}))
                for number, row in enumerate(rows)
                if number not in true
            )
            return
        for solution in solutions:
            row = rows[_row_number(solution[ROW]) if ROW in names else 0]
            yield self._found(constraint, row, {name: solution[name] for name in names if solution[name] is not None})

    def _rows_text(self, rows: Sequence[Row], bound: dict[str, int]) -> bytes:
        keys = self.table.keys
        constants = [f"<{ROWS}/{name}> {ntriples_term(keys[number])}" for name, number in bound.items()]
        lines: list[str] = []
        for number, row in enumerate(rows):
            subject = f"<{ROWS}/{number}>"
            lines.append(f"{subject} <{ROWS}/this> {ntriples_term(keys[row.focus])} .\n")
            if row.value is not None:
                lines.append(f"{subject} <{ROWS}/value> {ntriples_term(keys[row.value])} .\n")
            lines.extend(f"{subject} {each} .\n" for each in constants)
        return "".join(lines).encode()

    def _found(self, constraint: Sparql, row: Row, solution: dict[str, Term]) -> Found:
        failure = solution.get("failure")
        if failure is not None and getattr(failure, "value", "") == "true":
            raise IllFormed("the query reports a failure")
        path = solution.get("path")
        path_number = self.table.number(path) if isinstance(path, ox.NamedNode) else None
        value = solution.get("value")
        number = None if value is None else self._written(value, row.focus, path_number)
        return Found(row, number, path_number, self._messages(constraint, row, solution))

    def _written(self, term: Term, focus: int, path: int | None) -> int:
        """Return the number of the term as its author wrote it: the store gives literals back in another form."""
        key = key_of(term)
        known = self.table.ids.get(key)
        if not isinstance(term, ox.Literal) or term.datatype.value.endswith("#string"):
            return self.table.intern(key) if known is None else known
        candidates = self._near(focus) if path is None else self.data.forward(path).get(focus, ())
        if known is not None and known in candidates:
            return known
        ending, wanted = key[key.rindex('"') :].lower(), value_of(key)
        for each in candidates:
            written = self.table.keys[each]
            if written.lower().endswith(ending) and (
                written.lower() == key.lower() or compare(value_of(written), wanted) == 0
            ):
                return each
        return self.table.intern(key) if known is None else known

    def _near(self, focus: int) -> set[int]:
        """Return the values of a focus node, whatever the property."""
        return self._by_subject.get(focus, set())

    @cached_property
    def _by_subject(self) -> dict[int, set[int]]:
        keys = self.table.keys
        found: dict[int, set[int]] = {}
        for subject, _, value in self.data.triples():
            if keys[value][0] == '"':
                found.setdefault(subject, set()).add(value)
        return found

    def _messages(self, constraint: Sparql, row: Row, solution: dict[str, Term]) -> tuple[str, ...]:
        """Return the messages of a solution, placeholders replaced (SHACL section 5.3.2)."""
        message = solution.get("message")
        if isinstance(message, ox.Literal):
            return (key_of(message),)
        keys = self.table.keys
        names = {**{name: term_of(keys[number]) for name, number in constraint.bound}, "this": term_of(keys[row.focus])}
        if row.value is not None:
            names["value"] = term_of(keys[row.value])
        return tuple(_filled(each, {**names, **solution}) for each in constraint.messages)


def _filled(key: str, names: dict[str, Term]) -> str:
    lexical, _, _ = literal_parts(key)
    if "{" not in lexical:
        return key

    def shown(match: re.Match[str]) -> str:
        term = names.get(match[1])
        if term is None:
            return match[0]
        return f"<{term.value}>" if isinstance(term, ox.NamedNode) else term.value

    return '"' + _PLACEHOLDER.sub(shown, lexical) + key[len(lexical) + 1 :]


def _row_number(term: object) -> int:
    assert isinstance(term, ox.NamedNode)
    return int(term.value.rpartition("/")[2])


def _load(store: ox.Store, table: TermTable, graph: Graph, name: str | None) -> None:
    """Load a graph by text: five times faster than by quads made one by one."""
    to_graph = ox.DefaultGraph() if name is None else ox.NamedNode(name)
    keys, written = table.keys, dict[int, str]()

    def text(number: int) -> str:
        found = written.get(number)
        if found is None:
            found = written[number] = ntriples_term(keys[number])
        return found

    lines: list[str] = []
    for subject, predicate, value in graph.triples():
        lines.append(f"{text(subject)} {text(predicate)} {text(value)} .\n")
        if len(lines) == _LOADED_AT_ONCE:
            store.bulk_load("".join(lines).encode(), format=ox.RdfFormat.N_TRIPLES, to_graph=to_graph)
            lines.clear()
            written.clear()
    store.bulk_load("".join(lines).encode(), format=ox.RdfFormat.N_TRIPLES, to_graph=to_graph)


def rows_of(focus: Iterable[int], values: Iterable[tuple[int, int]] | None) -> list[Row]:
    """Return the rows that a constraint is asked for: focus nodes, or their value nodes one by one."""
    if values is None:
        return [Row(each) for each in sorted(focus)]
    return [Row(each, value) for each, value in sorted(values)]
