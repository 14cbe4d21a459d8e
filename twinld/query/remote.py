"""The endpoint in front of a store elsewhere: what may be asked and how long is decided here, the store computes.

Nothing goes to the store but queries of SPARQL 1.1, checked token by token against the grammar: a store may
understand more than that (Virtuoso reads files by a function). Its answers are parsed and written by our own writers,
whole or not at all. Nothing foreign is parsed by an engine in this process.
"""

from __future__ import annotations

import json
import re
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import IO, Any

from twinld.query.endpoint import Endpoint, Rows
from twinld.query.engine import KINDS, Job, check_text, chosen_format
from twinld.query.errors import (
    QueryBusy,
    QueryError,
    QueryRefused,
    QueryTimeout,
    QueryTooComplex,
    QueryTooLarge,
    QueryUnavailable,
    QueryUnsupported,
)
from twinld.query.grammar import LARGEST, misfit, misfit_error
from twinld.query.graphs import GRAPH_MEDIA_TYPES, write_graph
from twinld.query.limits import MEGABYTE, Limits
from twinld.query.memory import Memory
from twinld.query.results import RESULT_FORMATS, Bounded, write_results
from twinld.query.tokens import Outline, Token, outline, tokens, wrong
from twinld.rdf.iri import is_absolute, resolve
from twinld.stores.answers import truth_of
from twinld.stores.client import Store
from twinld.stores.connections import Reply, Spool
from twinld.stores.errors import StoreAwayError, StoreError, StoreTimeoutError, StoreTooMuchError
from twinld.stores.kinds import PLAIN, Kind
from twinld.stores.lookups import Scope
from twinld.stores.reader import seconds_left

IN_MEMORY = 1 << 20  # bytes of an answer before it goes to a file
RAW = 3  # an answer as a store sends it may be so many times as long as it is here
GRAPH_BYTES = 8 << 20  # of N-Triples, which are all in memory while they are written: about 60 MB
RESULTS, GRAPH = "application/sparql-results+json", "application/n-triples"
KEPT_CELLS = 30_000  # of answers to canned queries, about 5 MB
KNOWN_GOOD = 500  # queries that were checked
SAID = 300  # characters of a store's own words
OWN_OF_STORES = ("bif:", "sql:")
ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass
class Lane:
    """So many queries of a kind at a time, and so many that wait for a place."""

    places: int
    queue: int
    running: int = 0
    waiting: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def place(self, seconds: float) -> Iterator[None]:
        """Hold a place for the block. Raises QueryBusy where none is free in so many seconds."""
        with self.changed:
            if self.running >= self.places and self.waiting >= self.queue:
                raise _busy()
            self.waiting += 1
            try:
                if not self.changed.wait_for(lambda: self.running < self.places, seconds):
                    raise _busy()
                self.running += 1
            finally:
                self.waiting -= 1
        try:
            yield
        finally:
            with self.changed:
                self.running -= 1
                self.changed.notify()


def _busy() -> QueryBusy:
    return QueryBusy("too many queries are waiting", hint=f"Try again in {QueryBusy.retry_after} seconds.")


@dataclass(frozen=True)
class Remote:
    """A store for queries, shared by the endpoints that follow one another in a process."""

    store: Store
    scope: Scope
    limits: Limits
    prefixes: Mapping[str, str]
    foreign: Lane
    trusted: Lane
    counts: Counter[str] = field(default_factory=Counter)
    good: dict[str, None] = field(default_factory=dict)
    large: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def one_large(self, spool: Spool, seconds: float) -> Iterator[None]:
        """Be alone for the block with an answer that takes much memory. Raises QueryBusy where others take too long."""
        if spool.file.tell() <= IN_MEMORY:
            yield
            return
        if not self.large.acquire(timeout=seconds):
            raise _busy()
        try:
            yield
        finally:
            self.large.release()

    @classmethod
    def of(cls, store: Store, scope: Scope, limits: Limits, prefixes: Mapping[str, str]) -> Remote:
        """Return a store with the places that the limits give."""
        long = limits.workers + limits.quick
        return cls(store, scope, limits, prefixes, Lane(long, limits.queue), Lane(4 * limits.reserved, limits.queue))


class RemoteEndpoint(Endpoint):
    """An endpoint whose queries a store answers; all else is as with any other, and so it inherits."""

    kept_bytes = 4 << 20

    def __init__(self, remote: Remote) -> None:
        self.limits = remote.limits
        self._remote = remote
        self._rows: Memory[Rows] = Memory(KEPT_CELLS, lambda rows: rows.cells)

    @property
    def process_id(self) -> int:
        """There is no process."""
        return 0

    @property
    def is_lost(self) -> bool:
        """A store may come back at any time."""
        return False

    def close(self) -> None:
        """Close the connections."""
        self._remote.store.close()

    def release(self) -> None:
        """Nothing is held that another endpoint on the same store would not need."""

    def statistics(self) -> dict[str, Any]:
        """Return the counters: places taken, who waits, outcomes."""
        lanes = {
            name: {"running": lane.running, "waiting": lane.waiting, "places": lane.places}
            for name, lane in (("long", self._remote.foreign), ("reserved", self._remote.trusted))
        }
        return {"lanes": lanes, "idle": 0, "workers": [], "counts": dict(self._remote.counts)}

    def _ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        try:
            found = _answered(self._remote, request)
        except QueryError as error:
            self._remote.counts[error.problem] += 1
            raise
        self._remote.counts["answered"] += 1
        return found


def _answered(remote: Remote, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    job, limits = Job.from_meta(request), remote.limits
    check_text(job.query, limits)
    seen = outline(job.query, nesting=limits.nesting, prefixes=remote.prefixes)
    format_name = chosen_format(seen.form, job)
    _check_grammar(remote, job.query, seen)
    fields = [("query", _based(job)), *_dataset(remote.scope, seen, job)]
    seconds = min(limits.timeout, request.get("timeout") or limits.timeout)
    lane = remote.trusted if request.get("trusted") else remote.foreign
    patience = min(limits.queue_seconds, _left(seconds))
    with lane.place(patience), tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        spool = Spool(file, GRAPH_BYTES if KINDS[seen.form] == "graph" else RAW * limits.result_mb * MEGABYTE)
        kind = remote.store.kind
        if kind is not None and kind.cuts_graphs and seen.form == "CONSTRUCT":
            probe = [("query", _based(replace(job, query=_rows_of(job.query)))), *fields[1:]]
            _refuse_cut(kind, _sent(remote.store, probe, "SELECT", spool, seconds))
        reply = _sent(remote.store, fields, seen.form, spool, seconds)
        return _written(remote, job, seen, format_name, reply, spool)


def _check_grammar(remote: Remote, query: str, seen: Outline) -> None:
    """Refuse what is not SPARQL 1.1, and names that mean more to a store than to anybody else."""
    if query in remote.good:
        return
    found = list(tokens(query))
    if len(found) > LARGEST:
        raise QueryTooComplex(f"the query has more than {LARGEST} words and signs", hint="Send a shorter one.")
    if any(token.kind == "mark" for token in found):
        raise QueryUnsupported("triple terms are not passed on to the store", hint="Write SPARQL 1.1.")
    misplaced = misfit(query)
    if misplaced is not None:
        raise misfit_error(query, misplaced)
    _check_names(query, found, seen)
    remote.good[query] = None
    while len(remote.good) > KNOWN_GOOD:
        remote.good.pop(next(iter(remote.good)), None)


def _check_names(query: str, found: Sequence[Token], seen: Outline) -> None:
    """Refuse what Virtuoso takes for functions of its own, which read files and run SQL."""
    for token in found:
        if token.kind in ("iri", "name") and _absolute(seen, token, None).lower().startswith(OWN_OF_STORES):
            raise wrong(query, token.at, f"{token.text} is no function of SPARQL", "Use those of the standard.")


def _iri(seen: Outline, token: Token) -> str:
    if token.kind == "iri":
        return ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), token.text[1:-1])
    prefix, _, local = token.text.partition(":")
    return seen.prefixes.get(prefix, "") + local


def _based(job: Job) -> str:
    """Return the query with the base that relative IRIs have here; the query's own comes after it."""
    return f"BASE <{job.base}>\n{job.query}" if job.base else job.query


def _dataset(scope: Scope, seen: Outline, job: Job) -> list[tuple[str, str]]:
    """Return the fields that say which graphs are asked; every one must be the project's.

    Source: https://www.w3.org/TR/sparql11-protocol/#dataset
    """
    if job.default_graphs or job.named_graphs:
        for iri in (*job.default_graphs, *job.named_graphs):
            _check_graph(scope, iri)
        return _fields(job.default_graphs, job.named_graphs)
    if seen.graphs:
        for token in seen.graphs:
            _check_graph(scope, _absolute(seen, token, job.base), job.query, token)
        return []
    if scope.graphs is None:
        return []
    return _fields([key[1:-1] for key in sorted(scope.default)], [key[1:-1] for key in sorted(scope.asked)])


def _fields(default: Sequence[str], named: Sequence[str]) -> list[tuple[str, str]]:
    return [*(("default-graph-uri", iri) for iri in default), *(("named-graph-uri", iri) for iri in named)]


def _absolute(seen: Outline, token: Token, base: str | None) -> str:
    iri = _iri(seen, token)
    for each in (seen.base, base):
        if not is_absolute(iri) and each is not None:
            iri = resolve(each, iri)
    return iri


def _check_graph(scope: Scope, iri: str, query: str = "", token: Token | None = None) -> None:
    if f"<{iri}>" in scope.asked:
        return
    place = wrong(query, token.at, "") if token else None
    raise QueryRefused(
        f"<{iri}> is no graph of this dataset, and nothing is fetched",
        hint="SELECT DISTINCT ?g { GRAPH ?g {} } lists the graphs.",
        line=place.line if place else None,
        column=place.column if place else None,
    )


def _sent(store: Store, fields: Sequence[tuple[str, str]], form: str, spool: Spool, seconds: float) -> Reply:
    accept = GRAPH if KINDS[form] == "graph" else RESULTS
    seconds = _left(seconds)
    try:
        reply = store.answer(fields, accept, spool, seconds=seconds)
    except StoreAwayError as error:
        raise _away(error) from None
    except StoreTimeoutError:
        raise _late(seconds) from None
    except StoreTooMuchError:
        raise QueryTooLarge(
            "the store's answer is longer than the endpoint sends", hint="Ask for less with LIMIT or fewer columns."
        ) from None
    if 200 <= reply.status < 300:
        return reply
    raise _refusal(store, reply, seconds)


def _left(seconds: float) -> float:
    """Return how long a query may take: the request that brings it may have waited already."""
    try:
        return min(seconds, seconds_left(seconds))
    except StoreTimeoutError:
        raise _late(seconds) from None


def _away(error: StoreError) -> QueryUnavailable:
    away = QueryUnavailable("the store that holds the data does not answer", hint="Try again in a moment.")
    away.retry_after = error.retry_after or away.retry_after
    return away


def _late(seconds: float) -> QueryTimeout:
    return QueryTimeout(
        f"the query was given up after {seconds:.2g} seconds",
        hint="Ask for less: add LIMIT, name properties and classes, join patterns by shared variables.",
    )


def _refusal(store: Store, reply: Reply, seconds: float) -> QueryError:
    """Return the error for what a store answers instead of a result."""
    said = (store.kind or PLAIN).said(reply.content)[:SAID]
    if reply.status in (408, 504) or (store.kind is not None and store.kind.says_late(said)):
        return _late(seconds)
    if reply.status in (502, 503):
        return _away(StoreAwayError(said))
    if reply.status in (401, 403):
        return QueryUnavailable("the store wants other credentials", hint="Whoever runs this server can set them.")
    if reply.status in (400, 500):
        return QueryUnsupported(f"the store does not answer this query: {said}", hint="Write it in another way.")
    return QueryUnavailable(f"the store answers {reply.status}", hint="Try again in a moment.")


def _refuse_cut(kind: Kind, reply: Reply) -> None:
    """Refuse an answer that the store has cut: one that is not whole is none."""
    most = kind.cut(reply.headers)
    if most is not None:
        raise QueryTooLarge(
            f"the answer has more than {most} rows, and the store cuts it there", hint="Ask for fewer with LIMIT."
        )


def _rows_of(construct: str) -> str:
    """Return a SELECT with the rows that a CONSTRUCT makes its triples of.

    >>> _rows_of("CONSTRUCT { ?s a <urn:x> } WHERE { ?s a ?c } LIMIT 3")
    'SELECT (1 AS ?one)  WHERE { ?s a ?c } LIMIT 3'
    """
    found = list(tokens(construct))
    at = next(place for place, token in enumerate(found) if token.text.upper() == "CONSTRUCT")
    end = at
    if found[at + 1].text == "{":  # a template has no braces within
        end = next(place for place in range(at, len(found)) if found[place].text == "}")
    last = found[end]
    return f"{construct[: found[at].at]}SELECT (1 AS ?one) {construct[last.at + len(last.text) :]}"


def _written(
    remote: Remote, job: Job, seen: Outline, format_name: str, reply: Reply, spool: Spool
) -> tuple[dict[str, Any], bytes]:
    """Return what was asked in the format that was asked for, from the answer of the store."""
    if remote.store.kind is not None:
        _refuse_cut(remote.store.kind, reply)
    with (
        remote.one_large(spool, seconds_left(remote.limits.timeout)),
        tempfile.SpooledTemporaryFile(IN_MEMORY) as target,
    ):
        sink = Bounded(target, remote.limits.result_mb * MEGABYTE)
        try:
            variables = _converted(remote, seen, format_name, spool, sink)
        except (SyntaxError, StoreError) as error:
            raise QueryUnavailable(f"the store's answer cannot be read: {error}", hint="Try again.") from None
        target.seek(0)
        body = target.read()
    media_types = GRAPH_MEDIA_TYPES | {f.name: f.media_types[0] for f in RESULT_FORMATS}
    meta = {"kind": KINDS[seen.form], "media_type": media_types.get(format_name, "application/json")}
    return meta | {"variables": variables}, body


def _converted(remote: Remote, seen: Outline, format_name: str, spool: Spool, sink: Bounded) -> tuple[str, ...]:
    """Write the store's answer to a sink and return the variables of a SELECT. Raises `SyntaxError`, `StoreError`."""
    import pyoxigraph as ox

    content = _mended(remote.store.kind, spool.file)
    if KINDS[seen.form] == "graph":
        known = {**remote.prefixes, **{name: iri for name, iri in seen.prefixes.items() if ":" in iri}}
        write_graph(ox.parse(content, format=ox.RdfFormat.N_TRIPLES), format_name, sink, known)
        return ()
    if seen.form == "ASK":
        variable = None if remote.store.kind is None else remote.store.kind.ask_variable
        said = json.dumps({"head": {}, "boolean": truth_of(content.read(), remote.store.addresses.query, variable)})
        write_results(_parsed(said.encode()), format_name, sink)
        return ()
    answer = _parsed(content)
    assert isinstance(answer, ox.QuerySolutions)
    write_results(answer, format_name, sink)
    return tuple(variable.value for variable in answer.variables)


def _mended(kind: Kind | None, file: IO[bytes]) -> IO[bytes]:
    """Return an answer as it should be, line by line: the store writes each row or triple in a line of its own."""
    file.seek(0)
    if kind is None or not kind.mended:
        return file
    better = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - who reads it lets it go
    better.writelines(map(kind.mend, file))
    better.seek(0)
    return better


def _parsed(content: bytes | IO[bytes]) -> Any:  # noqa: ANN401 - solutions or a boolean, as the caller knows
    import pyoxigraph as ox

    return ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
