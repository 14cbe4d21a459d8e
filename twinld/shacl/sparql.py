"""SPARQL constraints on an Oxigraph store: one query for all focus nodes where that means the same.

Source: https://www.w3.org/TR/shacl/#sparql-constraints
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from twinld.rdf.terms import Term, TermTable, key_of, literal_parts, term_of
from twinld.rdf.writing import ntriples_term
from twinld.shacl.forms import changes_form, looks_at_form
from twinld.shacl.graph import Graph
from twinld.shacl.ill_formed import IllFormed
from twinld.shacl.literals import INTEGERS, value_of
from twinld.shacl.needs import predicates_of_query
from twinld.shacl.plan import Sparql
from twinld.shacl.sparql_text import ROW, ROWS, Rewritten, rewrite
from twinld.shacl.vocabulary import XSD

SHAPES = "urn:x-twinld:shapes"
_LOADED_AT_ONCE = 20_000  # statements; the text of more would only take memory
_ROWS_AT_ONCE = 100_000  # focus nodes a query; the deadline is looked at in between
_COMPUTED = re.compile(r"\)\s*AS\s+[?$]value\b", re.IGNORECASE)  # such a value was written by nobody
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


Reached = Callable[[int], Iterable[int]]


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
    """The data and the shapes in a store, loaded when the first SPARQL constraint asks.

    `queries` are all that will be asked: only the predicates that they can match are loaded.
    """

    table: TermTable
    data: Graph
    shapes: Graph
    queries: Sequence[str] = ()
    notes: list[str] = field(default_factory=list)
    _reached: Reached = field(default=lambda focus: ())
    _standing: tuple[Sequence[Row], dict[str, int]] = field(default=((), {}))  # the rows that are in the store now

    @cached_property
    def store(self) -> ox.Store:
        """The store: the data in the default graph, the shapes in a graph of their own."""
        store = ox.Store()
        _load(store, self.table, self.data, None, self._needed())
        return store

    def _needed(self) -> frozenset[int] | None:
        needed: set[str] = set()
        for query in self.queries:
            predicates = predicates_of_query(query)
            if predicates is None:
                return None
            needed |= predicates
        return frozenset(self.table.ids[each] for each in needed if each in self.table.ids)

    def _changed_for(self, query: str) -> int:
        """Return how many literals that a query can match have another form in the store."""
        predicates = predicates_of_query(query)
        keys = self.table.keys
        found = (some for number, some in self._changed.items() if predicates is None or keys[number] in predicates)
        return len(set().union(*found))

    @cached_property
    def _changed(self) -> dict[int, set[int]]:
        """The literals that have another form in the store, by predicate."""
        keys = self.table.keys
        found: dict[int, set[int]] = {}
        for _, predicate, value in self.data.triples():
            if keys[value][0] == '"':
                found.setdefault(predicate, set()).add(value)
        return {number: {each for each in some if changes_form(keys[each])} for number, some in found.items()}

    @cached_property
    def _with_shapes(self) -> ox.Store:
        _load(self.store, self.table, self.shapes, SHAPES, None)
        return self.store

    def violations(
        self, constraint: Sparql, shape: int, rows: Sequence[Row], reached: Reached, until: float
    ) -> Iterator[Found]:
        """Yield the violations of some rows; raises `IllFormed`, and `Stopped` at the deadline.

        `reached` gives the value nodes of a focus node: where a value is looked up as its author wrote it.
        """
        self._reached = reached
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
        changed = self._changed_for(constraint.query) if looks_at_form(constraint.query) else 0
        if changed:
            name = self.table.keys[shape]
            self.notes.append(f"its query looks at the form of literals, and the store changes {changed}: {name}")
        step = _ROWS_AT_ONCE if rewritten.batched else 1
        for start in range(0, len(rows), step):
            if time.monotonic() > until:
                raise Stopped
            yield from self._run(store, constraint, rewritten, rows[start : start + step], bound)

    def _run(
        self, store: ox.Store, constraint: Sparql, rewritten: Rewritten, rows: Sequence[Row], bound: dict[str, int]
    ) -> Iterator[Found]:
        if (rows, bound) != self._standing:
            store.clear_graph(ox.NamedNode(ROWS))
            _add(store, self._row_lines(rows, bound))
            self._standing = (rows, bound)
        try:
            solutions = store.query(rewritten.text)
        except SyntaxError as error:
            raise IllFormed(_no_sparql(str(error))) from error
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
            bindings = {name: solution[name] for name in names if solution[name] is not None}
            yield from self._found(constraint, row, bindings)

    def _row_lines(self, rows: Sequence[Row], bound: dict[str, int]) -> list[str]:
        keys = self.table.keys
        constants = [f"<{ROWS}/{name}> {ntriples_term(keys[number])}" for name, number in bound.items()]
        lines: list[str] = []
        for number, row in enumerate(rows):
            subject = f"<{ROWS}/{number}>"
            lines.append(f"{subject} <{ROWS}/this> {ntriples_term(keys[row.focus])} <{ROWS}> .\n")
            if row.value is not None:
                lines.append(f"{subject} <{ROWS}/value> {ntriples_term(keys[row.value])} <{ROWS}> .\n")
            lines.extend(f"{subject} {each} <{ROWS}> .\n" for each in constants)
        return lines

    def _found(self, constraint: Sparql, row: Row, solution: dict[str, Term]) -> Iterator[Found]:
        failure = solution.get("failure")
        if failure is not None and getattr(failure, "value", "") == "true":
            raise IllFormed("the query reports a failure")
        path = solution.get("path")
        path_number = self.table.number(path) if isinstance(path, ox.NamedNode) else None
        value, messages = solution.get("value"), self._messages(constraint, row, solution)
        if value is None or _COMPUTED.search(constraint.query):
            number = None if value is None else self.table.intern(key_of(value))
            yield Found(row, number, path_number, messages)
            return
        for number in self._written(value, row.focus, path_number):
            yield Found(row, number, path_number, messages)

    def _written(self, term: Term, focus: int, path: int | None) -> Iterable[int]:
        """Return the term as its author wrote it: the store gives literals back in one form for each value.

        There are several where the focus node has the same value in several forms.
        """
        key = key_of(term)
        known = self.table.ids.get(key)
        if not isinstance(term, ox.Literal) or term.datatype.value == XSD + "string":
            return (self.table.intern(key) if known is None else known,)
        near = self._reached(focus) if path is None else self.data.forward(path).get(focus, ())
        same = [each for each in near if _same_literal(self.table.keys[each], key)]
        if not same and path is None:
            same = [each for each in self._literals_of.get(focus, ()) if _same_literal(self.table.keys[each], key)]
        if same:
            return same
        number = self._by_value.get(_by_value(key), 0) if known is None else known
        return (number or self.table.intern(key),)

    @cached_property
    def _literals_of(self) -> dict[int, set[int]]:
        """The literals by subject; plain strings are left out, they come back as they were written."""
        keys = self.table.keys
        found: dict[int, set[int]] = {}
        for subject, _, value in self.data.triples():
            if keys[value][0] == '"' and not keys[value].endswith('"'):
                found.setdefault(subject, set()).add(value)
        return found

    @cached_property
    def _by_value(self) -> dict[object, int]:
        """The first literal of the data with each value."""
        keys = self.table.keys
        numbers = {number for some in self._literals_of.values() for number in some}
        return {_by_value(keys[each]): each for each in sorted(numbers, reverse=True)}

    def _messages(self, constraint: Sparql, row: Row, solution: dict[str, Term]) -> tuple[str, ...]:
        """Return the messages of a solution, placeholders replaced (SHACL section 5.3.2)."""
        message = solution.get("message")
        if isinstance(message, ox.Literal):
            return (key_of(message),)
        keys = self.table.keys
        names = {**{name: term_of(keys[number]) for name, number in constraint.bound}, "this": term_of(keys[row.focus])}
        if row.value is not None:
            names["value"] = term_of(keys[row.value])
        return tuple(filled(each, {**names, **solution}) for each in constraint.messages)


def _by_value(key: str) -> tuple[str, object]:
    """Return what is the same for all literals that the store would give back as one.

    Oxigraph keeps one form per value, and makes every kind of integer an xsd:integer.
    """
    lexical, _, datatype = literal_parts(key)
    if (
        datatype.startswith(XSD)
        and datatype.removeprefix(XSD) in INTEGERS
        and re.fullmatch(r"[+-]?[0-9]{1,18}", lexical)
    ):
        return "integer", int(lexical)
    return datatype, value_of(key) or lexical


def _same_literal(written: str, given: str) -> bool:
    """Return whether a store may give back one key for the other."""
    return written[0] == '"' and _by_value(written) == _by_value(given)


def _no_sparql(error: str) -> str:
    if "Prefix not found" in error:
        return "its query uses a prefix that sh:prefixes does not declare"
    return f"its query is no SPARQL: {error.partition(chr(10))[0][:160]}"


def filled(key: str, names: dict[str, Term]) -> str:
    """Return a message, given as a key, with its placeholders replaced by terms (SHACL section 5.3.2)."""
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


def _load(store: ox.Store, table: TermTable, graph: Graph, name: str | None, needed: frozenset[int] | None) -> None:
    keys, end = table.keys, " .\n" if name is None else f" <{name}> .\n"
    written: dict[int, str] = {}
    lines: list[str] = []
    for triple in graph.triples():
        if needed is not None and triple[1] not in needed:
            continue
        for number in triple:
            if number not in written:
                written[number] = ntriples_term(keys[number])
        subject, predicate, value = triple
        lines.append(f"{written[subject]} {written[predicate]} {written[value]}{end}")
        if len(lines) == _LOADED_AT_ONCE:
            _add(store, lines)
            lines.clear()
            written.clear()
    _add(store, lines)


def _add(store: ox.Store, lines: list[str]) -> None:
    """Load lines of N-Quads. `bulk_load` would be as fast, and give every blank node a new name."""
    store.bulk_extend(ox.parse("".join(lines).encode(), format=ox.RdfFormat.N_QUADS))


def rows_of(focus: Iterable[int], values: Iterable[tuple[int, int]] | None) -> list[Row]:
    """Return the rows that a constraint is asked for: focus nodes, or their value nodes one by one."""
    if values is None:
        return [Row(each) for each in sorted(focus)]
    return [Row(each, value) for each, value in sorted(values)]
