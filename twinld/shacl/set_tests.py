"""Constraints as expressions of SPARQL, true of a value that fails; none is ever an error.

They say what `values` and `evaluate` do in memory, for stores that are elsewhere.
Source: https://www.w3.org/TR/shacl/#core-components
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, count
from typing import Any

from twinld.rdf.terms import XSD_STRING, TermTable, literal_key, literal_parts
from twinld.rdf.writing import ntriples_term
from twinld.shacl import plan
from twinld.shacl.graph import Graph
from twinld.shacl.literals import INTEGERS, lexical_form
from twinld.shacl.paths import path_text
from twinld.shacl.plan import Constraint, Logical, Plan, Qualified, Shape
from twinld.shacl.vocabulary import RDF, XSD

MOST_COUNTED = 4  # values that a nested count tells apart by a variable each
DEEPEST = 12  # shapes in shapes
_KINDS = {"<": "isIRI({0})", "_": "isBlank({0})", '"': "isLiteral({0})"}
_OPERATORS = {(1,): ">", (0, 1): ">=", (-1,): "<", (-1, 0): "<="}


class Inexpressible(Exception):
    """Raised for what cannot be said in one query, with the reason."""


@dataclass
class Tests:
    """Writes expressions. `subclasses` gives the classes below each class, itself included, as keys."""

    plan: Plan
    shapes: Graph
    subclasses: Mapping[int, tuple[str, ...]]
    _fresh: Iterator[int] = field(default_factory=count)

    @property
    def table(self) -> TermTable:
        """The table that the plan is numbered in."""
        return self.shapes.table

    def variable(self) -> str:
        """Return a variable that stands nowhere else."""
        return f"?twinld{next(self._fresh)}"

    def term(self, number: int) -> str:
        """Return a term as SPARQL has it."""
        key = self.table.keys[number]
        if key[0] == "_":
            raise Inexpressible("it names a blank node, which has another name in the store")
        return ntriples_term(key)

    def path(self, shape: Shape) -> str:
        """Return a shape's path as SPARQL has it."""
        if shape.path is None:
            raise Inexpressible("its sh:path is ill-formed")
        return path_text(self.shapes.table.keys, shape.path)

    def instance(self, variable: str, class_number: int) -> str:
        """Return the pattern of the instances of a class."""
        classes = [ntriples_term(key) for key in self.subclasses[class_number]]
        if len(classes) == 1:
            return f"{variable} a {classes[0]} ."
        kind = self.variable()
        return f"VALUES {kind} {{ {' '.join(classes)} }} {variable} a {kind} ."

    def bad(self, constraint: Constraint, value: str, depth: int = 0) -> str:
        """Return the expression that a value fails a constraint that judges values one by one."""
        if isinstance(constraint, plan.Logical):
            return self._logical(constraint, value, depth)
        if isinstance(constraint, plan.Property):
            return self.fails(constraint.parameter, value, depth + 1)
        write = _VALUE_TESTS.get(type(constraint))
        if write is None:
            raise Inexpressible(f"sh:{constraint.component[0].lower()}{constraint.component[1:]} below another shape")
        return write(self, constraint, value)

    def fails(self, number: int, node: str, depth: int = 0) -> str:
        """Return the expression that a node does not conform to a shape."""
        if number in self.plan.recursive:
            raise Inexpressible("it refers to itself")
        if number in self.plan.foreign:
            raise Inexpressible(self.plan.foreign[number])
        if depth > DEEPEST:
            raise Inexpressible(f"shapes are nested deeper than {DEEPEST}")
        shape = self.plan.shapes[number]
        parts = [self._fails_one(shape, each, node, depth) for each in shape.constraints]
        return _any(parts)

    def _fails_one(self, shape: Shape, constraint: Constraint, node: str, depth: int) -> str:
        if shape.path_node is None and type(constraint) not in _TOGETHER:
            return self.bad(constraint, node, depth)
        if shape.path_node is None:
            raise Inexpressible(f"{constraint.component} of a node shape below another shape")
        path = self.path(shape)
        together = _TOGETHER.get(type(constraint))
        if together is not None:
            return together(self, constraint, node, path, depth)
        value = self.variable()
        return f"EXISTS {{ {node} {path} {value} . FILTER({self.bad(constraint, value, depth)}) }}"

    def _logical(self, constraint: Logical, value: str, depth: int) -> str:
        each = [self.fails(number, value, depth + 1) for number in constraint.shapes]
        if constraint.most == 0:
            return f"!({_any(each)})"
        if constraint.least == len(each) > 0 and constraint.most >= len(each):
            return _any(each)
        if constraint.least == 1 and constraint.most > len(each):
            return "(" + " && ".join(each) + ")" if each else "true"
        conforming = " + ".join(f"IF({part}, 0, 1)" for part in each) or "0"
        return f"({conforming} < {constraint.least} || {conforming} > {constraint.most})"

    def good(self, constraint: Qualified, value: str, depth: int = 0) -> str:
        """Return the expression that a value counts for a qualified shape."""
        siblings = [self.fails(each, value, depth + 1) for each in constraint.siblings]
        return "(" + " && ".join([f"!({self.fails(constraint.shape, value, depth + 1)})", *siblings]) + ")"


def _any(parts: list[str]) -> str:
    return "(" + " || ".join(parts) + ")" if parts else "false"


def _class(tests: Tests, constraint: plan.Class, value: str) -> str:
    return f"NOT EXISTS {{ {tests.instance(value, constraint.parameter)} }}"


def _datatype(tests: Tests, constraint: plan.Datatype, value: str) -> str:
    if constraint.iri == RDF + "langString":  # Virtuoso calls the datatype of such a text xsd:string
        return f'COALESCE(LANG({value}) = "", true)'
    wrong = f"COALESCE(DATATYPE({value}) != <{constraint.iri}>, true)"
    if constraint.iri == XSD + "string":
        return _any([wrong, f'COALESCE(LANG({value}) != "", true)'])
    name = constraint.iri.removeprefix(XSD)
    form = lexical_form(name) if constraint.iri.startswith(XSD) else None
    if form is None:
        return wrong
    parts = [wrong, *(f"!REGEX(STR({value}), {_string(each)})" for each in form)]
    least, most = INTEGERS.get(name, (None, None))
    parts += [f"COALESCE({XSD_INTEGER}(STR({value})) < {least}, true)"] if least is not None else []
    parts += [f"COALESCE({XSD_INTEGER}(STR({value})) > {most}, true)"] if most is not None else []
    return _any(parts)


XSD_INTEGER = f"<{XSD}integer>"


def _string(text: str) -> str:
    return ntriples_term(literal_key(text))


def _node_kind(tests: Tests, constraint: plan.NodeKind, value: str) -> str:
    return "!" + _any([_KINDS[each].format(value) for each in constraint.allowed])


def _range(tests: Tests, constraint: plan.Range, value: str) -> str:
    operator = _OPERATORS[tuple(sorted(constraint.allowed))]
    key = tests.table.keys[constraint.parameter]
    if key[0] != '"':
        return "true"  # nothing compares with it
    datatype = literal_parts(key)[2].removeprefix(XSD)
    numbers = datatype in INTEGERS or datatype in ("decimal", "double", "float")
    guard = f"isNumeric({value}) && " if numbers else ""  # Virtuoso compares texts with numbers
    return f"!COALESCE({guard}{value} {operator} {tests.term(constraint.parameter)}, false)"


def _length(tests: Tests, constraint: plan.Length, value: str) -> str:
    parts = [f"isBlank({value})", f"STRLEN(STR({value})) < {constraint.least}"]
    return _any(parts if constraint.most is None else [*parts, f"STRLEN(STR({value})) > {constraint.most}"])


def _pattern(tests: Tests, constraint: plan.Pattern, value: str) -> str:
    flags = f", {_string(constraint.flags)}" if constraint.flags else ""
    return f"COALESCE(isBlank({value}) || !REGEX(STR({value}), {_string(constraint.pattern)}{flags}), true)"


def _language_in(tests: Tests, constraint: plan.LanguageIn, value: str) -> str:
    matches = _any([f"LANGMATCHES(LANG({value}), {_string(each)})" for each in constraint.ranges])
    return f"!COALESCE({matches}, false)"


def _in(tests: Tests, constraint: plan.In, value: str) -> str:
    iris: list[int] = []
    others: list[int] = []
    for number in sorted(constraint.allowed):
        (iris if tests.table.keys[number][0] == "<" else others).append(number)
    listed = ", ".join(tests.term(each) for each in iris)
    same = [f"(isIRI({value}) && {value} IN ({listed}))"] if iris else []
    return "!" + _any([*same, *(_same(tests, value, each) for each in others)])


def _same(tests: Tests, value: str, literal: int) -> str:
    """Return the expression that a value is a literal; Virtuoso's sameTerm misses texts (and IRIs)."""
    text, language, datatype = literal_parts(tests.table.keys[literal])
    if language is None and datatype != XSD_STRING:
        return f"sameTerm({value}, {tests.term(literal)})"
    tag = f"LCASE(LANG({value})) = {_string((language or '').lower())}"
    kind = f" && DATATYPE({value}) = <{XSD_STRING}>" if language is None else ""
    return f"COALESCE(isLiteral({value}) && STR({value}) = {_string(text)} && {tag}{kind}, false)"


_VALUE_TESTS: dict[type[Constraint], Callable[[Tests, Any, str], str]] = {
    plan.Class: _class,
    plan.Datatype: _datatype,
    plan.NodeKind: _node_kind,
    plan.Range: _range,
    plan.Length: _length,
    plan.Pattern: _pattern,
    plan.LanguageIn: _language_in,
    plan.In: _in,
}


def _several(tests: Tests, node: str, path: str, number: int, good: Callable[[str], str] | None = None) -> str:
    """Return the expression that a node has at least a number of different values."""
    if number > MOST_COUNTED:
        raise Inexpressible(f"a nested shape counts more than {MOST_COUNTED} values")
    if number < 1:
        return "true"
    values = [tests.variable() for _ in range(number)]
    patterns = " ".join(f"{node} {path} {each} ." for each in values)
    tests_of = [f"!sameTerm({one}, {other})" for one, other in combinations(values, 2)]
    tests_of += [good(each) for each in values] if good else []
    filters = f" FILTER({' && '.join(tests_of)})" if tests_of else ""
    return f"EXISTS {{ {patterns}{filters} }}"


def _counted(tests: Tests, constraint: plan.Count, node: str, path: str, depth: int) -> str:
    if constraint.most is not None:
        return _several(tests, node, path, constraint.most + 1)
    return f"!({_several(tests, node, path, constraint.least)})"


def _qualified(tests: Tests, constraint: plan.Qualified, node: str, path: str, depth: int) -> str:
    def good(value: str) -> str:
        return tests.good(constraint, value, depth)

    if constraint.most is not None:
        return _several(tests, node, path, constraint.most + 1, good)
    return f"!({_several(tests, node, path, constraint.least, good)})"


def _has_value(tests: Tests, constraint: plan.HasValue, node: str, path: str, depth: int) -> str:
    return f"NOT EXISTS {{ {node} {path} {tests.term(constraint.parameter)} }}"


def _unique_lang(tests: Tests, constraint: plan.UniqueLang, node: str, path: str, depth: int) -> str:
    one, other = tests.variable(), tests.variable()
    same = f'!sameTerm({one}, {other}) && LANG({one}) != "" && LCASE(LANG({one})) = LCASE(LANG({other}))'
    return f"EXISTS {{ {node} {path} {one} , {other} . FILTER({same}) }}"


_TOGETHER: dict[type[Constraint], Callable[[Tests, Any, str, str, int], str]] = {
    plan.Count: _counted,
    plan.Qualified: _qualified,
    plan.HasValue: _has_value,
    plan.UniqueLang: _unique_lang,
}
