"""Names for terms of well-known vocabularies, whose labels a project's files do not carry: the words of their names."""

from __future__ import annotations

import re

from twinld.publish.pages.languages import marked

_TERM = re.compile(r"[A-Za-z]+")
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")

NAMESPACES = (
    "http://purl.org/dc/",
    "http://www.w3.org/",
    "http://xmlns.com/foaf/",
    "http://schema.org/",
    "https://schema.org/",
    "http://purl.org/vocab/",
    "http://rdfs.org/",
    "http://data.europa.eu/m8g/",
    "http://www.opengis.net/ont/",
    "http://purl.org/ontology/",
    "http://creativecommons.org/ns",
)

WORDS = {
    "lat": marked("latitude"),
    "long": marked("longitude"),
    "pref label": marked("name"),
    "alt label": marked("other name"),
    "hidden label": marked("spelling to search by"),
    "see also": marked("see also"),
    "same as": marked("same as"),
    "as wkt": marked("geometry as text"),
    "is part of": marked("part of"),
    "in scheme": marked("in the scheme"),
    "had primary source": marked("primary source"),
    "member": marked("member"),
    "source": marked("source"),
    "modified": marked("last changed"),
    "created": marked("created"),
    "issued": marked("published on"),
    "publisher": marked("publisher"),
    "creator": marked("made by"),
    "license": marked("licence"),
    "title": marked("title"),
    "note": marked("note"),
    "example": marked("example"),
    "scope note": marked("scope note"),
    "definition": marked("definition"),
    "broader": marked("broader"),
    "narrower": marked("narrower"),
    "related": marked("related"),
    "close match": marked("close match"),
    "exact match": marked("exact match"),
    "location": marked("place"),
    "geometry": marked("geometry"),
    "page": marked("web page"),
    "homepage": marked("home page"),
    "organization": marked("organisation"),
    "membership": marked("membership"),
    "concept": marked("concept"),
    "concept scheme": marked("concept scheme"),
    "founding date": marked("founded"),
    "is defined by": marked("defined by"),
    "top concept of": marked("top concept of"),
    "label": marked("label"),
    "comment": marked("comment"),
    "sub class of": marked("a kind of"),
    "domain": marked("said of"),
    "range": marked("leads to"),
    "term status": marked("status of the term"),
    "version info": marked("version"),
    "notation": marked("notation"),
    "member during": marked("member during"),
    "role": marked("role"),
    "type": marked("kind"),
}
"""What the words of a term's name are better called; the ones that need no better word stand here to be translated."""


def plain_words(iri: str) -> str | None:
    """Return the words of a name that is made of letters only, `None` for any other name.

    >>> plain_words("https://example.org/ns#ratedFlow")
    'rated flow'
    >>> plain_words("https://example.org/Berlin")
    'Berlin'
    """
    name = re.split(r"[/#:]", iri)[-1]
    if not _TERM.fullmatch(name):
        return None
    first, *rest = _WORDS.findall(name)
    return " ".join([first, *(word if word.isupper() and len(word) > 1 else word.lower() for word in rest)])


def term_words(iri: str) -> str | None:
    """Return the name of a term of a well-known vocabulary in words, `None` for any other IRI.

    >>> term_words("https://schema.org/sameAs")
    'same as'
    >>> term_words("http://www.wikidata.org/entity/Q6157")
    """
    if not iri.startswith(NAMESPACES):
        return None
    name = re.split(r"[/#]", iri)[-1]
    if not _TERM.fullmatch(name):
        return None
    words = " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in _WORDS.findall(name))
    return WORDS.get(words.lower(), words)
