"""The Flask application: made from a publication, nothing global, no data of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from twinld.publish.files import page
from twinld.publish.publication import Publication
from twinld.publish.queries import query_representation
from twinld.publish.representation import Representation
from twinld.query.canned import CannedQuery
from twinld.serve.canned import OWN
from twinld.serve.front import FRONT, Front
from twinld.serve.negotiation import negotiate_language
from twinld.serve.respond import CACHE

if TYPE_CHECKING:
    from flask import Flask, Request, Response

CSP = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
EMBEDDED = "/embed/"  # pages made to stand in those of others; they have no form and change nothing
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Link, ETag, Content-Location, Retry-After",
}
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Content-Security-Policy": CSP,
}


def create_app(
    publication: Publication | Callable[[], Publication],
    *,
    log: bool = False,
    fresh: float | None = None,
    proxies: int = 0,
) -> Flask:
    """Return the WSGI application that serves a publication.

    A callable is asked anew for each request, so that data can be swapped under a running server. With `log` a line
    of JSON per request goes to standard error. `fresh` is how many seconds an answer stays true at least, where the
    data change by themselves. So many `proxies` stand in front, each of which adds the address that it was asked from
    to X-Forwarded-For; without any the header is not believed.
    """
    from flask import Flask

    from twinld.serve import canned, operation, publications, sparql

    current = publication if callable(publication) else lambda: publication
    app = Flask("twinld", static_folder=None, template_folder=None)
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.register_blueprint(sparql.sparql_blueprint(current, editor=_editor))
    app.register_blueprint(canned.canned_blueprint(current, page=_query_page))
    app.register_blueprint(operation.operation_blueprint(current))
    app.register_blueprint(publications.publication_blueprint(current))
    app.after_request(_common_headers)
    if fresh is not None:
        app.after_request(partial(_fresh_for, fresh))
    publications.handle_errors(app, current)
    if not callable(publication):
        app.extensions[FRONT] = Front(app.wsgi_app)
        app.wsgi_app = app.extensions[FRONT]  # type: ignore[method-assign]  # as Flask's documentation has it
    if proxies:
        from werkzeug.middleware.proxy_fix import ProxyFix

        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    if log:
        app.wsgi_app = operation.Logged(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _editor(publication: Publication, request: Request) -> Representation:
    """Return the page with the SPARQL editor in the reader's language."""
    return page(publication, "sparql", _language(publication, request))


def _query_page(publication: Publication, query: CannedQuery, request: Request, language: str | None) -> Representation:
    """Return the page of a canned query in the language of its address, or the reader's."""
    values = {name: texts for name, texts in request.args.to_dict(flat=False).items() if name not in OWN}
    chosen = language or _language(publication, request)
    return query_representation(publication, query, values, chosen)


def _language(publication: Publication, request: Request) -> str:
    return negotiate_language(request.headers.get("Accept-Language"), publication.addresses.languages)


def _fresh_for(seconds: float, response: Response) -> Response:
    if response.headers.get("Cache-Control") == CACHE:
        response.headers["Cache-Control"] = f"public, max-age={seconds:g}, must-revalidate"
    return response


def _common_headers(response: Response) -> Response:
    from flask import request

    if request.path.startswith(EMBEDDED):
        policy = CSP.replace("frame-ancestors 'self'", "frame-ancestors *")
        response.headers.setdefault("Content-Security-Policy", policy)
    for name, value in (CORS | SECURITY).items():
        response.headers.setdefault(name, value)
    return response
