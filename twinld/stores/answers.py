"""Results of queries as a store sends them (SPARQL 1.1 Query Results JSON), as rows of term keys.

Source: https://www.w3.org/TR/sparql11-results-json/
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from twinld.rdf.terms import XSD_STRING, literal_key
from twinld.stores.errors import StoreError

Row = Mapping[str, str]


def rows_of(content: bytes, url: str) -> list[Row]:
    """Return the solutions of a SELECT: the key of each bound variable. Raises `StoreError` for what is none."""
    document = _document(content, url)
    try:
        return [{name: _key(term) for name, term in solution.items()} for solution in document["results"]["bindings"]]
    except (KeyError, TypeError, AttributeError):
        raise StoreError(f"{url}: the answer is no SPARQL result", hint="is this the address for queries?") from None


def truth_of(content: bytes, url: str, ask_variable: str | None) -> bool:
    """Return the answer to an ASK; `ask_variable` names the variable of a store that answers it as a SELECT."""
    document = _document(content, url)
    if isinstance(document.get("boolean"), bool):
        return bool(document["boolean"])
    if ask_variable is not None:
        rows = rows_of(content, url)
        return bool(rows) and rows[0].get(ask_variable, "")[:2] == '"1'
    raise StoreError(f"{url}: the answer is no yes and no no", hint="is this the address for queries?")


def _document(content: bytes, url: str) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise StoreError(f"{url}: the answer is no JSON", hint="is this the address for queries?")
    return document


def _key(term: Mapping[str, str]) -> str:
    value = term["value"]
    match term["type"]:
        case "uri":
            return f"<{value}>"
        case "bnode":
            return f"_:{value}"
        case _:
            return literal_key(value, term.get("xml:lang"), term.get("datatype", XSD_STRING))
