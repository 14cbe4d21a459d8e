"""Errors over HTTP: problem+json for programs, a page for people, the same sentence in both."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Response

PROBLEM_JSON = "application/problem+json"


def problem(
    status: int,
    detail: str,
    *,
    hint: str | None = None,
    type: str | None = None,
    **extra: object,
) -> Response:
    """Return a response that says what is wrong and what to do; `extra` members stand beside the standard ones.

    Source: https://www.rfc-editor.org/rfc/rfc9457
    """
    from flask import Response

    members = {"type": type or "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    members |= {"hint": hint} if hint else {}
    body = json.dumps({**members, **extra}, ensure_ascii=False)
    response = Response(body, status, mimetype=PROBLEM_JSON)
    response.headers["Cache-Control"] = "no-store"
    return response
