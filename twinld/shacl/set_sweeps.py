"""Queries of constraints as joins of sets that are each found in one sweep.

For stores that look a pattern up in each graph of the default graph in turn: a look-up for each focus node in each
graph grows with the square of the data where both grow together. In the Oxigraph server, with eight graphs of ten
thousand cities each, `sh:class` took 56 s by look-ups and 0.6 s by sweeps.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from twinld.shacl import plan
from twinld.shacl.plan import Constraint, Shape
from twinld.shacl.set_tests import Tests

FOCUS, VALUE = "?twinldFocus", "?twinldValue"


def can_sweep(path: str) -> bool:
    """Return whether a path (as SPARQL has it) has as many edges as there are triples at most; `p*` has more."""
    return not re.search(r"[*+?]", re.sub(r"<[^>]*>", "", path))


def sweeps(*sets: tuple[str, str]) -> str:
    """Return the join of sets, each the variables of a SELECT and its pattern; engines do not look inside each."""
    return " ".join(f"{{ SELECT DISTINCT {variables} WHERE {{ {pattern} }} }}" for variables, pattern in sets)


def swept(tests: Tests, shape: Shape, constraint: Constraint, focus: str) -> str | None:
    """Return the violations of a constraint by sweeps, `None` where it is better looked up."""
    if shape.path_node is None:
        if not isinstance(constraint, plan.Class):
            return None  # one pattern and a test
        wrong = f"{focus} {_no_instance(tests, constraint, FOCUS)}"
        return f"SELECT DISTINCT {FOCUS} ({FOCUS} AS {VALUE}) WHERE {{ {wrong} }}"
    path = tests.path(shape)
    if not can_sweep(path):
        return None
    edge = f"{FOCUS} {path} {VALUE} ."
    if (write := _TOGETHER.get(type(constraint))) is not None:
        return write(tests, constraint, focus, edge)
    if isinstance(constraint, plan.Class):
        wrong = f"{edge} {_no_instance(tests, constraint, VALUE)}"
    elif isinstance(constraint, _OF_A_VALUE):
        wrong = f"{edge} FILTER({tests.bad(constraint, VALUE)})"
    else:
        return None  # shapes in shapes look further
    joined = sweeps((f"{FOCUS} {VALUE}", wrong), (FOCUS, focus))
    return f"SELECT DISTINCT {FOCUS} {VALUE} WHERE {{ {joined} }}"


_OF_A_VALUE = (plan.Datatype, plan.NodeKind, plan.Range, plan.Length, plan.Pattern, plan.LanguageIn, plan.In)


def _no_instance(tests: Tests, constraint: plan.Class, variable: str) -> str:
    return f"MINUS {{ {tests.instance(variable, constraint.parameter)} }}"


def _count(tests: Tests, constraint: plan.Count, focus: str, edge: str) -> str | None:
    if constraint.most is not None:
        many = f"SELECT {FOCUS} WHERE {{ {edge} }} GROUP BY {FOCUS} HAVING(COUNT(DISTINCT {VALUE}) > {constraint.most})"
        return f"SELECT DISTINCT {FOCUS} WHERE {{ {focus} {{ {many} }} }}"
    if constraint.least == 1:
        return f"SELECT DISTINCT {FOCUS} WHERE {{ {focus} MINUS {{ {edge} }} }}"
    return None


def _has_value(tests: Tests, constraint: plan.HasValue, focus: str, edge: str) -> str:
    with_it = edge.replace(VALUE, tests.term(constraint.parameter))
    return f"SELECT DISTINCT {FOCUS} WHERE {{ {focus} MINUS {{ {with_it} }} }}"


def _unique_lang(tests: Tests, constraint: plan.UniqueLang, focus: str, edge: str) -> str:
    tagged = f'{edge} BIND(LCASE(LANG({VALUE})) AS ?tag) FILTER(?tag != "")'
    twice = f"SELECT {FOCUS} ?tag WHERE {{ {tagged} }} GROUP BY {FOCUS} ?tag HAVING(COUNT(DISTINCT {VALUE}) > 1)"
    return f"SELECT DISTINCT {FOCUS} WHERE {{ {sweeps((FOCUS, focus))} {{ {twice} }} }}"


_TOGETHER: dict[type[Constraint], Callable[[Tests, Any, str, str], str | None]] = {
    plan.Count: _count,
    plan.HasValue: _has_value,
    plan.UniqueLang: _unique_lang,
}
