"""What can go wrong with a query, each as its own exception with the HTTP status that says it.

They cross the socket between supervisor and caller by name, so each is made from plain values only.
"""

from __future__ import annotations

from typing import Any

from twinld.errors import TwinldError


class QueryError(TwinldError):
    """A query that got no answer; `problem` names the kind in problem+json and in logs."""

    status = 500
    problem = "query-failed"
    retry_after: int | None = None


class QuerySyntaxError(QueryError):
    """The text is no SPARQL query; `line` and `column` count from 1 in code points."""

    status = 400
    problem = "query-syntax"


class QueryRefused(QueryError):
    """The query asks for what this endpoint never does: other hosts, other graphs, changes of the data."""

    status = 403
    problem = "query-refused"


class QueryTooComplex(QueryError):
    """The query is longer or deeper than the engine can safely take."""

    status = 400
    problem = "query-too-complex"


class QueryUnsupported(QueryError):
    """The query is well formed and asks for what the engine does not have, such as an unknown function."""

    status = 400
    problem = "query-unsupported"


class QueryTimeout(QueryError):
    """The query reached its deadline and was ended."""

    exit_code = 3
    status = 504
    problem = "query-timeout"


class QueryTooLarge(QueryError):
    """The answer is larger than the endpoint sends; nothing of it was sent."""

    exit_code = 3
    status = 503
    problem = "result-too-large"


class QueryOutOfMemory(QueryError):
    """The query needed more memory than one query may have."""

    exit_code = 3
    status = 503
    problem = "query-memory"


class QueryBusy(QueryError):
    """All places are taken and the queue is full; try again after `retry_after` seconds."""

    exit_code = 3
    status = 503
    problem = "endpoint-busy"
    retry_after = 5


class QueryUnavailable(QueryError):
    """The query processes are not there: still starting, stopped or lost."""

    exit_code = 3
    status = 503
    problem = "endpoint-unavailable"
    retry_after = 5


class NotExpressible(QueryError):
    """The format asked for cannot carry this answer, such as a control character in XML."""

    status = 406
    problem = "not-expressible"


KINDS: dict[str, type[QueryError]] = {
    kind.__name__: kind
    for kind in (
        QueryError,
        QuerySyntaxError,
        QueryRefused,
        QueryTooComplex,
        QueryUnsupported,
        QueryTimeout,
        QueryTooLarge,
        QueryOutOfMemory,
        QueryBusy,
        QueryUnavailable,
        NotExpressible,
    )
}


def error_fields(error: QueryError) -> dict[str, Any]:
    """Return an exception as plain values for the socket."""
    return {
        "error": type(error).__name__,
        "message": error.message,
        "hint": error.hint,
        "line": error.line,
        "column": error.column,
    }


def error_of(fields: dict[str, Any]) -> QueryError:
    """Return the exception that `error_fields` wrote."""
    kind = KINDS.get(fields.get("error", ""), QueryError)
    return kind(fields["message"], hint=fields["hint"], line=fields["line"], column=fields["column"])
