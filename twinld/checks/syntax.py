"""TTL: what a parser says of a file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from twinld.checks.findings import Edit, Finding, Place, Position, Severity, place_at
from twinld.checks.rules import Rule, rule
from twinld.graph.dataset import Dataset
from twinld.rdf.problems import SyntaxProblem
from twinld.rdf.reading import Parsed, PrefixDeclaration
from twinld.rdf.tokens import TOKEN

WELL_KNOWN = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "geosparql": "http://www.opengis.net/ont/geosparql#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "time": "http://www.w3.org/2006/time#",
    "vann": "http://purl.org/vocab/vann/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefixes with one usual namespace, by prefix.cc. `schema` is not among them: both of its schemes are in use."""


UNDECLARED = re.compile(r"The prefix (\S+): is not declared")


@rule("TTL001", Severity.VIOLATION, per_file=True)
def syntax_error(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each file can be parsed to its end.

    A statement with a syntax error is left out; the others are still checked, so one run reports them all.

    Bad:  id:p1 ex:flow 3.5 ex:code "e" .
    Good: id:p1 ex:flow 3.5 ; ex:code "e" .
    """
    for file in dataset.files:
        for problem in file.parsed.errors:
            start = Position(problem.line, problem.column)
            end = Position(*file.parsed.position(max(problem.end, problem.offset + 1)))
            place = Place(file.parsed.path, start, end)
            yield self.finding(problem.message, place=place, suggestion=_hint(problem))


def _hint(problem: SyntaxProblem) -> str | None:
    """Return the reader's hint; for a prefix that everybody knows, the line that is missing."""
    undeclared = UNDECLARED.match(problem.message)
    usual = WELL_KNOWN.get(undeclared[1]) if undeclared else None
    return f"Write @prefix {undeclared[1]}: <{usual}> . above." if undeclared and usual else problem.hint


@rule("TTL002", Severity.WARNING)
def redefined_prefix(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """A prefix means one namespace in all files of a project.

    Two meanings are legal, and the reader of a diff takes one for the other.

    Bad:
        # data/a.ttl
        PREFIX p: <https://example.org/a/>
        # data/b.ttl
        PREFIX p: <https://example.org/b/>
    Good:
        # data/a.ttl
        PREFIX a: <https://example.org/a/>
        # data/b.ttl
        PREFIX b: <https://example.org/b/>
    """
    first: dict[str, tuple[str, str]] = {}
    for file in dataset.files:
        for each in file.parsed.declarations:
            known, where = first.setdefault(each.prefix, (each.iri, file.parsed.path))
            if known != each.iri and each.prefix and where != file.parsed.path:
                yield self.finding(
                    f"prefix {each.prefix}: is <{each.iri}> here and <{known}> in {where}",
                    place=place_at(file.parsed, each.offset),
                    suggestion="give one of the two another prefix",
                )


@rule("TTL003", Severity.WARNING, per_file=True)
def prefix_declared_twice(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """A file declares a prefix once.

    The second declaration changes what the names below it mean, and only those.

    Bad:
        PREFIX p: <https://example.org/a/>
        PREFIX p: <https://example.org/b/>
    Good:
        PREFIX a: <https://example.org/a/>
        PREFIX b: <https://example.org/b/>
    """
    for file in dataset.files:
        first: dict[str, PrefixDeclaration] = {}
        for each in file.parsed.declarations:
            before = first.setdefault(each.prefix, each)
            if before is not each:
                other = "again" if before.iri == each.iri else f"with another namespace than <{before.iri}>"
                yield self.finding(
                    f"prefix {each.prefix}: is declared {other}",
                    place=place_at(file.parsed, each.offset),
                    related=(place_at(file.parsed, before.offset),),
                    edits=whole_declaration(file.parsed, each) if before.iri == each.iri else (),
                )


@rule("TTL004", Severity.WARNING, per_file=True)
def wrong_namespace(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """A prefix that everybody knows has the namespace that everybody gives it.

    `http://www.w3.org/2004/02/skos/core` without its `#` makes names that no tool knows.

    Bad:  PREFIX skos: <http://www.w3.org/2004/02/skos/core>
    Good: PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
    """
    for file in dataset.files:
        for each in file.parsed.declarations:
            usual = WELL_KNOWN.get(each.prefix)
            if usual and each.iri != usual and _alike(each.iri, usual):
                yield self.finding(
                    f"prefix {each.prefix}: is <{each.iri}>, not <{usual}>",
                    place=place_at(file.parsed, each.offset),
                    suggestion=f"write <{usual}>",
                )


def _alike(iri: str, usual: str) -> bool:
    """Tell a slip (scheme, last character, case) from another vocabulary that somebody gives the same prefix."""
    return _stripped(iri) == _stripped(usual)


def _stripped(iri: str) -> str:
    return iri.lower().removeprefix("https").removeprefix("http").rstrip("#/")


def whole_declaration(parsed: Parsed, each: PrefixDeclaration) -> tuple[Edit, ...]:
    """Return the edit that takes a declaration's line away; none where something else stands on it."""
    text = parsed.text
    start = text.rfind("\n", 0, each.offset) + 1
    iri = text.find("<", each.offset)
    token = TOKEN.match(text, iri) if iri != -1 else None
    if token is None or text[start : each.offset].split() not in (["@prefix"], ["PREFIX"], ["prefix"]):
        return ()
    end = text.find("\n", token.end())
    end = len(text) if end == -1 else end + 1
    return (Edit(start, end, ""),) if text[token.end() : end].strip() in (".", "") else ()
