"""Parameters of canned queries: from the text that a person typed to a term, or to the sentence that says why not.

A value becomes a whole term, serialised here; no text of a caller ever becomes part of a query.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from twinld.rdf.iri import is_absolute, resolve
from twinld.rdf.writing import quoted

XSD = "http://www.w3.org/2001/XMLSchema#"
NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')

# What a value of each datatype looks like (XML Schema Part 2, lexical spaces), and an example for the
# message.
LEXICAL: Mapping[str, tuple[str, str]] = {
    "integer": (r"[+-]?[0-9]+", "42"),
    "decimal": (r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", "1.5"),
    "double": (r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN", "1.5e3"),
    "boolean": (r"true|false|1|0", "true"),
    "date": (r"-?[0-9]{4,}-[0-9]{2}-[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?", "2024-05-17"),
    "dateTime": (
        r"-?[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?",
        "2024-05-17T12:00:00Z",
    ),
    "gYear": (r"-?[0-9]{4,}(Z|[+-][0-9]{2}:[0-9]{2})?", "2024"),
    "gYearMonth": (r"-?[0-9]{4,}-(0[1-9]|1[0-2])(Z|[+-][0-9]{2}:[0-9]{2})?", "2024-05"),
}
TYPES = ("IRI", "string", "language", *LEXICAL)
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


class InvalidValue(ValueError):
    """Why a text is no value of a type, as a sentence without the parameter's name."""


@dataclass(frozen=True)
class Scope:
    """What names in values mean: the prefixes and the base that relative IRIs start from."""

    prefixes: Mapping[str, str]
    base: str | None = None


def type_named(name: str) -> str | None:
    """Return the type with this name in its own spelling (`iri` is `IRI`), `None` if there is none."""
    return {known.lower(): known for known in TYPES}.get(name.lower())


def serialise(type_name: str, value: str, scope: Scope) -> str:
    """Return a value as a SPARQL term of the type; raises InvalidValue.

    >>> serialise("date", "2024-05-17", Scope({}))
    '"2024-05-17"^^<http://www.w3.org/2001/XMLSchema#date>'
    """
    special: dict[str, Callable[[str, Scope], str]] = {"IRI": _iri, "string": _string, "language": _language}
    if type_name in special:
        return special[type_name](value, scope)
    return _typed(type_name, value.strip())


def _iri(value: str, scope: Scope) -> str:
    text = value.strip().removeprefix("<").removesuffix(">")
    prefix, colon, local = text.partition(":")
    if colon and prefix in scope.prefixes and not local.startswith("//"):
        text = scope.prefixes[prefix] + local
    elif not is_absolute(text):
        text = _resolved(text, scope)
    wrong = NOT_IN_IRI.search(text)
    if wrong:
        raise InvalidValue(f"{value!r} is no IRI: it must not hold {wrong[0]!r}")
    return f"<{text}>"


def _resolved(text: str, scope: Scope) -> str:
    if not text:
        raise InvalidValue("an IRI must not be empty; write the whole IRI")
    if scope.base is None:
        raise InvalidValue(f"{text!r} is no absolute IRI; write the whole IRI, or a name with a known prefix")
    return resolve(scope.base, text)


def _string(value: str, scope: Scope) -> str:
    _check_characters(value)
    return quoted(value)


def _check_characters(value: str) -> None:
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise InvalidValue("the text holds half of a surrogate pair; send UTF-8")


def _language(value: str, scope: Scope) -> str:
    if not LANGUAGE.fullmatch(value.strip()):
        raise InvalidValue(f"{value!r} is no language tag; write for example en or pt-BR")
    return quoted(value.strip())


def _typed(type_name: str, value: str) -> str:
    pattern, example = LEXICAL[type_name]
    if not re.fullmatch(pattern, value):
        raise InvalidValue(f"{value!r} is no {type_name}; write for example {example}")
    if type_name in ("date", "dateTime"):
        _check_day(value, type_name)
    return f'"{value}"^^<{XSD}{type_name}>'


def _check_day(value: str, type_name: str) -> None:
    found = re.match(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", value)
    if not found:
        return  # before the year 1 or after 9999: the calendar of the standard library does not reach there
    try:
        date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise InvalidValue(f"{value!r} is no {type_name}: there is no such day") from None
