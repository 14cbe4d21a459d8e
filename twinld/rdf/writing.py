"""Statements become bytes in any RDF format: lexical forms as written, in a stable order, the same bytes each time.

Everything here works on keys of terms (see `twinld.rdf.terms`), because stores rewrite literals and keys do not.
A statement is a triple, or a quad whose fourth key is the graph, "" for the default graph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from twinld.errors import TwinldError
from twinld.rdf.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, RdfFormat

Triple = tuple[str, str, str]
Quad = tuple[str, str, str, str]

CHUNK_CHARACTERS = 1 << 16
NO_PREFIXES: Mapping[str, str] = {}

_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')


class UnwritableError(TwinldError):
    """A term cannot be written in the format asked for; the message names the term, the hint another format."""

    status = 406


def write(
    statements: Iterable[Triple] | Iterable[Quad],
    format: RdfFormat,
    prefixes: Mapping[str, str] = NO_PREFIXES,
    *,
    context: Mapping[str, Any] | None = None,
    first: str | None = None,
) -> bytes:
    """Return the statements in a format, each once, sorted; formats without graphs get the merge of the graphs.

    `prefixes` are namespaces by prefix, of which only those used are declared. `context` is a JSON-LD context, written
    into the document. `first` is the key of the subject that the document is about: it goes before the others.
    Raises `UnwritableError` for what RDF/XML cannot express.
    """
    quads = ordered(statements, with_graphs=format.has_graphs)
    if first is not None:
        quads = first_before(quads, first)
    terms = {key for quad in quads for key in quad}
    return b"".join(stream(quads, format, used_prefixes(terms, prefixes), context=context))


def ordered(statements: Iterable[Triple] | Iterable[Quad], *, with_graphs: bool = True) -> list[Quad]:
    """Return the quads once each in the order that `stream` takes: by graph, subject, predicate, object."""
    quads = ((s[0], s[1], s[2], s[3] if with_graphs and len(s) > 3 else "") for s in statements)
    return sorted(set(quads), key=lambda quad: (quad[3], quad[0], quad[1], quad[2]))


def first_before(quads: Iterable[Quad], first: str) -> list[Quad]:
    """Return quads with those of one subject before the others of their graph, otherwise in the order given."""
    return sorted(quads, key=lambda quad: (quad[3], quad[0] != first))


def stream(
    quads: Iterable[Quad],
    format: RdfFormat,
    prefixes: Mapping[str, str] = NO_PREFIXES,
    *,
    context: Mapping[str, Any] | None = None,
) -> Iterator[bytes]:
    """Yield a document in pieces. `quads` are sorted as by `ordered`, each once, and are iterated more than once.

    All given prefixes are declared. Formats without graphs take quads with "" as their graph. Nothing but blank
    nodes that are written inside others is held in memory.
    """
    if format is N_TRIPLES or format is N_QUADS:
        return _chunks(map(_line, quads))
    if format is RDF_XML:
        from twinld.rdf.rdfxml_writing import rdfxml_lines

        return _chunks(rdfxml_lines(quads, prefixes))
    if format is JSON_LD:
        from twinld.rdf.jsonld_writing import jsonld_lines

        return _chunks(jsonld_lines(quads, prefixes, context))
    from twinld.rdf.turtle_writing import turtle_lines

    return _chunks(turtle_lines(quads, prefixes))


def ntriples_term(key: str) -> str:
    """Return a term as N-Triples writes it: the key with what must be escaped escaped.

    >>> ntriples_term('"say "hi""@en')
    '"say \\\\"hi\\\\""@en'

    Source: https://www.w3.org/TR/n-triples/#grammar-production-literal
    """
    if key[0] == '"':
        end = key.rindex('"')
        return f"{quoted(key[1:end])}{_tail(key[end + 1 :])}"
    return iri_reference(key) if key[0] == "<" else key


@lru_cache(maxsize=1 << 12)  # a subject's statements follow each other, and predicates come again and again
def iri_reference(key: str) -> str:
    """Return the key of an IRI with the characters escaped that may not stand between angle brackets."""
    if _NOT_IN_IRI.search(key, 1, len(key) - 1) is None:
        return key
    return f"<{_NOT_IN_IRI.sub(_code_point, key[1:-1])}>"


def quoted(lexical: str) -> str:
    """Return a lexical form in quotation marks on one line, escaped as N-Triples and Turtle both read it."""
    return f'"{_ESCAPED.sub(_escape, lexical)}"'


def used_prefixes(terms: Iterable[str], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return the prefixes that some term, or the datatype of one, begins with; terms are given as keys."""
    by_namespace = {namespace: prefix for prefix, namespace in sorted(prefixes.items(), reverse=True) if namespace}
    if not by_namespace:
        return {}
    begins = _any_of(tuple(by_namespace)).match
    found: set[str] = set()
    for key in terms:
        start = 1 if key.startswith("<") else key.rfind("^^<") + 3 if key.endswith(">") else 0
        match = begins(key, start) if start else None
        if match:
            found.add(match[0])
    return dict(sorted((by_namespace[namespace], namespace) for namespace in found))


@lru_cache(maxsize=8)  # each document of a project asks with the project's prefixes
def _any_of(namespaces: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern of the namespaces, the longest first: that is the one a writer abbreviates by."""
    return re.compile("|".join(re.escape(each) for each in sorted(namespaces, key=len, reverse=True)))


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0]) or _code_point(found)


def _code_point(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04X}"


def _tail(tail: str) -> str:
    return f"^^{iri_reference(tail[2:])}" if tail.startswith("^^") else tail


def _line(quad: Quad) -> str:
    s, p, o, g = quad
    subject = iri_reference(s) if s[0] == "<" else s
    graph = f"{ntriples_term(g)} " if g else ""
    return f"{subject} {iri_reference(p)} {ntriples_term(o)} {graph}.\n"


def _chunks(texts: Iterable[str]) -> Iterator[bytes]:
    """Join small texts to pieces worth a system call."""
    pending: list[str] = []
    size = 0
    for text in texts:
        pending.append(text)
        size += len(text)
        if size >= CHUNK_CHARACTERS:
            yield "".join(pending).encode()
            pending, size = [], 0
    if pending:
        yield "".join(pending).encode()
