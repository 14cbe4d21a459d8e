"""Everything that is served by its path: resources, documents, pages, dumps, catalogue, static files."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlencode
from weakref import WeakKeyDictionary

from twinld.errors import TwinldError
from twinld.publish.addresses import PAGE
from twinld.publish.documents import HTML, RDF_FORMATS, document_of, find, represent
from twinld.publish.files import find_page, page
from twinld.publish.publication import Publication
from twinld.publish.representation import Representation
from twinld.serve.kept import KEPT_ELSEWHERE, Kept, Prepared
from twinld.serve.negotiation import negotiate, negotiate_language
from twinld.serve.problems import PROBLEM_JSON, problem
from twinld.serve.respond import CACHE, respond
from twinld.stores.errors import StoreError, StoreTimeoutError

if TYPE_CHECKING:
    from flask import Blueprint, Flask, Response
    from werkzeug.exceptions import HTTPException

Current = Callable[[], Publication]
ALIASES = {alias: f.media_type for f in RDF_FORMATS.values() for alias in f.other_media_types}
RDF_TYPES = {f.media_type: extension for extension, f in RDF_FORMATS.items()}
OFFERED = (*RDF_TYPES, HTML)  # no header and */* give Turtle: CKAN sends */* and believes the Content-Type
IMMUTABLE = "public, max-age=86400"


def publication_blueprint(current: Current) -> Blueprint:
    """Return the blueprint that answers every path that no other does."""
    from flask import Blueprint

    blueprint = Blueprint("publication", __name__)
    shelves: WeakKeyDictionary[Publication, Kept] = WeakKeyDictionary()

    def anything(path: str = "") -> Response:
        publication = current()
        return _answer(publication, shelves.setdefault(publication, _shelf(publication)), path)

    for rule in ("/", "/<path:path>"):
        blueprint.add_url_rule(rule, view_func=anything, methods=["GET"])
    return blueprint


def _shelf(publication: Publication) -> Kept:
    return Kept() if publication.elsewhere is None else Kept(KEPT_ELSEWHERE)


def handle_errors(app: Flask, current: Current) -> None:
    """Answer every error as problem+json or as a page, by negotiation, with what to do."""
    from werkzeug.exceptions import HTTPException

    def http_error(error: HTTPException) -> Response:
        return _error(current(), error.code or 500, str(error.description or error.name), None, error)

    def known_error(error: TwinldError) -> Response:
        return _error(current(), error.status, error.message, error.hint)

    log = StoreLog()

    def store_error(error: StoreError) -> Response:
        log.say(error)
        return _of_store(current(), error)

    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(TwinldError, known_error)
    app.register_error_handler(StoreError, store_error)


def _answer(publication: Publication, kept: Kept, path: str) -> Response:
    from flask import request

    if path in publication.files:
        cache = IMMUTABLE if path.startswith("static/") else CACHE
        return respond(request, kept.get(path, publication.files[path]), vary="", cache=cache)
    if path in publication.negotiated:
        return _chosen(publication, kept, publication.negotiated[path])
    if path == "doc" and "iri" in request.args:
        return _redirect(publication.addresses.document(request.args["iri"]))
    return _page(publication, kept, path) or _resource(publication, kept, _wire_path(path))


def _chosen(publication: Publication, kept: Kept, choice: Mapping[str, str]) -> Response:
    """Answer an address that chooses among files by media type."""
    from flask import request

    media_type = negotiate(request.headers.get("Accept"), tuple(choice), aliases=ALIASES)
    if media_type is None:
        raise _not_acceptable(tuple(choice))
    if media_type == HTML:
        found = _page(publication, kept, choice[media_type])
        assert found is not None
        found.headers["Vary"] = "Accept, Accept-Language, Accept-Encoding"
        return found
    path = choice[media_type]
    return respond(request, kept.get(path, publication.files[path]))


def _not_acceptable(offered: Sequence[str]) -> HTTPException:
    from werkzeug.exceptions import NotAcceptable

    return NotAcceptable(f"there is no representation that you accept; there are {', '.join(offered)}")


def _wire_path(path: str) -> str:
    """Return the path as it came over the wire, where the server tells it: %2F and %25 mean themselves there."""
    from flask import request

    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or ""
    raw = raw.partition("?")[0]
    root = request.script_root
    return raw[len(root) + 1 :] if raw.startswith(root + "/") and "%" in raw else path


def _page(publication: Publication, kept: Kept, path: str) -> Response | None:
    """Answer a page that is about no resource: home, lists, search; the bare address negotiates the language."""
    from flask import request

    found = find_page(publication, path)
    if found is None:
        return None
    name, free, language = found
    chosen = language or negotiate_language(request.headers.get("Accept-Language"), publication.addresses.languages)
    parameters = request.args.to_dict(flat=False) if free.live else {}
    make = partial(page, publication, name, chosen, parameters)
    made = make() if parameters else kept.get((name, chosen), make)
    return respond(request, made, vary="" if language else "Accept-Language")


def _resource(publication: Publication, kept: Kept, path: str) -> Response:
    from flask import request

    found = find(publication, path)
    if found is None and find_page(publication, path + "/") is not None:
        return _redirect(path + "/", status=308)  # as hosts of files do
    if found is None:
        raise _gone_or_unknown(publication, path)
    if found.redirect is not None:
        return _redirect(found.redirect)
    extension, language, vary = found.target.extension, found.target.language, ""
    if extension is None:
        vary = "Accept, Accept-Language"
        chosen = negotiate(request.headers.get("Accept"), OFFERED, aliases=ALIASES)
        if chosen is None:
            raise _not_acceptable(OFFERED)
        extension = RDF_TYPES.get(chosen, PAGE)
    if extension == PAGE and language is None and vary:
        language = negotiate_language(request.headers.get("Accept-Language"), publication.addresses.languages)
    return respond(request, _kept_document(publication, kept, found.target.iri, extension, language), vary=vary)


def _kept_document(
    publication: Publication, kept: Kept, iri: str, extension: str, language: str | None
) -> Prepared | Representation:
    """Return a document in one format; those after the first thousand incoming statements are not kept."""
    from flask import request

    offset = max(0, request.args.get("offset", 0, type=int))

    def make() -> Representation:
        document = document_of(publication, iri, offset=offset)
        assert document is not None  # it was found
        return represent(publication, document, extension, language)

    return make() if offset else kept.get((iri, extension, language), make)


def _gone_or_unknown(publication: Publication, path: str) -> HTTPException:
    from werkzeug.exceptions import Gone, NotFound

    if publication.addresses.base + unquote(path) in publication.dataset.project.config.retired:
        return Gone("this was published once and has been withdrawn")
    return NotFound("nothing is known of this address")


def _redirect(path: str, *, status: int = 303) -> Response:
    """Answer 303 (the thing is described at another address) or 308. Source: RFC 9110, sections 15.4.4 and 15.4.9."""
    from flask import Response, request

    response = Response(status=status)
    query = urlencode([(k, v) for k, v in request.args.items(multi=True) if k != "iri"])
    response.headers["Location"] = f"{request.script_root}/{path}" + (f"?{query}" if query else "")
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = CACHE
    return response


STORE_AWAY = "the store that holds the data does not answer"
STORE_LATE = "the store that holds the data took too long"


@dataclass
class StoreLog:
    """Lines on standard error about a store that does not answer: one for each status in so many seconds."""

    seconds: float = 5.0
    said: dict[int, float] = field(default_factory=dict)

    def say(self, error: StoreError) -> None:
        """Write a line, unless there was one a moment ago."""
        now = time.monotonic()
        if now - self.said.get(error.status, -self.seconds) >= self.seconds:
            self.said[error.status] = now
            sys.stderr.write(json.dumps({"event": "store", "status": error.status, "reason": error.message}) + "\n")


def _of_store(publication: Publication, error: StoreError) -> Response:
    """Answer that the store is away or slow; why, and where it is, is for whoever runs the server."""
    detail = STORE_LATE if isinstance(error, StoreTimeoutError) else STORE_AWAY
    hint = "Try again in a moment."
    try:
        response = _error(publication, error.status, detail, hint)
    except StoreError:  # the page of an error may want a name from the store, too
        response = problem(error.status, detail, hint=hint)
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(error.retry_after or 1)
    return response


def _error(
    publication: Publication, status: int, detail: str, hint: str | None, error: HTTPException | None = None
) -> Response:
    from flask import Response, request

    from twinld.publish import pages

    chosen = negotiate(request.headers.get("Accept"), (PROBLEM_JSON, "application/json", HTML)) or PROBLEM_JSON
    if chosen == HTML:
        language = negotiate_language(request.headers.get("Accept-Language"), publication.addresses.languages)
        body = pages.error_page(publication, status, detail, hint, language, path=request.path.lstrip("/"))
        response = Response(
            body, status, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"}
        )
    else:
        response = problem(status, detail, hint=hint)
    for name, value in error.get_headers() if error else ():
        if name.lower() not in ("content-type", "content-length"):
            response.headers.setdefault(name, value)
    response.headers["Vary"] = "Accept, Accept-Language"
    return response
