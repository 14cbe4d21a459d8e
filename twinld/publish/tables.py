"""Answers of canned queries as files: what a built site has in place of a query service, and the tables to download."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from twinld.publish.representation import Representation
from twinld.query import rows as writing
from twinld.query.endpoint import Rows
from twinld.query.errors import NotExpressible
from twinld.query.graphs import GRAPH_MEDIA_TYPES
from twinld.rdf.formats import format_of_media_type

if TYPE_CHECKING:
    from twinld.publish.publication import Publication
    from twinld.query.canned import CannedQuery

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
        if query.form == "SELECT" and _needs_nothing(query)
    }


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer of an ASK, CONSTRUCT or DESCRIBE: what its page shows, media type and bytes of each file."""

    shown: bool | str
    files: Mapping[str, tuple[str, bytes]]


def outcomes(publication: Publication) -> dict[str, Outcome]:
    """Return the answer of every canned query that is no SELECT and needs no value, by its name; needs an endpoint."""
    queries = publication.queries.items()
    return {name: _outcome(publication, q) for name, q in queries if q.form != "SELECT" and _needs_nothing(q)}


def _needs_nothing(query: CannedQuery) -> bool:
    return not any(parameter.required for parameter in query.parameters)


def _outcome(publication: Publication, query: CannedQuery) -> Outcome:
    endpoint, base = publication.endpoint, publication.addresses.base
    assert endpoint is not None
    text = query.bind({})
    if query.form == "ASK":
        srj = endpoint.run(text, results="json", base=base, trusted=True).body
        xml = endpoint.run(text, results="xml", base=base, trusted=True).body
        answer = bool(json.loads(srj)["boolean"])
        bodies = {"json": json.dumps(answer).encode() + b"\n", "srj": srj, "xml": xml}
        return Outcome(answer, {extension: (FORMATS[extension][0], body) for extension, body in bodies.items()})
    files = {}
    for name, media_type in GRAPH_MEDIA_TYPES.items():
        known = format_of_media_type(media_type)
        assert known is not None
        files[known.extension] = (media_type, endpoint.run(text, graphs=name, base=base, trusted=True).body)
    return Outcome(files["ttl"][1].decode(), files)


def places(publication: Publication) -> dict[str, Callable[[], Representation]]:
    """Return by path what makes the GeoJSON of everything that has coordinates; empty where nothing has."""
    from twinld.publish.extracts import dataset_name
    from twinld.publish.pages.edition import edition_of
    from twinld.publish.pages.geojson import geojson, has_coordinates

    edition = edition_of(publication)
    if not has_coordinates(edition):
        return {}
    path = f"dumps/{dataset_name(publication.dataset)}.geojson"
    return {path: lambda: Representation(path, edition.keep("geojson", lambda: geojson(edition)), GEOJSON)}


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
    for name, outcome in publication.outcomes.items():
        for extension, (media_type, body) in outcome.files.items():
            yield Representation(f"query/{name}.{extension}", body, media_type)
    for name, rows in publication.answers.items():
        for extension in FORMATS:
            if extension != "geojson" or has_places(rows):
                yield _file(f"query/{name}.{extension}", rows, extension)


def result_pages(publication: Publication) -> Iterator[Representation]:
    """Yield the page of each query with its answer, in every language."""
    from twinld.publish.files import page_path
    from twinld.publish.pages import query_page

    shown = {name: outcome.shown for name, outcome in publication.outcomes.items()}
    for name, answer in {**publication.answers, **shown}.items():
        for language in publication.addresses.languages:
            body = query_page(publication, publication.queries[name], {}, answer, language)
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
