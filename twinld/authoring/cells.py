"""One cell becomes the values of one column's names; what cannot be a value is said with what to write instead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from twinld.authoring.mapping import Column, Term
from twinld.authoring.names import Names, curie, names_of
from twinld.authoring.problems import CellProblem
from twinld.graph.dataset import Dataset
from twinld.rdf.terms import literal_key, literal_parts
from twinld.shacl.literals import well_formed


@dataclass(frozen=True)
class Lookup:
    """What the data hold, as cells ask for it."""

    dataset: Dataset
    prefixes: Mapping[str, str]

    @cached_property
    def names(self) -> Mapping[str, Names]:
        """The things of each class or scheme that was asked for, by its IRI."""
        return _Cache(self)

    def existing(self, term: Term, bindings: Mapping[str, tuple[str, ...]]) -> str | None:
        """Return the thing that a term with `find` means, `None` if there is none and one is to be made."""
        names = self.names[term.find or ""]
        for prop, name in term.by:
            for value in bindings.get(name, ()):
                found = self._having(names, prop, value)
                if found:
                    return found
        return None

    def check(self, key: str) -> None:
        """Raise `CellProblem` for an IRI or a typed literal that is not well-formed."""
        if key[0] == "<":
            try:
                ox.NamedNode(key[1:-1])
            except ValueError as error:
                raise CellProblem(f"{key} is no IRI: {error}") from error
            return
        lexical, _, datatype = literal_parts(key)
        test = well_formed(datatype)
        if test is not None and not test(lexical):
            raise CellProblem(f"{lexical!r} is no {curie(datatype, self.prefixes)}: there is no such value")

    def described_at(self, key: str) -> str | None:
        """Return file and line where something is first said of an IRI, `None` where nothing is."""
        number = self.dataset.table.ids.get(key)
        if number is None or not self.dataset.quads.rows_of_subject(number):
            return None
        for file in self.dataset.files:
            statements = file.parsed.statements
            if number in statements.subject:
                line, _ = file.parsed.position(statements.subject_at[statements.subject.index(number)])
                return f"{file.source.name}:{line}"
        return None

    def _having(self, names: Names, prop: str | None, value: str) -> str | None:
        if prop is None:
            return names.known(literal_parts(value)[0])
        found = self._by_value(prop).get(value, set()) & names.things
        if len(found) > 1:
            shown = " or ".join(sorted(names.shown(each) for each in found))
            raise CellProblem(f"more than one {names.kind} has this {curie(prop[1:-1], self.prefixes)}: {shown}")
        return next(iter(found), None)

    def _by_value(self, prop: str) -> Mapping[str, set[str]]:
        """Return the subjects of a property by the keys of its values."""
        if prop not in self._subjects:
            keys, quads = self.dataset.table.keys, self.dataset.quads
            found: dict[str, set[str]] = defaultdict(set)
            for s, p, o in zip(quads.subject, quads.predicate, quads.object, strict=True):
                if keys[p] == prop:
                    found[keys[o]].add(keys[s])
            self._subjects[prop] = found
        return self._subjects[prop]

    @cached_property
    def _subjects(self) -> dict[str, Mapping[str, set[str]]]:
        return {}


class _Cache(dict[str, Names]):
    def __init__(self, lookup: Lookup) -> None:
        super().__init__()
        self.lookup = lookup

    def __missing__(self, iri: str) -> Names:
        names = self[iri] = names_of(self.lookup.dataset, self.lookup.prefixes, iri)
        return names


def cell_values(column: Column, cell: str, lookup: Lookup) -> dict[str, tuple[str, ...]]:
    """Return the values that a cell gives to the names of its column; none for an empty cell.

    Raises `CellProblem` for an empty cell that is required and for text that the column does not understand.
    """
    text = cell or column.default or ""
    if not text:
        if column.required:
            raise CellProblem("the cell is empty", column.help or "it has to be filled in")
        return {}
    pieces = [piece.strip() for piece in text.split(column.separator)] if column.separator else [text]
    found: dict[str, list[str]] = defaultdict(list)
    for piece in pieces:
        if piece:
            for name, key in _piece_values(column, piece, lookup).items():
                lookup.check(key)
                found[name].append(key)
    return {name: tuple(dict.fromkeys(keys)) for name, keys in found.items()}


def _piece_values(column: Column, text: str, lookup: Lookup) -> dict[str, str]:
    if column.match is not None and not column.match.fullmatch(text):
        raise CellProblem(f"{text!r} is not of the form that is wanted", column.help)
    if column.find is not None:
        return {column.name: lookup.names[column.find].find(text)}
    if column.forms:
        return _form_values(column, text)
    if column.iri:
        if not text.startswith(("https://", "http://")):
            raise CellProblem(f"{text!r} is no address", column.help or "write it whole, with https:// in front")
        return {column.name: f"<{text}>"}
    if column.language:
        return {column.name: literal_key(text, column.language)}
    return {column.name: literal_key(text, None, column.datatype) if column.datatype else literal_key(text)}


def _form_values(column: Column, text: str) -> dict[str, str]:
    for form in column.forms:
        match = form.pattern.fullmatch(text)
        if match:
            groups = {str(number): (literal_key(part),) for number, part in _groups(match.groups(), text) if part}
            made = {name: recipe.fill(groups, lambda *_: None) for name, recipe in form.terms.items()}
            return {name: key for name, key in made.items() if key is not None}
    raise CellProblem(f"{text!r} is in none of the forms that are known here", column.help)


def _groups(groups: tuple[str | None, ...], whole: str) -> list[tuple[int, str | None]]:
    return list(enumerate((whole, *groups)))
