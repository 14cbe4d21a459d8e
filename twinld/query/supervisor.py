"""The supervisor: a process with one thread that holds the data, forks workers and keeps their time.

`python -m twinld.query.supervisor SOCKET LIFELINE SETTINGS` reads N-Quads from standard input until its end,
says `ready` on standard output and serves the Unix socket until the pipe LIFELINE closes. It parses no query.
A second process stands by with the same data (standby.py); standard output closes when both have ended.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import selectors
import shutil
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from twinld.query import pool, sandbox, store, wire, worker
from twinld.query.channel import Channel
from twinld.query.errors import QueryBusy, QueryError, QueryTimeout, QueryTooComplex, error_fields
from twinld.query.lanes import LEAST_QUANTUM, Lane, Lanes, Query, lanes_for, quantum
from twinld.query.limits import Limits
from twinld.query.pool import Life, Worker
from twinld.query.standby import Standby, serve_always

BACKLOG = 128
SPARE_WORKERS = 3  # idle workers, so that a fork is seldom waited for; each costs its page tables
RUINOUS = ("query-timeout", "query-memory")
REMEMBERED = 1000  # queries that are known to reach a limit
STILLBORN = 10
PATIENCE = 5  # quanta that a quick query may take on a busy machine, whatever it has computed
LOSSES = 3  # a query whose worker was killed from outside runs again


class Supervisor:
    """The loop over sockets and clocks."""

    def __init__(self, listener: socket.socket, lifeline: int, limits: Limits, life: Life) -> None:
        self.limits, self.life = limits, life
        self.listener = listener
        self.selector = selectors.DefaultSelector()
        self.lanes: Lanes = lanes_for(limits)
        self.idle: list[Worker] = []
        self.dying: list[int] = []
        self.counts: Counter[str] = Counter()
        self.stillborn = 0
        self.ruinous: dict[str, None] = {}
        self.alive = True
        listener.setblocking(False)
        self.selector.register(listener, selectors.EVENT_READ, self._accept)
        self.selector.register(lifeline, selectors.EVENT_READ, self._let_go)

    def run(self) -> None:
        """Serve until the lifeline closes, then end all workers. Raises StandBy in the process that stands by."""
        self._find_standby()
        self._refill()
        while self.alive:
            for key, mask in self.selector.select(self._patience()):
                key.data(mask)
            self._keep_time(time.monotonic())
            self._dispatch()
            self._bury()
            self._refill()
        for each in self._workers():
            pool.end(each)
            self.dying.append(each.pid)
        for pid in self.dying:
            pool.ended_by(pid)
        self.standby.bury()  # the lifeline ends it, too

    def _let_go(self, mask: int) -> None:
        self.alive = False

    def _find_standby(self) -> None:
        self.standby = Standby()
        self.selector.register(self.standby.line, selectors.EVENT_READ, self._lost_standby)

    def _lost_standby(self, mask: int) -> None:
        self.selector.unregister(self.standby.line)
        self.standby.bury()
        self.counts["standby processes lost"] += 1
        if self.alive:
            self._find_standby()

    def _patience(self) -> float | None:
        """Return the seconds until the next clock rings."""
        bells = [busy.until for lane in self.lanes for busy in lane.running]
        bells += [query.give_up for lane in self.lanes for query in lane.queue]
        if self.dying:
            bells.append(time.monotonic() + 0.05)
        return max(0.0, min(bells) - time.monotonic()) if bells else None

    # Callers

    def _accept(self, mask: int) -> None:
        try:
            sock = self.listener.accept()[0]
        except OSError:
            return
        channel: Channel
        channel = Channel(
            sock, self.selector, lambda frame: self._submit(channel, frame), lambda: self._forget(channel)
        )

    def _submit(self, client: Channel, frame: bytes) -> None:
        """Queue a query, or say at once that there is no room."""
        meta = wire.decode(frame).meta
        if meta.get("op") == "statistics":
            client.send(wire.encode(wire.INLINE, self.statistics()))
            return
        now = time.monotonic()
        timeout = min(self.limits.timeout, meta.get("timeout") or self.limits.timeout)
        give_up = now + self.limits.queue_seconds
        query = Query(client, frame, meta, now, timeout, give_up, who=meta.get("client", ""))
        known = self.lanes.long if query.digest in self.ruinous else self.lanes.quick
        self._queue(query, self.lanes.reserved if meta.get("trusted") else known)

    def _queue(self, query: Query, lane: Lane) -> None:
        """Let a query wait for a place; where too many do, one is told so at once."""
        crowded_out = lane.put(query)
        if crowded_out:
            self._fail(crowded_out, busy(self.limits))

    def _forget(self, client: Channel) -> None:
        """Drop the queries of a caller that went away."""
        for lane in self.lanes:
            for query in [query for query in lane.queue if query.client is client]:
                lane.queue.remove(query)
            for each in [each for each in lane.running if each.query and each.query.client is client]:
                self._end(each)
                self.counts["abandoned"] += 1

    def statistics(self) -> dict[str, Any]:
        """Return counters and the state of the lanes, plain values."""
        lanes = {
            lane.name: {"running": len(lane.running), "waiting": len(lane.queue), "places": lane.places}
            for lane in self.lanes
        }
        workers = [each.pid for each in self._workers()]
        processes = {"serving": os.getpid(), "standby": self.standby.pid, "workers": workers}
        return {"lanes": lanes, "idle": len(self.idle), **processes, "counts": dict(self.counts)}

    def _workers(self) -> list[Worker]:
        return [*self.idle, *(busy_one for lane in self.lanes for busy_one in lane.running)]

    # Workers

    def _refill(self) -> None:
        """Keep enough idle workers for the free quick and reserved places."""
        # workers that end before they answer anything point to a fault that forking faster does not mend
        while self.alive and len(self.idle) < SPARE_WORKERS and self.stillborn < STILLBORN:
            self.idle.append(self._fork())

    def _fork(self) -> Worker:
        new, sock = pool.fork_worker(self.limits, self.life)
        new.channel = Channel(sock, self.selector, lambda frame: self._answered(new, frame), lambda: self._lost(new))
        self.counts["forks"] += 1
        return new

    def _dispatch(self) -> None:
        """Give free places to those who wait, the most urgent lane first."""
        self._share_long()
        for lane in self.lanes:
            while lane.queue and lane.has_place:
                query = lane.take_next()
                # who lost a worker gets a new one: the idle ones may have been killed together
                fresh = query.losses > 0 or not self.idle
                self._give(self._fork() if fresh else self.idle.pop(), query, lane)

    def _share_long(self) -> None:
        """Take a long place from a client with several for one that waits without any; its query waits again."""
        youngest = self.lanes.long.overtaken() if self.lanes.long.queue else None
        if youngest and youngest.query:
            self._start_over_later(youngest, youngest.query)

    def _give(self, free: Worker, query: Query, lane: Lane) -> None:
        free.query, free.lane, free.started = query, lane, time.monotonic()
        free.until = free.started + min(query.timeout, self._allowed(lane))
        lane.running.add(free)
        if lane is self.lanes.long:
            pool.lower_priority(free)
        free.cpu = pool.cpu_seconds(free.pid) or 0.0
        assert free.channel is not None
        free.channel.send(query.frame)

    def _allowed(self, lane: Lane) -> float:
        """Return the seconds of a place in a lane."""
        if lane is self.lanes.quick:
            return quantum(self.limits, len(lane.queue))
        return self.limits.reserved_seconds if lane is self.lanes.reserved else self.limits.timeout

    def _answered(self, busy_one: Worker, frame: bytes) -> None:
        """Pass an answer on and take the worker back, or let it go."""
        query, lane, kind = busy_one.query, busy_one.lane, frame[0]
        self.stillborn = 0
        if query is None or lane is None:
            return
        lane.running.discard(busy_one)
        plain = bytes([kind & ~wire.RETIRING]) + frame[1:]
        in_file = plain[0] == wire.IN_FILE
        query.client.send(plain, busy_one.file if in_file else None)
        self._note(query, "failed" if plain[0] == wire.FAILED else "answered")
        busy_one.query = busy_one.lane = None
        if kind & wire.RETIRING or lane is self.lanes.long or self._has_plenty():
            self._retire(busy_one)
            if not in_file:  # else the caller's channel closes it when it is on its way
                busy_one.file.close()
        else:
            self.idle.append(busy_one)

    def _has_plenty(self) -> bool:
        """Tell whether one more idle worker is of no use: all places could be taken at once, and some to spare."""
        return len(self.idle) >= self.lanes.quick.places + self.lanes.reserved.places + SPARE_WORKERS

    def _retire(self, old: Worker) -> None:
        """Let a worker end by itself: it has answered and finds its socket closed."""
        if old.channel:
            old.channel.close()
        self.dying.append(old.pid)

    def _lost(self, gone: Worker) -> None:
        """A worker ended without an answer: find out why and answer for it."""
        gone.file.close()
        number = pool.ended_by(gone.pid)
        query, lane = gone.query, gone.lane
        if query is None or lane is None:
            if gone in self.idle:
                self.idle.remove(gone)
            self.stillborn += number == 0
            return
        lane.running.discard(gone)
        self.counts[f"workers ended by signal {number}"] += 1
        query.losses += 1
        if number == signal.SIGKILL and query.losses < LOSSES:
            lane.queue.appendleft(query)  # not our doing; queries change nothing, so it may run again
        else:
            self._fail(query, reason_of(number, self.limits))

    def _end(self, busy_one: Worker) -> None:
        """Kill a worker and take it off its place."""
        if busy_one.lane:
            busy_one.lane.running.discard(busy_one)
        pool.end(busy_one)
        self.dying.append(busy_one.pid)

    def _bury(self) -> None:
        """Collect ended children without waiting for those still ending."""
        self.dying = [pid for pid in self.dying if os.waitpid(pid, os.WNOHANG)[0] == 0]

    # Time

    def _keep_time(self, now: float) -> None:
        for lane in self.lanes:
            for each in [each for each in lane.running if each.until <= now]:
                self._time_is_over(each, now)
            for query in lane.take_overdue(now):
                self._fail(query, busy(self.limits))

    def _time_is_over(self, late: Worker, now: float) -> None:
        query, lane = late.query, late.lane
        assert query is not None
        if lane is self.lanes.long or now - late.started >= query.timeout:
            self._end(late)
            self._fail(query, timed_out(query.timeout))
        elif self._was_kept_waiting(late, now):
            late.until = now + LEAST_QUANTUM
        elif self.lanes.long.has_place:
            self._move_to_long(late, query)
        else:
            self._start_over_later(late, query)

    def _was_kept_waiting(self, late: Worker, now: float) -> bool:
        """Tell whether a worker had less of a processor than its quantum: on a busy machine time alone is unfair."""
        used = pool.cpu_seconds(late.pid)
        reserved = late.lane is self.lanes.reserved
        whole = self.limits.reserved_seconds if reserved else self.limits.quantum
        if used is None or now - late.started > whole * PATIENCE:
            return False
        return used - late.cpu < (whole / 2 if reserved else min(whole, LEAST_QUANTUM))

    def _move_to_long(self, slow: Worker, query: Query) -> None:
        if slow.lane:
            slow.lane.running.discard(slow)
        self.lanes.long.running.add(slow)
        slow.lane, slow.until = self.lanes.long, slow.started + query.timeout
        pool.lower_priority(slow)

    def _start_over_later(self, slow: Worker, query: Query) -> None:
        """End it and run it again when a long place is free: its memory would cost more than its work."""
        self._end(slow)
        self._queue(query, self.lanes.long)

    # Failures and the log

    def _fail(self, query: Query, error: QueryError) -> None:
        query.client.send(wire.encode(wire.FAILED, error_fields(error)))
        self._note(query, error.problem)

    def _note(self, query: Query, outcome: str) -> None:
        """Count an outcome; log what was slow or was ended, by the query's hash, never its text."""
        self.counts[outcome] += 1
        if outcome in RUINOUS:
            self._remember(query.digest)
        seconds = time.monotonic() - query.arrived
        if outcome in ("answered", "failed") and seconds < self.limits.slow_seconds:
            return
        line = {"event": "query", "outcome": outcome, "seconds": round(seconds, 3), "query": query.digest}
        say(json.dumps(line))

    def _remember(self, digest: str) -> None:
        """Remember a query that reached a limit: the data stay the same, so it has no use for a quick place."""
        self.ruinous[digest] = None
        if len(self.ruinous) > REMEMBERED:
            del self.ruinous[next(iter(self.ruinous))]


def say(line: str) -> None:
    """Write a line of the log, or drop it where nobody reads: a full pipe must not stop the supervisor."""
    with contextlib.suppress(OSError, ValueError):
        if select.select([], [sys.stderr], [], 0)[1]:
            sys.stderr.write(line + "\n")  # in one call: others write there, too
            sys.stderr.flush()


def busy(limits: Limits) -> QueryBusy:
    """Return the answer for whom there is no place."""
    return QueryBusy("too many queries are waiting", hint=f"Try again in {QueryBusy.retry_after} seconds.")


def timed_out(seconds: float) -> QueryTimeout:
    """Return the answer for a query that reached its deadline."""
    return QueryTimeout(
        f"the query was ended after {seconds:g} seconds",
        hint="Ask for less: add LIMIT, name properties and classes, join patterns by shared variables.",
    )


def reason_of(number: int, limits: Limits) -> QueryError:
    """Return the answer for a worker that ended by a signal (0 for none)."""
    if number == signal.SIGABRT:
        return worker.out_of_memory(limits)
    if number in (signal.SIGSEGV, signal.SIGBUS):
        return QueryTooComplex("the query is too deep for the engine", hint="Write a flatter or shorter query.")
    return QueryError("the query process ended without an answer", hint="Try again; if it repeats, report the query.")


def listen(path: str) -> socket.socket:
    """Return a Unix socket that only this user can join."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o077)
    try:
        listener.bind(path)
    finally:
        os.umask(before)
    listener.listen(BACKLOG)
    return listener


def warm(work: worker.Work) -> None:
    """Run a query of every kind once, so that no worker has to import anything (it can open no file)."""
    from twinld.query.engine import Job, execute
    from twinld.query.results import Bounded

    class _Nowhere:
        def write(self, data: bytes) -> int:
            return len(data)

    sink = Bounded(_Nowhere(), 1 << 30)
    for name in ("json", "xml", "csv", "tsv", "rows"):
        execute(work.store, Job("SELECT * WHERE { ?s ?p ?o } LIMIT 3", name), sink, work.limits, work.prefixes)
    graph = "CONSTRUCT { <http://example.org/s> <http://example.org/p> 'o'@en } { }"
    for name in ("turtle", "ntriples", "jsonld", "rdfxml", "trig", "nquads"):
        execute(work.store, Job(graph, "json", name), sink, work.limits, work.prefixes)


def main() -> int:
    """Run the supervisor with the command line that `endpoint.start` gives it."""
    address, lifeline, text = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller decides when it ends, by the lifeline:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # answers on their way are finished first
    settings = json.loads(text)
    limits = Limits.from_json(json.dumps(settings["limits"]))
    sandbox.leave_network()
    try:
        life = life_of(settings["store"], limits, settings["prefixes"])
    except (SyntaxError, OSError) as error:
        print(f"the data for queries cannot be read: {error}".replace("\n", " "), flush=True)
        return 1
    listener = listen(address)
    gc.collect()
    gc.freeze()
    print("ready", flush=True)
    serve_always(lifeline, lambda: Supervisor(listener, lifeline, limits, life).run())
    shutil.rmtree(Path(address).parent, ignore_errors=True)  # the caller may have been killed
    return 0


def life_of(directory: str | None, limits: Limits, prefixes: Mapping[str, str]) -> Life:
    """Return what workers do: with the data of standard input, loaded here once, or with a store on disk.

    A store on disk is opened by each worker: the engine starts threads for it, and who forks must have one only.
    """
    import pyoxigraph

    if directory is None:
        work = worker.Work(store.read_into_memory(sys.stdin.buffer), limits, prefixes)
        warm(work)
        return Life(lambda: work, worker.serve)
    store.check(directory)
    warm(worker.Work(pyoxigraph.Store(), limits, prefixes))
    return Life(
        lambda: worker.Work(pyoxigraph.Store.read_only(directory), limits, prefixes), worker.serve, store.OPEN_FILES
    )


if __name__ == "__main__":
    sys.exit(main())
