"""Writes copies of `data/cities.ttl` beside it, each a file with cities and a graph of its own, to try a size.

    python copies.py 86

Then the project has 87 worlds, six million triples. In each copy city Q100 is `copy-001/city/Q100` and so on; its
twins are those of the same copy. A second run with a smaller number removes the rest.
"""

from __future__ import annotations

import sys
from pathlib import Path

BASE = "https://example.org/world/"
DATA = Path("data")


def main(number: int) -> None:
    """Write so many copies, and remove those of an earlier run."""
    for old in DATA.glob("copy-*.ttl"):
        old.unlink()
    for each in range(1, number + 1):
        with (DATA / "cities.ttl").open(encoding="utf-8") as lines, path(each).open("w", encoding="utf-8") as copy:
            copy.writelines(renamed(line, path(each).stem) for line in lines)


def path(number: int) -> Path:
    """Return the file of a copy."""
    return DATA / f"copy-{number:03}.ttl"


def renamed(line: str, copy: str) -> str:
    """Return a line of the copy: the cities are named by a prefix, so only its own line and the graph's differ."""
    if line.startswith("@prefix city:"):
        return f"@prefix city: <{BASE}{copy}/city/> .\n"
    return line.replace(f"<{BASE}graph/data/cities>", f"<{BASE}graph/data/{copy}>")


if __name__ == "__main__":
    main(int(sys.argv[1]))
