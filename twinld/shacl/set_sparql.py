"""The query of a SPARQL constraint with its focus nodes found inside the store, by the pattern of its targets.

The pattern is joined in every group that does not see `$this` from outside; what EXISTS and OPTIONAL hold does.
Source: https://www.w3.org/TR/shacl/#pre-binding
"""

from __future__ import annotations

from twinld.shacl.plan import Sparql
from twinld.shacl.set_tests import Inexpressible
from twinld.shacl.sparql_text import Token, rewrite, tokens_of

_SEES_THIS = ("EXISTS", "OPTIONAL")


def constraint_query(constraint: Sparql, pattern: str) -> str:
    """Return a SELECT of the violations; `pattern` binds `?this`. Raises `Inexpressible`, `IllFormed`."""
    if constraint.ask or constraint.bound or constraint.node is None:
        raise Inexpressible("constraint components with a validator of SPARQL are not run in stores")
    if "shapesGraph" in constraint.query or "currentShape" in constraint.query:
        raise Inexpressible("its query asks for the shapes, which the store does not have")
    judged = rewrite(constraint.query, ask=False, bound=("this",))
    if not judged.batched:
        raise Inexpressible(f"its query cannot judge many focus nodes at once: {judged.why}")
    tokens = tokens_of(constraint.query)
    head = next(n for n, each in enumerate(tokens) if each.word == "SELECT")
    parts = [_text(tokens[:head]), " SELECT DISTINCT "]
    start = head + 1
    while tokens[start].word in ("DISTINCT", "REDUCED"):
        start += 1
    named = [each.text for each in tokens[start : _first_brace(tokens, start)]]
    parts.append("" if "*" in named or "$this" in named or "?this" in named else "?this ")
    inside: list[bool] = []  # for each open group, whether it sees $this from outside
    for n in range(start, len(tokens)):
        each = tokens[n]
        parts.append(each.gap + each.text)
        if each.kind == "mark" and each.text == "{":
            sees = bool(inside and inside[-1]) or tokens[n - 1].word in _SEES_THIS
            inside.append(sees)
            parts.append("" if sees else f" {pattern} ")
        elif each.kind == "mark" and each.text == "}":
            inside.pop()
    return _ordered("".join(parts), tokens)


def _ordered(text: str, tokens: list[Token]) -> str:
    if any(each.word == "ORDER" for each in tokens):
        raise Inexpressible("its query has an order of its own")
    return text


def _first_brace(tokens: list[Token], start: int) -> int:
    return next(n for n in range(start, len(tokens)) if tokens[n].text == "{")


def _text(tokens: list[Token]) -> str:
    return "".join(each.gap + each.text for each in tokens)
