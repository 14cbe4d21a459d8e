"""The data of the query room's tests, as the caller hands it over."""

from __future__ import annotations

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
