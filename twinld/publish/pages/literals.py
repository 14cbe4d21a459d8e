"""Literals for a reader: dates at their precision, numbers as written, text with its language. Untrusted, escaped."""

from __future__ import annotations

import datetime
import re

from markupsafe import Markup, escape

from twinld.publish.pages.languages import Text, Words, marked
from twinld.rdf.terms import literal_parts

XSD = "http://www.w3.org/2001/XMLSchema#"
EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"
NUMBERS = frozenset(
    XSD + name for name in ("decimal", "double", "float", "integer", "int", "long", "nonNegativeInteger")
)
POINT = re.compile(r"POINT\s*(?:Z\s*)?\(\s*(-?[\d.]+)\s+(-?[\d.]+)", re.IGNORECASE)
SEASONS = {
    21: marked("spring {year}"),
    22: marked("summer {year}"),
    23: marked("autumn {year}"),
    24: marked("winter {year}"),
}
"""The months of EDTF that are no months. Source: https://www.loc.gov/standards/datetime/"""

_HTML_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d{2})?)?")
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def literal_html(key: str, language: str, words: Words) -> Markup:
    """Return a literal's key as HTML: the value as a person reads it, with the form as written kept in the element."""
    lexical, tag, datatype = literal_parts(key)
    if tag is not None:
        return Text(lexical, tag.lower(), language).__html__()
    if datatype in NUMBERS:
        return Markup(f'<data value="{escape(lexical)}">{escape(lexical)}</data>')
    if datatype == XSD + "boolean" and lexical in ("true", "false", "1", "0"):
        answer = words.gettext(marked("yes") if lexical in ("true", "1") else marked("no"))
        return Markup(f'<data value="{lexical}">{escape(answer)}</data>')
    readable = readable_date(lexical, words)
    if readable is not None and datatype.startswith((XSD, EDTF)):
        return date_html(lexical, readable)
    return escape(lexical)


def date_html(lexical: str, readable: str) -> Markup:
    """Return a date in words with its form as written; HTML knows plain days, months and years as times, no others."""
    element = "time" if _HTML_DATE.fullmatch(lexical) else "data"
    attribute = "datetime" if element == "time" else "value"
    return Markup(f'<{element} {attribute}="{escape(lexical)}">{escape(readable)}</{element}>')


def readable_date(lexical: str, words: Words) -> str | None:
    """Return a date as a language writes it, at the precision that it has; `None` for what is not a plain date.

    A date with a time zone is left as it is written, since a calendar day in words would lose the zone. Sets and
    intervals of EDTF become words: `[2007-08,2007-09]` is "August 2007 or September 2007".
    """
    if lexical not in words.dates:
        words.dates[lexical] = _readable(lexical, words)
    return words.dates[lexical]


def _readable(lexical: str, words: Words) -> str | None:
    plain = _plain_date(lexical, words)
    if plain is not None:
        return plain
    if lexical.startswith("[") and lexical.endswith("]"):
        return _one_of(lexical[1:-1], words)
    start, slash, end = lexical.partition("/")
    if slash:
        if start and end and start[-1] == end[-1] in "?~":
            start = start[:-1]  # one word of doubt behind both
        first, last = _plain_date(start, words), _plain_date(end, words)
        return f"{first or '…'} – {last or '…'}" if first or last else None
    return None


def _one_of(text: str, words: Words) -> str | None:
    start, dots, end = text.partition("..")
    if dots:
        first, last = _plain_date(start, words), _plain_date(end, words)
        if first and last:
            return words.gettext("between {first} and {last}", first=first, last=last)
        if first:
            return words.gettext("{date} or later", date=first)
        return words.gettext("{date} or earlier", date=last) if last else None
    dates = [_plain_date(part.strip(), words) for part in text.split(",")]
    return words.gettext(" or ").join(date for date in dates if date) if all(dates) else None


def _plain_date(lexical: str, words: Words) -> str | None:
    match = _DATE.fullmatch(lexical.rstrip("?~")) if lexical else None
    if match is None:
        return None
    doubt = words.gettext(" (uncertain)") if lexical[-1] in "?~" else ""
    year, month, day = match.groups()
    if month is None:
        return year + doubt
    return (_month(int(year), int(month), words) if day is None else _day(lexical, words)) + doubt


def _month(year: int, month: int, words: Words) -> str:
    from babel.dates import format_skeleton

    if month in SEASONS:
        return words.gettext(SEASONS[month], year=year)
    if not 1 <= month <= 12:
        return f"{year}-{month:02}"
    return format_skeleton("yMMMM", datetime.date(year, month, 1), locale=words.locale)


def _day(lexical: str, words: Words) -> str:
    from babel.dates import format_date

    try:
        return format_date(datetime.date.fromisoformat(lexical.rstrip("?~")), format="long", locale=words.locale)
    except ValueError:
        return lexical


def sort_year(lexical: str) -> float | None:
    """Return the time of a date as years with a fraction, for axes and order; `None` where it has no year.

    Of a set or an interval the first date counts. `1990-07` is 1990.5.
    """
    match = re.search(r"(?<!\d)(-?\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", lexical)
    if match is None:
        return None
    month = min(int(match[2]), 12) if match[2] else 1
    day = int(match[3]) if match[3] else 1
    return int(match[1]) + (month - 1) / 12 + (day - 1) / 366


def point_of(lexical: str) -> tuple[float, float] | None:
    """Return longitude and latitude of a WKT point, `None` for anything else."""
    match = POINT.search(lexical)
    return (float(match[1]), float(match[2])) if match else None
