"""STY: what means nothing and makes files harder to read; `twinld check --fix` takes it away where it has a line."""

from __future__ import annotations

from collections.abc import Iterator

from twinld.checks.columns import parts
from twinld.checks.findings import Edit, Finding, Place, Position, Severity, place_at
from twinld.checks.rules import Rule, rule
from twinld.checks.syntax import whole_declaration
from twinld.graph.dataset import Dataset
from twinld.rdf.reading import NOWHERE, Parsed


@rule("STY001", Severity.INFO, per_file=True)
def unused_prefix(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each prefix that a file declares is used in it.

    Bad:
        PREFIX ex: <https://example.org/ns#>
        PREFIX old: <https://example.org/old#>
        ex:p1 ex:flow 3.5 .
    Good:
        PREFIX ex: <https://example.org/ns#>
        ex:p1 ex:flow 3.5 .
    """
    for file in dataset.files:
        parsed = file.parsed
        if parsed.errors or parsed.located != "token":
            continue  # what could not be read may use it
        for each in parsed.declarations:
            if each.prefix not in parsed.used_prefixes:
                yield self.finding(
                    f"prefix {each.prefix}: is declared and not used",
                    place=place_at(parsed, each.offset),
                    value=f'"{each.prefix}:"',
                    suggestion="take the line away",
                    edits=whole_declaration(parsed, each),
                )


@rule("STY002", Severity.INFO, per_file=True)
def repeated_statement(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """A file says a thing once.

    The second statement means nothing, and is forgotten when the first is mended.

    Bad:  id:p1 ex:flow 3.5 . id:p1 ex:flow 3.5 .
    Good: id:p1 ex:flow 3.5 .
    """
    for file in dataset.files:
        columns = file.parsed.statements
        if len(set(columns)) == len(columns):
            continue
        first: dict[tuple[int, int, int, int], int] = {}
        for row, statement in enumerate(columns):
            before = first.setdefault(statement, row)
            if before != row and columns.object_at[row] != NOWHERE:
                yield self.finding(
                    "the file says this already",
                    place=place_at(file.parsed, columns.object_at[row]),
                    related=(place_at(file.parsed, columns.object_at[before]),),
                    edits=_whole_line(file.parsed, columns.predicate_at[row], columns.object_at[row]),
                    **parts(dataset, (file, row)),
                )


@rule("STY003", Severity.INFO, per_file=True, optional=True)
def unformatted_file(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each Turtle and TriG file is laid out as `twinld fmt` lays it out.

    Then a diff shows what was changed, and nothing else. This rule runs where it is asked for: `--select`, or
    `extend-select` in the configuration.

    Bad:  ex:p1 ex:flow 3.5 ; ex:code "a" .
    Good:
        @prefix ex: <https://example.org/ns#> .

        ex:p1 ex:flow 3.5 ;
            ex:code "a" .
    """
    from twinld.rdf.formatting import FORMATTED, format_text

    for file in dataset.files:
        parsed = file.parsed
        if parsed.errors or parsed.format not in FORMATTED:
            continue
        after = format_text(parsed.text, format=parsed.format)
        if after != parsed.text:
            line, column = parsed.position(_first_difference(parsed.text, after))
            yield self.finding(
                "the file is not laid out from here on",
                place=Place(parsed.path, Position(line, column), Position(line, column)),
                suggestion=f"twinld fmt {parsed.path}",
                edits=(Edit(0, len(parsed.text), after),),
            )


def _first_difference(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _whole_line(parsed: Parsed, predicate_at: int, object_at: int) -> tuple[Edit, ...]:
    """Return the edit that takes a predicate and its object away, where they have a line of their own that goes on."""
    text, end = parsed.text, parsed.token_end(object_at)
    start, stop = text.rfind("\n", 0, predicate_at) + 1, text.find("\n", end) + 1
    alone = not text[start:predicate_at].strip() and "\n" not in text[predicate_at:object_at]
    return (Edit(start, stop, ""),) if stop and alone and text[end:stop].strip() == ";" else ()
