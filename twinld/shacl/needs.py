"""Which predicates a query can match, told from its tokens, so that a store is loaded with no more than that.

Told from the safe side: wherever a variable could stand as a predicate, or a path could match anything, the answer is
`None`, which means every predicate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from twinld.shacl.sparql_text import Token, tokens_of
from twinld.shacl.vocabulary import RDF_TYPE

_TERMS = ("iri", "string", "variable")


def predicates_of_query(query: str) -> set[str] | None:
    """Return the keys of the predicates that a query can match; `None` if it may match any."""
    tokens = list(_without_projections(tokens_of(query)))
    if any(each.word == "BASE" for each in tokens) or _matches_anything(tokens):
        return None
    prefixes = dict(_prefixes(tokens))
    found: set[str] = set()
    for each in tokens:
        if each.kind == "iri":
            found.add(each.text)
        elif each.text == "a" and each.kind == "word":
            found.add(RDF_TYPE)
        elif each.kind == "word" and ":" in each.text:
            prefix, _, local = each.text.rstrip(".").partition(":")
            if prefix not in prefixes or "\\" in local:
                return None
            found.add(f"<{prefixes[prefix]}{local}>")
    return found


def _without_projections(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield the tokens without what stands between SELECT and its group: there a variable is followed by a variable."""
    skipping = False
    for each in tokens:
        if each.word == "SELECT":
            skipping = True
        elif each.text == "{":
            skipping = False
        if not skipping:
            yield each


def _prefixes(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    for n, each in enumerate(tokens[:-2]):
        if each.word == "PREFIX":
            yield tokens[n + 1].text.rstrip(":"), tokens[n + 2].text[1:-1]


def _matches_anything(tokens: list[Token]) -> bool:
    """Return whether a variable could be a predicate, or a path could match what it does not name."""
    calls: list[bool] = []  # for each open parenthesis, whether it belongs to FILTER, BIND or a function
    before_is_term = False
    for n, each in enumerate(tokens):
        after = tokens[n + 1] if n + 1 < len(tokens) else Token("mark", "")
        if each.kind == "mark":
            if each.text in "*?" or (each.text == "!" and after.text != "=" and not any(calls)):
                return True
            if each.text == "(":
                calls.append(n > 0 and _is_call(tokens[n - 1]))
            closed_call = calls.pop() if each.text == ")" and calls else False
            before_is_term = each.text in ";]" or (each.text == ")" and not closed_call) or each.text.isdigit()
            continue
        if each.kind == "variable" and before_is_term and _starts_term(after):
            return True
        before_is_term = _is_term(each)
    return False


def _is_call(token: Token) -> bool:
    return token.kind == "word" or token.text in ("(", "!", "&", "|", "=", "<", ">", "+", "-", "/", ",")


def _is_term(token: Token) -> bool:
    return token.kind in _TERMS or (
        token.kind == "word" and (":" in token.text or token.text in ("a", "true", "false"))
    )


def _starts_term(token: Token) -> bool:
    return _is_term(token) or token.text in ("[", "(", "+", "-") or token.text.isdigit()
