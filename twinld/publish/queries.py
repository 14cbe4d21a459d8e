"""The page of a canned query with its answer, for the server and the built site."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from twinld.errors import TwinldError
from twinld.publish.documents import HTML
from twinld.publish.files import page_path
from twinld.publish.publication import Publication
from twinld.publish.representation import Link, Representation
from twinld.query import Rows
from twinld.query.canned import CannedQuery

Values = Mapping[str, Sequence[str]]


def query_representation(publication: Publication, query: CannedQuery, values: Values, language: str) -> Representation:
    """Return the page of a canned query: its form, and the answer for these values.

    Without values it shows the answer for the examples in the file. What is wrong with the values, or with the
    answer, is said on the page.
    """
    from twinld.publish.pages import query_page

    given = {name: tuple(text for text in texts if text.strip()) for name, texts in values.items()}
    given = {name: texts for name, texts in given.items() if texts}
    result, error = None, None
    try:
        result = _answer(publication, query, query.bind(given) if given else query.text)
    except TwinldError as problem:
        error = problem
    body = query_page(publication, query, given, result, language, error=error)
    addresses = publication.addresses
    path = f"query/{query.name}"
    links = tuple(Link(page_path(addresses, path, each), "alternate", HTML, each) for each in addresses.languages)
    status = error.status if error else 200
    return Representation(page_path(addresses, path, language), body, HTML, language, links=links, status=status)


def _answer(publication: Publication, query: CannedQuery, text: str) -> Rows | bool | str | None:
    endpoint, base = publication.endpoint, publication.addresses.base
    if endpoint is None:
        return None
    if query.form == "SELECT":
        return endpoint.cached_select(text, base=base)
    if query.form == "ASK":
        return bool(json.loads(endpoint.run(text, results="json", base=base, trusted=True).body)["boolean"])
    return endpoint.run(text, graphs="turtle", base=base, trusted=True).body.decode()
