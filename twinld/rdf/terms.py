"""RDF terms as text keys and small numbers, so that whole-set work compares integers.

A key is the term with its lexical form as the author wrote it: `<iri>`, `_:label`, `"lexical"`, `"lexical"@tag`,
`"lexical"^^<datatype>`. Nothing is escaped inside a key; it is unambiguous because neither IRIs nor language tags
contain a quotation mark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, overload

import pyoxigraph as ox

Term = ox.NamedNode | ox.BlankNode | ox.Literal

DEFAULT_GRAPH = 0
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


class Keys(Protocol):
    """The keys of a table in order of their numbers: a list, or a file with a list for those that come later."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[str]: ...

    def __getitem__(self, number: int, /) -> str: ...

    def append(self, key: str, /) -> None:
        """Add the key with the next number."""


class Ids(Protocol):
    """The numbers of a table by key: a dict, or a file with a dict for those that come later."""

    def __contains__(self, key: str, /) -> bool: ...

    def __getitem__(self, key: str, /) -> int: ...

    def __setitem__(self, key: str, number: int, /) -> None: ...

    @overload
    def get(self, key: str, /) -> int | None: ...

    @overload
    def get(self, key: str, default: int, /) -> int: ...


class TermTable:
    """Numbers for terms, given in order of first sight; number 0 is the default graph.

    A table that was written to disk is given its `keys` and `ids`; they hold the same terms.
    """

    __slots__ = ("ids", "keys")

    def __init__(self, keys: Keys | None = None, ids: Ids | None = None) -> None:
        self.keys: Keys = [""] if keys is None else keys
        self.ids: Ids = {"": DEFAULT_GRAPH} if ids is None else ids

    def intern(self, key: str) -> int:
        """Return the number of a key, a new one if it was never seen."""
        number = self.ids.get(key)
        if number is None:
            number = self.ids[key] = len(self.keys)
            self.keys.append(key)
        return number

    def intern_all(self, keys: Sequence[str]) -> list[int]:
        """Return the numbers of keys of which none comes twice."""
        ids = self.ids
        for number, key in enumerate([key for key in keys if key not in ids], len(self.keys)):
            ids[key] = number
            self.keys.append(key)
        return list(map(ids.__getitem__, keys))

    def term(self, number: int) -> Term:
        """Return the pyoxigraph term of a number other than the default graph's."""
        return term_of(self.keys[number])

    def number(self, term: Term) -> int | None:
        """Return the number of a term, `None` if the table never saw it."""
        return self.ids.get(key_of(term))


def term_of(key: str) -> Term:
    """Return the pyoxigraph term that a key stands for."""
    match key[0]:
        case "<":
            return ox.NamedNode(key[1:-1])
        case "_":
            return ox.BlankNode(key[2:])
    lexical, language, datatype = literal_parts(key)
    if language is not None:
        return ox.Literal(lexical, language=language)
    return ox.Literal(lexical, datatype=ox.NamedNode(datatype))


def literal_parts(key: str) -> tuple[str, str | None, str]:
    """Return lexical form, language tag (or `None`) and datatype IRI of a literal's key."""
    end = key.rindex('"')
    tail = key[end + 1 :]
    lexical = key[1:end]
    if tail.startswith("@"):
        return lexical, tail[1:], "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
    return lexical, None, tail[3:-1] if tail else XSD_STRING


def language_of(key: str) -> str:
    """Return the language tag of a literal's key, empty where it has none."""
    tail = key[key.rindex('"') + 1 :]
    return tail[1:] if tail.startswith("@") else ""


def key_of(term: Term) -> str:
    """Return the key of a pyoxigraph term."""
    if isinstance(term, ox.NamedNode):
        return f"<{term.value}>"
    if isinstance(term, ox.BlankNode):
        return f"_:{term.value}"
    return literal_key(term.value, term.language, term.datatype.value)


def literal_key(lexical: str, language: str | None = None, datatype: str = XSD_STRING) -> str:
    """Return the key of a literal; `datatype` counts only without a language."""
    if language is not None:
        return f'"{lexical}"@{language}'
    return f'"{lexical}"' if datatype == XSD_STRING else f'"{lexical}"^^<{datatype}>'
