"""Files become columns of term numbers with the place of every term; syntax errors are gathered, not raised."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Literal

from twinld.rdf.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, RdfFormat
from twinld.rdf.problems import SyntaxProblem
from twinld.rdf.statements import Statements
from twinld.rdf.terms import TermTable
from twinld.rdf.tokens import LINE_END, TOKEN

NOWHERE = 0xFFFFFFFF  # the offset of a term whose place in the text is not known


@dataclass(frozen=True, slots=True)
class PrefixDeclaration:
    """One `@prefix`: `prefix` is without the colon, `iri` is absolute, `offset` is that of the prefix's token."""

    prefix: str
    iri: str
    offset: int


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment, from its `#` to the end of the line."""

    offset: int
    text: str


@dataclass(frozen=True)
class Parsed:
    """What one file says, and where.

    A file that was read before and stored has no `text`, but its `lines`: the offset at which each begins.
    `located` is `token` where every term has its place, `line` where only the line of the subject is known (RDF/XML
    and JSON-LD). `base` is the last base in force. `used_prefixes` are those that some name was written with.
    """

    path: str
    text: str
    format: RdfFormat
    statements: Statements
    declarations: tuple[PrefixDeclaration, ...]
    base: str | None
    errors: tuple[SyntaxProblem, ...]
    comments: tuple[Comment, ...]
    located: Literal["token", "line"]
    used_prefixes: frozenset[str]
    lines: Sequence[int] | None = None

    @cached_property
    def line_starts(self) -> Sequence[int]:
        """The offset at which each line begins."""
        return line_starts(self.text) if self.lines is None else self.lines

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """The prefixes in force at the end of the file, and their namespaces."""
        return {each.prefix: each.iri for each in self.declarations}

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, both from 1, in code points; an unknown place is line 1, column 1."""
        if offset == NOWHERE:
            return 1, 1
        return place(self.line_starts, offset)

    def token_end(self, offset: int) -> int:
        """Return where the token at an offset ends; the line's end where only lines are known."""
        if offset == NOWHERE:
            return 0
        if self.located == "line":
            found = LINE_END.search(self.text, offset)
            return found.start() if found else len(self.text)
        token = TOKEN.match(self.text, offset)
        return token.end() if token else min(offset + 1, len(self.text))


def line_starts(text: str) -> list[int]:
    """Return the offset at which each line of a text begins."""
    return list(chain((0,), (each.end() for each in LINE_END.finditer(text))))


def place(starts: Sequence[int], offset: int) -> tuple[int, int]:
    """Return line and column, from 1, of an offset, given where the lines start."""
    line = bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1


def read(
    source: str | bytes,
    *,
    format: RdfFormat,
    base: str | None = None,
    table: TermTable | None = None,
    path: str = "<text>",
    blank_prefix: str = "b",
    contexts: Mapping[str, str | Path] | None = None,
) -> Parsed:
    """Return the statements of a text with their places; what is wrong with it stands in `errors`.

    `table` takes the terms (a new one if none is given). Blank nodes are named from `blank_prefix`: the label `x`
    becomes `{blank_prefix}_x`, the third anonymous one `{blank_prefix}n3`; so the same text gives the same names, and
    files read with different prefixes of the form letter-digits never share a node. `contexts` maps the IRI of a
    JSON-LD context to the text, or the path, of a local copy; nothing is fetched. Nothing in the
    text makes it raise.
    """
    table = TermTable() if table is None else table
    text, broken = decode(source)
    if broken is not None:
        return _nothing(path, text, format, broken)
    return reader_of(format)(Job(text, format, base, table, path, blank_prefix, contexts or {}))


@dataclass(frozen=True, slots=True)
class Job:
    """What the reader of a syntax is given; the fields are the arguments of `read`."""

    text: str
    format: RdfFormat
    base: str | None
    table: TermTable
    path: str
    blank_prefix: str
    contexts: Mapping[str, str | Path]


def reader_of(format: RdfFormat) -> Callable[[Job], Parsed]:
    """Return the function that reads a syntax."""
    if format in (N_TRIPLES, N_QUADS):
        from twinld.rdf.lines import read_lines

        return read_lines
    if format in (RDF_XML, JSON_LD):
        from twinld.rdf.foreign import read_foreign

        return read_foreign
    from twinld.rdf.turtle import read_turtle

    return read_turtle


def unreadable(path: str, format: RdfFormat, reason: str, table: TermTable | None = None) -> Parsed:
    """Return the empty result of a file that could not be opened; `reason` is the system's sentence."""
    problem = SyntaxProblem(f"The file cannot be read: {reason}", None, 0, 0, 1, 1)
    return _nothing(path, "", format, problem)


def decode(source: str | bytes) -> tuple[str, SyntaxProblem | None]:
    """Return the text of a file without its byte order mark, and the problem if it is not UTF-8."""
    if isinstance(source, str):
        return source.removeprefix("\ufeff"), None
    try:
        return source.decode("utf-8").removeprefix("\ufeff"), None
    except UnicodeDecodeError as error:
        return _not_utf8(source, error)


def _not_utf8(source: bytes, error: UnicodeDecodeError) -> tuple[str, SyntaxProblem]:
    if source[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "", SyntaxProblem("The file is UTF-16, not UTF-8", "Save it as UTF-8.", 0, 1, 1, 1)
    before = source[: error.start].decode("utf-8").removeprefix("\ufeff")
    line, column = place(line_starts(before), len(before))
    message = f"The byte 0x{source[error.start]:02X} is not UTF-8"
    return before, SyntaxProblem(message, "Save the file as UTF-8.", len(before), len(before) + 1, line, column)


def _nothing(path: str, text: str, format: RdfFormat, problem: SyntaxProblem) -> Parsed:
    return Parsed(path, text, format, Statements(), (), None, (problem,), (), "token", frozenset())
