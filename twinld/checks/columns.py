"""Rows of the project's statements by predicate, by object, by set: found in the columns, not node by node."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from twinld.checks.findings import Place, place_at, top_of
from twinld.graph.dataset import RDF_TYPE, Dataset, LoadedFile, once

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
    for file, rows in _by_file(dataset, iris, roles):
        yield from ((file, row) for row in rows)


def _by_file(dataset: Dataset, iris: Iterable[str], roles: Iterable[str]) -> Iterator[tuple[LoadedFile, array[int]]]:
    """Yield the rows with each of the predicates, file by file."""
    roles = frozenset(roles)
    numbers = [dataset.table.ids.get(f"<{iri}>", -1) for iri in iris]
    found = [
        (place, order, rows)
        for order, number in enumerate(numbers)
        for place, rows in dataset.rows_by_predicate.get(number, {}).items()
    ]
    for place, _, rows in sorted(found, key=lambda each: each[:2]):
        if dataset.files[place].source.role in roles:
            yield dataset.files[place], rows


def with_object_in(dataset: Dataset, wanted: Set[int]) -> Iterator[Row]:
    """Yield the statements whose object is in a set; nothing is looked at where the set is empty."""
    if not wanted:
        return
    for file in dataset.files:
        if not wanted.isdisjoint(file.parsed.statements.object):
            yield from ((file, row) for row, number in enumerate(file.parsed.statements.object) if number in wanted)


@once
def by_class(dataset: Dataset) -> Mapping[str, Mapping[int, Set[int]]]:
    """Return the things of each class, as they are said to be (no inference), by the role of the file that says so."""
    found: dict[str, dict[int, set[int]]] = {}
    for file, row in with_predicate(dataset, RDF_TYPE[1:-1]):
        columns = file.parsed.statements
        found.setdefault(file.source.role, {}).setdefault(columns.object[row], set()).add(columns.subject[row])
    return found


def typed(dataset: Dataset, *classes: str, roles: Iterable[str] = ("ontology", "shapes", "data")) -> set[int]:
    """Return the numbers of the things that are said to be of one of the classes (no inference)."""
    wanted = [dataset.table.ids.get(f"<{iri}>", -1) for iri in classes]
    said = [by_class(dataset).get(role, {}) for role in roles]
    return {thing for classes_of in said for number in wanted for thing in classes_of.get(number, ())}


@once
def subjects(dataset: Dataset) -> frozenset[int]:
    """Return the numbers of all that something is said of."""
    return frozenset().union(*(file.parsed.statements.subject for file in dataset.files))


@once
def literals(dataset: Dataset) -> list[tuple[int, str]]:
    """Return number and key of each literal of the dataset; there may be some that none of its statements has."""
    return [(number, key) for number, key in _terms(dataset) if key[:1] == '"']


@once
def iris(dataset: Dataset) -> list[tuple[int, str]]:
    """Return number and key of each IRI of the dataset; there may be some that none of its statements has."""
    return [(number, key) for number, key in _terms(dataset) if key[:1] == "<"]


@once
def _terms(dataset: Dataset) -> list[tuple[int, str]]:
    """Return the terms of the statements where they are few, else all that the table has, which is quicker."""
    keys, files = dataset.table.keys, [file.parsed.statements for file in dataset.files]
    if sum(map(len, files)) > len(keys):
        return list(enumerate(keys))
    columns = [column for each in files for column in (each.subject, each.predicate, each.object)]
    return [(number, keys[number]) for number in sorted(set[int]().union(*columns))]


def pairs(dataset: Dataset, *iris: str, roles: Iterable[str] = ("ontology", "shapes", "data")) -> set[tuple[int, int]]:
    """Return subject and object of the statements with one of the predicates."""
    found: set[tuple[int, int]] = set()
    for file, rows in _by_file(dataset, iris, roles):
        columns = file.parsed.statements
        subjects, objects = map(columns.subject.__getitem__, rows), map(columns.object.__getitem__, rows)
        found.update(zip(subjects, objects, strict=True))
    return found


def having(dataset: Dataset, *iris: str, roles: Iterable[str] = ("ontology", "shapes", "data")) -> set[int]:
    """Return the subjects of the statements with one of the predicates."""
    found: set[int] = set()
    for file, rows in _by_file(dataset, iris, roles):
        found.update(map(file.parsed.statements.subject.__getitem__, rows))
    return found


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
