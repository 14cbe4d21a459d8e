"""Answers as text tables, for people at a terminal."""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the command line imports this module for every command; the query engine takes 30 ms
    from twinld.query import Answer

LEAST_WIDTH = 12  # a column is not cut below this, however many there are


def table(answer: Answer, prefixes: Mapping[str, str]) -> str:
    """Return an answer given as SPARQL JSON as a table; `true` or `false` for ASK, the RDF itself for a graph."""
    if answer.kind != "solutions":
        document = answer.body.decode()
        return f"{str(json.loads(document)['boolean']).lower()}\n" if answer.kind == "boolean" else document
    rows = [
        [_shown(binding.get(name), prefixes) for name in answer.variables]
        for binding in json.loads(answer.body)["results"]["bindings"]
    ]
    return layout([list(answer.variables), *rows]) + f"{len(rows)} row{'' if len(rows) == 1 else 's'}\n"


def _shown(term: Mapping[str, str] | None, prefixes: Mapping[str, str]) -> str:
    if term is None:
        return ""
    if term["type"] == "uri":
        return short(term["value"], prefixes)
    if term["type"] == "bnode":
        return f"_:{term['value']}"
    return " ".join(term["value"].split())


def short(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return an IRI by the longest prefix that fits, or as it is."""
    fits = [(len(namespace), prefix) for prefix, namespace in prefixes.items() if iri.startswith(namespace)]
    if not fits:
        return iri
    length, prefix = max(fits)
    return f"{prefix}:{iri[length:]}"


def layout(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as columns that fit the terminal, a rule below the first."""
    if not rows[0]:
        return ""
    widths = [max(_cells(row[column]) for row in rows) for column in range(len(rows[0]))]
    room = shutil.get_terminal_size((160, 24)).columns - 2 * (len(widths) - 1)
    while sum(widths) > room and max(widths) > LEAST_WIDTH:
        widest = widths.index(max(widths))
        widths[widest] -= 1
    lines = ["  ".join(_fitted(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("─" * width for width in widths))
    return "".join(f"{line}\n" for line in lines)


def _fitted(text: str, width: int) -> str:
    if _cells(text) <= width:
        return text + " " * (width - _cells(text))
    cut = ""
    for char in text:
        if _cells(cut + char) >= width:
            break
        cut += char
    return cut + "…" + " " * (width - _cells(cut) - 1)


def _cells(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
