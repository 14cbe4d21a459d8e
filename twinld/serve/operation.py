"""For those who run the server: whether it lives, whether it is ready, and a log line per request."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO
from urllib.parse import parse_qs

from twinld.errors import TwinldError
from twinld.publish.publication import Publication
from twinld.query.lanes import digest
from twinld.serve.problems import problem

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Blueprint, Response


def operation_blueprint(current: Callable[[], Publication]) -> Blueprint:
    """Return the blueprint for `/health` (this process answers) and `/ready` (queries are answered, too)."""
    from flask import Blueprint, Response

    blueprint = Blueprint("operation", __name__)

    def health() -> Response:
        return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})

    def ready() -> Response:
        endpoint = current().endpoint
        try:
            if endpoint is not None:
                endpoint.run("ASK {}", trusted=True)
        except TwinldError as error:
            response = problem(503, f"queries are not answered: {error.message}", hint="ask again in a second")
            response.headers["Retry-After"] = "1"
            return response
        return health()

    blueprint.add_url_rule("/health", view_func=health)
    blueprint.add_url_rule("/ready", view_func=ready)
    return blueprint


@dataclass(frozen=True, slots=True)
class Logged:
    """A WSGI application that writes a line of JSON per request of another one.

    Without what may be private: no client's address, of a query only its hash.
    """

    app: WSGIApplication
    stream: TextIO = sys.stderr

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request and log it. Source: PEP 3333."""
        began = time.perf_counter()
        said: list[tuple[str, dict[str, str]]] = []

        def listen(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:  # noqa: ANN401
            said.append((status, dict(headers)))
            return start_response(status, headers, *rest)

        answer = self.app(environ, listen)
        if said:
            members = _line(environ, *said[-1], time.perf_counter() - began)
            self.stream.write(json.dumps(members, ensure_ascii=False) + "\n")
            self.stream.flush()
        return answer


def _line(environ: WSGIEnvironment, status: str, headers: dict[str, str], seconds: float) -> dict[str, object]:
    query = environ.get("QUERY_STRING", "")
    length = headers.get("Content-Length", "")
    return {
        "event": "request",
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
        **({"query": digest(parse_qs(query).get("query", [query])[0])} if query else {}),
        "status": int(status[:3]),
        "bytes": int(length) if length.isdigit() else None,
        "seconds": round(seconds, 4),
    }
