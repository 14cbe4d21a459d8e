"""Requests counted by all processes of a server, in memory that they share: by kind, status and duration.

Each process has a row of its own and writes nowhere else, so that one that is killed leaves nothing locked. The rows of
processes that ended are kept, and taken over by new ones, so that no count ever falls.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import tempfile
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROWS = 64  # processes at a time: those that serve, and while data are swapped those that end
KINDS = ("page", "data", "sparql", "query", "static", "dump", "operation")
STATUSES = (200, 204, 206, 303, 304, 400, 403, 404, 405, 406, 408, 410, 413, 415, 500, 503, 504, 0)  # 0: any other
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
PREFIXES = {"sparql": "sparql", "query": "query", "static": "static", "dumps": "dump", "health": "operation",
            "ready": "operation", "openapi.json": "query"}  # fmt: skip
CELLS = len(STATUSES) + len(BOUNDS) + 2  # of a kind: by status, by duration, longer ones, microseconds together
WIDTH = 1 + len(KINDS) * CELLS  # of a row: whose it is, then the kinds


class Board:
    """The rows of all processes. Made before they are forked."""

    def __init__(self) -> None:
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the server
        self.file.truncate(ROWS * WIDTH * 8)
        self.cells = memoryview(mmap.mmap(self.file.fileno(), ROWS * WIDTH * 8)).cast("Q")

    def claim(self) -> memoryview:
        """Return the row of this process: a free one, or that of a process that has ended."""
        fcntl.lockf(self.file, fcntl.LOCK_EX)
        try:
            starts = range(0, ROWS * WIDTH, WIDTH)
            start = next((at for at in starts if not _lives(self.cells[at])), starts[-1])
            self.cells[start] = os.getpid()
        finally:
            fcntl.lockf(self.file, fcntl.LOCK_UN)
        return self.cells[start + 1 : start + WIDTH]

    def total(self, cell: int) -> int:
        """Return the sum of a cell over all rows."""
        return sum(self.cells[cell + 1 :: WIDTH])


def _lives(pid: int) -> bool:
    try:
        return pid > 0 and os.getpgid(pid) >= 0
    except ProcessLookupError:
        return False


@dataclass(frozen=True, slots=True)
class Counted:
    """A WSGI application whose requests are counted."""

    app: WSGIApplication
    row: memoryview
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request and count it. Source: PEP 3333."""
        began = time.perf_counter()
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def listen(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:  # noqa: ANN401
            said.append((status, headers))
            return start_response(status, headers, *rest)

        answer = self.app(environ, listen)
        if said:
            self._count(_kind(environ["PATH_INFO"], said[-1][1]), said[-1][0], time.perf_counter() - began)
        return answer

    def _count(self, kind: int, status: str, seconds: float) -> None:
        number = int(status[:3])
        start = kind * CELLS
        times = start + len(STATUSES)
        with self._lock:
            self.row[start + STATUSES.index(number if number in STATUSES else 0)] += 1
            self.row[times + bisect_left(BOUNDS, seconds)] += 1
            self.row[times + len(BOUNDS) + 1] += int(seconds * 1e6)


def _kind(path: str, headers: list[tuple[str, str]]) -> int:
    """Return the number of the kind of a request: by its address, else by what was answered."""
    first = PREFIXES.get(path[1:].partition("/")[0])
    if first is None:
        media_type = next((value for name, value in headers if name == "Content-Type"), "")
        first = "page" if media_type.startswith("text/html") else "data"
    return KINDS.index(first)


def exposition(board: Board) -> str:
    """Return the counts in the text format of Prometheus."""
    return "".join(line + "\n" for line in _lines(board))


def _lines(board: Board) -> Iterator[str]:
    yield "# HELP twinld_http_requests_total Requests by kind and status."
    yield "# TYPE twinld_http_requests_total counter"
    for number, kind in enumerate(KINDS):
        for place, status in enumerate(STATUSES):
            if count := board.total(number * CELLS + place):
                yield f'twinld_http_requests_total{{kind="{kind}",status="{status or "other"}"}} {count}'
    yield "# HELP twinld_http_request_seconds Seconds until the answer was whole, by kind."
    yield "# TYPE twinld_http_request_seconds histogram"
    for number, kind in enumerate(KINDS):
        yield from _histogram(board, kind, number * CELLS + len(STATUSES))


def _histogram(board: Board, kind: str, start: int) -> Iterator[str]:
    name, count = "twinld_http_request_seconds", 0
    for place, bound in enumerate((*BOUNDS, "+Inf")):
        count += board.total(start + place)
        yield f'{name}_bucket{{kind="{kind}",le="{bound}"}} {count}'
    yield f'{name}_sum{{kind="{kind}"}} {board.total(start + len(BOUNDS) + 1) / 1e6}'
    yield f'{name}_count{{kind="{kind}"}} {count}'
