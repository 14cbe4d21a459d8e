"""Metrics for Prometheus on a port of their own, so that a front for the public never has to hide them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from twinld.errors import TwinldError
from twinld.publish.publication import Publication
from twinld.serve.counting import Board, Counted, exposition

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True)
class Metrics:
    """Where metrics are told, and what the processes have counted. Made before they are forked."""

    port: int
    board: Board = field(default_factory=Board)


def metered(application: WSGIApplication, current: Callable[[], Publication], metrics: Metrics) -> WSGIApplication:
    """Return an application that answers `/metrics` and nothing else at a port, and is the given one at all others.

    Its requests are counted. To be called in the process that answers them.
    """
    counted = Counted(application, metrics.board.claim())

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("SERVER_PORT") != str(metrics.port):
            return counted(environ, start_response)
        found = environ.get("PATH_INFO") == "/metrics"
        body = (exposition(metrics.board) + _of_queries(current()) if found else "").encode()
        status = "200 OK" if found else "404 Not Found"
        start_response(status, [("Content-Type", EXPOSITION), ("Content-Length", str(len(body)))])
        return [body]

    return answer


def _of_queries(publication: Publication) -> str:
    """Return what the query process counts, and whether it is there."""
    from twinld.query.metrics import exposition as of_queries

    up = "# HELP twinld_query_up Whether queries are answered.\n# TYPE twinld_query_up gauge\ntwinld_query_up "
    if publication.endpoint is None:
        return up + "0\n"
    try:
        return up + "1\n" + of_queries(publication.endpoint.statistics())
    except TwinldError:
        return up + "0\n"
