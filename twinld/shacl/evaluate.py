"""A plan run on a graph, whole sets at a time: one test per distinct value, one pass per constraint.

Source: https://www.w3.org/TR/shacl/#validation
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from twinld.shacl import plan
from twinld.shacl.graph import Edges, Graph
from twinld.shacl.ill_formed import IllFormed
from twinld.shacl.literals import compare, value_of
from twinld.shacl.messages import default_message
from twinld.shacl.paths import Predicate
from twinld.shacl.plan import Constraint, Plan, Shape
from twinld.shacl.report import Result, Unevaluated
from twinld.shacl.sparql import SparqlStore, Stopped, rows_of
from twinld.shacl.values import VALUE_TESTS, instances_of, language_of
from twinld.shacl.vocabulary import SH
from twinld.shacl.walking import edges_of

DETAILS_DEEP = 10  # levels of details in details; a shape that refers to itself could go on for as long as the data


@dataclass(frozen=True, slots=True)
class Violation:
    """One failure of a constraint, before it is dressed as a result."""

    focus: int
    value: int | None = None
    path: int | None = None
    concerned: tuple[int, ...] = ()
    messages: tuple[str, ...] = ()


@dataclass(slots=True)
class Reach:
    """The focus nodes of a shape with their value nodes; a node shape's value node is the focus node itself."""

    focus: set[int]
    edges: Edges | None
    _distinct: set[int] | None = None

    def values(self, focus: int) -> Sequence[int]:
        """Return the value nodes of one focus node."""
        return (focus,) if self.edges is None else self.edges.get(focus, ())

    @property
    def distinct(self) -> set[int]:
        """All value nodes."""
        if self.edges is None:
            return self.focus
        if self._distinct is None:
            find = self.edges.get
            self._distinct = {value for focus in self.focus for value in find(focus, ())}
        return self._distinct

    def with_values(self, bad: set[int]) -> Iterator[Violation]:
        """Yield a violation for each focus node and each of its values that is in a set."""
        if not bad:
            return
        if self.edges is None:
            yield from (Violation(each, each) for each in bad)
            return
        find = self.edges.get
        for focus in self.focus:
            for value in find(focus, ()):
                if value in bad:
                    yield Violation(focus, value)


@dataclass(slots=True)
class Rounds:
    """What is asked of shapes that refer to themselves, and which nodes fail by the last round."""

    asked: dict[int, set[int]]
    failing: dict[int, set[int]]

    def ask(self, number: int, nodes: set[int]) -> set[int]:
        """Note that a shape is asked for some nodes; return those that failed in the last round."""
        self.asked.setdefault(number, set()).update(nodes)
        return nodes & self.failing.get(number, set())


class Deadline(Exception):
    """Raised inside a shape that takes too long."""


class Recursive(Exception):
    """Raised where a shape asks about itself on nodes that do not settle."""


@dataclass
class Evaluator:
    """Evaluates the shapes of a plan on data. What a shape says of a node is worked out once."""

    plan: Plan
    data: Graph
    shapes: Graph
    seconds: float
    store: SparqlStore = field(init=False)
    _checked: dict[int, set[int]] = field(default_factory=dict)
    _failing: dict[int, set[int]] = field(default_factory=dict)
    _reported: dict[int, set[int]] = field(default_factory=dict)
    _circles: dict[int, Rounds] = field(default_factory=dict)
    _depth: int = 0  # of details in details
    until: float = 0.0

    def __post_init__(self) -> None:
        constraints = (each for shape in self.plan.shapes.values() for each in shape.constraints)
        queries = [each.query for each in constraints if isinstance(each, plan.Sparql)]
        self.store = SparqlStore(self.data.table, self.data, self.shapes, queries)

    def run(self, roots: Iterable[int]) -> tuple[list[Result], list[Unevaluated]]:
        """Return the results of the shapes that have targets, and the shapes that were not evaluated whole."""
        results: list[Result] = []
        unevaluated: list[Unevaluated] = []
        for number in roots:
            shape = self.plan.shapes[number]
            self.until = time.monotonic() + self.seconds
            try:
                results.extend(self.results(shape, self.targets(shape)))
            except Deadline:
                unevaluated.append(Unevaluated(number, f"it took longer than {self.seconds:g} s"))
            except (RecursionError, Recursive):
                unevaluated.append(Unevaluated(number, "it refers to itself, or is nested too deep"))
            except IllFormed as error:
                unevaluated.append(Unevaluated(number, str(error)))
        return results, unevaluated

    def targets(self, shape: Shape) -> set[int]:
        """Return the focus nodes that a shape's targets give (SHACL section 2.1.3)."""
        targets = shape.targets
        found = set(targets.nodes)
        for each in targets.classes:
            found |= instances_of(each, self.data)
        for each in targets.subjects_of:
            found.update(self.data.forward(each))
        for each in targets.objects_of:
            found.update(self.data.backward(each))
        return found

    def results(self, shape: Shape, focus: set[int]) -> Iterator[Result]:
        """Yield what a shape finds at focus nodes; a shape that refers to itself is asked once for each node."""
        if shape.number in self.plan.recursive:
            reported = self._reported.setdefault(shape.number, set())
            focus = focus - reported
            reported |= focus
        if not focus:
            return
        reach = self.reach(shape, focus)
        for constraint in shape.constraints:
            if isinstance(constraint, plan.Property):
                yield from self._below(self.plan.shapes[constraint.parameter], reach)
            else:
                for violation in self.violations(shape, constraint, reach):
                    yield self.result(shape, constraint, violation)

    def _below(self, shape: Shape, reach: Reach) -> Iterator[Result]:
        """Yield the results of a property shape at value nodes, as often as focus nodes lead to each."""
        found = self.results(shape, reach.distinct)
        if reach.edges is None:
            yield from found
            return
        results = list(found)
        times = Counter(value for focus in reach.focus for value in reach.values(focus)) if results else Counter()
        for each in results:
            yield from (each for _ in range(times.get(each.focus, 1)))

    def reach(self, shape: Shape, focus: set[int]) -> Reach:
        """Return the value nodes of focus nodes by a shape's path."""
        return Reach(focus, None if shape.path is None else edges_of(shape.path, focus, self.data))

    def violations(self, shape: Shape, constraint: Constraint, reach: Reach) -> Iterator[Violation]:
        """Yield the failures of one constraint; raises `Deadline`."""
        if time.monotonic() > self.until:
            raise Deadline
        test = VALUE_TESTS.get(type(constraint))
        if test is not None:
            return reach.with_values(test(constraint, reach.distinct, self.data))
        return _CHECKS[type(constraint)](self, shape, constraint, reach)

    def failing(self, number: int, nodes: set[int]) -> set[int]:
        """Return those of some nodes that do not conform to a shape."""
        checked = self._checked.setdefault(number, set())
        failing = self._failing.setdefault(number, set())
        todo = nodes - checked
        if todo:
            circle = self.plan.recursive.get(number)
            if circle is not None:
                return (nodes & failing) | self._failing_in(circle, number, todo)
            found = self._failing_now(self.plan.shapes[number], todo)
            failing |= found
            checked |= todo
        return nodes & failing

    def _failing_in(self, circle: int, number: int, nodes: set[int]) -> set[int]:
        """Return the failing nodes of a shape that refers to itself: the fewest that satisfy all its shapes.

        SHACL leaves such shapes open. Every node is taken to conform until a shape says otherwise; what that makes
        fail is tried again, until nothing changes.
        """
        if circle in self._circles:
            return self._circles[circle].ask(number, nodes)
        rounds = self._circles[circle] = Rounds({number: set(nodes)}, {})
        try:
            while True:
                asked = {each: len(some) for each, some in rounds.asked.items()}
                found = {each: self._failing_now(self.plan.shapes[each], set(rounds.asked[each])) for each in asked}
                if found == rounds.failing and asked == {each: len(some) for each, some in rounds.asked.items()}:
                    break
                if any(found.get(each, set()) < before for each, before in rounds.failing.items()):
                    raise Recursive
                rounds.failing = found
        finally:
            del self._circles[circle]
        for each, some in rounds.asked.items():
            self._checked.setdefault(each, set()).update(some)
            self._failing.setdefault(each, set()).update(rounds.failing[each])
        return nodes & rounds.failing[number]

    def _failing_now(self, shape: Shape, nodes: set[int]) -> set[int]:
        reach = self.reach(shape, nodes)
        found: set[int] = set()
        for constraint in shape.constraints:
            test = VALUE_TESTS.get(type(constraint)) if reach.edges is None else None
            if test is not None:
                found |= test(constraint, nodes, self.data)
            else:
                found.update(each.focus for each in self.violations(shape, constraint, reach))
        return found

    def result(self, shape: Shape, constraint: Constraint, violation: Violation) -> Result:
        """Return a violation as a result of its shape, details of the shapes tried included."""
        sparql = constraint if isinstance(constraint, plan.Sparql) else None
        messages = violation.messages or shape.messages
        if not messages:
            messages = (default_message(constraint, violation.value, self.data.table),)
        return Result(
            focus=violation.focus,
            path=shape.path_node if violation.path is None else violation.path,
            value=violation.value,
            component=sparql.component_iri if sparql else f"{SH}{constraint.component}ConstraintComponent",
            source_shape=shape.number,
            severity=shape.severity,
            messages=messages,
            details=tuple(self._details(constraint, violation)),
            source_constraint=sparql.node if sparql else None,
            concerned=violation.concerned,
        )

    def _details(self, constraint: Constraint, violation: Violation) -> Iterator[Result]:
        """Yield why a value does not conform to the shapes of a logical constraint; nothing for `sh:not`."""
        if not isinstance(constraint, plan.Logical) or constraint.most == 0 or violation.value is None:
            return
        if self._depth == DETAILS_DEEP:
            return
        apart = copy(self)
        apart._depth += 1
        if self._depth == 0:
            apart._reported = {}
        for each in constraint.shapes:
            yield from apart.results(self.plan.shapes[each], {violation.value})


# Constraints that judge the values of a focus node together, and those that ask other shapes.

_Check = Callable[[Evaluator, Shape, Any, Reach], Iterator[Violation]]


def _count(evaluator: Evaluator, shape: Shape, constraint: plan.Count, reach: Reach) -> Iterator[Violation]:
    edges, least, most = reach.edges, constraint.least, constraint.most
    if edges is None:
        return
    if most is None and least == 1:
        yield from (Violation(focus) for focus in reach.focus - edges.keys())
        return
    for focus in reach.focus:
        values = edges.get(focus, ())
        if len(values) < least or (most is not None and len(values) > most):
            yield Violation(focus, concerned=tuple(values) if most is not None else ())


def _has_value(evaluator: Evaluator, shape: Shape, constraint: plan.HasValue, reach: Reach) -> Iterator[Violation]:
    for focus in reach.focus:
        if constraint.parameter not in reach.values(focus):
            yield Violation(focus)


def _unique_lang(evaluator: Evaluator, shape: Shape, constraint: plan.UniqueLang, reach: Reach) -> Iterator[Violation]:
    keys = evaluator.data.table.keys
    for focus in reach.focus:
        values = reach.values(focus)
        if len(values) < 2:
            continue
        by_language: dict[str, list[int]] = {}
        for value in values:
            language = language_of(keys[value])
            if language:
                by_language.setdefault(language, []).append(value)
        for same in by_language.values():
            if len(same) > 1:
                yield Violation(focus, concerned=tuple(same))


def _equals(evaluator: Evaluator, shape: Shape, constraint: plan.Equals, reach: Reach) -> Iterator[Violation]:
    others = evaluator.data.forward(constraint.parameter)
    for focus in reach.focus:
        for value in set(reach.values(focus)) ^ set(others.get(focus, ())):
            yield Violation(focus, value)


def _disjoint(evaluator: Evaluator, shape: Shape, constraint: plan.Disjoint, reach: Reach) -> Iterator[Violation]:
    others = evaluator.data.forward(constraint.parameter)
    for focus in reach.focus & others.keys():
        for value in set(reach.values(focus)).intersection(others[focus]):
            yield Violation(focus, value)


def _less(evaluator: Evaluator, shape: Shape, constraint: plan.Less, reach: Reach) -> Iterator[Violation]:
    others, keys = evaluator.data.forward(constraint.parameter), evaluator.data.table.keys
    for focus in reach.focus & others.keys():
        limits = [value_of(keys[each]) for each in others[focus]]
        for value in reach.values(focus):
            mine = value_of(keys[value])
            for limit in limits:
                if compare(mine, limit) not in constraint.allowed:
                    yield Violation(focus, value)


def _logical(evaluator: Evaluator, shape: Shape, constraint: plan.Logical, reach: Reach) -> Iterator[Violation]:
    values = reach.distinct
    conforming: dict[int, int] = dict.fromkeys(values, 0)
    for each in constraint.shapes:
        for value in values - evaluator.failing(each, values):
            conforming[value] += 1
    bad = {value for value, count in conforming.items() if not constraint.least <= count <= constraint.most}
    return reach.with_values(bad)


def _property(evaluator: Evaluator, shape: Shape, constraint: plan.Property, reach: Reach) -> Iterator[Violation]:
    return reach.with_values(evaluator.failing(constraint.parameter, reach.distinct))


def _qualified(evaluator: Evaluator, shape: Shape, constraint: plan.Qualified, reach: Reach) -> Iterator[Violation]:
    values = reach.distinct
    good = values - evaluator.failing(constraint.shape, values)
    for each in constraint.siblings:
        good = good & evaluator.failing(each, good)
    for focus in reach.focus:
        count = sum(value in good for value in reach.values(focus))
        if count < constraint.least or (constraint.most is not None and count > constraint.most):
            yield Violation(focus)


def _closed(evaluator: Evaluator, shape: Shape, constraint: plan.Closed, reach: Reach) -> Iterator[Violation]:
    nodes, allowed = reach.distinct, constraint.allowed
    surplus: dict[int, dict[tuple[int, int], None]] = {}
    for subject, predicate, value in evaluator.data.triples():
        if predicate not in allowed and subject in nodes:
            surplus.setdefault(subject, {})[predicate, value] = None
    for focus in reach.focus:
        for node in reach.values(focus):
            for predicate, value in surplus.get(node, ()):
                yield Violation(focus, value, path=predicate)


def _sparql(evaluator: Evaluator, shape: Shape, constraint: plan.Sparql, reach: Reach) -> Iterator[Violation]:
    pairs = ((focus, value) for focus in reach.focus for value in reach.values(focus)) if constraint.ask else None
    rows = rows_of(reach.focus, pairs)
    try:
        for found in evaluator.store.violations(constraint, shape.number, rows, reach.values, evaluator.until):
            value = found.row.focus if found.value is None and shape.path is None else found.value
            path = found.path if shape.path is None else None
            yield Violation(found.row.focus, value, path=path, messages=found.messages)
    except Stopped:
        raise Deadline from None


_CHECKS: dict[type[Constraint], _Check] = {
    plan.Count: _count,
    plan.HasValue: _has_value,
    plan.UniqueLang: _unique_lang,
    plan.Equals: _equals,
    plan.Disjoint: _disjoint,
    plan.Less: _less,
    plan.Logical: _logical,
    plan.Property: _property,
    plan.Qualified: _qualified,
    plan.Closed: _closed,
    plan.Sparql: _sparql,
}


def predicates_needed(plan_: Plan) -> set[int]:
    """Return the predicates that a plan reads along, so that one pass gathers them all."""
    found: set[int] = set()
    for shape in plan_.shapes.values():
        found.update((*shape.targets.subjects_of, *shape.targets.objects_of))
        if isinstance(shape.path, Predicate):
            found.add(shape.path.number)
        for constraint in shape.constraints:
            if isinstance(constraint, plan.Equals | plan.Disjoint | plan.Less):
                found.add(constraint.parameter)
    return found
