"""The query of a constraint of SHACL Core: all violations at all focus nodes at once.

`focus` is the pattern that binds `FOCUS`.
Source: https://www.w3.org/TR/shacl/#core-components
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twinld.shacl import plan
from twinld.shacl.plan import Constraint, Shape
from twinld.shacl.set_sweeps import FOCUS, VALUE, swept
from twinld.shacl.set_tests import Tests


def violations(tests: Tests, shape: Shape, constraint: Constraint, focus: str, *, by_sweep: bool) -> str:
    """Return a SELECT of focus nodes, and values where the constraint judges them one by one.

    `by_sweep` asks for joins of whole sets where that can be said. Raises `Inexpressible`.
    """
    if by_sweep and (query := swept(tests, shape, constraint, focus)) is not None:
        return query
    if (write := _TOGETHER.get(type(constraint))) is not None:
        return write(tests, shape, constraint, focus)
    if shape.path_node is None:
        test = tests.bad(constraint, FOCUS)
        return f"SELECT DISTINCT {FOCUS} ({FOCUS} AS {VALUE}) WHERE {{ {focus} FILTER({test}) }}"
    edge = f"{FOCUS} {tests.path(shape)} {VALUE} ."
    return f"SELECT DISTINCT {FOCUS} {VALUE} WHERE {{ {focus} {edge} FILTER({tests.bad(constraint, VALUE)}) }}"


# Constraints that judge the values of a focus node together.


def _count(tests: Tests, shape: Shape, constraint: plan.Count, focus: str) -> str:
    edge = f"{FOCUS} {tests.path(shape)} {VALUE}"
    if constraint.most is not None:
        having = f"COUNT(DISTINCT {VALUE}) > {constraint.most}"
        return f"SELECT {FOCUS} WHERE {{ {focus} {edge} }} GROUP BY {FOCUS} HAVING({having})"
    if constraint.least <= 1:
        test = f"NOT EXISTS {{ {edge} }}" if constraint.least else "false"
        return f"SELECT DISTINCT {FOCUS} WHERE {{ {focus} FILTER({test}) }}"
    having = f"COUNT(DISTINCT {VALUE}) < {constraint.least}"
    return f"SELECT {FOCUS} WHERE {{ {focus} OPTIONAL {{ {edge} }} }} GROUP BY {FOCUS} HAVING({having})"


def _qualified(tests: Tests, shape: Shape, constraint: plan.Qualified, focus: str) -> str:
    counted = f"{FOCUS} {tests.path(shape)} {VALUE} . FILTER({tests.good(constraint, VALUE)})"
    number = f"COUNT(DISTINCT {VALUE})"
    if constraint.most is not None:
        having = f"{number} > {constraint.most}"
        return f"SELECT {FOCUS} WHERE {{ {focus} {counted} }} GROUP BY {FOCUS} HAVING({having})"
    if constraint.least <= 1:
        test = f"NOT EXISTS {{ {counted} }}" if constraint.least else "false"
        return f"SELECT DISTINCT {FOCUS} WHERE {{ {focus} FILTER({test}) }}"
    having = f"{number} < {constraint.least}"
    return f"SELECT {FOCUS} WHERE {{ {focus} OPTIONAL {{ {counted} }} }} GROUP BY {FOCUS} HAVING({having})"


def _has_value(tests: Tests, shape: Shape, constraint: plan.HasValue, focus: str) -> str:
    wanted = tests.term(constraint.parameter)
    if shape.path_node is None:
        return f"SELECT DISTINCT {FOCUS} WHERE {{ {focus} FILTER(!sameTerm({FOCUS}, {wanted})) }}"
    edge = f"{FOCUS} {tests.path(shape)} {wanted}"
    return f"SELECT DISTINCT {FOCUS} WHERE {{ {focus} FILTER NOT EXISTS {{ {edge} }} }}"


def _unique_lang(tests: Tests, shape: Shape, constraint: plan.UniqueLang, focus: str) -> str:
    both = f"{FOCUS} {tests.path(shape)} {VALUE} , ?twinldOther ."  # Virtuoso has no room for a text in GROUP BY
    same = f"LCASE(LANG({VALUE})) = LCASE(LANG(?twinldOther)) && STR({VALUE}) != STR(?twinldOther)"
    return f'SELECT DISTINCT {FOCUS} WHERE {{ {focus} {both} FILTER(LANG({VALUE}) != "" && {same}) }}'


def _equals(tests: Tests, shape: Shape, constraint: plan.Equals, focus: str) -> str:
    mine = f"{FOCUS} {tests.path(shape)} {VALUE} ."
    other = f"{FOCUS} {tests.term(constraint.parameter)} {VALUE} ."
    one, two = f"{mine} FILTER NOT EXISTS {{ {other} }}", f"{other} FILTER NOT EXISTS {{ {mine} }}"
    both = f"{{ {focus} {one} }} UNION {{ {focus} {two} }}"
    return f"SELECT DISTINCT {FOCUS} {VALUE} WHERE {{ {both} }}"


def _disjoint(tests: Tests, shape: Shape, constraint: plan.Disjoint, focus: str) -> str:
    both = f"{FOCUS} {tests.path(shape)} {VALUE} ; {tests.term(constraint.parameter)} {VALUE} ."
    return f"SELECT DISTINCT {FOCUS} {VALUE} WHERE {{ {focus} {both} }}"


def _less(tests: Tests, shape: Shape, constraint: plan.Less, focus: str) -> str:
    operator = "<=" if 0 in constraint.allowed else "<"
    both = f"{FOCUS} {tests.path(shape)} {VALUE} ; {tests.term(constraint.parameter)} ?limit ."
    test = f"!COALESCE({VALUE} {operator} ?limit, false)"
    return f"SELECT DISTINCT {FOCUS} {VALUE} WHERE {{ {focus} {both} FILTER({test}) }}"


def _closed(tests: Tests, shape: Shape, constraint: plan.Closed, focus: str) -> str:
    allowed = ", ".join(tests.term(each) for each in sorted(constraint.allowed))
    node = FOCUS if shape.path_node is None else "?twinldNode"
    edge = "" if shape.path_node is None else f"{FOCUS} {tests.path(shape)} {node} ."
    surplus = f"{node} ?twinldPath {VALUE} . FILTER(?twinldPath NOT IN ({allowed}))"
    return f"SELECT DISTINCT {FOCUS} ?twinldPath {VALUE} WHERE {{ {focus} {edge} {surplus} }}"


_TOGETHER: dict[type[Constraint], Callable[[Tests, Shape, Any, str], str]] = {
    plan.Count: _count,
    plan.Qualified: _qualified,
    plan.HasValue: _has_value,
    plan.UniqueLang: _unique_lang,
    plan.Equals: _equals,
    plan.Disjoint: _disjoint,
    plan.Less: _less,
    plan.Closed: _closed,
}
