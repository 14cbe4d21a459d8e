"""QRY: the canned queries and rules of the project."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from twinld.checks.columns import subjects
from twinld.checks.findings import Finding, Place, Position, Severity
from twinld.checks.rules import Rule, rule
from twinld.checks.vocabulary import Known, defined_terms, namespace_of, short
from twinld.graph.dataset import Dataset, once

if TYPE_CHECKING:
    from twinld.query.tokens import Token


@rule("QRY001", Severity.VIOLATION)
def malformed_query(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each canned query in `sparql/` has a header as docs/canned-queries.md says, and is SPARQL.

    A query with a broken header is no page, no form and no web service.

    Bad:
        # sparql/pumps.rq
        #+ titel: Pumps by flow
        SELECT ?pump WHERE { ?pump ex:flow ?flow }
    Good:
        # sparql/pumps.rq
        #+ title: Pumps by flow
        SELECT ?pump WHERE { ?pump ex:flow ?flow }
    """
    paths = sorted(dataset.project.folder("sparql").glob("*.rq"))
    if not paths:
        return
    from twinld.graph.prefixes import prefix_map
    from twinld.query.headers import inspect_canned

    prefixes = prefix_map(dataset)
    for path in paths:
        name = f"sparql/{path.name}"
        _, problems = inspect_canned(path.read_text(encoding="utf-8"), name, base=dataset.base_iri, prefixes=prefixes)
        for problem in problems:
            start = Position(problem.line, problem.column)
            place = Place(name, start, Position(problem.line, problem.column + problem.end - problem.offset))
            yield self.finding(problem.message, place=place, suggestion=problem.hint)


@rule("QRY002", Severity.VIOLATION)
def undefined_term_in_query(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each term of the project's own namespaces that a query or rule names is defined in `ontology/`.

    A query with a misspelt property finds nothing, and nobody is told.

    Bad:
        # ontology/pumps.ttl
        ex:flow a owl:DatatypeProperty .
        # sparql/pumps.rq
        #+ title: Pumps by flow
        SELECT ?pump WHERE { ?pump ex:flwo ?flow }
    Good:
        # ontology/pumps.ttl
        ex:flow a owl:DatatypeProperty .
        # sparql/pumps.rq
        #+ title: Pumps by flow
        SELECT ?pump WHERE { ?pump ex:flow ?flow }
    """
    defined = defined_terms(dataset)
    namespaces = {namespace_of(key) for key in defined}
    for key, place in _named(dataset):
        if key not in defined and namespace_of(key) in namespaces and key[:-1] != namespace_of(key):
            message = f"{short(key)} is not defined in the project's ontology"
            yield self.finding(message, place=place, value=key, suggestion=Known(defined).nearest(key))


@rule("QRY003", Severity.WARNING)
def resource_not_in_data(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each resource of the project that a query names, as the example of a parameter or elsewhere, is in the data.

    The example of a parameter is what the page of the query shows first: it must find something.

    Bad:
        # ontology/pumps.ttl
        ex:site a owl:ObjectProperty .
        # data/pumps.ttl
        id:site-1 a owl:Thing .
        # sparql/pumps.rq
        #+ title: Pumps of a site
        #+ param: site (IRI) the site
        SELECT ?pump WHERE {
          VALUES ?site { id:stie-1 }
          ?pump ex:site ?site .
        }
    Good:
        # ontology/pumps.ttl
        ex:site a owl:ObjectProperty .
        # data/pumps.ttl
        id:site-1 a owl:Thing .
        # sparql/pumps.rq
        #+ title: Pumps of a site
        #+ param: site (IRI) the site
        SELECT ?pump WHERE {
          VALUES ?site { id:site-1 }
          ?pump ex:site ?site .
        }
    """
    if dataset.project.config.base_iri is None:
        return
    base, terms = f"<{dataset.base_iri}", {namespace_of(key) for key in defined_terms(dataset)}
    known: set[str] | None = None
    for key, place in _named(dataset):
        if not key.startswith(base) or namespace_of(key) in terms or key[-2] in "/#":
            continue
        known = _resources(dataset) if known is None else known
        if key not in known:
            message = f"{short(key)} is named here and described nowhere in the project"
            yield self.finding(message, place=place, value=key, suggestion=Known(known).nearest(key))


@rule("QRY004", Severity.VIOLATION)
def rule_without_construct(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each file in `sparql/rules/` is a CONSTRUCT query.

    A rule says which triples follow; another form says none.

    Bad:
        # sparql/rules/fast.rq
        SELECT ?pump WHERE { ?pump ex:flow ?flow }
    Good:
        # sparql/rules/fast.rq
        CONSTRUCT { ?pump a ex:FastPump } WHERE { ?pump ex:flow ?flow }
    """
    for name, text in _texts(dataset, "sparql/rules"):
        from twinld.query.errors import QueryError
        from twinld.query.tokens import outline

        try:
            form = outline(text, nesting=200).form
        except QueryError as error:
            line, column = getattr(error, "line", None) or 1, getattr(error, "column", None) or 1
            at = Place(name, Position(line, column), Position(line, column + 1))
            yield self.finding(error.message, place=at, suggestion=error.hint)
            continue
        if form != "CONSTRUCT":
            at = Place(name, Position(1, 1), Position(1, 2))
            yield self.finding(f"a rule is a CONSTRUCT query, not {form}", place=at)


def _resources(dataset: Dataset) -> set[str]:
    keys = dataset.table.keys
    known = {keys[number] for number in subjects(dataset)}
    return known | {keys[file.graph] for file in dataset.files}


def _texts(dataset: Dataset, folder: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each query below a folder; one that is not UTF-8 is left to QRY001."""
    root: Path = dataset.project.root
    for path in sorted((root / folder).rglob("*.rq")):
        yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8", errors="replace")


@once
def _named(dataset: Dataset) -> list[tuple[str, Place]]:
    """Return the key and the place of each IRI that a query names, behind its declarations."""
    return list(_names(dataset))


def _names(dataset: Dataset) -> Iterator[tuple[str, Place]]:
    for name, text in _texts(dataset, "sparql"):
        from twinld.query.errors import QueryError
        from twinld.query.tokens import tokens

        try:
            found = list(tokens(text))
        except QueryError:
            continue  # QRY001 says so
        yield from _iris(name, text, found)


def _iris(name: str, text: str, found: list[Token]) -> Iterator[tuple[str, Place]]:
    from twinld.query.tokens import position

    prefixes: dict[str, str] = {}
    declared = set()
    for at, token in enumerate(found):
        if token.kind == "word" and token.text.upper() == "PREFIX" and at + 2 < len(found):
            prefixes[found[at + 1].text[:-1]] = found[at + 2].text[1:-1]
            declared |= {at + 1, at + 2}
    for at, token in enumerate(found):
        key = None if at in declared else _key(token, prefixes)
        if key is not None:
            line, column = position(text, token.at)
            yield key, Place(name, Position(line, column), Position(line, column + len(token.text)))


def _key(token: Token, prefixes: Mapping[str, str]) -> str | None:
    if token.kind == "iri":
        return token.text
    prefix, _, local = token.text.partition(":")
    if token.kind != "name" or prefix not in prefixes or not local:
        return None
    plain = re.sub(r"\\(.)", r"\1", local)
    return f"<{prefixes[prefix]}{plain}>"
