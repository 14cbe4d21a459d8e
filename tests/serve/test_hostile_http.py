"""Hostile queries against the real server, beside visitors of pages, RDF, canned queries and the endpoint.

What visitors wait is compared with what they wait at a server that is left alone, for other work on the machine slows
both.
"""

from __future__ import annotations

import http.client
import json
import math
import os
import threading
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.query.hostile_queries import corpus
from tests.serve.conftest import served

TIMEOUT = 3
QUEUE_SECONDS = 5
PLACE = "https://w3id.org/twinld/id/authority/cn-nanjing"
VISITS = (  # `{}` makes another question of each, so that no kept answer is the answer
    "/",
    "/doc/id/authority/fi-seinajoki.ttl",
    "/search/?q=Takamatsu+{}",
    "/query/agreements-of-authority.json?" + urlencode({"authority": PLACE}) + "&limit={}",
    "/sparql?" + urlencode({"query": f"ASK {{ <{PLACE}> ?p ?o }} #"}) + "{}",
)


def visit(number: int) -> str:
    return VISITS[number % len(VISITS)].replace("{}", str(number + 1))


def sent(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int | str, float]:
    """Return status (or what went wrong) and seconds of one request."""
    before = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
        reply = connection.getresponse()
        reply.read()
        return reply.status, time.monotonic() - before
    except OSError as error:
        return type(error).__name__, time.monotonic() - before
    finally:
        connection.close()


def attack(port: int, clients: int) -> list[tuple[int | str, float]]:
    waiting, done = list(corpus(port).values()), []

    def client() -> None:
        while waiting:
            query = waiting.pop().encode()
            done.append(sent(port, "POST", "/sparql", query, Content_Type="application/sparql-query"))

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def attacked_from_another_process(port: int, clients: int) -> int:
    """Begin an attack whose threads do not slow those who measure; return where its outcome can be read."""
    ours, theirs = os.pipe()
    if os.fork() == 0:
        time.sleep(1)
        with os.fdopen(theirs, "w") as pipe:
            json.dump(attack(port, clients), pipe)
        os._exit(0)
    os.close(theirs)
    return ours


def p99(visits: list[tuple[int | str, float]]) -> float:
    waits = sorted(seconds for _, seconds in visits)
    return waits[math.ceil(len(waits) * 0.99) - 1]


@pytest.mark.conformance
@pytest.mark.parametrize("clients", [8, 60])
def test_hostile_queries_over_http_hurt_no_visitor(tmp_path: Path, clients: int):
    with served("--timeout", TIMEOUT, cwd=tmp_path) as url, served(cwd=tmp_path) as other:
        port, left_alone = urlsplit(url).port, urlsplit(other).port
        for number in range(50):  # the first of each process are cold
            for each in (port, left_alone):
                assert sent(each, "GET", visit(number))[0] == 200
        outcome = attacked_from_another_process(port, clients)
        text: list[str] = []
        reader = threading.Thread(target=lambda: text.append(Path(f"/dev/fd/{outcome}").read_text()))
        reader.start()
        visits, elsewhere = [], []
        while reader.is_alive() or len(visits) < 20:
            path = visit(len(visits))
            visits.append(sent(port, "GET", path))
            elsewhere.append(sent(left_alone, "GET", path))
            time.sleep(max(0.0, 0.2 - visits[-1][1] - elsewhere[-1][1]))
    done = json.loads(text[0])
    slow, slow_elsewhere = p99(visits), p99(elsewhere)
    print(f"\n{len(done)} hostile from {clients} clients, slowest {max(s for _, s in done):.2f} s; "
          f"{len(visits)} visits, p99 {slow * 1000:.0f} ms, elsewhere {slow_elsewhere * 1000:.0f} ms")  # fmt: skip

    assert {status for status, _ in visits} == {200}
    assert slow - slow_elsewhere < 0.25
    assert {status for status, _ in done} <= {200, 400, 403, 503, 504}
    assert max(seconds for _, seconds in done) < TIMEOUT + QUEUE_SECONDS + 0.5


@pytest.mark.conformance
def test_a_client_that_floods_over_http_starves_no_other(tmp_path: Path):
    """Two hundred hogs at a time from one address; another address has its answers, and nobody waits for a page."""
    hog = "/sparql?" + urlencode({"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"})
    with served("--timeout", TIMEOUT, "--proxies", 1, cwd=tmp_path) as url:
        port = urlsplit(url).port
        flooder = os.fork()
        if flooder == 0:
            _flood(port, hog, seconds=8)
        time.sleep(1)
        visits = []
        for number in range(20):
            visits.append(sent(port, "GET", visit(number), X_Forwarded_For="192.0.2.7"))
            time.sleep(0.2)
        os.waitpid(flooder, 0)
    print(f"\n{len(visits)} visits, slowest {max(seconds for _, seconds in visits) * 1000:.0f} ms")

    assert {status for status, _ in visits} == {200}
    assert max(seconds for _, seconds in visits) < 3  # on a machine that has other work, too


def _flood(port: int, path: str, seconds: float) -> None:
    stop = time.monotonic() + seconds

    def one() -> None:
        while time.monotonic() < stop:
            sent(port, "GET", path, X_Forwarded_For="198.51.100.9")
            time.sleep(0.1)

    threads = [threading.Thread(target=one) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os._exit(0)
