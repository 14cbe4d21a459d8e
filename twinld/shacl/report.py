"""What validation finds, in numbers of the term table, so that no lexical form is lost on the way."""

from __future__ import annotations

from dataclasses import dataclass

from twinld.rdf.terms import TermTable
from twinld.shacl.vocabulary import SH


@dataclass(frozen=True, slots=True)
class Result:
    """One `sh:ValidationResult`.

    `focus`, `value`, `source_shape` and `source_constraint` are numbers of terms; `path` is the number of the path's
    node in the shapes graph, or of the predicate. `component` and `severity` are IRIs. `messages` are keys of literals.
    `details` are the results of the shapes that a logical constraint tried. `concerned` are the values that a result
    without value is about (all of them for `sh:maxCount`, those of one language for `sh:uniqueLang`).

    Source: https://www.w3.org/TR/shacl/#results-validation-result
    """

    focus: int
    path: int | None
    value: int | None
    component: str
    source_shape: int
    severity: str
    messages: tuple[str, ...] = ()
    details: tuple[Result, ...] = ()
    source_constraint: int | None = None
    concerned: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unevaluated:
    """A shape, or a constraint of one, that was not evaluated, and why."""

    shape: int
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a validation.

    `conforms` is true when there is no result. `engine` is `native`, `pyshacl` or `native+pyshacl`. `unevaluated` is
    what neither could do: with it, a report without results proves nothing. `notes` say which constraints were left to
    pySHACL, or run once per focus node, and why.
    """

    results: tuple[Result, ...]
    engine: str
    unevaluated: tuple[Unevaluated, ...] = ()
    shapes_without_target: tuple[int, ...] = ()
    shapes: int = 0
    notes: tuple[str, ...] = ()

    @property
    def conforms(self) -> bool:
        """Whether nothing was found, at any severity (SHACL section 3.6.1.1)."""
        return not self.results


def in_order(results: list[Result], table: TermTable) -> tuple[Result, ...]:
    """Return results sorted by what they say, so that the same input gives the same report."""
    keys = table.keys

    def rank(result: Result) -> tuple[str, ...]:
        numbers = (result.focus, result.path, result.value, result.source_shape, result.source_constraint)
        return (*("" if each is None else keys[each] for each in numbers), result.component, *result.messages)

    return tuple(sorted(results, key=rank))


VIOLATION = SH + "Violation"
WARNING = SH + "Warning"
INFO = SH + "Info"
