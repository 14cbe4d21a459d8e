"""Answers of canned queries as files: what a built site has in place of a query service, and the tables to download."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from twinld.publish.representation import Representation
from twinld.query import rows as writing
from twinld.query.endpoint import Rows
from twinld.query.errors import NotExpressible

if TYPE_CHECKING:
    from twinld.publish.publication import Publication

FOLDER = "dumps/tables/"
CSV, GEOJSON = "text/csv", "application/geo+json"
Writer = Callable[[Rows], bytes]
FORMATS: Mapping[str, tuple[str, Writer]] = {
    "json": ("application/json", writing.write_plain),
    "srj": ("application/sparql-results+json", writing.write_srj),
    "csv": (CSV, writing.write_csv),
    "tsv": ("text/tab-separated-values", writing.write_tsv),
    "xml": ("application/sparql-results+xml", writing.write_xml),
    "geojson": (GEOJSON, writing.write_geojson),
}
"""Media type and writer by extension."""


def answers(publication: Publication) -> dict[str, Rows]:
    """Return the rows of every canned SELECT that needs no value, by its name; needs an endpoint.

    Raises the children of `QueryError` for a query that fails.
    """
    assert publication.endpoint is not None
    base = publication.addresses.base
    return {
        name: publication.endpoint.cached_select(query.bind({}), base=base)
        for name, query in publication.queries.items()
        if query.form == "SELECT" and not any(parameter.required for parameter in query.parameters)
    }


def tables(publication: Publication) -> dict[str, Callable[[], Representation]]:
    """Return by path what makes each table: the CSV of queries marked `table: true`, GeoJSON of those with places."""
    marked = {name: rows for name, rows in publication.answers.items() if publication.queries[name].table}
    return {
        f"{FOLDER}{name}.{extension}": partial(_file, f"{FOLDER}{name}.{extension}", rows, extension)
        for name, rows in marked.items()
        for extension in ("csv", "geojson")
        if extension == "csv" or has_places(rows)
    }


def results(publication: Publication) -> Iterator[Representation]:
    """Yield the answer of each query in every format that can carry it, at the address of the query service."""
    for name, rows in publication.answers.items():
        for extension in FORMATS:
            if extension != "geojson" or has_places(rows):
                yield _file(f"query/{name}.{extension}", rows, extension)


def result_pages(publication: Publication) -> Iterator[Representation]:
    """Yield the page of each query with its answer, in every language."""
    from twinld.publish.files import page_path
    from twinld.publish.pages import query_page

    for name, rows in publication.answers.items():
        for language in publication.addresses.languages:
            body = query_page(publication, publication.queries[name], {}, rows, language)
            path = page_path(publication.addresses, f"query/{name}", language)
            yield Representation(path, body, "text/html", language)


def has_places(rows: Rows) -> bool:
    """Tell whether the rows can be written as GeoJSON."""
    try:
        writing.write_geojson(rows)
    except NotExpressible:
        return False
    return True


def _file(path: str, rows: Rows, extension: str) -> Representation:
    media_type, write = FORMATS[extension]
    return Representation(path, write(rows), media_type)
