"""STY: what means nothing and makes files harder to read. Each can be mended by `twinld check --fix`."""

from __future__ import annotations

from collections.abc import Iterator

from twinld.checks.columns import parts
from twinld.checks.findings import Edit, Finding, Severity, place_at
from twinld.checks.rules import Rule, rule
from twinld.graph.dataset import Dataset
from twinld.rdf.reading import NOWHERE, Parsed, PrefixDeclaration
from twinld.rdf.tokens import TOKEN


@rule("STY001", Severity.INFO)
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
                edit = _whole_declaration(parsed, each)
                yield self.finding(
                    f"prefix {each.prefix}: is declared and not used",
                    place=place_at(parsed, each.offset),
                    value=f'"{each.prefix}:"',
                    suggestion="take the line away",
                    edits=(edit,) if edit else (),
                )


def _whole_declaration(parsed: Parsed, each: PrefixDeclaration) -> Edit | None:
    """Return the edit that takes a declaration's line away; `None` where something else stands on it."""
    text = parsed.text
    start = text.rfind("\n", 0, each.offset) + 1
    iri = text.find("<", each.offset)
    token = TOKEN.match(text, iri) if iri != -1 else None
    if token is None or text[start : each.offset].split() not in (["@prefix"], ["PREFIX"], ["prefix"]):
        return None
    end = text.find("\n", token.end())
    end = len(text) if end == -1 else end + 1
    return Edit(start, end, "") if text[token.end() : end].strip() in (".", "") else None


@rule("STY002", Severity.INFO)
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
                    **parts(dataset, (file, row)),
                )
