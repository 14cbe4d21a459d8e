"""Everything that is served by its path: resources, documents, pages, dumps, catalogue, static files."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from twinld.errors import TwinldError
from twinld.publish.addresses import PAGE
from twinld.publish.documents import HTML, RDF_FORMATS, Document, find, represent
from twinld.publish.publication import Publication
from twinld.publish.representation import Representation
from twinld.serve.negotiation import negotiate, negotiate_language
from twinld.serve.problems import PROBLEM_JSON, problem
from twinld.serve.respond import respond

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

    def anything(path: str = "") -> Response:
        return _answer(current(), path)

    for rule in ("/", "/<path:path>"):
        blueprint.add_url_rule(rule, view_func=anything, methods=["GET"])
    return blueprint


def handle_errors(app: Flask, current: Current) -> None:
    """Answer every error as problem+json or as a page, by negotiation, with what to do."""
    from werkzeug.exceptions import HTTPException

    def http_error(error: HTTPException) -> Response:
        return _error(current(), error.code or 500, str(error.description or error.name), None, error)

    def known_error(error: TwinldError) -> Response:
        return _error(current(), error.status, error.message, error.hint)

    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(TwinldError, known_error)


def _answer(publication: Publication, path: str) -> Response:
    from flask import request

    fixed = publication.fixed(path)
    if fixed is not None:
        return respond(request, fixed(), vary="", cache=IMMUTABLE if path.startswith("static/") else _cache())
    page = _page(publication, path)
    if page is not None:
        return page
    if path == "doc" and "iri" in request.args:
        return _redirect(publication.addresses.document(request.args["iri"]))
    return _resource(publication, _wire_path(path))


def _cache() -> str:
    from twinld.serve.respond import CACHE

    return CACHE


def _wire_path(path: str) -> str:
    """Return the path as it came over the wire, where the server tells it: %2F and %25 mean themselves there."""
    from flask import request

    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or ""
    raw = raw.partition("?")[0]
    root = request.script_root
    return raw[len(root) + 1 :] if raw.startswith(root + "/") and "%" in raw else path


def _page(publication: Publication, path: str) -> Response | None:
    """Answer a page that is about no resource: home, lists, search; the bare address negotiates the language."""
    from flask import request

    languages = publication.addresses.languages
    for language, page in publication.pages(path):
        chosen = language or negotiate_language(request.headers.get("Accept-Language"), languages)
        found = page(chosen, request.args.to_dict(flat=False))
        return respond(request, found, vary="" if language else "Accept-Language")
    return None


def _resource(publication: Publication, path: str) -> Response:
    from flask import abort, request

    offset = request.args.get("offset", 0, type=int)
    found = find(publication, path, offset=max(0, offset))
    if found is None:
        _abort_gone_or_unknown(publication, path)
        raise AssertionError("unreachable")
    if found.redirect is not None:
        return _redirect(found.redirect)
    extension, language = found.target.extension, found.target.language
    if extension is None:
        chosen = negotiate(request.headers.get("Accept"), OFFERED, aliases=ALIASES)
        if chosen is None:
            abort(406, f"there is no representation that you accept; there are {', '.join(OFFERED)}")
        extension = RDF_TYPES.get(chosen, PAGE)
        if extension == PAGE:
            language = negotiate_language(request.headers.get("Accept-Language"), publication.addresses.languages)
        return respond(
            request, _represent(publication, found.document, extension, language), vary="Accept, Accept-Language"
        )
    return respond(request, _represent(publication, found.document, extension, language), vary="")


def _represent(publication: Publication, document: Document, extension: str, language: str | None) -> Representation:
    return represent(publication, document, extension, language)


def _abort_gone_or_unknown(publication: Publication, path: str) -> None:
    from flask import abort

    config = publication.dataset.project.config
    if any(publication.addresses.base + path == iri for iri in config.retired):
        abort(410, "this was published once and has been withdrawn")
    abort(404, "nothing is known of this address")


def _redirect(path: str) -> Response:
    """Answer 303: the thing is described at another address. Source: RFC 9110, section 15.4.4."""
    from flask import Response, request

    response = Response(status=303)
    query = urlencode([(k, v) for k, v in request.args.items(multi=True) if k != "iri"])
    response.headers["Location"] = f"{request.script_root}/{path}" + (f"?{query}" if query else "")
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = _cache()
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
