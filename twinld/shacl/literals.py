"""Literals by value: whether a lexical form is of its datatype, and which of two comes first, as SPARQL's `<` has it.

Source: https://www.w3.org/TR/xmlschema11-2/ and https://www.w3.org/TR/sparql11-query/#OperatorMapping
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from twinld.rdf.terms import literal_parts
from twinld.shacl.vocabulary import RDF, XSD

INTEGERS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
}
_ZONE = r"(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_YEAR = r"(-?(?:[1-9]\d{3,}|0\d{3}))"
_MONTH, _DAY = r"(0[1-9]|1[0-2])", r"(0[1-9]|[12]\d|3[01])"
_TIME = r"(?:([01]\d|2[0-3]):([0-5]\d):([0-5]\d(?:\.\d+)?)|(24:00:00(?:\.0+)?))"
_FORMS = {
    "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
    "float": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN",
    "double": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN",
    "boolean": r"true|false|1|0",
    "date": f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}",
    "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "dateTimeStamp": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE[:-1]}",
    "time": f"{_TIME}{_ZONE}",
    "gYear": f"{_YEAR}{_ZONE}",
    "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}",
    "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}",
    "gMonth": f"--{_MONTH}{_ZONE}",
    "gDay": f"---{_DAY}{_ZONE}",
    "duration": r"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?",
    "dayTimeDuration": r"-?P(?=.)(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?",
    "yearMonthDuration": r"-?P(?=.)(?:\d+Y)?(?:\d+M)?",
    "hexBinary": r"(?:[0-9A-Fa-f]{2})*",
    "base64Binary": r"(?:[A-Za-z0-9+/] ?){0,3}(?:(?:[A-Za-z0-9+/] ?){4})*(?:[A-Za-z0-9+/=] ?)*",
    "language": r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
}
_WITH_DAY = {"date", "dateTime", "dateTimeStamp"}
_COMPILED = {name: re.compile(form, re.ASCII) for name, form in _FORMS.items()}
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def well_formed(datatype: str) -> Callable[[str], bool] | None:
    """Return the test of a datatype's lexical forms; `None` if every text is one, or the datatype is not known.

    >>> well_formed("http://www.w3.org/2001/XMLSchema#byte")("300")
    False
    """
    name = datatype.removeprefix(XSD) if datatype.startswith(XSD) else ""
    if name in INTEGERS:
        return _integer_test(*INTEGERS[name])
    form = _COMPILED.get(name)
    if form is None:
        return None
    if name in _WITH_DAY:
        return lambda lexical: (match := form.fullmatch(lexical)) is not None and _day_exists(match)
    return lambda lexical: form.fullmatch(lexical) is not None


_LEAP = r"^-?[0-9]*(?:[0-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-"
_DAYS = r"-(?:(?:0[13578]|1[02])-[0-3][0-9]|(?:0[469]|11)-(?:[0-2][0-9]|30)|02-[0-2][0-9])(?:T|Z|[+-][0-9]{2}:|$)"


def lexical_form(name: str) -> tuple[str, ...] | None:
    """Return expressions for SPARQL's REGEX that all match a well-formed literal of an XSD type; `None` without a test.

    The bounds of the integers are not among them, see `INTEGERS`.
    """
    if name in INTEGERS:
        return (r"^[+-]?[0-9]+$",)
    if name not in _FORMS:
        return None
    plain = "^(?:" + _FORMS[name].replace(r"\d", "[0-9]").replace("(?=.)", "") + ")$"
    if name in _WITH_DAY:
        return plain, _DAYS, f"(?:{_LEAP})|^-?[0-9]+-(?:0[13-9]|1|02-[01]|02-2[0-8])"
    return (plain, "[^PT]$") if "uration" in name else (plain,)


def _integer_test(least: int | None, most: int | None) -> Callable[[str], bool]:
    if least is None and most is None:
        return lambda lexical: _INTEGER.fullmatch(lexical) is not None

    def test(lexical: str) -> bool:
        if not _INTEGER.fullmatch(lexical):
            return False
        number = _whole(lexical)
        return (least is None or number >= least) and (most is None or number <= most)

    return test


def _whole(lexical: str) -> int:
    """Return an integer's value; a number of 5,000 digits is beyond `int` and compares by its sign alone."""
    try:
        return int(lexical)
    except ValueError:
        return -(10**4300) if lexical.startswith("-") else 10**4300


def _day_exists(match: re.Match[str]) -> bool:
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    if month == 2 and day == 29:
        return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day <= _MONTH_DAYS[month - 1]


class Value(NamedTuple):
    """A literal's value: only values of one `kind` compare. `zoned` says whether a moment has its time zone."""

    kind: str
    order: int | float | Decimal | str | datetime | bool
    zoned: bool = True


def value_of(key: str) -> Value | None:
    """Return the value of a literal's key; `None` where SPARQL does not order it (IRIs, ill-formed ones)."""
    if not key.startswith('"'):
        return None
    lexical, language, datatype = literal_parts(key)
    if language is not None:  # beyond SPARQL 1.1, as Oxigraph and pySHACL do: texts of one language have an order
        return Value("@" + language.lower(), lexical)
    if not datatype.startswith(XSD):
        return None
    return _typed(lexical, datatype.removeprefix(XSD))


def _typed(lexical: str, name: str) -> Value | None:
    if name == "string":
        return Value("string", lexical)
    test = well_formed(XSD + name)
    if test is None or not test(lexical):
        return None
    if name in INTEGERS:
        return Value("number", _whole(lexical))
    if name == "decimal":
        return Value("number", Decimal(lexical))
    if name in ("float", "double"):
        return Value("number", float(lexical.replace("INF", "inf")))
    if name == "boolean":
        return Value("boolean", lexical in ("true", "1"))
    return _moment(lexical, name)


def _moment(lexical: str, name: str) -> Value | None:
    """Return a date or time as a moment; `None` outside the years 1 to 9999, and for kinds without an order."""
    match = _COMPILED[name].fullmatch(lexical)
    assert match is not None
    groups = match.groups()
    try:
        if name in _WITH_DAY:
            clock = groups[3:7] if name != "date" else ("0", "0", "0", None)
            return _dated(name.removesuffix("Stamp"), groups[:3], clock, groups[-1])
        if name == "time":
            return _dated(name, ("2000", "1", "1"), groups[:4], groups[-1])
        if name in ("gYear", "gYearMonth"):
            month = groups[1] if name == "gYearMonth" else "1"
            return _dated(name, (groups[0], month, "1"), ("0", "0", "0", None), groups[-1])
    except (ValueError, OverflowError):
        return None
    return None


def _dated(kind: str, day: tuple[str | None, ...], clock: tuple[str | None, ...], zone: str | None) -> Value:
    year, month, date = (int(part or 0) for part in day)
    seconds = Decimal(clock[2] or 0) if clock[3] is None else Decimal(0)
    moment = datetime(year, month, date, int(clock[0] or 0), int(clock[1] or 0))
    moment += timedelta(microseconds=int(seconds * 1_000_000), days=0 if clock[3] is None else 1)
    return Value(kind, moment - _offset(zone), zone is not None)


def _offset(zone: str | None) -> timedelta:
    if zone in (None, "Z"):
        return timedelta(0)
    assert zone is not None
    sign = -1 if zone[0] == "-" else 1
    return sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))


_FOURTEEN_HOURS = timedelta(hours=14)  # how far a moment without a time zone may be off


def compare(one: Value | None, other: Value | None) -> int | None:
    """Return -1, 0 or 1 for less, equal and greater; `None` where the two have no order."""
    if one is None or other is None or one.kind != other.kind:
        return None
    if one.kind == "number":
        return _compare_numbers(one.order, other.order)
    if one.zoned != other.zoned:
        return _compare_unzoned(one, other)
    return (one.order > other.order) - (one.order < other.order)  # type: ignore[operator]  # one kind, one type


def _compare_numbers(one: object, other: object) -> int | None:
    assert isinstance(one, int | float | Decimal) and isinstance(other, int | float | Decimal)
    if (isinstance(one, float) and math.isnan(one)) or (isinstance(other, float) and math.isnan(other)):
        return None
    return (one > other) - (one < other)


def _compare_unzoned(one: Value, other: Value) -> int | None:
    assert isinstance(one.order, datetime) and isinstance(other.order, datetime)
    if one.order + _FOURTEEN_HOURS < other.order:
        return -1
    return 1 if one.order - _FOURTEEN_HOURS > other.order else None


def is_langstring(datatype: str) -> bool:
    """Return whether a datatype is that of literals with a language tag."""
    return datatype == RDF + "langString"
