"""Metrics for Prometheus on a port of their own, so that a front for the public never has to hide them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from twinld.errors import TwinldError
from twinld.publish.publication import Publication

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


def metered(application: WSGIApplication, current: Callable[[], Publication], port: int) -> WSGIApplication:
    """Return an application that answers `/metrics` and nothing else at a port, and is the given one at all others."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("SERVER_PORT") != str(port):
            return application(environ, start_response)
        status, body = _metrics(current()) if environ.get("PATH_INFO") == "/metrics" else ("404 Not Found", "")
        start_response(status, [("Content-Type", EXPOSITION), ("Content-Length", str(len(body.encode())))])
        return [body.encode()]

    return answer


def _metrics(publication: Publication) -> tuple[str, str]:
    from twinld.query.metrics import exposition

    if publication.endpoint is None:
        return "503 Service Unavailable", ""
    try:
        return "200 OK", exposition(publication.endpoint.statistics())
    except TwinldError:
        return "503 Service Unavailable", ""
