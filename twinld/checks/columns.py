"""Rows of the project's statements by predicate, by object, by set: found in the columns, not node by node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set

from twinld.checks.findings import Place, place_at, top_of
from twinld.graph.dataset import RDF_TYPE, Dataset, LoadedFile

Row = tuple[LoadedFile, int]


def rows_of(column: Sequence[int], number: int | None) -> Iterator[int]:
    """Yield the rows of a column that hold a number; none for `None`. Looked for at the speed of C."""
    if number is None:
        return
    at = -1
    try:
        while True:
            at = column.index(number, at + 1)
            yield at
    except ValueError:
        return


def with_predicate(
    dataset: Dataset, *iris: str, roles: Iterable[str] = ("ontology", "shapes", "data")
) -> Iterator[Row]:
    """Yield the statements with one of the predicates, in the order of the files."""
    numbers = [dataset.table.ids.get(f"<{iri}>") for iri in iris]
    for file in dataset.of_role(*roles):
        for number in numbers:
            for row in rows_of(file.parsed.statements.predicate, number):
                yield file, row


def with_object_in(dataset: Dataset, wanted: Set[int]) -> Iterator[Row]:
    """Yield the statements whose object is in a set; nothing is looked at where the set is empty."""
    if not wanted:
        return
    for file in dataset.files:
        if not wanted.isdisjoint(file.parsed.statements.object):
            yield from ((file, row) for row, number in enumerate(file.parsed.statements.object) if number in wanted)


def typed(dataset: Dataset, *classes: str, roles: Iterable[str] = ("ontology", "shapes", "data")) -> set[int]:
    """Return the numbers of the things that are said to be of one of the classes (no inference)."""
    wanted = {dataset.table.ids.get(f"<{iri}>") for iri in classes}
    return {
        file.parsed.statements.subject[row]
        for file, row in with_predicate(dataset, RDF_TYPE[1:-1], roles=roles)
        if file.parsed.statements.object[row] in wanted
    }


def pairs(dataset: Dataset, *iris: str, roles: Iterable[str] = ("ontology", "shapes", "data")) -> set[tuple[int, int]]:
    """Return subject and object of the statements with one of the predicates."""
    return {
        (file.parsed.statements.subject[row], file.parsed.statements.object[row])
        for file, row in with_predicate(dataset, *iris, roles=roles)
    }


def at_object(row: Row) -> Place:
    """Return the place of a statement's object."""
    file, number = row
    return place_at(file.parsed, file.parsed.statements.object_at[number])


def at_predicate(row: Row) -> Place:
    """Return the place of a statement's predicate."""
    file, number = row
    return place_at(file.parsed, file.parsed.statements.predicate_at[number])


def at_first(dataset: Dataset, subject: int, *, roles: Iterable[str] = ("ontology", "shapes", "data")) -> Place:
    """Return where a subject stands first, the top of the project's first file where it never does."""
    for file in dataset.of_role(*roles):
        for row in rows_of(file.parsed.statements.subject, subject):
            return place_at(file.parsed, file.parsed.statements.subject_at[row])
    return top_of(dataset.files[0].parsed.path if dataset.files else "twinld.toml")


def parts(dataset: Dataset, row: Row) -> dict[str, str]:
    """Return subject, predicate and object of a statement as a finding's focus, path and value."""
    file, number = row
    keys, columns = dataset.table.keys, file.parsed.statements
    return {
        "focus": keys[columns.subject[number]],
        "path": keys[columns.predicate[number]],
        "value": keys[columns.object[number]],
    }


def closure(edges: Set[tuple[int, int]]) -> dict[int, set[int]]:
    """Return what each node leads to over one edge or more; a node in a cycle leads to itself."""
    direct: dict[int, set[int]] = {}
    for one, other in edges:
        direct.setdefault(one, set()).add(other)
    return {node: _reached(direct, node) for node in direct}


def _reached(direct: dict[int, set[int]], node: int) -> set[int]:
    found: set[int] = set()
    left = list(direct[node])
    while left:
        step = left.pop()
        if step not in found:
            found.add(step)
            left += direct.get(step, ())
    return found
