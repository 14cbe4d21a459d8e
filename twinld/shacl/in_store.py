"""A plan run inside a store that is elsewhere: one query a constraint, for all focus nodes, and only violations come.

The store's own rules hold: literals come back as it writes them, blank nodes under its names.
Source: https://www.w3.org/TR/shacl/#validation
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from twinld.rdf.statements import Statements
from twinld.rdf.terms import Term, TermTable, term_of
from twinld.rdf.writing import ntriples_term
from twinld.shacl import plan
from twinld.shacl.compile import compile_shapes
from twinld.shacl.graph import Graph
from twinld.shacl.ill_formed import IllFormed
from twinld.shacl.messages import default_message
from twinld.shacl.plan import Constraint, Plan, Shape, Sparql
from twinld.shacl.report import Report, Result, Unevaluated, in_order
from twinld.shacl.set_queries import violations
from twinld.shacl.set_sparql import constraint_query
from twinld.shacl.set_sweeps import FOCUS, VALUE, can_sweep, sweeps
from twinld.shacl.set_tests import Inexpressible, Tests
from twinld.shacl.sparql import filled
from twinld.shacl.vocabulary import RDFS_SUBCLASS, SH
from twinld.stores.client import Store
from twinld.stores.errors import StoreAwayError, StoreError

PAGE = 5_000  # violations of one answer: a megabyte or so; Virtuoso hands out no more than 10,000 as it comes


@dataclass(frozen=True, slots=True)
class _Reach:
    """The focus nodes of a shape as a pattern that binds a variable."""

    pattern: Callable[[str], str]


def validate_in_store(
    store: Store,
    table: TermTable,
    shapes: Sequence[Statements],
    graphs: Sequence[str] = (),
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Return what shapes find in a store's data: its default graph, or the union of `graphs` (IRIs).

    What cannot be said in a query stands in the report's `unevaluated`, as does what the store refuses or is too slow
    for. Raises `StoreAwayError` where the store goes away meanwhile.
    """
    graph = Graph(table, shapes)
    compiled, problems = compile_shapes(graph)
    runner = _Runner(store, compiled, graph, tuple(graphs))
    runner.read_subclasses()
    targeted = [shape for shape in compiled.shapes.values() if shape.targets]
    foreign = [Unevaluated(each, why) for each, why in compiled.foreign.items()]
    for number, shape in enumerate(targeted, start=1):
        if shape.number in compiled.foreign:
            continue
        tell(f"shape {number} of {len(targeted)}: {table.keys[shape.number]}, {store.queries} queries")
        runner.run(shape)
    return Report(
        in_order(list(dict.fromkeys(runner.results)), table),
        "in the store",
        tuple(dict.fromkeys((*problems, *foreign, *runner.unevaluated))),
        compiled.untargeted,
        len(compiled.shapes),
    )


@dataclass
class _Runner:
    store: Store
    plan: Plan
    shapes: Graph
    graphs: tuple[str, ...]
    results: list[Result] = field(default_factory=list)
    unevaluated: list[Unevaluated] = field(default_factory=list)
    tests: Tests = field(init=False)
    _seen: set[tuple[int, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.tests = Tests(self.plan, self.shapes, {})

    @property
    def table(self) -> TermTable:
        return self.shapes.table

    def read_subclasses(self) -> None:
        """Ask once for the classes below each class that the plan names: a walk at every value would take long."""
        named = {each for shape in self.plan.shapes.values() for each in shape.targets.classes}
        constraints = (each for shape in self.plan.shapes.values() for each in shape.constraints)
        named |= {each.parameter for each in constraints if isinstance(each, plan.Class)}
        keys = self.table.keys
        below: dict[str, set[str]] = {}
        waiting = {keys[each] for each in named if keys[each][0] == "<"}
        while waiting:  # a level at a time: Virtuoso 7.2 refuses a path from several starts
            values = " ".join(ntriples_term(key) for key in sorted(waiting))
            query = f"SELECT DISTINCT ?a ?b WHERE {{ VALUES ?a {{ {values} }} ?b {RDFS_SUBCLASS} ?a }}"
            below |= {key: set() for key in waiting}
            for row in self.store.select(query, self.graphs):
                if row["b"][0] == "<":
                    below[row["a"]].add(row["b"])
            waiting = {each for some in below.values() for each in some} - below.keys()
        self.tests.subclasses = {each: _all_below(keys[each], below) for each in named}

    def run(self, shape: Shape) -> None:
        """Evaluate a shape at its targets."""
        try:
            text = self._targets(shape)
        except Inexpressible as error:
            self._give_up(shape, str(error))
            return
        self._constraints(shape, _Reach(text))

    def _targets(self, shape: Shape) -> Callable[[str], str]:
        targets, tests = shape.targets, self.tests
        nodes = " ".join(tests.term(each) for each in targets.nodes)

        def pattern(variable: str) -> str:
            parts = [f"VALUES {variable} {{ {nodes} }}"] if nodes else []
            parts += [tests.instance(variable, each) for each in targets.classes]
            parts += [f"{variable} {tests.term(each)} {tests.variable()} ." for each in targets.subjects_of]
            parts += [f"{tests.variable()} {tests.term(each)} {variable} ." for each in targets.objects_of]
            return parts[0] if len(parts) == 1 else " UNION ".join(f"{{ {each} }}" for each in parts)

        pattern(FOCUS)  # what cannot be said shows now
        return pattern

    def _constraints(self, shape: Shape, reach: _Reach) -> None:
        if (mark := (shape.number, reach.pattern("?twinldMark"))) in self._seen and shape.number in self.plan.recursive:
            self._give_up(shape, "it refers to itself")
            return
        self._seen.add(mark)
        for constraint in shape.constraints:
            try:
                if isinstance(constraint, plan.Property):
                    self._below(shape, self.plan.shapes[constraint.parameter], reach)
                else:
                    self._constraint(shape, constraint, reach)
            except (Inexpressible, IllFormed) as error:
                self._give_up(shape, f"{_named(constraint)}: {error}")
            except StoreAwayError:
                raise
            except StoreError as error:
                self._give_up(shape, f"{_named(constraint)}: {error.message}")

    @property
    def _by_sweep(self) -> bool:
        return self.store.kind is not None and self.store.kind.by_sweep

    def _below(self, shape: Shape, inner: Shape, reach: _Reach) -> None:
        if inner.number in self.plan.recursive:
            raise Inexpressible("it refers to itself")
        if inner.number in self.plan.foreign:
            raise Inexpressible(self.plan.foreign[inner.number])
        if shape.path_node is None:
            self._constraints(inner, reach)
            return
        path, outer = self.tests.path(shape), self.tests.variable()
        sweep = self._by_sweep and can_sweep(path)

        def pattern(variable: str) -> str:
            edge = f"{outer} {path} {variable} ."
            if sweep:
                return sweeps((outer, reach.pattern(outer)), (f"{outer} {variable}", edge))
            return f"{reach.pattern(outer)} {edge}"

        self._constraints(inner, _Reach(pattern))

    def _constraint(self, shape: Shape, constraint: Constraint, reach: _Reach) -> None:
        if isinstance(constraint, Sparql):
            self._sparql(shape, constraint, reach)
            return
        query = violations(self.tests, shape, constraint, reach.pattern(FOCUS), by_sweep=self._by_sweep)
        order = f"{FOCUS} {VALUE}" if VALUE in query.partition("WHERE")[0] else FOCUS
        for row in self._rows(query, order):
            number = self.table.intern
            value = number(row[VALUE[1:]]) if VALUE[1:] in row else None
            path = number(row["twinldPath"]) if "twinldPath" in row else shape.path_node
            messages = shape.messages or (default_message(constraint, value, self.table),)
            component = f"{SH}{constraint.component}ConstraintComponent"
            self.results.append(
                Result(number(row[FOCUS[1:]]), path, value, component, shape.number, shape.severity, messages)
            )

    def _rows(self, query: str, order: str) -> Iterator[dict[str, str]]:
        sorted_rows, start = f"{query}\nORDER BY {order}", 0
        if self.store.kind is not None and self.store.kind.pages_outside and query.startswith("SELECT"):
            sorted_rows = f"SELECT * WHERE {{ {{ {sorted_rows} }} }}"
        while True:
            page = f"{sorted_rows} LIMIT {PAGE} OFFSET {start}"
            rows = self.store.select(page, self.graphs)
            yield from map(dict, rows)
            if not rows:  # a page that is not full ends nothing: a store may have a cap of its own that is lower
                return
            start += len(rows)

    def _sparql(self, shape: Shape, constraint: Sparql, reach: _Reach) -> None:
        query = constraint_query(constraint, reach.pattern("?this"))
        for row in self._rows(query, "?this"):
            number = self.table.intern
            focus = number(row["this"])
            value = number(row["value"]) if "value" in row else None if shape.path_node is not None else focus
            path = number(row["path"]) if shape.path_node is None and "path" in row else shape.path_node
            self.results.append(
                Result(
                    focus,
                    path,
                    value,
                    constraint.component_iri,
                    shape.number,
                    shape.severity,
                    self._messages(shape, constraint, row),
                    source_constraint=constraint.node,
                )
            )

    def _messages(self, shape: Shape, constraint: Sparql, row: dict[str, str]) -> tuple[str, ...]:
        if row.get("message", "")[:1] == '"':
            return (row["message"],)
        terms: dict[str, Term] = {name: term_of(key) for name, key in row.items()}
        own = tuple(filled(each, terms) for each in constraint.messages)
        return own or shape.messages or (default_message(constraint, None, self.table),)

    def _give_up(self, shape: Shape, why: str) -> None:
        self.unevaluated.append(Unevaluated(shape.number, why))


def _all_below(key: str, below: dict[str, set[str]]) -> tuple[str, ...]:
    found, waiting = {key}, [key]
    while waiting:
        new = below.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return tuple(sorted(found))


def _named(constraint: Constraint) -> str:
    name = constraint.component or "its component"
    return "sh:sparql" if name == "SPARQL" else f"sh:{name[0].lower()}{name[1:]}"
