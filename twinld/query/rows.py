"""Rows of term keys in every format that canned queries are served in.

Two kinds of JSON: plain rows (one object per row, numbers as numbers) for people who know no RDF, and the W3C's.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from twinld.query.endpoint import Rows
from twinld.query.errors import NotExpressible
from twinld.query.results import FORBIDDEN_IN_XML
from twinld.rdf.terms import XSD_STRING, literal_parts
from twinld.rdf.writing import ntriples_term

XSD = "http://www.w3.org/2001/XMLSchema#"
GEO_WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
NUMBERS = frozenset(
    XSD + name
    for name in [
        "integer",
        "decimal",
        "double",
        "float",
        "int",
        "long",
        "short",
        "byte",
        "nonNegativeInteger",
        "positiveInteger",
        "nonPositiveInteger",
        "negativeInteger",
        "unsignedInt",
        "unsignedLong",
        "unsignedShort",
        "unsignedByte",
    ]
)
JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
LATITUDES = ("lat", "latitude")
LONGITUDES = ("long", "lon", "lng", "longitude")
POINT = re.compile(r"\s*(?:<([^>]*)>\s*)?POINT\s*\(\s*(\S+)\s+(\S+)\s*\)\s*", re.IGNORECASE)
LATITUDE_FIRST = "http://www.opengis.net/def/crs/EPSG/0/4326"

Cell = str | None


class Number(float):
    """A number that is written to JSON with the digits that it came with."""

    text: str

    def __new__(cls, text: str) -> Number:
        """Return the number of a text that JSON allows."""
        made = super().__new__(cls, text)
        made.text = text
        return made


def plain(key: Cell) -> object:
    """Return a term as a value of JSON: IRI and text as strings, numbers and booleans as such, `None` if unbound."""
    if key is None or key[0] != '"':
        return key[1:-1] if key and key[0] == "<" else key
    lexical, _, datatype = literal_parts(key)
    if datatype in NUMBERS and JSON_NUMBER.fullmatch(lexical):
        return Number(lexical)
    if datatype == XSD + "boolean":
        return lexical in ("true", "1")
    return lexical


def plain_rows(rows: Rows) -> list[dict[str, object]]:
    """Return each row as a mapping from column to plain value."""
    return [dict(zip(rows.variables, map(plain, row), strict=True)) for row in rows.rows]


def write_plain(rows: Rows) -> bytes:
    """Return the rows as a JSON array of objects, a line each."""
    lines = ",\n".join(_json(row) for row in plain_rows(rows))
    return f"[\n{lines}\n]\n".encode() if lines else b"[]\n"


def _json(value: object) -> str:
    """Return JSON; numbers keep their digits (the standard encoder would write 1.10 as 1.1)."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name, ensure_ascii=False)}: {_json(v)}" for name, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_json, value)) + "]"
    return value.text if isinstance(value, Number) else json.dumps(value, ensure_ascii=False)


def write_srj(rows: Rows) -> bytes:
    """Return the rows as SPARQL results in JSON. Source: https://www.w3.org/TR/sparql11-results-json/."""
    bindings = [
        {name: _srj_term(key) for name, key in zip(rows.variables, row, strict=True) if key is not None}
        for row in rows.rows
    ]
    document = {"head": {"vars": list(rows.variables)}, "results": {"bindings": bindings}}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _srj_term(key: str) -> dict[str, str]:
    if key[0] != '"':
        return {"type": "uri", "value": key[1:-1]} if key[0] == "<" else {"type": "bnode", "value": key[2:]}
    lexical, language, datatype = literal_parts(key)
    term = {"type": "literal", "value": lexical}
    if language is not None:
        return {**term, "xml:lang": language}
    return term if datatype == XSD_STRING else {**term, "datatype": datatype}


def write_xml(rows: Rows) -> bytes:
    """Return the rows as SPARQL results in XML; raises NotExpressible for what XML cannot carry.

    Source: https://www.w3.org/TR/rdf-sparql-XMLres/
    """
    head = "".join(f"<variable name={quoteattr(name)}/>" for name in rows.variables)
    body = "".join(f"<result>{''.join(_xml_row(rows.variables, row))}</result>\n" for row in rows.rows)
    document = (
        '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">'
        f"<head>{head}</head><results>\n{body}</results></sparql>\n"
    ).encode()
    if re.search(FORBIDDEN_IN_XML, document):
        raise NotExpressible("the answer holds a control character, which XML cannot carry", hint="Ask for JSON.")
    return document


def _xml_row(variables: Iterable[str], row: Iterable[Cell]) -> Iterator[str]:
    for name, key in zip(variables, row, strict=True):
        if key is not None:
            yield f"<binding name={quoteattr(name)}>{_xml_term(key)}</binding>"


def _xml_term(key: str) -> str:
    if key[0] != '"':
        return f"<uri>{escape(key[1:-1])}</uri>" if key[0] == "<" else f"<bnode>{escape(key[2:])}</bnode>"
    lexical, language, datatype = literal_parts(key)
    mark = f" xml:lang={quoteattr(language)}" if language else ""
    mark = mark or ("" if datatype == XSD_STRING else f" datatype={quoteattr(datatype)}")
    return f"<literal{mark}>{escape(lexical, {chr(13): '&#xD;'})}</literal>"


def write_csv(rows: Rows) -> bytes:
    """Return the rows as CSV. Source: https://www.w3.org/TR/sparql11-results-csv-tsv/ and RFC 4180."""
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(rows.variables)
    lines.writerows([_text(key) for key in row] for row in rows.rows)
    return text.getvalue().encode()


def _text(key: Cell) -> str:
    if key is None or key[0] == "_":
        return key or ""
    return key[1:-1] if key[0] == "<" else literal_parts(key)[0]


def write_tsv(rows: Rows) -> bytes:
    """Return the rows as TSV, terms as N-Triples writes them. Source: as for CSV."""
    lines = ["\t".join(f"?{name}" for name in rows.variables)]
    lines += ["\t".join("" if key is None else ntriples_term(key) for key in row) for row in rows.rows]
    return ("\n".join(lines) + "\n").encode()


def write_geojson(rows: Rows) -> bytes:
    """Return the rows as GeoJSON features, a point each; a row without coordinates has no geometry.

    Raises NotExpressible if no column holds coordinates. Source: https://www.rfc-editor.org/rfc/rfc7946
    """
    geometry_of, used = _geometry(rows)
    features = []
    for key_row, row in zip(rows.rows, plain_rows(rows), strict=True):
        properties = {name: value for name, value in row.items() if name not in used and value is not None}
        geometry = geometry_of(dict(zip(rows.variables, key_row, strict=True)))
        features.append({"type": "Feature", "geometry": geometry, "properties": properties})
    return (_json({"type": "FeatureCollection", "features": features}) + "\n").encode()


def has_coordinates(rows: Rows) -> bool:
    """Tell whether some columns hold coordinates, so that the rows can be a map."""
    return _latitude_and_longitude(rows.variables) is not None or _wkt_column(rows) is not None


def _geometry(rows: Rows) -> tuple[Callable[[Mapping[str, Cell]], object], frozenset[str]]:
    """Return what makes a row's geometry, and the columns that it is made from."""
    pair = _latitude_and_longitude(rows.variables)
    if pair:
        latitude, longitude = pair
        return lambda row: _point(row[longitude], row[latitude]), frozenset(pair)
    column = _wkt_column(rows)
    if column is None:
        hint = "Select columns called lat and long, or a column of geo:wktLiteral."
        raise NotExpressible("no column of this query holds coordinates", hint=hint)
    return lambda row: _wkt_point(row[column]), frozenset({column})


def _latitude_and_longitude(variables: Iterable[str]) -> tuple[str, str] | None:
    by_name = {name.lower(): name for name in variables}
    latitude = next((by_name[name] for name in LATITUDES if name in by_name), None)
    longitude = next((by_name[name] for name in LONGITUDES if name in by_name), None)
    return (latitude, longitude) if latitude and longitude else None


def _wkt_column(rows: Rows) -> str | None:
    mark = f"^^<{GEO_WKT}>"
    for number, name in enumerate(rows.variables):
        if any(row[number] is not None and str(row[number]).endswith(mark) for row in rows.rows):
            return name
    return None


def _point(x: Cell, y: Cell) -> object:
    if x is None or y is None or x[0] != '"' or y[0] != '"':
        return None
    numbers = [literal_parts(each)[0] for each in (x, y)]
    return _coordinates(numbers[0], numbers[1])


def _coordinates(x: str, y: str) -> object:
    """Return a GeoJSON point, longitude first; `None` for what lies on no map."""
    try:
        inside = abs(float(x)) <= 180 and abs(float(y)) <= 90
    except ValueError:
        return None
    written: list[Any] = [Number(n) if JSON_NUMBER.fullmatch(n) else float(n) for n in (x, y)]
    return {"type": "Point", "coordinates": written} if inside else None


def _wkt_point(key: Cell) -> object:
    found = POINT.fullmatch(literal_parts(key)[0]) if key and key[0] == '"' else None
    if not found:
        return None
    crs, first, second = found.groups()
    return _coordinates(second, first) if crs == LATITUDE_FIRST else _coordinates(first, second)
