"""A parsed file as bytes, and back: a header in JSON, then the columns as they lie in memory.

What was packed is read ten times as fast as it is parsed. Blank nodes are packed without the prefix of their file, and
terms in the order in which the file named them, so that unpacking numbers them as parsing would.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from twinld.rdf.formats import RdfFormat
from twinld.rdf.problems import SyntaxProblem
from twinld.rdf.reading import Comment, Parsed, PrefixDeclaration, decode, read
from twinld.rdf.statements import COLUMNS, Statements
from twinld.rdf.terms import TermTable

_LENGTH = 8  # bytes, before the header
_NUMBERED = COLUMNS[:4]


@dataclass(frozen=True, slots=True)
class Apart:
    """A parsed file whose terms are numbered in a table of its own, and whose blank nodes have no prefix."""

    parsed: Parsed
    keys: tuple[str, ...]


def read_apart(
    content: bytes, *, format: RdfFormat, base: str | None, path: str, contexts: Mapping[str, str | Path] | None
) -> Apart:
    """Return a text as `read` does, in a table of its own."""
    table = TermTable()
    parsed = read(content, format=format, base=base, table=table, path=path, blank_prefix="", contexts=contexts)
    return Apart(parsed, tuple(table.keys)[1:])


def joined(apart: Apart, table: TermTable, blank_prefix: str) -> Parsed:
    """Return the file with its terms numbered in a table that many files share; `read` would give the same."""
    keys = [f"_:{blank_prefix}{key[2:]}" if key[0] == "_" else key for key in apart.keys]
    numbers = [0, *table.intern_all(keys)]
    rows = apart.parsed.statements
    columns = {name: array("I", map(numbers.__getitem__, getattr(rows, name))) for name in _NUMBERED}
    return replace(apart.parsed, statements=replace(rows, **columns))


def pack(apart: Apart) -> bytes:
    """Return a file as bytes, its text left out."""
    parsed = apart.parsed
    header = {
        "keys": apart.keys,
        "declarations": [astuple(each) for each in parsed.declarations],
        "base": parsed.base,
        "errors": [astuple(each) for each in parsed.errors],
        "comments": [(each.offset, each.text) for each in parsed.comments],
        "located": parsed.located,
        "used": sorted(parsed.used_prefixes),
    }
    text = json.dumps(header, ensure_ascii=False).encode()
    columns = [array("I", getattr(parsed.statements, name)).tobytes() for name in COLUMNS]
    return b"".join((len(text).to_bytes(_LENGTH, "little"), text, *columns))


def unpack(packed: bytes, content: bytes, *, format: RdfFormat, path: str) -> Apart:
    """Return what was packed; `content` is the file's text as it was then.

    Raises `ValueError`, `KeyError` or `TypeError` for bytes that `pack` has not made.
    """
    end = _LENGTH + int.from_bytes(packed[:_LENGTH], "little")
    header = json.loads(packed[_LENGTH:end])
    everything = array("I", packed[end:])
    length = len(everything) // len(COLUMNS)
    parsed = Parsed(
        path,
        decode(content)[0],
        format,
        Statements(*(everything[at * length : (at + 1) * length] for at in range(len(COLUMNS)))),
        tuple(PrefixDeclaration(*each) for each in header["declarations"]),
        header["base"],
        tuple(SyntaxProblem(*each) for each in header["errors"]),
        tuple(Comment(*each) for each in header["comments"]),
        header["located"],
        frozenset(header["used"]),
    )
    return Apart(parsed, tuple(header["keys"]))
