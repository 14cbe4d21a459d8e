"""The caller's side: start the supervisor, hand it the data, ask it. Safe for threads and forks."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twinld.query import wire
from twinld.query.errors import NotExpressible, QueryTooComplex, QueryUnavailable, error_of
from twinld.query.graphs import graph_format
from twinld.query.limits import Limits
from twinld.query.memory import Memory
from twinld.query.results import ROWS, result_format
from twinld.query.standby import ended

GRACE = 5.0  # seconds beyond queue and deadline before the supervisor itself is taken for lost
STOP_SECONDS = 5.0
ATTEMPTS = 3  # a query is asked again when the supervisor was killed under it
CACHED_CELLS = 200_000  # about 30 MB of short terms


@dataclass(frozen=True)
class Answer:
    """An answer, whole: its kind ('boolean', 'solutions' or 'graph'), media type and bytes."""

    kind: str
    media_type: str
    body: bytes
    variables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rows:
    """The rows of a SELECT as term keys (`<iri>`, `_:b`, `"text"@en`), `None` for unbound."""

    variables: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]

    @property
    def cells(self) -> int:
        """How much room they take: rows by columns, and a row for the names."""
        return (len(self.rows) + 1) * (len(self.variables) + 1)


def start(
    nquads: Iterable[bytes],
    limits: Limits | None = None,
    *,
    prefixes: Mapping[str, str] | None = None,
    store: Path | None = None,
) -> Endpoint:
    """Return an endpoint on a dataset, given as chunks of N-Quads, once it is loaded.

    Quads without a graph are the default graph, as it is to be queried; blank node labels are kept.
    `prefixes` serve hints and the Turtle of graphs. The supervisor is a process of its own, started not
    forked, and ends with the last process that holds the endpoint. Raises QueryUnavailable where it cannot
    start or the data is malformed.
    """
    directory = Path(tempfile.mkdtemp(prefix="twinld-query-"))
    held, lifeline = os.pipe()
    settings = {"limits": json.loads((limits or Limits()).to_json()), "prefixes": dict(prefixes or {})}
    settings["store"] = str(store.resolve()) if store else None
    command = [sys.executable, "-P", "-m", "twinld.query.supervisor", str(directory / "socket"), str(held)]
    process = subprocess.Popen(
        [*command, json.dumps(settings)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=[held],
        env=_environment(),
        process_group=0,  # its own, with its standby: both can be ended by it
    )
    os.close(held)
    endpoint = Endpoint(directory, limits or Limits(), process, lifeline)
    try:
        _load(process, nquads if store is None else ())
    except BaseException:
        endpoint.close()
        raise
    return endpoint


def _environment() -> dict[str, str]:
    """Return this process's environment with the package found and the engine's backtraces off."""
    package = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(part for part in (package, os.environ.get("PYTHONPATH")) if part)
    return {**os.environ, "PYTHONPATH": path, "RUST_BACKTRACE": "0", "PYTHONDONTWRITEBYTECODE": "1"}


def _load(process: subprocess.Popen[bytes], nquads: Iterable[bytes]) -> None:
    assert process.stdin is not None and process.stdout is not None
    with contextlib.suppress(BrokenPipeError):
        for chunk in nquads:
            process.stdin.write(chunk)
        process.stdin.close()
    said = process.stdout.readline()
    if said != b"ready\n":
        message = said.decode("utf-8", "replace").strip() or "the query process ended while it started"
        raise QueryUnavailable(message, hint="Look at its messages on standard error.")


class Endpoint:
    """A running supervisor. `run` and `select` may be called from any thread, and from its forks."""

    kept_bytes = 32 << 20  # of answers that may be kept for it, which is to say for a version of the data

    def __init__(self, directory: Path, limits: Limits, process: subprocess.Popen[bytes], lifeline: int) -> None:
        self.limits = limits
        self._address = str(directory / "socket")
        self._process = process
        self._free: list[socket.socket] = []
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._rows: Memory[Rows] = Memory(CACHED_CELLS, lambda rows: rows.cells)
        self._lifeline = [lifeline]
        self._finish = weakref.finalize(self, _stop, process, self._lifeline, directory, os.getpid())

    def run(  # noqa: PLR0913 - the fields of the protocol, by name
        self,
        query: str,
        *,
        results: str | None = "json",
        graphs: str | None = "turtle",
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        timeout: float | None = None,
        base: str | None = None,
        trusted: bool = False,
        client: str = "",
    ) -> Answer:
        """Return the answer to a query in the format asked for, by name or media type.

        `results` is for SELECT and ASK, `graphs` for CONSTRUCT and DESCRIBE; an RDF format in `results` is for both;
        `None` means that the caller takes no such answer. A smaller `timeout` than the limit is kept, a larger one
        is not. Trusted queries have places of their own; others take turns with those of other clients, whatever
        names those. Raises the children of QueryError.
        """
        request = {
            "query": query,
            "results": _result_name(results),
            "graphs": _graph_name(results, graphs),
            "default_graphs": list(default_graphs),
            "named_graphs": list(named_graphs),
            "timeout": timeout,
            "base": base,
            "trusted": trusted,
            "client": client,
        }
        meta, body = self._ask(request)
        return Answer(meta["kind"], meta["media_type"], body, tuple(meta["variables"]))

    def select(
        self, query: str, *, timeout: float | None = None, base: str | None = None, trusted: bool = True
    ) -> Rows:
        """Return the rows of a SELECT as tuples of term keys; raises the children of QueryError."""
        request = {
            "query": query,
            "results": ROWS,
            "graphs": None,
            "timeout": timeout,
            "base": base,
            "trusted": trusted,
        }
        meta, body = self._ask(request)
        if meta["kind"] != "solutions":
            raise NotExpressible("this query is no SELECT", hint="Use run for ASK, CONSTRUCT and DESCRIBE.")
        return Rows(tuple(meta["variables"]), tuple(map(tuple, json.loads(body))))

    def cached_select(self, query: str, *, base: str | None = None) -> Rows:
        """Return the rows of a trusted SELECT, from memory where it was asked before.

        The data of an endpoint never change (new data have a new endpoint), so what was true stays true. At most
        `CACHED_CELLS` cells are kept, the longest unused go first.
        """
        return self._rows.get((query, base), lambda: self.select(query, base=base))

    def statistics(self) -> dict[str, Any]:
        """Return the supervisor's counters: places taken, queues, outcomes, forks."""
        return self._ask({"op": "statistics"})[0]

    @property
    def process_id(self) -> int:
        """The process id of the supervisor that serves now."""
        return int(self.statistics()["serving"])

    @property
    def is_lost(self) -> bool:
        """Whether the supervisor and its standby have both ended: nobody will answer again."""
        return _has_ended(self._process, 0)

    def close(self) -> None:
        """End the supervisor and its workers and remove its socket; harmless when done before."""
        for sock in self._free:
            sock.close()
        self._free.clear()
        self._finish()

    def release(self) -> None:
        """Let go of the supervisor without ending it: it ends with the last fork that still holds this endpoint.

        For the process that started it, when new data take its place. `close` still cleans up afterwards.
        """
        while self._lifeline:
            os.close(self._lifeline.pop())

    def __enter__(self) -> Endpoint:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        if len(request.get("query", "")) > self.limits.query_bytes:
            raise QueryTooComplex(
                f"the query is longer than {self.limits.query_bytes >> 10} KB", hint="Send a shorter one."
            )
        frame, file = self._exchange(wire.encode(wire.REQUEST, request))
        if frame.kind == wire.FAILED:
            raise error_of(frame.meta)
        body = wire.read_file(file, frame.meta["size"]) if file is not None else frame.body
        return frame.meta, body

    def _exchange(self, data: bytes) -> tuple[wire.Frame, int | None]:
        """Return what the supervisor answers. If it is killed its standby is asked: queries change nothing."""
        for _ in range(ATTEMPTS):
            sock = self._connection()
            try:
                sock.sendall(data)
                message = wire.receive(sock)
            except ConnectionError:
                message = None
            except BaseException as error:
                sock.close()  # an answer that comes later must not meet the next question
                if isinstance(error, OSError):
                    raise QueryUnavailable(f"the query process does not answer: {error}") from error
                raise
            if message is not None:
                self._free.append(sock)
                return message
            sock.close()
            self._forget_connections()
        raise QueryUnavailable("the query process went away", hint="Try again in a moment.")

    def _forget_connections(self) -> None:
        """Close the idle connections: they led to the process that is no more."""
        with self._lock:
            dead, self._free = self._free, []
        for sock in dead:
            sock.close()

    def _connection(self) -> socket.socket:
        """Return an idle connection of this process, or a new one."""
        with self._lock:
            if self._owner != os.getpid():
                self._free, self._owner = [], os.getpid()  # those belong to the process we were forked from
            if self._free:
                return self._free.pop()
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.settimeout(self.limits.queue_seconds + self.limits.timeout + GRACE)
        try:
            sock.connect(self._address)
        except OSError as error:
            sock.close()
            raise QueryUnavailable(f"the query process is not there: {error}", hint="Try again in a moment.") from error
        return sock


def _result_name(wanted: str | None) -> str | None:
    if wanted is None:
        return None
    known = result_format(wanted)
    if known is None and graph_format(wanted) is None:
        raise NotExpressible(f"{wanted} is no format of results", hint="Write json, xml, csv or tsv.")
    return known.name if known else None


def _graph_name(results: str | None, wanted: str | None) -> str | None:
    if results is not None and result_format(results) is None:
        return graph_format(results)
    if wanted is not None and graph_format(wanted) is None:
        raise NotExpressible(f"{wanted} is no format of graphs", hint="Write turtle, jsonld, rdfxml or ntriples.")
    return graph_format(wanted) if wanted is not None else None


def _stop(process: subprocess.Popen[bytes], lifeline: list[int], directory: Path, owner: int) -> None:
    """Let go of the supervisor; it ends by itself when its lifeline closes, and is killed if it does not."""
    if os.getpid() != owner:
        return  # a fork of the caller: the endpoint is not its to end
    while lifeline:
        os.close(lifeline.pop())
    if not _has_ended(process, STOP_SECONDS):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            with contextlib.suppress(OSError):
                stream.close()
    shutil.rmtree(directory, ignore_errors=True)


def _has_ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Tell whether the supervisor and its standby end within some time: then nobody holds their standard output."""
    stream = process.stdout
    return stream is None or stream.closed or bool(ended(stream.fileno(), seconds=seconds))
