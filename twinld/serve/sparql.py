"""`/sparql`: the SPARQL 1.1 Protocol for queries, in front of an endpoint with its guard.

Source: https://www.w3.org/TR/sparql11-protocol/
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from twinld.errors import TwinldError
from twinld.query.errors import NotExpressible, QueryError, QueryRefused, QueryUnavailable
from twinld.query.graphs import GRAPH_MEDIA_TYPES, graph_format
from twinld.query.results import RESULT_FORMATS, result_format
from twinld.serve.negotiation import negotiate
from twinld.serve.problems import problem
from twinld.serve.turnstile import Turnstile

if TYPE_CHECKING:
    from flask import Blueprint, Request, Response

    from twinld.publish.publication import Publication
    from twinld.publish.representation import Representation
    from twinld.query import Answer, Endpoint

    Current = Callable[[], Publication]
    Editor = Callable[[Publication, Request], Representation]

HTML = "text/html"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
METHODS = "GET, HEAD, POST, OPTIONS"
RESULT_TYPES = {f.media_types[0]: f.name for f in RESULT_FORMATS}
GRAPH_TYPES = {media_type: name for name, media_type in GRAPH_MEDIA_TYPES.items()}
RESULT_ALIASES = {alias: f.media_types[0] for f in RESULT_FORMATS for alias in f.media_types[1:]}
GRAPH_ALIASES = {
    "application/json": "application/ld+json",
    "application/xml": "application/rdf+xml",
    "text/xml": "application/rdf+xml",
    "application/x-turtle": "text/turtle",
    "text/plain": "application/n-triples",
}
PROBLEM_TYPE = "urn:problem-type:twinld:"
SPARE_BODY = 16_384  # bytes for graph IRIs and other fields beside the query
PREFLIGHT_SECONDS = 86_400
UNITS = {"": 1.0, "s": 1.0, "ms": 0.001}


class ProtocolError(QueryError):
    """A request that the protocol does not allow."""

    status = 400
    problem = "protocol"


class BadMediaType(ProtocolError):
    """A body in a media type that the protocol does not have."""

    status = 415
    problem = "media-type"


class TooLarge(ProtocolError):
    """A body that is larger than any query may be."""

    status = 413
    problem = "too-large"


class TooSlow(ProtocolError):
    """A body that did not come."""

    status = 408
    problem = "too-slow"


@dataclass(frozen=True)
class Operation:
    """A query operation of the protocol, read from a request."""

    query: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format: str | None
    timeout: float | None


def sparql_blueprint(current: Current, *, editor: Editor | None = None) -> Blueprint:
    """Return the blueprint for `/sparql` in front of the endpoint of the current publication.

    `editor` makes the page that a browser gets; without it browsers get what programs get.
    """
    from flask import Blueprint, request

    blueprint = Blueprint("sparql", __name__)
    turnstile = Turnstile()

    def answer() -> Response:
        return _answer(current(), request, editor, turnstile)

    blueprint.add_url_rule("/sparql", view_func=answer, methods=["GET", "POST"], provide_automatic_options=False)
    blueprint.add_url_rule("/sparql", "preflight", preflight, methods=["OPTIONS"])
    blueprint.register_error_handler(TwinldError, failure)
    return blueprint


def preflight() -> Response:
    """Answer a CORS preflight. Source: https://fetch.spec.whatwg.org/#cors-preflight-fetch."""
    from flask import Response

    response = Response(status=204)
    response.headers["Allow"] = METHODS
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = METHODS
    response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
    response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return response


def failure(error: TwinldError) -> Response:
    """Return the problem+json for an error: its kind, its sentence, its place in the query, what to do."""
    place = {"line": error.line, "column": error.column} if error.line is not None else {}
    kind = getattr(error, "problem", None)
    details: Mapping[str, Any] = {"errors": error.errors} if hasattr(error, "errors") else {}
    response = problem(
        error.status,
        error.message,
        hint=error.hint,
        type=PROBLEM_TYPE + kind if kind else None,
        **place,
        **details,
    )
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    if isinstance(error, BadMediaType):
        response.headers["Accept-Post"] = f"{FORM}, {DIRECT}"
    response.headers["Vary"] = "Accept"
    return response


def _answer(publication: Publication, request: Request, editor: Editor | None, turnstile: Turnstile) -> Response:
    endpoint = publication.endpoint
    if endpoint is None:
        raise QueryUnavailable("there is no query endpoint here")
    operation = read_operation(request, endpoint.limits.query_bytes)
    accept = request.headers.get("Accept")
    if editor and request.method in ("GET", "HEAD") and operation.format is None and _wants_page(accept, operation):
        return _page(editor(publication, request), request)
    if operation.query is None:
        if request.method == "POST":
            raise ProtocolError(
                "the request has no query", hint="Send the field query, or a body of the type " + DIRECT
            )
        return _description(publication, endpoint, request)
    client = request.remote_addr or ""
    with turnstile.place(client):
        answer = endpoint_answer(endpoint, operation, accept, publication.addresses.base, client)
    return _whole(answer, request)


def endpoint_answer(
    endpoint: Endpoint, operation: Operation, accept: str | None, base: str, client: str = ""
) -> Answer:
    """Return the answer to an operation in the format that `format=` or the Accept header asks for."""
    results, graphs = formats_asked(operation.format, accept)
    return endpoint.run(
        operation.query or "",
        results=results,
        graphs=graphs,
        default_graphs=operation.default_graphs,
        named_graphs=operation.named_graphs,
        timeout=operation.timeout,
        base=base,
        client=client,
    )


def formats_asked(name: str | None, accept: str | None) -> tuple[str | None, str | None]:
    """Return the formats for results and for graphs, `None` for which nothing acceptable is offered.

    Which of the two is used depends on the query, which nobody has read yet. Raises ProtocolError for an
    unknown name in `format=` and NotExpressible where the header accepts neither.
    """
    if name is not None:
        names = name.split(",")
        results = next(filter(None, map(result_format, names)), None)
        graphs = next(filter(None, map(graph_format, names)), None)
        if results is None and graphs is None:
            known = ", ".join([*RESULT_TYPES.values(), *GRAPH_MEDIA_TYPES])
            raise ProtocolError(f"{name} is no format", hint=f"Write one of {known}, or a media type.")
        return results.name if results else None, graphs
    for_results = negotiate(accept, tuple(RESULT_TYPES), aliases=RESULT_ALIASES)
    for_graphs = negotiate(accept, tuple(GRAPH_TYPES), aliases=GRAPH_ALIASES)
    if for_results is None and for_graphs is None:
        offered = ", ".join([*RESULT_TYPES, *GRAPH_TYPES])
        raise NotExpressible("nothing that you accept is offered", hint=f"Accept one of {offered}.")
    return RESULT_TYPES.get(for_results or ""), GRAPH_TYPES.get(for_graphs or "")


def read_operation(request: Request, query_bytes: int) -> Operation:
    """Return the operation in a request; raises ProtocolError, BadMediaType, TooLarge, QueryRefused."""
    in_url = _fields(request.query_string)
    if request.method != "POST":
        return _operation(in_url, in_url, None)
    media_type = _media_type(request)
    body = _body(request, query_bytes)
    if media_type == FORM:
        return _operation(_fields(body), in_url, None)
    return _operation(in_url, in_url, _text(body))


def _media_type(request: Request) -> str:
    """Return the media type of the body if the protocol has it."""
    media_type = request.mimetype
    if media_type == UPDATE:
        raise QueryRefused("this endpoint is read-only", hint="Change the files of the project instead.")
    if media_type not in (FORM, DIRECT):
        raise BadMediaType(
            f"a body of the type {media_type or 'unknown'} is no query", hint=f"Send {FORM} or {DIRECT}."
        )
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise BadMediaType(f"the charset {charset} is not read here", hint="Send UTF-8.")
    return media_type


def _body(request: Request, query_bytes: int) -> bytes:
    """Return the body; a form may be three times as long as its query, for its percent signs."""
    allowed = 3 * query_bytes + SPARE_BODY
    if (request.content_length or 0) > allowed:
        raise TooLarge(f"the body is larger than {allowed >> 10} KB", hint="Send a shorter query.")
    try:
        body = request.stream.read(allowed + 1)
    except ConnectionError:
        raise TooSlow("the body did not come in time", hint="Send it at once.") from None
    if len(body) > allowed:
        raise TooLarge(f"the body is larger than {allowed >> 10} KB", hint="Send a shorter query.")
    return bytes(body)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProtocolError(f"byte {error.start + 1} is no UTF-8", hint="Send UTF-8.") from None


def _fields(data: bytes) -> list[tuple[str, str]]:
    """Return the fields of a form or a query string, each value UTF-8."""
    try:
        return parse_qsl(data.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=1000)
    except UnicodeDecodeError:
        raise ProtocolError("a field is no percent-encoded UTF-8", hint="Encode each value as UTF-8.") from None
    except ValueError:
        raise ProtocolError("there are more than 1000 fields", hint="Send fewer graphs.") from None


def _operation(fields: list[tuple[str, str]], in_url: list[tuple[str, str]], direct: str | None) -> Operation:
    """Return the operation of fields; `format` and `timeout` may stand in the URL of a form too."""
    queries = [value for name, value in fields if name == "query"] + ([direct] if direct is not None else [])
    if any(name == "update" for name, _ in fields):
        raise QueryRefused("this endpoint is read-only", hint="Send query= instead of update=.")
    if len(queries) > 1:
        raise ProtocolError("there is more than one query", hint="Send one query in a request.")
    options = {**dict(in_url), **dict(fields)}
    return Operation(
        queries[0] if queries else None,
        tuple(value for name, value in fields if name == "default-graph-uri"),
        tuple(value for name, value in fields if name == "named-graph-uri"),
        _format_names(in_url, fields),
        _seconds(options.get("timeout")),
    )


def _format_names(*sources: list[tuple[str, str]]) -> str | None:
    """Return what `format` or else `output` says, of several values all: clients repeat them in other words."""
    for wanted in ("format", "output"):
        values = dict.fromkeys(value for fields in sources for name, value in fields if name == wanted and value)
        if values:
            return ",".join(values)
    return None


def _seconds(text: str | None) -> float | None:
    """Return `timeout=` in seconds: `5`, `2.5s`, `800ms`."""
    if not text:
        return None
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(ms|s|)", text.strip())
    seconds = float(found[1]) * UNITS[found[2]] if found else math.nan
    if not 0 < seconds < math.inf:
        raise ProtocolError(f"{text} is no timeout", hint="Write seconds: 5, 2.5s or 800ms.")
    return seconds


def _wants_page(accept: str | None, operation: Operation) -> bool:
    types = RESULT_TYPES if operation.query is not None else GRAPH_TYPES
    aliases = RESULT_ALIASES if operation.query is not None else GRAPH_ALIASES
    return accept is not None and negotiate(accept, (*types, HTML), aliases=aliases) == HTML


def _page(page: Representation, request: Request) -> Response:
    from twinld.serve.respond import respond

    return _without_location(respond(request, page, vary="Accept, Accept-Language", cache="no-cache"))


def _description(publication: Publication, endpoint: Endpoint, request: Request) -> Response:
    """Answer with the service description, in any RDF format."""
    from twinld.publish.representation import Representation
    from twinld.query.service import PREFIXES, service_description
    from twinld.rdf.formats import format_of_name
    from twinld.rdf.writing import write
    from twinld.serve.respond import respond

    chosen = negotiate(request.headers.get("Accept"), tuple(GRAPH_TYPES), aliases=GRAPH_ALIASES)
    known = format_of_name(GRAPH_TYPES.get(chosen or "", ""))
    if known is None:
        raise NotExpressible("nothing that you accept is offered", hint=f"Accept one of {', '.join(GRAPH_TYPES)}.")
    triples = service_description(publication.public_url + "sparql", endpoint)
    found = Representation("sparql", write(triples, known, PREFIXES), known.media_type)
    return _without_location(respond(request, found, cache="no-cache"))


def _whole(answer: Answer, request: Request) -> Response:
    from twinld.publish.representation import Representation
    from twinld.serve.respond import respond

    found = Representation("sparql", answer.body, answer.media_type)
    return _without_location(respond(request, found, cache="no-cache"))


def _without_location(response: Response) -> Response:
    """Return the response without Content-Location: `/sparql` alone is not where this answer is."""
    del response.headers["Content-Location"]
    response.headers.setdefault("Access-Control-Allow-Origin", "*")
    response.headers.setdefault("Access-Control-Expose-Headers", "Link, ETag, Content-Location, Retry-After")
    return response
