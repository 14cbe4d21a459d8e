"""A process beside the server that looks for changed files and asks it to reload: `python -m twinld.serve.watching`.

A process of its own, because the server forks and must stay single-threaded. It looks once a second at names, sizes
and times; watchfiles would save that second and cost a dependency.
"""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

INTERVAL = 1.0  # seconds between two looks; a change counts when two looks see the same, so that no half file is read
FOLDERS = ("ontology", "shapes", "data", "sparql", "templates")
FILES = ("twinld.toml", "pyproject.toml")


def signature(roots: list[Path]) -> frozenset[tuple[str, int, int]]:
    """Return name, size and time of every file that the server reads below some folders, and of files named."""
    return frozenset((str(path), stat.st_size, stat.st_mtime_ns) for path, stat in _stats(roots))


def _stats(roots: list[Path]) -> Iterator[tuple[Path, os.stat_result]]:
    for root in roots:
        tops = [root / name for name in (*FOLDERS, *FILES)] if (root / "data").is_dir() else [root]
        for top in tops:
            for path in [top] if top.is_file() else top.rglob("*"):
                try:
                    yield path, path.stat()
                except OSError:
                    continue  # it was removed between the two calls: the next look sees that


def digest(roots: list[Path]) -> str:
    """Return the signature as a short text."""
    return hashlib.sha256(repr(sorted(signature(roots))).encode()).hexdigest()


def watch(server: int, known: str, roots: list[Path], *, interval: float = INTERVAL) -> None:
    """Send SIGHUP to a process whenever files changed and came to rest, until it is no longer this one's parent.

    `known` is the digest of what the process has read: a change before the first look counts as well.
    """
    before = known
    while os.getppid() == server:
        now = digest(roots)
        if now != known and now == before:
            known = now
            os.kill(server, signal.SIGHUP)
        before = now
        time.sleep(interval)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server; this process follows it
    watch(int(sys.argv[1]), sys.argv[2], [Path(name) for name in sys.argv[3:]])
