"""OpenAPI 3.1 for canned queries: each an operation with typed parameters and its columns as a schema.

Source: https://spec.openapis.org/oas/v3.1.0
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from twinld.query.canned import LANGUAGE_NEUTRAL, CannedQuery, Parameter
from twinld.query.describing import columns
from twinld.query.limits import Limits
from twinld.query.service import limits_in_words
from twinld.query.tokens import tokens

SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "IRI": {"type": "string", "format": "iri-reference"},
    "string": {"type": "string"},
    "language": {"type": "string", "pattern": "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "double": {"type": "number", "format": "double"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "dateTime": {"type": "string", "format": "date-time"},
    "gYear": {"type": "string", "pattern": "^-?[0-9]{4,}(Z|[+-][0-9]{2}:[0-9]{2})?$"},
    "gYearMonth": {"type": "string", "pattern": "^-?[0-9]{4,}-[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?$"},
}
TABULAR = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
    "application/geo+json",
)
PROBLEMS = {
    "400": "A parameter is missing or wrong; `errors` says what is wrong with each",
    "404": "There is no such query",
    "406": "The format cannot carry the answer",
    "503": "Too many queries are waiting, or the answer is too large; see Retry-After",
    "504": "The query reached its deadline",
}


def openapi(
    queries: Iterable[CannedQuery], *, title: str, version: str, url: str, limits: Limits, licence: str | None = None
) -> dict[str, Any]:
    """Return the OpenAPI document of canned queries served below a URL (with its final slash)."""
    info: dict[str, Any] = {"title": title, "version": version, "description": limits_in_words(limits)}
    if licence:
        info["license"] = {"name": licence, "url": licence}
    return {
        "openapi": "3.1.0",
        "info": info,
        "servers": [{"url": url.rstrip("/") or "/"}],
        "paths": {f"/query/{query.name}": {"get": _operation(query)} for query in queries},
        "components": {"schemas": {"Problem": _problem_schema()}, "parameters": _paging()},
    }


LARGEST_PAGE = 1_000_000  # rows
EMPTY = {"allowEmptyValue": True}  # as a form sends a field that was left empty: it counts as absent
PAGE = {"text/html": {"schema": {"type": "string"}}}  # what a client that accepts everything gets, too


def _operation(query: CannedQuery) -> dict[str, Any]:
    paging = [{"$ref": f"#/components/parameters/{name}"} for name in ("limit", "offset")]
    operation = {
        "operationId": query.name,
        "summary": query.title,
        "description": query.description or query.title,
        "parameters": [_parameter(query, each) for each in query.parameters]
        + (paging if query.form == "SELECT" else []),
        "responses": {"200": _answer(query)} | {status: _problem(text) for status, text in PROBLEMS.items()},
    }
    return {**operation, "deprecated": True} if query.deprecated else operation


def _parameter(query: CannedQuery, parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = dict(SCHEMAS[parameter.type])
    if parameter.choices:
        schema["enum"] = list(parameter.choices)
    example = example_of(query, parameter)
    if parameter.default:
        schema["default"] = example
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.texts.get(LANGUAGE_NEUTRAL, parameter.name),
        **({} if parameter.required else EMPTY),
        "schema": {"type": "array", "items": schema} if parameter.several else schema,
        "example": [example] if parameter.several else example,
    }


def example_of(query: CannedQuery, parameter: Parameter) -> str:
    """Return the example of a parameter as a person would type it: whole IRI, text without quotes."""
    first = next((token for token in tokens(parameter.example) if token.kind != "other"), None)
    if first is None:
        return parameter.example
    prefix, colon, local = first.text.partition(":")
    if first.kind == "name" and colon and prefix in query.prefixes:
        return query.prefixes[prefix] + local
    if first.kind == "iri":
        return first.text[1:-1]
    return first.text.strip("\"'") if first.kind == "string" else first.text


def _answer(query: CannedQuery) -> dict[str, Any]:
    if query.form in ("CONSTRUCT", "DESCRIBE"):
        types = ("text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples")
        return {"description": "The graph", "content": {media_type: {} for media_type in types} | PAGE}
    if query.form == "ASK":
        return {"description": "Yes or no", "content": {"application/sparql-results+json": {}, **PAGE}}
    row = {"type": "object", "properties": {name: {} for name in columns(query)}}
    content: dict[str, Any] = {"application/json": {"schema": {"type": "array", "items": row}}}
    return {
        "description": "The rows; plain values in application/json",
        "headers": {"Link": {"description": "Pages: first, prev, next, last", "schema": {"type": "string"}}},
        "content": content | {media_type: {} for media_type in TABULAR} | PAGE,
    }


def _problem(text: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": text, "content": {"application/problem+json": {"schema": schema}, **PAGE}}


def _problem_schema() -> dict[str, Any]:
    texts = ("type", "title", "detail", "hint")
    return {
        "type": "object",
        "properties": {
            **{name: {"type": "string"} for name in texts},
            "status": {"type": "integer"},
            "errors": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    }


def _paging() -> dict[str, Any]:
    def whole(name: str, least: int, text: str) -> dict[str, Any]:
        schema = {"type": "integer", "minimum": least, "maximum": LARGEST_PAGE}
        return {"name": name, "in": "query", "required": False, "description": text, "schema": schema, **EMPTY}

    return {
        "limit": whole("limit", 1, "Rows of a page; all rows without it"),
        "offset": whole("offset", 0, "Rows to leave out at the start"),
    }
