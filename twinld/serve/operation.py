"""For those who run the server: whether it lives, whether it is ready, and a log line per request."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from twinld.errors import TwinldError
from twinld.publish.publication import Publication
from twinld.serve.problems import problem

if TYPE_CHECKING:
    from flask import Blueprint, Flask, Request, Response


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


def log_requests(app: Flask, stream: TextIO = sys.stderr) -> None:
    """Write a line of JSON per request, without what may be private: no client's address, of a query only its hash."""
    from flask import g, request

    def begin() -> None:
        g.began = time.perf_counter()

    def end(response: Response) -> Response:
        members = _line(request, response, time.perf_counter() - g.get("began", time.perf_counter()))
        stream.write(json.dumps(members, ensure_ascii=False) + "\n")
        stream.flush()
        return response

    app.before_request(begin)
    app.after_request(end)


def _line(request: Request, response: Response, seconds: float) -> dict[str, object]:
    query = request.query_string
    return {
        "event": "request",
        "method": request.method,
        "path": request.path,
        **({"query": hashlib.sha256(query).hexdigest()[:16]} if query else {}),
        "status": response.status_code,
        "bytes": response.content_length,
        "seconds": round(seconds, 4),
    }
