"""Hostile queries beside healthy traffic: nobody healthy suffers, everything hostile ends in time, nothing leaks."""

from __future__ import annotations

import json
import math
import os
import random
import signal
import socket
import threading
import time
from pathlib import Path

import pytest

from tests.query.hostile_queries import corpus
from tests.query.sample_data import dataset
from twinld.query import Limits, start
from twinld.query.errors import QueryError

HEALTHY = 5  # requests a second, as the healthy visitors of a small portal make them
SLACK = 0.5  # seconds beyond queue and deadline
SMALL_SET = 14


class Loopback:
    """A port of the loopback that must never be joined."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]

    def was_joined(self) -> bool:
        try:
            self.listener.accept()
        except BlockingIOError:
            return False
        return True


class Traffic:
    """Healthy visitors: a public ASK, a public SELECT and a canned query in turn, timed."""

    def __init__(self, endpoint) -> None:
        self.endpoint, self.waits, self.failures = endpoint, [], []
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._go)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop.set()
        self.thread.join()

    def _go(self) -> None:
        number = 0
        while not self.stop.wait(1 / HEALTHY):
            before = time.perf_counter()
            try:
                self._visit(number)
            except QueryError as error:
                self.failures.append(error)
            self.waits.append(time.perf_counter() - before)
            number += 1

    def _visit(self, number: int) -> None:
        value = f"?s <http://example.org/value> {number % 1500}"
        if number % 3 == 0:
            assert b"true" in self.endpoint.run(f"ASK {{ {value} }}").body
        elif number % 3 == 1:
            assert self.endpoint.run(f"SELECT ?s {{ {value} }}", results="csv").body.startswith(b"s\r\nhttp")
        else:
            assert len(self.endpoint.select(f"SELECT ?s {{ {value} }}").rows) == 1


def attack(endpoint, queries: list[str], clients: int) -> list[tuple[float, str]]:
    """Send queries from several clients at once; return seconds and outcome of each."""
    waiting, done, lock = list(queries), [], threading.Lock()

    def client() -> None:
        while True:
            with lock:
                if not waiting:
                    return
                query = waiting.pop()
            before = time.monotonic()
            outcome = "answered"
            try:
                endpoint.run(query)
            except QueryError as error:
                outcome = error.problem
            with lock:
                done.append((time.monotonic() - before, outcome))

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


class Attackers:
    """The hostile clients, in a process of their own: their threads must not slow those who measure."""

    def __init__(self, endpoint, queries: list[str], clients: int, delay: float) -> None:
        self.results, theirs = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            time.sleep(delay)
            with os.fdopen(theirs, "w") as pipe:
                json.dump(attack(endpoint, queries, clients), pipe)
            os._exit(0)
        os.close(theirs)

    def done(self) -> list[tuple[float, str]]:
        with os.fdopen(self.results) as pipe:
            found = json.load(pipe)
        os.waitpid(self.pid, 0)
        return [(seconds, outcome) for seconds, outcome in found]


def memory_kb(pid: int) -> int:
    return int(next(line for line in Path(f"/proc/{pid}/status").open() if line.startswith("VmRSS")).split()[1])


def open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def p99(waits: list[float]) -> float:
    return sorted(waits)[max(0, math.ceil(len(waits) * 0.99) - 1)]


@pytest.mark.parametrize("clients", [8])
def test_a_few_hostile_queries_of_every_kind_hurt_nobody(clients):
    loopback = Loopback()
    queries = random.Random(7).sample(sorted(corpus(loopback.port).values()), SMALL_SET)
    limits = Limits(timeout=0.5, queue_seconds=2, memory_mb=192, result_mb=2)
    with start(dataset(), limits) as endpoint, Traffic(endpoint) as traffic:
        done = attack(endpoint, queries, clients)
        time.sleep(0.3)

    assert traffic.failures == []
    assert max(traffic.waits) < 0.25
    assert max(seconds for seconds, _ in done) < limits.queue_seconds + limits.timeout + SLACK
    assert not loopback.was_joined()


@pytest.mark.conformance
@pytest.mark.parametrize(("clients", "bearable"), [(4, 0.25), (12, 0.25), (100, 0.25)])
def test_the_whole_corpus_hurts_nobody_and_leaves_nothing(clients, bearable):
    """With 100 clients all of the corpus comes in one moment, which the healthy feel for that moment."""
    loopback = Loopback()
    queries = list(corpus(loopback.port).values())
    limits = Limits(timeout=2, queue_seconds=5, memory_mb=256, result_mb=4)
    assert len(queries) >= 60
    with start(dataset(), limits) as endpoint:
        endpoint.run("ASK {}")
        before = memory_kb(endpoint.process_id), open_files(endpoint.process_id)
        attackers = Attackers(endpoint, queries, clients, delay=1)
        with Traffic(endpoint) as traffic:
            done = attackers.done()
            time.sleep(1)
        state = endpoint.statistics()
        after = memory_kb(endpoint.process_id), open_files(endpoint.process_id)
    outcomes = {outcome: sum(1 for _, each in done if each == outcome) for _, outcome in done}
    waits = f"p99 {p99(traffic.waits) * 1000:.1f} ms, worst {max(traffic.waits) * 1000:.1f} ms"
    print(f"\n{len(queries)} hostile from {clients} clients: {outcomes}; slowest {max(done)[0]:.2f} s")
    print(f"{len(traffic.waits)} healthy, {waits}; memory {before[0]} -> {after[0]} KB")

    assert traffic.failures == []
    assert p99(traffic.waits) < bearable
    assert len(done) == len(queries)
    assert max(seconds for seconds, _ in done) < limits.queue_seconds + limits.timeout + SLACK
    assert all(lane["running"] == lane["waiting"] == 0 for lane in state["lanes"].values())
    assert after[0] < before[0] + 20_000
    assert after[1] <= before[1] + clients + 8
    assert not loopback.was_joined()


MEDIUM = (  # longer than a quick place
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . { SELECT * { ?d ?e ?f } LIMIT 200 } FILTER(STRLEN(STR(?a)) > 0) }"
)
HOG = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.mark.conformance
@pytest.mark.parametrize("flood", [HOG, "ASK { ?s ?p 7 }", MEDIUM], ids=["hogs", "small", "medium"])
def test_a_client_that_floods_starves_no_other(flood):
    """Eighty queries of one client at a time, again and again; another has its answers, also to one that takes long."""
    with start(dataset(), Limits(timeout=10, queue_seconds=5)) as endpoint:
        began = time.monotonic()
        endpoint.run(MEDIUM, client="other")
        alone = time.monotonic() - began
        stop = time.monotonic() + 10
        flooder = os.fork()
        if flooder == 0:
            _flood(endpoint, flood, stop)
        time.sleep(1)
        waits = {"small": [], "medium": []}
        while time.monotonic() < stop - 1:
            for kind, query in (("small", "ASK { ?s ?p 7 }"), ("medium", MEDIUM)):
                before = time.monotonic()
                endpoint.run(query, client="other")
                waits[kind].append(time.monotonic() - before)
                time.sleep(0.02)
        os.waitpid(flooder, 0)
    print(f"\nalone {alone:.2f} s", {kind: (len(each), f"{max(each):.2f} s") for kind, each in waits.items()})

    assert len(waits["medium"]) >= 2
    assert max(waits["small"]) < 1


def _flood(endpoint, query: str, stop: float) -> None:
    def one() -> None:
        while time.monotonic() < stop:
            try:
                endpoint.run(query, client="flooder")
            except QueryError:
                time.sleep(0.05)  # a query that is refused at once would only measure this process

    threads = [threading.Thread(target=one) for _ in range(80)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os._exit(0)


@pytest.mark.conformance
def test_killing_every_worker_in_turn_under_traffic_fails_no_healthy_request():
    with start(dataset(), Limits()) as endpoint, Traffic(endpoint) as traffic:
        for _ in range(40):
            for worker in endpoint.statistics()["workers"]:
                try:
                    os.kill(worker, signal.SIGKILL)
                except ProcessLookupError:
                    continue
                time.sleep(0.02)

    assert traffic.failures == []
    assert p99(traffic.waits) < 0.25
