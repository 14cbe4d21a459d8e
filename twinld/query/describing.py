"""Canned queries as data: `sh:SPARQLSelectExecutable` and its siblings, so that the queries can be queried.

The form is that of https://github.com/sib-swiss/sparql-examples, with the query's page as its IRI.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from twinld.query.canned import CannedQuery
from twinld.query.tokens import tokens
from twinld.rdf.terms import literal_key
from twinld.rdf.writing import ntriples_term

Triple = tuple[str, str, str]
SH = "http://www.w3.org/ns/shacl#"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
COMMENT = "<http://www.w3.org/2000/01/rdf-schema#comment>"
TARGET = "<https://schema.org/target>"
DEPRECATED = "<http://www.w3.org/2002/07/owl#deprecated>"
TRUE = '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'
EXECUTABLES: Mapping[str, tuple[str, str]] = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
    "DESCRIBE": ("SPARQLExecutable", "describe"),
}


def executables(queries: Iterable[CannedQuery], base: str, endpoint: str) -> Iterator[Triple]:
    """Yield the triples (of term keys) that describe canned queries; `base` is the project's, `endpoint` a URL."""
    for query in queries:
        yield from _executable(query, f"<{base}query/{query.name}>", endpoint)


def _executable(query: CannedQuery, subject: str, endpoint: str) -> Iterator[Triple]:
    kind, predicate = EXECUTABLES[query.form]
    for name in dict.fromkeys(("SPARQLExecutable", kind)):
        yield subject, RDF_TYPE, f"<{SH}{name}>"
    yield subject, f"<{SH}{predicate}>", literal_key(query.text)
    yield subject, TARGET, f"<{endpoint}>"
    for property_key, texts in ((LABEL, query.titles), (COMMENT, query.descriptions)):
        for language, text in texts.items():
            yield subject, property_key, literal_key(text, language or None)
    if query.deprecated:
        yield subject, DEPRECATED, TRUE


def quads_of_queries(queries: Iterable[CannedQuery], base: str, endpoint: str) -> Iterator[bytes]:
    """Yield the same triples as N-Quads in the graph `graph/queries`, so that the queries can be queried."""
    graph = f"<{base}graph/queries>"
    for triple in executables(queries, base, endpoint):
        yield f"{' '.join(map(ntriples_term, triple))} {graph} .\n".encode()


def columns(query: CannedQuery) -> tuple[str, ...]:
    """Return the columns that a SELECT names, in order; none for `SELECT *` and for other forms."""
    if query.form != "SELECT":
        return ()
    names: list[str] = []
    depth, selecting, renamed = 0, False, False
    for token in tokens(query.text):
        if token.kind == "word" and token.text.upper() == "SELECT":
            selecting = True
        elif selecting and (token.text == "{" or token.text.upper() in ("WHERE", "FROM")):
            break
        elif token.kind in ("open", "close"):
            depth += 1 if token.kind == "open" else -1
        elif selecting and token.kind == "variable" and (depth == 0 or renamed):
            names.append(token.text[1:])
        renamed = token.text.upper() == "AS"
    return tuple(names)
