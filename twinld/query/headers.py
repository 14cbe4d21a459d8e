"""The header of a canned query's file: read whole, every problem at its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from twinld.query.canned import LANGUAGE_NEUTRAL, CannedQuery, Parameter, is_name, name_of
from twinld.query.errors import QueryError
from twinld.query.parameters import TYPES, InvalidValue, Scope, serialise, type_named
from twinld.query.tokens import Outline, Token, outline, position, tokens
from twinld.rdf.problems import SyntaxProblem

KEYS = ("title", "description", "param", "choices", "view", "table", "deprecated")
TRANSLATED = ("title", "description", "param")
VIEWS = ("table", "map", "graph", "timeline", "chart")
FLAGS = ("optional", "default", "several")
RESERVED = ("limit", "offset", "format", "lang", "timeout")  # the web API's own
NESTING = 200

LINE = re.compile(r"^[ \t]*#\+[ \t]?(.*)$", re.MULTILINE)
ENTRY = re.compile(r"([A-Za-z-]+)(?:@([A-Za-z]+(?:-[A-Za-z0-9]+)*))?[ \t]*:[ \t]*(.*?)[ \t]*\r?$")
PARAM = re.compile(r"([A-Za-z_]\w*)[ \t]*\(([^)]*)\)[ \t]*(.*)$")
CHOICES = re.compile(r"([A-Za-z_]\w*)[ \t]+(.+)$")


@dataclass(frozen=True)
class _Entry:
    """A header line: where its text begins and ends, its key, its language, its value."""

    at: int
    end: int
    key: str
    language: str
    value: str


@dataclass
class _Param:
    type: str
    flags: frozenset[str]
    entry: _Entry
    texts: dict[str, str] = field(default_factory=dict)


@dataclass
class _Header:
    """What has been read so far; problems as (message, hint, start, end)."""

    titles: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    params: dict[str, _Param] = field(default_factory=dict)
    choices: dict[str, tuple[str, _Entry]] = field(default_factory=dict)
    single: dict[str, str] = field(default_factory=dict)
    problems: list[tuple[str, str, int, int]] = field(default_factory=list)

    def wrong(self, start: int, end: int, message: str, hint: str) -> None:
        self.problems.append((message, hint, start, end))

    def refuse(self, entry: _Entry, message: str, hint: str) -> None:
        self.wrong(entry.at, entry.end, message, hint)


def inspect_canned(
    text: str, path: str, *, base: str | None = None, prefixes: Mapping[str, str] | None = None
) -> tuple[CannedQuery | None, list[SyntaxProblem]]:
    """Return the canned query of a file, `None` where it cannot be used, and every problem with its place."""
    header = _Header()
    for entry in _entries(text, header):
        _take(header, entry)
    seen = _outline(text, header, prefixes or {})
    if not header.titles:
        header.wrong(0, 1, "the header has no title", "Add at the top a line such as #+ title: Pumps of a site")
    if not is_name(name_of(path)):
        hint = "Use letters, digits, - and _ in the file's name."
        header.wrong(0, 1, f"{name_of(path)} is no name of a query", hint)
    scope = Scope({**(prefixes or {}), **(seen.prefixes if seen else {})}, base)
    parameters = tuple(_parameters(text, header, scope)) if seen else ()
    found = _problems(text, header)
    if seen is None or found:
        return None, found
    single = header.single
    return CannedQuery(
        name_of(path),
        path,
        text,
        seen.form,
        header.titles,
        header.descriptions,
        parameters,
        single.get("view", "table"),
        single.get("table") == "true",
        single.get("deprecated"),
        scope.prefixes,
        scope.base,
    ), found


def _problems(text: str, header: _Header) -> list[SyntaxProblem]:
    ordered = sorted(header.problems, key=lambda problem: problem[2:])
    return [SyntaxProblem(message, hint, start, end, *position(text, start)) for message, hint, start, end in ordered]


def _entries(text: str, header: _Header) -> Iterator[_Entry]:
    """Yield each header line; one without a key becomes a problem."""
    for line in LINE.finditer(text):
        entry = ENTRY.match(line[1])
        start, end = line.start(), line.start() + len(line[0].rstrip("\r"))
        if entry is None:
            header.wrong(start, end, "this header line has no key", "Write #+ key: text, or a plain comment.")
        else:
            yield _Entry(line.start(1), end, entry[1], (entry[2] or LANGUAGE_NEUTRAL).lower(), entry[3])


def _take(header: _Header, entry: _Entry) -> None:
    key = entry.key
    if key not in KEYS:
        header.refuse(entry, f"{key} is no key of a header", f"Use one of {', '.join(KEYS)}.")
    elif entry.language and key not in TRANSLATED:
        header.refuse(entry, f"{key} has no languages", f"Write {key}: without @{entry.language}.")
    elif not entry.value:
        header.refuse(entry, f"{key} says nothing", f"Write a text after {key}: or take the line away.")
    else:
        TAKERS.get(key, _take_single)(header, entry)


def _take_title(header: _Header, entry: _Entry) -> None:
    if entry.language in header.titles:
        header.refuse(entry, "a second title in the same language", "Keep one of the two.")
    header.titles[entry.language] = entry.value


def _take_description(header: _Header, entry: _Entry) -> None:
    """Take a description; it may go on over several lines."""
    before = header.descriptions.get(entry.language)
    header.descriptions[entry.language] = f"{before} {entry.value}" if before else entry.value


def _take_param(header: _Header, entry: _Entry) -> None:
    found = PARAM.match(entry.value)
    if entry.language:
        _take_param_text(header, entry)
    elif found is None:
        header.refuse(entry, "a parameter needs a name, a type and a text", "Write param: site (IRI) the site")
    elif found[1] in header.params or found[1] in RESERVED:
        header.refuse(entry, f"{found[1]} is taken", "Choose another name for the parameter.")
    else:
        type_name, flags = _type_and_flags(header, entry, found[2])
        texts = {LANGUAGE_NEUTRAL: found[3].strip()} if found[3].strip() else {}
        header.params[found[1]] = _Param(type_name, flags, entry, texts)


def _take_param_text(header: _Header, entry: _Entry) -> None:
    """Take `param@fi: site paikka`: the text of a parameter that stands above, in another language."""
    name, _, text = entry.value.partition(" ")
    text = re.sub(r"^\([^)]*\)", "", text.strip()).strip()
    if name not in header.params or not text:
        message = f"param@{entry.language} must name a parameter from a param: line above, then its text"
        header.refuse(entry, message, f"Write param@{entry.language}: site the text")
    else:
        header.params[name].texts[entry.language] = text


def _type_and_flags(header: _Header, entry: _Entry, written: str) -> tuple[str, frozenset[str]]:
    first, *flags = (part.strip() for part in written.split(","))
    for flag in flags:
        if flag not in FLAGS:
            header.refuse(entry, f"{flag} is no flag of a parameter", f"Use {', '.join(FLAGS)}, or none.")
    type_name = type_named(first.removeprefix("xsd:"))
    if type_name is None:
        header.refuse(entry, f"{first} is no type of a parameter", f"Use one of {', '.join(TYPES)}.")
    return type_name or "string", frozenset(flags)


def _take_choices(header: _Header, entry: _Entry) -> None:
    found = CHOICES.match(entry.value)
    if found is None:
        hint = "Write choices: size small medium large"
        header.refuse(entry, "choices need the parameter and its values", hint)
    else:
        header.choices[found[1]] = (found[2].strip(), entry)


def _take_single(header: _Header, entry: _Entry) -> None:
    key, value = entry.key, entry.value
    allowed = {"view": VIEWS, "table": ("true", "false")}.get(key)
    if key in header.single:
        header.refuse(entry, f"{key} stands twice", "Keep one of the two.")
    elif key == "deprecated" and not _begins_with_day(value):
        hint = "Write deprecated: 2026-11-01 use another-query instead"
        header.refuse(entry, "deprecated needs the day since when, then what to use instead", hint)
    elif allowed and value not in allowed:
        header.refuse(entry, f"{value} is no {key}", f"Use one of {', '.join(allowed)}.")
    else:
        header.single[key] = value


def _begins_with_day(value: str) -> bool:
    try:
        return bool(date.fromisoformat(value.partition(" ")[0]))
    except ValueError:
        return False


TAKERS: Mapping[str, Callable[[_Header, _Entry], None]] = {
    "title": _take_title,
    "description": _take_description,
    "param": _take_param,
    "choices": _take_choices,
}


def _outline(text: str, header: _Header, prefixes: Mapping[str, str]) -> Outline | None:
    try:
        return outline(text, nesting=NESTING, prefixes=prefixes)
    except QueryError as error:
        at = _offset(text, error.line or 1, error.column or 1)
        header.wrong(at, at + 1, error.message, error.hint or "Correct the query.")
        return None


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start + column - 1


def _parameters(text: str, header: _Header, scope: Scope) -> Iterator[Parameter]:
    blocks = dict(_blocks(text, header))
    for name, (_, entry) in header.choices.items():
        if name not in header.params:
            hint = f"Add #+ param: {name} (string) what it is"
            header.refuse(entry, f"no parameter is called {name}", hint)
    for name, param in header.params.items():
        if name in blocks:
            yield _parameter(text, header, name, blocks[name], scope)
        else:
            hint = f"Add the line VALUES ?{name} {{ example }} to the query."
            header.refuse(param.entry, f"the query has no VALUES line for {name}", hint)


def _parameter(text: str, header: _Header, name: str, span: tuple[int, int], scope: Scope) -> Parameter:
    param = header.params[name]
    written, entry = header.choices.get(name, ("", param.entry))
    source = re.fullmatch(r"from[ \t]+(\S+)", written)
    choices = () if source else tuple(written.split())
    for choice in choices:
        try:
            serialise(param.type, choice, scope)
        except InvalidValue as error:
            header.refuse(entry, f"the choice {error}", f"Write values of the type {param.type}.")
    return Parameter(
        name,
        param.type,
        param.texts,
        text[slice(*span)].strip(),
        span,
        "optional" in param.flags,
        "default" in param.flags,
        "several" in param.flags,
        choices,
        source[1] if source else None,
    )


def _blocks(text: str, header: _Header) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield name and span between the braces of each `VALUES ?name { ... }` that a parameter may take."""
    found = list(tokens(text))
    seen: set[str] = set()
    for number, token in enumerate(found):
        if token.kind != "word" or token.text.upper() != "VALUES" or len(found) < number + 4:
            continue
        variable, opened = found[number + 1], found[number + 2]
        name = variable.text[1:]
        if variable.kind != "variable" or opened.text != "{" or name not in header.params:
            continue
        closed = next(later for later in found[number + 3 :] if later.text == "}")
        _check_example(header, found, number, closed, name)
        if name in seen:
            header.wrong(token.at, closed.at + 1, f"a second VALUES line for {name}", "Keep one of the two.")
        seen.add(name)
        yield name, (opened.at + 1, closed.at)


def _check_example(header: _Header, found: list[Token], number: int, closed: Token, name: str) -> None:
    if found[number + 3] is closed:
        hint = "Put a value there that gives a good answer: it is shown to users and run in tests."
        header.wrong(found[number].at, closed.at + 1, f"{name} has no example", hint)
