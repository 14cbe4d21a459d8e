"""`/query/{name}`: canned queries as a web API, and `/openapi.json` which describes them."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from twinld.errors import TwinldError
from twinld.publish.representation import Link, Representation
from twinld.query import rows as writing
from twinld.query.canned import CannedQuery
from twinld.query.endpoint import Endpoint, Rows
from twinld.query.errors import NotExpressible, QueryError, QueryUnavailable
from twinld.query.graphs import GRAPH_MEDIA_TYPES
from twinld.query.memory import Memory
from twinld.query.openapi import LARGEST_PAGE
from twinld.serve.negotiation import negotiate
from twinld.serve.respond import respond
from twinld.serve.sparql import failure

if TYPE_CHECKING:
    from flask import Blueprint, Request, Response

    from twinld.publish.publication import Publication

    Current = Callable[[], Publication]
    Page = Callable[[Publication, CannedQuery, Request, str | None], Representation]

HTML = "text/html"
OWN = ("limit", "offset", "format", "lang")  # fields of the API itself, no parameters of queries
EXAMPLE_PREFIXES = {
    "sh": "http://www.w3.org/ns/shacl#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
}
BODIES: WeakKeyDictionary[Endpoint, Memory[tuple[bytes, int]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Format:
    """A format of canned queries: its extension, media type, and how rows are written in it."""

    extension: str
    media_type: str
    write: Callable[[Rows], bytes] | None = None
    name: str = ""


ROW_FORMATS = (
    Format("json", "application/json", writing.write_plain),
    Format("srj", "application/sparql-results+json", writing.write_srj),
    Format("csv", "text/csv", writing.write_csv),
    Format("tsv", "text/tab-separated-values", writing.write_tsv),
    Format("xml", "application/sparql-results+xml", writing.write_xml),
    Format("geojson", "application/geo+json", writing.write_geojson),
)
ASK_FORMATS = (
    Format("json", "application/json", name="json"),
    Format("srj", "application/sparql-results+json", name="json"),
    Format("xml", "application/sparql-results+xml", name="xml"),
)
EXTENSIONS = {"turtle": "ttl", "ntriples": "nt", "jsonld": "jsonld", "rdfxml": "rdf", "trig": "trig", "nquads": "nq"}
GRAPH_FORMATS = tuple(Format(EXTENSIONS[name], media, name=name) for name, media in GRAPH_MEDIA_TYPES.items())
FORMATS = {"SELECT": ROW_FORMATS, "ASK": ASK_FORMATS, "CONSTRUCT": GRAPH_FORMATS, "DESCRIBE": GRAPH_FORMATS}
ALIASES = {"application/xml": "application/sparql-results+xml", "text/xml": "application/sparql-results+xml"}


class UnknownQuery(QueryError):
    """There is no canned query of this name, or not in this format."""

    status = 404
    problem = "unknown-query"


class BadPage(QueryError):
    """`limit` or `offset` is no number that pages can be counted by."""

    status = 400
    problem = "parameters"


@dataclass(frozen=True)
class Asked:
    """A request for a canned query: which, in which format, with which values, which rows of it."""

    query: CannedQuery
    format: Format
    values: dict[str, list[str]]
    limit: int | None
    offset: int


def canned_blueprint(current: Current, *, page: Page | None = None) -> Blueprint:
    """Return the blueprint for the canned queries of the current publication.

    `page` makes the HTML page of a query (its last argument is the language of the address, `None` for the bare
    one); without it HTML is not offered.
    """
    from flask import Blueprint, request

    blueprint = Blueprint("canned", __name__)

    def query(name: str) -> Response:
        return _answer(current(), name, request, page)

    def description() -> Response:
        return respond(request, openapi_document(current()), vary="")

    def examples() -> Response:
        accept = request.headers.get("Accept")
        return respond(request, examples_document(current(), accept))

    blueprint.add_url_rule("/query/<name>", view_func=query)
    blueprint.add_url_rule("/.well-known/sparql-examples", view_func=examples)
    blueprint.add_url_rule("/openapi.json", view_func=description)
    blueprint.register_error_handler(TwinldError, failure)
    return blueprint


def openapi_document(publication: Publication) -> Representation:
    """Return the OpenAPI document of a publication's canned queries."""
    from importlib.metadata import version

    from twinld.query.limits import Limits
    from twinld.query.openapi import openapi

    config = publication.dataset.project.config
    limits = publication.endpoint.limits if publication.endpoint else Limits()
    title = next(iter(config.title.values()), "Canned queries")
    document = openapi(
        publication.queries.values(),
        title=title,
        version=version("twinld"),
        url=publication.public_url,
        limits=limits,
        licence=config.licence,
    )
    body = json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
    return Representation("openapi.json", body, "application/json")


def examples_document(publication: Publication, accept: str | None) -> Representation:
    """Return the canned queries as `sh:SPARQLSelectExecutable` and its siblings, in the RDF format that is preferred.

    Raises NotExpressible where none is acceptable.
    """
    from twinld.query.describing import executables
    from twinld.rdf.formats import format_of_media_type
    from twinld.rdf.writing import write

    known = format_of_media_type(negotiate(accept, tuple(GRAPH_MEDIA_TYPES.values())) or "")
    if known is None:
        hint = "Accept one of " + ", ".join(GRAPH_MEDIA_TYPES.values())
        raise NotExpressible("nothing that you accept is offered", hint=hint)
    triples = executables(publication.queries.values(), publication.addresses.base, publication.public_url + "sparql")
    body = write(triples, known, EXAMPLE_PREFIXES)
    return Representation(".well-known/sparql-examples", body, known.media_type)


def _answer(publication: Publication, path: str, request: Request, page: Page | None) -> Response:
    query, extension = find(publication, path)
    accept = request.headers.get("Accept")
    language = re.fullmatch(r"(?:([A-Za-z-]+)\.)?html", extension or "")
    if page and (language or (extension is None and _wants_page(query, accept, request))):
        _limit_and_offset(request)  # a page shows all rows, but a mistake is a mistake
        tag = language[1] if language else None
        return _noted(respond(request, page(publication, query, request, tag), vary="Accept, Accept-Language"), query)
    asked = read_request(query, extension, accept, request)
    found = represent(publication, asked)
    return _noted(respond(request, found, vary="" if extension else "Accept"), query)


def find(publication: Publication, path: str) -> tuple[CannedQuery, str | None]:
    """Return the query that a path names, and its extension; raises UnknownQuery with the nearest name."""
    name, dot, extension = path.partition(".")
    query = publication.queries.get(name)
    if query is None:
        near = difflib.get_close_matches(name, publication.queries, 1)
        hint = f"Did you mean {near[0]}?" if near else "/openapi.json lists the queries."
        raise UnknownQuery(f"there is no canned query called {name}", hint=hint)
    return query, extension if dot else None


def read_request(query: CannedQuery, extension: str | None, accept: str | None, request: Request) -> Asked:
    """Return what a request asks for; raises UnknownQuery, NotExpressible, BadPage."""
    values = {name: texts for name, texts in request.args.to_dict(flat=False).items() if name not in OWN}
    limit, offset = _limit_and_offset(request)
    chosen = _format(query, extension or request.args.get("format"), accept)
    return Asked(query, chosen, values, limit, offset)


def _format(query: CannedQuery, name: str | None, accept: str | None) -> Format:
    offered = FORMATS[query.form]
    if name is not None:
        for known in offered:
            if name in (known.extension, known.media_type, known.name):
                return known
        hint = "Write one of " + ", ".join(f"{query.name}.{known.extension}" for known in offered)
        raise UnknownQuery(f"{query.name} is not served as {name}", hint=hint)
    chosen = negotiate(accept, [known.media_type for known in offered], aliases=ALIASES)
    for known in offered:
        if known.media_type == chosen:
            return known
    hint = "Accept one of " + ", ".join(known.media_type for known in offered)
    raise NotExpressible("nothing that you accept is offered", hint=hint)


def _wants_page(query: CannedQuery, accept: str | None, request: Request) -> bool:
    types = [known.media_type for known in FORMATS[query.form]]
    return "format" not in request.args and negotiate(accept, [HTML, *types], aliases=ALIASES) == HTML


def _limit_and_offset(request: Request) -> tuple[int | None, int]:
    """Return limit and offset; raises BadPage."""
    limit = _whole(request.args.get("limit"), "limit", 1)
    return limit, _whole(request.args.get("offset"), "offset", 0) or 0


def _whole(text: str | None, name: str, least: int) -> int | None:
    if text is None or text == "":
        return None
    if not re.fullmatch(r"[0-9]{1,7}", text) or not least <= int(text) <= LARGEST_PAGE:
        raise BadPage(f"{text} is no {name}", hint=f"Write a whole number from {least} on.")
    return int(text)


def represent(publication: Publication, asked: Asked) -> Representation:
    """Return the answer to a canned query in its format; raises the children of QueryError."""
    endpoint = publication.endpoint
    if endpoint is None:
        raise QueryUnavailable("there is no query endpoint here")
    text = asked.query.bind(asked.values)
    base = publication.addresses.base
    if asked.format.write is None:
        body = _run(endpoint, asked, text, base)
        return Representation(_path(asked), body, asked.format.media_type, links=tuple(_alternates(asked)))
    body, total = _written(endpoint, asked, text, base)
    links = (*_paging(asked, total), *_alternates(asked))
    return Representation(_path(asked), body, asked.format.media_type, links=links)


def _written(endpoint: Endpoint, asked: Asked, text: str, base: str) -> tuple[bytes, int]:
    """Return a SELECT's answer in its format and the number of all its rows, from memory if it was asked before."""
    write = asked.format.write
    assert write is not None

    def make() -> tuple[bytes, int]:
        whole = endpoint.cached_select(text, base=base)
        return write(_cut(whole, asked)), len(whole.rows)

    memory = BODIES.setdefault(endpoint, Memory(endpoint.kept_bytes, lambda made: len(made[0])))
    return memory.get((text, asked.format.extension, asked.limit, asked.offset), make)


def _run(endpoint: Endpoint, asked: Asked, text: str, base: str) -> bytes:
    """Run an ASK or CONSTRUCT; a plain yes or no is `true` or `false` in JSON."""
    name = asked.format.name
    answer = endpoint.run(
        text, results=name, graphs=name if name in GRAPH_MEDIA_TYPES else None, base=base, trusted=True
    )
    if asked.query.form == "ASK" and asked.format.extension == "json":
        return json.dumps(json.loads(answer.body)["boolean"]).encode() + b"\n"
    return answer.body


def _cut(rows: Rows, asked: Asked) -> Rows:
    end = None if asked.limit is None else asked.offset + asked.limit
    return replace(rows, rows=rows.rows[asked.offset : end])


def _path(asked: Asked, *, limit: int | None = None, offset: int | None = None, extension: str | None = None) -> str:
    """Return the address of the same request, of another page, or in another format."""
    fields: list[tuple[str, Any]] = [(name, text) for name, texts in asked.values.items() for text in texts]
    limit, offset = limit or asked.limit, asked.offset if offset is None else offset
    fields += [("limit", limit)] if limit else []
    fields += [("offset", offset)] if offset else []
    path = f"query/{asked.query.name}.{extension or asked.format.extension}"
    return f"{path}?{urlencode(fields)}" if fields else path


def _paging(asked: Asked, total: int) -> Sequence[Link]:
    """Return links to the pages around: first, prev, next, last. Source: RFC 8288 and the IANA link relations."""
    if asked.limit is None:
        return ()
    pages = {"first": 0, "last": max(0, (total - 1) // asked.limit * asked.limit)}
    if asked.offset > 0:
        pages["prev"] = max(0, asked.offset - asked.limit)
    if asked.offset + asked.limit < total:
        pages["next"] = asked.offset + asked.limit
    return [Link(_path(asked, offset=offset), relation) for relation, offset in pages.items()]


def _alternates(asked: Asked) -> Sequence[Link]:
    return [
        Link(_path(asked, extension=other.extension), "alternate", other.media_type)
        for other in FORMATS[asked.query.form]
        if other is not asked.format and other.extension != "geojson"
    ]


def _noted(response: Response, query: CannedQuery) -> Response:
    """Return the response with the headers of a deprecated query. Source: RFC 9745."""
    if query.deprecated:
        since = datetime.fromisoformat(query.deprecated[:10]).replace(tzinfo=UTC)
        response.headers["Deprecation"] = f"@{int(since.timestamp())}"
    response.headers.setdefault("Access-Control-Allow-Origin", "*")
    return response
