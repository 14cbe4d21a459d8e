"""Canned queries: a SPARQL file that runs as it stands, with a header that makes it a form and a web service.

The header is made of `#+ key: text` lines before the query; docs/canned-queries.md has the grammar. A
parameter is the line `VALUES ?name { example }`; binding replaces what stands between the braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from twinld.errors import TwinldError
from twinld.query.errors import QueryError
from twinld.query.parameters import InvalidValue, Scope, serialise
from twinld.rdf.problems import SyntaxProblem

LANGUAGE_NEUTRAL = ""
UNBOUND = "UNDEF"


class MalformedQuery(TwinldError):
    """A canned query's file is not as the grammar says; `problems` has every place."""

    def __init__(self, path: str, problems: Sequence[SyntaxProblem]) -> None:
        first = problems[0]
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        place = {"path": path, "line": first.line, "column": first.column}
        super().__init__(first.message + more, hint=first.hint, **place)  # type: ignore[arg-type]
        self.problems = tuple(problems)


class ParameterError(QueryError):
    """Values that do not fit a canned query; `errors` says what is wrong by name of parameter, all of it."""

    status = 400
    problem = "parameters"

    def __init__(self, errors: Mapping[str, str], *, hint: str | None = None, **place: object) -> None:
        super().__init__("; ".join(f"{name}: {error}" for name, error in errors.items()), hint=hint)
        self.errors = dict(errors)


@dataclass(frozen=True)
class Parameter:
    """A parameter: its type, its texts by language, and where its example stands in the file.

    Without a value an `optional` one is unbound (any value fits), a `default` one keeps the example, any
    other is an error. `choices` are values as a person writes them; `choices_from` names a canned query that
    lists them.
    """

    name: str
    type: str
    texts: Mapping[str, str]
    example: str
    span: tuple[int, int]
    optional: bool = False
    default: bool = False
    several: bool = False
    choices: tuple[str, ...] = ()
    choices_from: str | None = None

    @property
    def required(self) -> bool:
        """Whether a caller must give a value."""
        return not (self.optional or self.default)


@dataclass(frozen=True)
class CannedQuery:
    """A canned query as its file says; texts by language, those without a language under the empty one."""

    name: str
    path: str
    text: str
    form: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    view: str = "table"
    table: bool = False
    deprecated: str | None = None
    prefixes: Mapping[str, str] = field(default_factory=dict)
    base: str | None = None

    @property
    def title(self) -> str:
        """The title in the file's first language."""
        return next(iter(self.titles.values()), self.name)

    @property
    def description(self) -> str:
        """The description in the file's first language, empty if there is none."""
        return next(iter(self.descriptions.values()), "")

    def bind(self, values: Mapping[str, str | Sequence[str]]) -> str:
        """Return the query with its parameters bound to typed terms.

        Values are text as a person types it; several where the parameter allows that. Raises ParameterError,
        which lists everything that is wrong.
        """
        errors = {name: f"no parameter of {self.name}" for name in values if name not in self._names()}
        bound: dict[tuple[int, int], str] = {}
        for parameter in self.parameters:
            try:
                bound[parameter.span] = self._terms(parameter, _listed(values.get(parameter.name)))
            except InvalidValue as error:
                errors[parameter.name] = str(error)
        if errors:
            raise ParameterError(errors, hint=self._usage())
        return _replaced(self.text, bound)

    def _names(self) -> set[str]:
        return {parameter.name for parameter in self.parameters}

    def _usage(self) -> str:
        takes = ", ".join(f"{p.name} ({p.type}{'' if p.required else ', optional'})" for p in self.parameters)
        return f"{self.name} takes {takes}" if takes else f"{self.name} takes no parameters"

    def _terms(self, parameter: Parameter, given: Sequence[str]) -> str:
        """Return what stands between the braces: terms, UNDEF, or the example."""
        given = [value for value in given if value.strip()]
        if not given:
            if parameter.required:
                raise InvalidValue(f"a value is missing ({parameter.type})")
            return UNBOUND if parameter.optional else parameter.example
        if len(given) > 1 and not parameter.several:
            raise InvalidValue("only one value is allowed")
        return " ".join(self._term(parameter, value) for value in given)

    def _term(self, parameter: Parameter, value: str) -> str:
        scope = Scope(self.prefixes, self.base)
        term = serialise(parameter.type, value, scope)
        if parameter.choices and term not in {serialise(parameter.type, each, scope) for each in parameter.choices}:
            raise InvalidValue(f"{value!r} is none of the choices {', '.join(parameter.choices)}")
        return term


def _listed(value: str | Sequence[str] | None) -> Sequence[str]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def _replaced(text: str, bound: Mapping[tuple[int, int], str]) -> str:
    """Return the text with each span replaced, from the end so that offsets stay right."""
    for (start, end), terms in sorted(bound.items(), reverse=True):
        text = f"{text[:start]} {terms} {text[end:]}"
    return text


def read_canned(
    text: str, path: str, *, base: str | None = None, prefixes: Mapping[str, str] | None = None
) -> CannedQuery:
    """Return the canned query of a file; its name is the file's without the extension.

    `base` and `prefixes` are the project's: IRIs in values are read with them. Raises MalformedQuery with
    every problem of the file.
    """
    from twinld.query.headers import inspect_canned

    found, problems = inspect_canned(text, path, base=base, prefixes=prefixes)
    if found is None or problems:
        raise MalformedQuery(path, problems)
    return found


def read_all(
    files: Iterable[tuple[str, str]], *, base: str | None = None, prefixes: Mapping[str, str] | None = None
) -> dict[str, CannedQuery]:
    """Return the canned queries of files (path and text) by name; raises MalformedQuery for the first bad file."""
    found = [read_canned(text, path, base=base, prefixes=prefixes) for path, text in files]
    return {query.name: query for query in sorted(found, key=lambda query: query.name)}


def name_of(path: str) -> str:
    """Return the name of the canned query in a file: the file's, without folder and extension."""
    return PurePath(path).stem


def is_name(text: str) -> bool:
    """Tell whether a text can be the name of a canned query: letters, digits, hyphens, underscores."""
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", text) is not None
