"""Templates fed by canned queries: the calls of a header become tables of terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from twinld.errors import TwinldError
from twinld.publish.pages.answers import Table, table_of
from twinld.publish.pages.templates import Call, Template
from twinld.publish.pages.view import View
from twinld.query.endpoint import Rows

Parameters = Mapping[str, Sequence[str]]
NOTHING = Table((), ())


def fed(view: View, template: Template, *, iri: str = "", parameters: Parameters | None = None) -> dict[str, Any]:
    """Return the answers of a template's queries by the names its header gives them.

    In a header `iri` is what the page is about, `language` that of the page, `$name` a parameter of a live page,
    `"text"` itself. A built site has the answers of queries without parameters only. Raises `TwinldError` for a query
    that is not there, and `ParameterError` for values that do not fit.
    """
    return {call.name: _answer(view, template, call, iri, parameters or {}) for call in template.queries}


def _answer(view: View, template: Template, call: Call, iri: str, parameters: Parameters) -> Table:
    publication = view.edition.publication
    query = publication.queries.get(call.query)
    if query is None:
        known = ", ".join(sorted(publication.queries)) or "none"
        raise TwinldError(
            f"there is no canned query {call.query}",
            hint=f"there are: {known}",
            path=f"templates/{template.file}",
            line=1,
        )
    values = {name: _value(view, value, iri, parameters) for name, value in call.arguments.items()}
    if any(not value for value in values.values()):
        return NOTHING
    if publication.endpoint is None:
        return table_of(view, publication.found[query.name]) if query.name in publication.found else NOTHING
    rows: Rows = publication.endpoint.cached_select(query.bind(values), base=publication.addresses.base)
    return table_of(view, rows)


def _value(view: View, written: str, iri: str, parameters: Parameters) -> str:
    """Return what an argument stands for; empty for a parameter that was not given."""
    if written.startswith("$"):
        return next(iter(parameters.get(written[1:], ())), "")
    names = {"iri": iri, "language": view.language}
    return names.get(written, written.strip('"'))
