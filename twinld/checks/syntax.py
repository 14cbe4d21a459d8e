"""TTL: what a parser says of a file."""

from __future__ import annotations

from collections.abc import Iterator

from twinld.checks.findings import Finding, Place, Position, Severity, place_at
from twinld.checks.rules import Rule, rule
from twinld.graph.dataset import Dataset


@rule("TTL001", Severity.VIOLATION)
def syntax_error(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each file can be parsed to its end.

    A statement with a syntax error is left out; the others are still checked, so one run reports them all.

    Bad:  ex:a ex:b "c" ex:d "e" .
    Good: ex:a ex:b "c" ; ex:d "e" .
    """
    for file in dataset.files:
        for problem in file.parsed.errors:
            place = Place(
                file.parsed.path, Position(problem.line, problem.column), Position(problem.line, problem.column + 1)
            )
            yield self.finding(problem.message, place=place, suggestion=problem.hint)


@rule("TTL002", Severity.WARNING)
def redefined_prefix(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """A prefix means one namespace in all files of a project.

    Two meanings are legal, and the reader of a diff takes one for the other.

    Bad:  PREFIX ex: <https://example.org/a/>  (in one file)  PREFIX ex: <https://example.org/b/>  (in another)
    Good: PREFIX ex: <https://example.org/a/>  PREFIX exb: <https://example.org/b/>
    """
    first: dict[str, tuple[str, str]] = {}
    for file in dataset.files:
        for prefix, namespace in file.parsed.prefixes.items():
            known, where = first.setdefault(prefix, (namespace, file.parsed.path))
            if known != namespace and prefix:
                yield self.finding(
                    f"prefix {prefix}: is <{namespace}> here and <{known}> in {where}",
                    place=place_at(file.parsed, 0),
                    suggestion="give one of the two another prefix",
                )
