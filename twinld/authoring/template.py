"""A Turtle template with `?names` in place of terms, filled once for each row.

A statement with a name that has no value is left out, one with a name of several values is written for each: what
SPARQL does with the template of a CONSTRUCT (https://www.w3.org/TR/sparql11-query/#construct).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from twinld.authoring.recipes import Bindings
from twinld.rdf.formats import TURTLE
from twinld.rdf.reading import read
from twinld.rdf.terms import TermTable
from twinld.rdf.tokens import COMMENT, IRI, STRING
from twinld.rdf.writing import Triple

_NAME = re.compile(rf"(?P<other>{IRI}|{STRING}|{COMMENT.pattern})|\?(?P<name>[A-Za-z_]\w*)", re.DOTALL)
_STANDS_FOR = "urn:twinld:name:"


class MalformedTemplate(ValueError):
    """A template that is not Turtle; `line` is counted from 1 in the template."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Pattern:
    """A statement of the template; each part is the key of a term, or `?` and a name."""

    subject: str
    predicate: str
    object: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names in it, without the question mark."""
        return tuple(part[1:] for part in (self.subject, self.predicate, self.object) if part[0] == "?")


@dataclass(frozen=True, slots=True)
class Template:
    """The statements of a template, in order, and the names that they use."""

    patterns: tuple[Pattern, ...]

    @property
    def names(self) -> frozenset[str]:
        """Every name that some statement uses."""
        return frozenset(name for pattern in self.patterns for name in pattern.names)

    def fill(self, bindings: Bindings, row: int) -> Iterator[tuple[Triple, Pattern]]:
        """Yield the triples of a row, as keys, each with the pattern it comes from; blank nodes are the row's own."""
        for pattern in self.patterns:
            choices = [_values(part, bindings, row) for part in (pattern.subject, pattern.predicate, pattern.object)]
            for s, p, o in itertools.product(*choices):
                yield (s, p, o), pattern


def read_template(text: str, prefixes: Mapping[str, str]) -> Template:
    """Return the template in a text; `prefixes` are known in it. Raises `MalformedTemplate`."""
    declared = " ".join(f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in prefixes.items())
    turtle = _NAME.sub(lambda found: found["other"] or f"<{_STANDS_FOR}{found['name']}>", text)
    table = TermTable()
    # On the same line as the first of the template, so that lines count as its author counts them.
    parsed = read(f"{declared} {turtle}", format=TURTLE, table=table, blank_prefix="t")
    if parsed.errors:
        first = parsed.errors[0]
        raise MalformedTemplate(f"{first.message}. {first.hint or ''}".strip(), first.line)
    parts = [_name_or_key(key) for key in table.keys]
    return Template(tuple(Pattern(parts[s], parts[p], parts[o]) for s, p, o, _ in parsed.statements))


def _name_or_key(key: str) -> str:
    return "?" + key[len(_STANDS_FOR) + 1 : -1] if key.startswith("<" + _STANDS_FOR) else key


def _values(part: str, bindings: Bindings, row: int) -> tuple[str, ...]:
    if part[0] == "?":
        return bindings.get(part[1:], ())
    return (f"_:r{row}{part[2:]}",) if part[0] == "_" else (part,)
