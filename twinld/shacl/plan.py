"""What a shapes graph asks for, read once: shapes with their targets, paths and constraints, by number.

The plan knows no data and no engine: `evaluate` runs it on sets in memory.
Source: https://www.w3.org/TR/shacl/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from twinld.shacl.paths import Path


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint of a shape; `component` is the local name without `ConstraintComponent`."""

    component: str
    parameter: int  # the number of the parameter's value, for messages


# Constraints that judge each value node by itself.


@dataclass(frozen=True, slots=True)
class Class(Constraint):
    """`sh:class`: the value is an instance."""


@dataclass(frozen=True, slots=True)
class Datatype(Constraint):
    """`sh:datatype`: the value is a well-formed literal of it."""

    iri: str


@dataclass(frozen=True, slots=True)
class NodeKind(Constraint):
    """`sh:nodeKind`: `allowed` are the first characters of keys."""

    allowed: str


@dataclass(frozen=True, slots=True)
class Range(Constraint):
    """`sh:minExclusive` and its three siblings: `allowed` are the outcomes of `literals.compare`."""

    allowed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Length(Constraint):
    """`sh:minLength` or `sh:maxLength`, in characters."""

    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Pattern(Constraint):
    """`sh:pattern` with its `sh:flags`."""

    pattern: str
    flags: str


@dataclass(frozen=True, slots=True)
class LanguageIn(Constraint):
    """`sh:languageIn`: basic ranges, in lower case."""

    ranges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class In(Constraint):
    """`sh:in`."""

    allowed: frozenset[int]


@dataclass(frozen=True, slots=True)
class Logical(Constraint):
    """`sh:and`, `sh:or`, `sh:xone`, `sh:not` and `sh:node`: how many of `shapes` a value may conform to."""

    shapes: tuple[int, ...]
    least: int
    most: int


# Constraints that judge the values of a focus node together.


@dataclass(frozen=True, slots=True)
class Count(Constraint):
    """`sh:minCount` or `sh:maxCount`."""

    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class HasValue(Constraint):
    """`sh:hasValue`."""


@dataclass(frozen=True, slots=True)
class UniqueLang(Constraint):
    """`sh:uniqueLang true`."""


@dataclass(frozen=True, slots=True)
class Equals(Constraint):
    """`sh:equals`: `parameter` is the other property."""


@dataclass(frozen=True, slots=True)
class Disjoint(Constraint):
    """`sh:disjoint`: `parameter` is the other property."""


@dataclass(frozen=True, slots=True)
class Less(Constraint):
    """`sh:lessThan` and `sh:lessThanOrEquals`: `parameter` is the other property."""

    allowed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Qualified(Constraint):
    """`sh:qualifiedMinCount` or `sh:qualifiedMaxCount`; `siblings` are the shapes that a counted value may not meet."""

    shape: int
    siblings: tuple[int, ...]
    least: int
    most: int | None


# The others.


@dataclass(frozen=True, slots=True)
class Closed(Constraint):
    """`sh:closed true`: `allowed` are the predicates that may stand."""

    allowed: frozenset[int]


@dataclass(frozen=True, slots=True)
class Property(Constraint):
    """`sh:property`: `parameter` is the property shape, whose results are reported as they are."""


@dataclass(frozen=True, slots=True)
class Sparql(Constraint):
    """`sh:sparql`, or a constraint component with a SPARQL validator.

    `node` is the constraint's number, `component_iri` the whole IRI. `query` is whole, with its prefixes, `$PATH`
    replaced; `ask` says whether it judges one value node. `bound` are the pre-bound variables other than `this`,
    `value`. `messages` are keys of literals, `{?name}` not yet replaced.
    """

    node: int | None
    component_iri: str
    query: str
    ask: bool
    bound: tuple[tuple[str, int], ...]
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Targets:
    """The focus nodes that a shape asks for (SHACL section 2.1.3)."""

    nodes: tuple[int, ...] = ()
    classes: tuple[int, ...] = ()
    subjects_of: tuple[int, ...] = ()
    objects_of: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.nodes or self.classes or self.subjects_of or self.objects_of)


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape, or with `path` a property shape."""

    number: int
    path: Path | None
    path_node: int | None
    severity: str
    messages: tuple[str, ...]
    targets: Targets
    constraints: tuple[Constraint, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All shapes by number; `foreign` are those that this engine does not evaluate, and why.

    Deactivated shapes are there without constraints and targets. `untargeted` are shapes that nothing reaches.
    `recursive` gives, for each shape that refers to itself by any way, the number of its circle.
    """

    shapes: Mapping[int, Shape]
    foreign: Mapping[int, str]
    untargeted: tuple[int, ...]
    recursive: Mapping[int, int]
