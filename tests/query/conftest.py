"""One small endpoint for the tests of the query room: real processes, real data."""

from __future__ import annotations

import pytest

from twinld.query import Limits, start

GRAPH = "http://example.org/graph/"
NUMBERS = 1500  # three unbound patterns on 1,500 triples are 3.4 billion rows: no machine ends that in a test


def dataset() -> list[bytes]:
    """The default graph as a union, one graph of numbers, one with terms that break writers."""
    integer = "<http://www.w3.org/2001/XMLSchema#integer>"
    numbers = [f'<http://example.org/n{n}> <http://example.org/value> "{n}"^^{integer} ' for n in range(NUMBERS)]
    odd = [
        r'<http://example.org/a,b> <http://example.org/text> "comma, \"quote\"\r\nline" ',
        '_:kept <http://example.org/text> "Seinäjoki"@fi ',
        "<http://example.org/Seinäjoki> <http://example.org/sameAs> _:kept ",
    ]
    control = r'<http://example.org/control> <http://example.org/bell> "\u0007" '
    quads = [f"{line}{graph}.\n" for line in numbers for graph in ("", f"<{GRAPH}numbers> ")]
    quads += [f"{line}{graph}.\n" for line in odd for graph in ("", f"<{GRAPH}odd> ")]
    quads.append(f"{control}<{GRAPH}control> .\n")
    return ["".join(quads).encode()]


@pytest.fixture(scope="session")
def endpoint():
    limits = Limits(timeout=1.0, memory_mb=256, result_mb=1, queue_seconds=3.0)
    with start(dataset(), limits, prefixes={"ex": "http://example.org/"}) as running:
        yield running
