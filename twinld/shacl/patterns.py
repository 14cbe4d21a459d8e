"""`sh:pattern`: SPARQL's REGEX, by Python's `re` where the two agree, by pyoxigraph's where they do not.

Source: https://www.w3.org/TR/xpath-functions/#regex-syntax
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pyoxigraph as ox

from twinld.shacl.ill_formed import IllFormed

# What XPath's expressions have and Python's read otherwise: classes by property, names, differences of classes.
_OTHER = re.compile(r"\\[pPiIcCuUxAZbBN]|-\[|\[:|&&|\(\?|[*+?}]\+")
_DOLLAR = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\$", re.DOTALL)
_FLAGS = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE, "x": re.VERBOSE}
_BATCH = 5_000  # texts a query


def pattern_test(pattern: str, flags: str, texts: set[str]) -> Callable[[str], bool]:
    """Return the test of a pattern for the given texts; raises `IllFormed` for what is no regular expression."""
    if _OTHER.search(pattern) or not set(flags) <= _FLAGS.keys():
        return _by_sparql(pattern, flags, sorted(texts)).__contains__
    try:
        compiled = re.compile(_ends(pattern, flags), _combined(flags))
    except (re.error, RecursionError, OverflowError):
        return _by_sparql(pattern, flags, sorted(texts)).__contains__
    return lambda text: compiled.search(text) is not None


def _combined(flags: str) -> int:
    combined = 0
    for flag in flags:
        combined |= _FLAGS[flag]
    return combined


def _ends(pattern: str, flags: str) -> str:
    r"""Return the pattern with `$` as `\Z`: Python's `$` also matches before a last line end, XPath's does not."""
    if "m" in flags:
        return pattern
    return _DOLLAR.sub(lambda match: r"\Z" if match[0] == "$" else match[0], pattern)


def _by_sparql(pattern: str, flags: str, texts: list[str]) -> set[str]:
    store, found = ox.Store(), set[str]()
    wanted = f"{ox.Literal(pattern)}, {ox.Literal(flags)}"
    if not store.query(f"ASK {{ BIND(REGEX('', {wanted}) AS ?ok) FILTER(BOUND(?ok)) }}"):
        raise IllFormed(f"sh:pattern {pattern!r} is no regular expression")
    for start in range(0, len(texts), _BATCH):
        values = " ".join(str(ox.Literal(text)) for text in texts[start : start + _BATCH])
        rows = store.query(f"SELECT ?text WHERE {{ VALUES ?text {{ {values} }} FILTER(REGEX(?text, {wanted})) }}")
        assert isinstance(rows, ox.QuerySolutions)
        found.update(row["text"].value for row in rows)
    return found
