"""Short names for saying triples: CURIEs of the vocabularies that a catalogue is written in, and literals as keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from twinld.rdf.terms import literal_key
from twinld.rdf.writing import Triple

PREFIXES: Mapping[str, str] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcatde": "http://dcat-ap.de/def/dcatde/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
TYPE = "rdf:type"

# https://www.w3.org/TR/xmlschema11-2/: what a date of the configuration looks like, and its datatype
DATATYPES = (
    (re.compile(r"\d{4}"), "gYear"),
    (re.compile(r"\d{4}-\d\d"), "gYearMonth"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "date"),
    (re.compile(r"\d{4}-\d\d-\d\dT.+"), "dateTime"),
)


def iri(name: str) -> str:
    """Return the key of an IRI given whole or as a CURIE of `PREFIXES`.

    >>> iri("dct:title")
    '<http://purl.org/dc/terms/title>'
    """
    prefix, _, local = name.partition(":")
    return f"<{PREFIXES[prefix]}{local}>" if prefix in PREFIXES else f"<{name}>"


def say(subject: str, *facts: tuple[str, Iterable[str]]) -> Iterator[Triple]:
    """Yield a triple for each value of each fact; predicates are CURIEs, subject and values are keys."""
    for predicate, values in facts:
        for value in values:
            yield subject, iri(predicate), value


def iris(*names: str | None) -> list[str]:
    """Return the keys of the IRIs that are there."""
    return [iri(name) for name in names if name]


def texts(by_language: Mapping[str, str]) -> list[str]:
    """Return the literals of a text by language; "" is text without a language."""
    return [literal_key(text, language or None) for language, text in by_language.items()]


def text(value: str | None) -> list[str]:
    """Return a plain string as a literal, nothing for `None`."""
    return [] if value is None else [literal_key(value)]


def number(value: int) -> list[str]:
    """Return a size in bytes as DCAT-AP 3 wants it: any other integer type is a violation there."""
    return [literal_key(str(value), datatype=PREFIXES["xsd"] + "nonNegativeInteger")]


def count(value: int) -> list[str]:
    """Return a number of things."""
    return [literal_key(str(value), datatype=PREFIXES["xsd"] + "integer")]


def date(value: str | None) -> list[str]:
    """Return a year, month, day or moment with its datatype, nothing for `None` or ""."""
    datatype = next((name for pattern, name in DATATYPES if value and pattern.fullmatch(value)), None)
    return [literal_key(value or "", datatype=PREFIXES["xsd"] + datatype)] if datatype else []
