"""Literals whose form the store does not keep, and queries that would see it.

Oxigraph keeps one form for each value and language tags in lower case. A query that compares values does not notice;
one that looks at the text of a number, its datatype or a language tag does, and the report says so.
"""

from __future__ import annotations

import re

from twinld.rdf.terms import literal_parts
from twinld.shacl.literals import INTEGERS
from twinld.shacl.sparql_text import tokens_of
from twinld.shacl.vocabulary import XSD

_LOOKING = frozenset(
    (
        *("STR", "REGEX", "STRLEN", "SUBSTR", "CONTAINS", "STRSTARTS", "STRENDS", "STRBEFORE", "STRAFTER", "REPLACE"),
        *("CONCAT", "LCASE", "UCASE", "ENCODE_FOR_URI", "MD5", "SHA1", "SHA256", "SHA384", "SHA512"),
        *("DATATYPE", "LANG", "SAMETERM"),
    )
)
_KEPT = {
    "integer": re.compile(r"-?[1-9][0-9]{0,17}|0"),
    "decimal": re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?"),
    "boolean": re.compile(r"true|false"),
    **dict.fromkeys(
        ("dateTime", "dateTimeStamp", "date", "time", "gYear", "gYearMonth", "gMonthDay", "gMonth", "gDay"),
        re.compile(r"(?!.*T24:)(?!24:)(?!.*[+-]00:00$)(?!.*\.[0-9]*0(?:Z|[+-]|$)).*"),
    ),
}


def looks_at_form(query: str) -> bool:
    """Return whether a query calls a function that sees how a literal is written."""
    return any(each.word in _LOOKING for each in tokens_of(query))


def changes_form(key: str) -> bool:
    """Return whether the store gives a literal back in another form; where that is not certain, true.

    >>> changes_form('"01"^^<http://www.w3.org/2001/XMLSchema#integer>')
    True
    """
    if key[0] != '"' or key.endswith('"'):
        return False
    lexical, language, datatype = literal_parts(key)
    if language is not None:
        return language != language.lower()
    name = datatype.removeprefix(XSD) if datatype.startswith(XSD) else ""
    form = _KEPT.get(name)
    if form is None:
        return name in INTEGERS or name in ("double", "float", "duration", "dayTimeDuration", "yearMonthDuration")
    return form.fullmatch(lexical) is None
