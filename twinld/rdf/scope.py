"""What the tokens of one file mean: its prefixes, base and blank nodes, and the numbers of the terms seen so far."""

from __future__ import annotations

import re

import pyoxigraph as ox

from twinld.rdf.iri import is_absolute, resolve
from twinld.rdf.problems import Unreadable, shown
from twinld.rdf.terms import TermTable, literal_key
from twinld.rdf.tokens import split_literal, unescape, unescape_local

BROKEN = 0xFFFFFFFF  # the number of a term that could not be read; its statements are dropped
_NO_SCHEME = re.compile(r"[^/?#]*:")
_XSD = "http://www.w3.org/2001/XMLSchema#"


class Scope:
    """Tokens to term numbers; faults of single terms are gathered in `faults` and cost only their statement."""

    def __init__(self, table: TermTable, base: str | None, blank_prefix: str) -> None:
        self.table = table
        self.base = base
        self.blank_prefix = blank_prefix
        self.namespaces: dict[str, str] = {}
        self.names: dict[str, int] = {}  # token -> number, valid until a prefix or the base changes
        self.used: set[str] = set()
        self.faults: list[Unreadable] = []
        self._anonymous = 0
        self._undeclared: set[str] = set()
        self._tails = {"": ""}  # what follows a literal -> what follows it in its key; valid as long as `names`

    def term(self, token: str, at: int) -> int:
        """Return the number of a token's term, `BROKEN` after noting why it has none."""
        first = token[0]
        if first == '"':
            known = self.table.ids.get(token)
            if known is not None:
                return known
        else:
            cached = self.names.get(token)
            if cached is not None:
                return cached
        try:
            number = self._new(token, first, at)
        except Unreadable as fault:
            self.faults.append(fault)
            number = BROKEN
        if first not in "\"'":
            self.names[token] = number
        return number

    def _new(self, token: str, first: str, at: int) -> int:
        if first in "\"'":
            return self.table.intern(self._simple_literal(token) or self._literal(token, at))
        if first == "<":
            known = self.table.ids.get(token)
            return self.table.intern(f"<{self.absolute(token, at)}>") if known is None else known
        if first == "_" and token.startswith("_:"):
            return self.table.intern(f"_:{self.blank_prefix}_{token[2:]}")
        if token in ("true", "false"):
            return self.table.intern(f'"{token}"^^<{_XSD}boolean>')
        if first in "+-.0123456789":
            return self.table.intern(f'"{token}"^^<{_XSD}{_number_type(token)}>')
        return self.table.intern(f"<{self._expanded(token, at)}>")

    def fresh(self) -> int:
        """Return the number of the next anonymous blank node."""
        self._anonymous += 1
        return self.table.intern(f"_:{self.blank_prefix}n{self._anonymous}")

    def declare(self, prefix: str, iri: str) -> None:
        """Give a prefix its meaning from here on."""
        if prefix in self._undeclared or self.namespaces.get(prefix, iri) != iri:
            self._forget()
        self.namespaces[prefix] = iri

    def rebase(self, iri: str) -> None:
        """Set the base from here on."""
        self.base = iri
        self._forget()

    def _forget(self) -> None:
        self.names.clear()
        self._tails = {"": ""}

    def absolute(self, token: str, at: int) -> str:
        """Return the absolute IRI of a token `<...>`; raises `Unreadable`."""
        end = at + len(token)
        try:
            iri = unescape(token[1:-1])
        except ValueError as error:
            raise Unreadable(str(error), None, at, at + len(token)) from None
        if not is_absolute(iri):
            if _NO_SCHEME.match(iri):  # RFC 3986 section 4.2: a colon in the first segment would end a scheme
                raise Unreadable(f"{shown(token)} is no IRI: what stands before its colon is no scheme", None, at, end)
            if self.base is None:
                hint = "Write the whole IRI, or declare @base."
                raise Unreadable(f"The IRI {shown(token)} is relative and there is no base", hint, at, at + len(token))
            iri = resolve(self.base, iri)
        return self._checked(iri, token, at)

    def _checked(self, iri: str, token: str, at: int) -> str:
        try:
            ox.NamedNode(iri)
        except ValueError as error:
            raise Unreadable(f"{shown(token)} is no IRI: {error}", None, at, at + len(token)) from None
        return iri

    def _expanded(self, token: str, at: int) -> str:
        prefix, _, local = token.partition(":")
        namespace = self.namespaces.get(prefix)
        if namespace is None:
            raise self._undeclared_prefix(prefix, token, at)
        self.used.add(prefix)
        return self._checked(namespace + unescape_local(local), token, at)

    def _undeclared_prefix(self, prefix: str, token: str, at: int) -> Unreadable:
        known = prefix in self._undeclared
        self._undeclared.add(prefix)
        if known:
            return Unreadable("", None, at, at + len(token))
        hint = f"Write '@prefix {prefix}: <...> .' above, or mend its name."
        return Unreadable(f"The prefix {prefix}: is not declared", hint, at, at + len(token))

    def _simple_literal(self, token: str) -> str | None:
        """Return the key of a literal without escapes whose language or datatype was seen before, else `None`."""
        if token[0] != '"' or "\\" in token or token.startswith('"""'):
            return None
        end = token.rfind('"') + 1
        tail = self._tails.get(token[end:])
        return None if tail is None else token[:end] + tail

    def _literal(self, token: str, at: int) -> str:
        text, suffix = split_literal(token)
        try:
            lexical = unescape(text)
        except ValueError as error:
            raise Unreadable(str(error), 'Write a backslash as "\\\\".', at, at + len(token)) from None
        if suffix.startswith("@"):
            language = self._language(suffix[1:], at, len(token))
            self._tails[suffix] = suffix
            return literal_key(lexical, language)
        if not suffix:
            return literal_key(lexical)
        datatype = suffix[2:]
        iri = self.absolute(datatype, at) if datatype[0] == "<" else self._expanded(datatype, at)
        self._tails[suffix] = literal_key("", None, iri)[2:]
        return literal_key(lexical, None, iri)

    def _language(self, tag: str, at: int, width: int) -> str:
        try:
            ox.Literal("", language=tag)
        except ValueError as error:
            raise Unreadable(f"@{shown(tag)} is no language tag: {error}", None, at, at + width) from None
        return tag


def _number_type(token: str) -> str:
    if "e" in token or "E" in token:
        return "double"
    return "decimal" if "." in token else "integer"
