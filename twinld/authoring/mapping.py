"""A mapping: how the columns of a spreadsheet become terms, and the terms statements. docs/import.md has the language.

Read from TOML in the project folder; all that is wrong with it is said at once.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from twinld.authoring.names import expanded
from twinld.authoring.recipes import MalformedRecipe, Recipe, read_recipe
from twinld.authoring.sheet import plain
from twinld.authoring.template import MalformedTemplate, Template, read_template
from twinld.errors import ConfigError

NAME = re.compile(r"[A-Za-z_]\w*")
MAPPING_KEYS = ("title", "columns", "terms", "template", "graph", "unique")
COLUMN_KEYS = ("header", "required", "find", "list", "match", "forms", "language", "datatype", "iri", "default", "help")
TERM_KEYS = ("value", "when", "find", "by")
GIVEN = frozenset({"today"})  # names that every row has without a column
NOTHING = Recipe(True, ("urn:none",))  # stands in for a recipe that cannot be read, or is not needed


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a cell: a pattern for the whole of it, and the terms that it makes by name."""

    pattern: re.Pattern[str]
    terms: Mapping[str, Recipe]


@dataclass(frozen=True, slots=True)
class Column:
    """How a cell becomes terms. `find` is the IRI of a class or scheme; `headers` are as written in the mapping."""

    name: str
    headers: tuple[str, ...]
    required: bool = False
    find: str | None = None
    separator: str | None = None
    match: re.Pattern[str] | None = None
    forms: tuple[Form, ...] = ()
    language: str | None = None
    datatype: str | None = None
    iri: bool = False
    default: str | None = None
    help: str | None = None

    @property
    def names(self) -> frozenset[str]:
        """The names that the column gives values to."""
        return frozenset({self.name, *(name for form in self.forms for name in form.terms)})


@dataclass(frozen=True, slots=True)
class Term:
    """A term made of others: by a recipe, or the values of `same_as`, when some names have a value (of those given).

    With `find` an existing thing of that class is taken first: one that has, for a property of `by`, the value of a
    name (for `None`, one that is called so).
    """

    name: str
    recipe: Recipe
    when: Mapping[str, frozenset[str]]
    find: str | None = None
    by: tuple[tuple[str | None, str], ...] = ()
    same_as: str | None = None

    @property
    def names(self) -> frozenset[str]:
        """The names that it is made from."""
        same = {self.same_as} if self.same_as else set()
        return self.recipe.names | self.when.keys() | {name for _, name in self.by} | same


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole mapping. `unique` names terms that no other thing may equal in the given properties (keys)."""

    path: str
    columns: tuple[Column, ...]
    terms: tuple[Term, ...]
    template: Template
    graph: Template
    unique: Mapping[str, tuple[str, ...]]
    title: str | None = None

    @property
    def headers(self) -> frozenset[str]:
        """Every header that the mapping knows."""
        return frozenset(header for column in self.columns for header in column.headers)

    def columns_behind(self, name: str) -> tuple[str, ...]:
        """Return the names of the columns that a name gets its value from, in order of the mapping."""
        made = {term.name: term.names for term in self.terms}
        seen, queue = {name}, [name]
        for each in queue:
            new = made.get(each, frozenset()) - seen
            seen |= new
            queue += sorted(new)
        return tuple(column.name for column in self.columns if column.names & seen)


def read_mapping(path: Path, prefixes: Mapping[str, str]) -> Plan:
    """Return the mapping in a TOML file; `prefixes` are those of the project. Raises `ConfigError` with all faults."""
    table = _table(path)
    reader = _Reader(prefixes, [])
    reader.keys(table, MAPPING_KEYS, "the mapping")
    columns = tuple(reader.column(name, value) for name, value in reader.tables(table, "columns"))
    terms = tuple(reader.term(name, value) for name, value in _entries(table.get("terms", {})))
    template, graph = (reader.template(table, key) for key in ("template", "graph"))
    unique = reader.unique(table.get("unique", {}))
    reader.check_names(columns, terms, template)
    reader.check_headers(columns)
    if not columns or not template.patterns:
        reader.faults.append("a mapping has at least one column and a template")
    if reader.faults:
        raise ConfigError(
            "\n  ".join(["the mapping is wrong:", *reader.faults]),
            path=str(path),
            hint="docs/import.md has the language on a page",
        )
    return Plan(str(path), columns, terms, template, graph, unique, _text(table.get("title")))


def _table(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the mapping cannot be read: {error}", hint="--map names a TOML file") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"not TOML: {error}", path=str(path)) from error


def _entries(value: object) -> list[tuple[str, object]]:
    return list(value.items()) if isinstance(value, dict) else []


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the parts of a mapping; what is wrong goes to `faults`, and a harmless part stands in."""

    prefixes: Mapping[str, str]
    faults: list[str]

    def keys(self, table: Mapping[str, object], known: tuple[str, ...], where: str) -> None:
        for key in table:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                self.faults.append(f"{where}: no such key: {key}" + (f"; did you mean {near[0]}?" if near else ""))

    def tables(self, table: Mapping[str, object], key: str) -> list[tuple[str, dict[str, object]]]:
        found = []
        for name, value in _entries(table.get(key, {})):
            if isinstance(value, dict) and NAME.fullmatch(name):
                found.append((name, value))
            else:
                self.faults.append(f"{key}.{name}: write a table whose name has letters, digits and _ only")
        return found

    def column(self, name: str, table: dict[str, object]) -> Column:
        where = f"columns.{name}"
        self.keys(table, COLUMN_KEYS, where)
        headers = table.get("header", name)
        forms = table.get("forms", [])
        kinds = [key for key in ("find", "forms", "language", "datatype", "iri") if table.get(key)]
        if len(kinds) > 1:
            self.faults.append(f"{where}: {' and '.join(kinds)} exclude each other")
        return Column(
            name,
            tuple(map(str, headers)) if isinstance(headers, list) else (str(headers),),
            required=table.get("required") is True,
            find=self.iri(table.get("find"), f"{where}.find"),
            separator=_text(table.get("list")),
            match=self.pattern(table.get("match"), f"{where}.match"),
            forms=tuple(self.form(each, f"{where}.forms") for each in (forms if isinstance(forms, list) else [])),
            language=_text(table.get("language")),
            datatype=self.iri(table.get("datatype"), f"{where}.datatype"),
            iri=table.get("iri") is True,
            default=_text(table.get("default")),
            help=_text(table.get("help")),
        )

    def form(self, table: object, where: str) -> Form:
        parts = table if isinstance(table, dict) else {}
        pattern = self.pattern(parts.get("match"), f"{where}.match")
        if pattern is None:
            self.faults.append(f"{where}: each form has a match, and terms by name")
        names = {key: text for key, text in parts.items() if key != "match"}
        return Form(
            pattern or re.compile(""), {key: self.recipe(text, f"{where}.{key}") for key, text in names.items()}
        )

    def term(self, name: str, value: object) -> Term:
        where = f"terms.{name}"
        table: dict[str, object] = value if isinstance(value, dict) else {"value": value}
        self.keys(table, TERM_KEYS, where)
        by = tuple(
            (None if key == "label" else f"<{self.iri(key, where)}>", str(other))
            for key, other in _entries(table.get("by"))
        )
        find = self.iri(table.get("find"), f"{where}.find")
        if bool(find) != bool(by):
            self.faults.append(f"{where}: find and by go together: find = class, by = {{ property = name }}")
        when = self.when(table.get("when"), where)
        same = re.fullmatch(r"\?([A-Za-z_]\w*)", str(table.get("value")))
        if same:
            return Term(name, NOTHING, when, same_as=same[1])
        return Term(name, self.recipe(table.get("value"), where), when, find, by)

    def when(self, value: object, where: str) -> dict[str, frozenset[str]]:
        if isinstance(value, str | list):
            return {str(name): frozenset() for name in ([value] if isinstance(value, str) else value)}
        found = {}
        for name, terms in _entries(value):
            texts = terms if isinstance(terms, list) else [terms]
            keys = (self.recipe(text, f"{where}.when").fill({}, lambda *_: None) for text in texts)
            found[name] = frozenset(key for key in keys if key)
        return found

    def unique(self, value: object) -> dict[str, tuple[str, ...]]:
        return {
            name: tuple(
                f"<{self.iri(each, f'unique.{name}')}>" for each in (given if isinstance(given, list) else [given])
            )
            for name, given in _entries(value)
        }

    def recipe(self, text: object, where: str) -> Recipe:
        try:
            return read_recipe(str(text), self.prefixes)
        except MalformedRecipe as error:
            self.faults.append(f"{where}: {error}")
            return NOTHING

    def iri(self, value: object, where: str) -> str | None:
        if value is None:
            return None
        iri = expanded(str(value), self.prefixes)
        if ":" not in iri or (iri == value and "//" not in iri):
            self.faults.append(f"{where}: {value} is no IRI: write prefix:name with a prefix of the project")
        return iri

    def pattern(self, value: object, where: str) -> re.Pattern[str] | None:
        if value is None:
            return None
        try:
            return re.compile(str(value))
        except re.error as error:
            self.faults.append(f"{where}: {value} is no regular expression: {error}")
            return None

    def template(self, table: Mapping[str, object], key: str) -> Template:
        try:
            return read_template(str(table.get(key, "")), self.prefixes)
        except MalformedTemplate as error:
            self.faults.append(f"{key}, line {error.line}: {error}")
            return Template(())

    def check_names(self, columns: tuple[Column, ...], terms: tuple[Term, ...], template: Template) -> None:
        """Note each name that is used before, or without, being given a value."""
        known = {name for column in columns for name in column.names} | GIVEN
        uses: list[tuple[str, frozenset[str]]] = []
        for term in terms:
            uses.append((f"terms.{term.name}", term.names - known))
            known = known | {term.name}
        uses.append(("template", template.names - known))
        for where, unknown in uses:
            for name in sorted(unknown):
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean {near[0]}?" if near else "no column and no term above has this name"
                self.faults.append(f"{where}: {name}: {hint}")

    def check_headers(self, columns: tuple[Column, ...]) -> None:
        """Note each header that two columns claim."""
        owners: dict[str, str] = {}
        for column in columns:
            for header in column.headers:
                owner = owners.setdefault(plain(header), column.name)
                if owner != column.name:
                    self.faults.append(f"the header {header} belongs to {owner} and to {column.name}")


def _text(value: object) -> str | None:
    return None if value is None else str(value)
