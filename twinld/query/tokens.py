"""The tokens of a query, read before any engine sees it.

The engine has no switch for `SERVICE` and overflows its stack on deep nesting, so what it must not see is
found here: in tokens, never by a search in the text (a string, an IRI, a comment may hold any word). Time is
linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from twinld.query.errors import QueryRefused, QuerySyntaxError, QueryTooComplex

FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
OPENING = {"(": ")", "[": "]", "{": "}"}
CLOSING = frozenset(OPENING.values())

# SPARQL 1.1 section 19.8. A long string comes before a short one; an IRI holds no space, quote or brace. A
# prefix of more than 200 characters is none: without a bound `a.a.a.a...` would take quadratic time.
GRAMMAR = r"""
  (?P<space>[ \t\r\n]+|\#[^\r\n]*)
| (?P<string>"{3}(?:[^"\\]|\\.|"(?!""))*"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
    | "(?:[^"\\\r\n]|\\[^\r\n])*" | '(?:[^'\\\r\n]|\\[^\r\n])*')
| (?P<mark><<\(?|\)?>>)
| (?P<iri><(?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
| (?P<blank>_:\w(?:[\w.·-]*[\w·-])?)
| (?P<name>(?:[^\W\d_](?:[\w·-]|\.(?=[\w.·-])){0,200}+)?:
    (?:(?:[\w:·-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]|\.(?=[\w:.%\\·-]))*))
| (?P<variable>[?$]\w+)
| (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
| (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
| (?P<word>[^\W\d]\w*)
| (?P<open>[(\[{])
| (?P<close>[)\]}])
| (?P<other>.)
"""
OPERANDS = frozenset({"string", "iri", "blank", "name", "variable", "language", "number", "close"})
ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True)
class Token:
    """A token: its kind (a group of `GRAMMAR`), its text, its offset in code points."""

    kind: str
    text: str
    at: int


@dataclass(frozen=True)
class Outline:
    """What the tokens of a query say: its form, prefixes and base, and the graphs after FROM as written."""

    form: str
    prefixes: Mapping[str, str]
    base: str | None
    graphs: tuple[Token, ...]


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(GRAMMAR, re.VERBOSE | re.DOTALL)


def position(text: str, offset: int) -> tuple[int, int]:
    """Return line and column (from 1, in code points) of an offset."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def wrong(text: str, offset: int, message: str, hint: str | None = None) -> QuerySyntaxError:
    """Return the syntax error for a place in a query."""
    line, column = position(text, offset)
    return QuerySyntaxError(message, hint=hint, line=line, column=column)


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a query without spaces and comments; a string that is never closed is an error."""
    for match in _pattern().finditer(text):
        kind = match.lastgroup or "other"
        if kind == "space":
            continue
        if kind == "other" and match[0] in "\"'":
            raise wrong(text, match.start(), "this string is not closed", "End it with the quote it begins with.")
        if kind == "other" and match[0] == "\\":
            raise wrong(text, match.start(), "a backslash stands outside strings and IRIs", "Write the character.")
        yield Token(kind, match[0], match.start())


def outline(text: str, *, nesting: int, prefixes: Mapping[str, str] | None = None) -> Outline:
    """Return what the tokens of a query say, after refusing what the engine must not see.

    `prefixes` are those that the data uses, for the hint about a prefix that is not declared.
    Raises QueryRefused (SERVICE, an update), QueryTooComplex (deeper than `nesting`) and QuerySyntaxError.
    """
    found = list(tokens(text))
    _check_brackets(text, found, nesting)
    _check_service(text, found)
    declared, base, start = _prologue(text, found)
    _check_prefixes(text, found[start:], declared, prefixes or {})
    return Outline(_form(text, found, start), declared, base, tuple(_graphs(found[start:])))


def _check_brackets(text: str, found: list[Token], nesting: int) -> None:
    """Refuse brackets that are too deep or do not match, and `<` where two readings are possible."""
    stack: list[Token] = []
    before: Token | None = None
    for token in found:
        if token.kind == "open":
            stack.append(token)
            if len(stack) > nesting:
                raise QueryTooComplex(f"brackets stand more than {nesting} deep", hint="Write a flatter query.")
        elif token.kind == "close":
            _check_close(text, stack.pop() if stack else None, token)
        elif token.kind == "iri" and before is not None and stack:
            _check_comparison(text, stack[-1], before, token)
        before = token
    if stack:
        raise wrong(
            text,
            stack[-1].at,
            f"this {stack[-1].text} is not closed",
            f"Add the missing {OPENING[stack[-1].text]}",
        )


def _check_close(text: str, opened: Token | None, token: Token) -> None:
    if opened is None:
        raise wrong(text, token.at, f"{token.text} closes nothing", "Take it away or add the opening bracket.")
    if OPENING[opened.text] != token.text:
        line, column = position(text, opened.at)
        message = f"{token.text} stands where the {opened.text} of {line}:{column} must be closed first"
        raise wrong(text, token.at, message, f"Write {OPENING[opened.text]} here.")


def _check_comparison(text: str, opened: Token, before: Token, token: Token) -> None:
    """Refuse `(?a<1#>`: one reader sees an IRI, the engine a comparison and a comment that hides code."""
    if opened.text != "(" or before.kind not in OPERANDS or ABSOLUTE.match(token.text):
        return
    if "#" in token.text or "'" in token.text or "service" in token.text.lower():
        raise wrong(text, token.at, "this < can be read as a comparison or as an IRI", "Put a space after it.")


def _check_service(text: str, found: list[Token]) -> None:
    for token in found:
        if token.kind == "word" and token.text.upper() == "SERVICE":
            line, column = position(text, token.at)
            raise QueryRefused(
                "SERVICE is refused: this endpoint calls no other host",
                hint="Ask the other endpoint yourself and join the answers, or load its data here.",
                line=line,
                column=column,
            )


def _prologue(text: str, found: list[Token]) -> tuple[dict[str, str], str | None, int]:
    """Return the declared prefixes, the base, and the number of the first token after them."""
    declared: dict[str, str] = {}
    base, at = None, 0
    while at < len(found) and found[at].kind == "word":
        word, rest = found[at].text.upper(), found[at + 1 : at + 3]
        if word == "BASE" and rest and rest[0].kind == "iri":
            base, at = rest[0].text[1:-1], at + 2
        elif word == "PREFIX" and len(rest) == 2 and rest[0].kind == "name" and rest[1].kind == "iri":
            declared[rest[0].text[:-1]], at = rest[1].text[1:-1], at + 3
        elif word == "VERSION" and rest and rest[0].kind == "string":
            at += 2
        elif word in ("BASE", "PREFIX"):
            raise wrong(
                text,
                found[at].at,
                f"{word} is not whole",
                "Write PREFIX ex: <https://example.org/> or BASE <...>.",
            )
        else:
            break
    return declared, base, at


def _check_prefixes(text: str, found: list[Token], declared: Mapping[str, str], known: Mapping[str, str]) -> None:
    for token in found:
        if token.kind != "name":
            continue
        prefix = token.text.partition(":")[0]
        if prefix not in declared:
            iri = known.get(prefix, "https://example.org/")
            raise wrong(
                text,
                token.at,
                f"the prefix {prefix}: is not declared",
                f"Add this line at the top: PREFIX {prefix}: <{iri}>",
            )


def _form(text: str, found: list[Token], start: int) -> str:
    if start == len(found):
        raise wrong(text, len(text), "the query is empty", "Write SELECT, ASK, CONSTRUCT or DESCRIBE.")
    first = found[start]
    word = first.text.upper()
    if word in UPDATES:
        line, column = position(text, first.at)
        message = f"{word} changes data and this endpoint is read-only"
        raise QueryRefused(message, hint="Change the files of the project instead.", line=line, column=column)
    if word not in FORMS:
        message = f"{first.text} stands where SELECT, ASK, CONSTRUCT or DESCRIBE is expected"
        raise wrong(text, first.at, message, "Begin with one of them, after PREFIX and BASE.")
    return word


def _graphs(found: list[Token]) -> Iterator[Token]:
    """Yield the IRI or name after each FROM and FROM NAMED; the word stands nowhere else in the grammar."""
    for number, token in enumerate(found):
        if token.kind == "word" and token.text.upper() == "FROM":
            rest = found[number + 1 : number + 3]
            named = bool(rest) and rest[0].text.upper() == "NAMED"
            yield from (graph for graph in rest[named : named + 1] if graph.kind in ("iri", "name"))
