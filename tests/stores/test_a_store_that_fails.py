"""A store that is killed, stalls, trickles or cuts its answers off, behind a real server under traffic."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.stores.conftest import OxigraphServer, VirtuosoServer, free_port
from tests.stores.faulty import CUT, PASS, STALL, TRICKLE, Faulty
from twinld.serve.opening import dataset_of
from twinld.source.project import open_project
from twinld.stores.client import connect
from twinld.stores.credentials import Credentials
from twinld.stores.push import push

SAMPLE = Path(__file__).parents[1] / "backends/sample"
DEADLINE = 2.0
SLACK = 1.0  # seconds on a busy machine
QUERY = "/sparql?query=" + quote("SELECT * { ?s ?p ?o }")


@dataclass(frozen=True)
class Answered:
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


@dataclass
class Site:
    url: str
    process: subprocess.Popen[bytes]
    number: int = field(default=0)

    def get(self, path: str, accept: str = "*/*") -> Answered:
        began = time.monotonic()
        request = urllib.request.Request(self.url + path, headers={"Accept": accept})
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                found = reply.status, dict(reply.headers), reply.read()
        except urllib.error.HTTPError as error:
            found = error.code, dict(error.headers), error.read()
        return Answered(*found, time.monotonic() - began)

    def new(self) -> str:
        """The path of a thing that nobody has asked for yet, so that the store must be asked."""
        self.number += 1
        return f"/doc/id/pump/unknown-{self.number}"


@contextmanager
def serving(store: str, *, project: Path = SAMPLE, seconds: float = DEADLINE) -> Iterator[Site]:
    port = free_port()
    command = [sys.executable, "-m", "twinld.cli.__main__", "serve", str(project), "--store", store]
    process = subprocess.Popen([*command, "--port", str(port), "--timeout", str(seconds)])
    site = Site(f"http://127.0.0.1:{port}", process)
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until and process.poll() is None:
            try:
                site.get("/health")
                break
            except OSError:
                time.sleep(0.1)
        yield site
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@pytest.fixture
def filled(oxigraph: OxigraphServer) -> OxigraphServer:
    with connect(oxigraph.url) as store:
        push(store, dataset_of(open_project(SAMPLE)))
    return oxigraph


def is_unavailable(answered: Answered) -> bool:
    problem = json.loads(answered.body)
    return answered.status == 503 and int(answered.headers["Retry-After"]) >= 1 and problem["status"] == 503


def killed_and_restarted(server: OxigraphServer | VirtuosoServer, site: Site) -> None:
    """Kill a store under traffic, look at what is answered meanwhile, start it again and see all well within 2 s."""
    answers: list[tuple[float, str, Answered]] = []
    over = threading.Event()

    def visit() -> None:
        while not over.is_set():
            for path in (site.new(), QUERY, "/health"):
                answers.append((time.monotonic(), path, site.get(path)))

    visitors = [threading.Thread(target=visit) for _ in range(4)]
    for each in visitors:
        each.start()
    time.sleep(0.5)
    server.kill()
    time.sleep(0.3)
    away = time.monotonic()
    time.sleep(1.5)
    ready = site.get("/ready")
    restarting = time.monotonic()
    server.start()
    back = time.monotonic()
    time.sleep(2.5)
    over.set()
    for each in visitors:
        each.join()
    meanwhile = [found for began, path, found in answers if away < began < restarting - 0.1 and path != "/health"]
    after = [found.status for began, path, found in answers if began > back + 2]

    assert is_unavailable(ready)
    assert len(meanwhile) > 10
    assert all(is_unavailable(found) for found in meanwhile)
    assert max(found.seconds for found in meanwhile) < 1
    assert all(found.status == 200 for _, path, found in answers if path == "/health")
    assert set(after) == {200, 404}
    assert site.get("/ready").status == 200


def test_a_store_that_is_killed_and_restarted_is_503_meanwhile_and_well_within_2_seconds(
    filled: OxigraphServer,
) -> None:
    with serving(filled.url) as site:
        killed_and_restarted(filled, site)


@pytest.mark.conformance
def test_virtuoso_killed_and_restarted_is_503_meanwhile_and_well_within_2_seconds(tmp_path: Path) -> None:
    server = VirtuosoServer(tmp_path)
    server.start()
    try:
        with connect(server.url, credentials=Credentials("dba", "dba")) as store:
            push(store, dataset_of(open_project(SAMPLE)))
            time.sleep(0.5)
        with serving(f"{server.url}/sparql") as site:
            assert site.get("/doc/id/pump/7.ttl").status == 200
            killed_and_restarted(server, site)
    finally:
        server.kill()


@pytest.mark.parametrize("mode", [STALL, TRICKLE])
def test_a_store_that_is_slow_holds_no_request_beyond_its_deadline(filled: OxigraphServer, mode: str) -> None:
    with Faulty(filled.url) as relay, serving(relay.address) as site:
        assert site.get("/doc/id/pump/7.ttl").status == 200
        relay.mode = mode
        answers: list[Answered] = []
        paths = [site.new() for _ in range(40)] + [QUERY] * 10
        visitors = [threading.Thread(target=lambda path=path: answers.append(site.get(path))) for path in paths]
        for each in visitors:
            each.start()
        health = [site.get("/health") for _ in range(5)]
        for each in visitors:
            each.join()
        relay.mode = PASS
        time.sleep(2)
        well = site.get("/doc/id/pump/sein%C3%A4joki.ttl")

        assert {found.status for found in answers} <= {503, 504}
        assert 504 in {found.status for found in answers}
        assert max(found.seconds for found in answers) < DEADLINE + SLACK
        assert max(found.seconds for found in health) < 1
        assert {found.status for found in health} == {200}
        assert well.status == 200


def test_an_answer_that_is_cut_off_is_never_passed_on(filled: OxigraphServer) -> None:
    with Faulty(filled.url) as relay, serving(relay.address) as site:
        whole = site.get(QUERY, "text/csv")
        relay.mode = CUT
        cut = [site.get(path, "application/json") for path in (QUERY, site.new(), "/doc/id/pump/8.ttl")]
        relay.mode = PASS
        time.sleep(1)

        assert {found.status for found in cut} <= {502, 503}
        assert site.get(QUERY, "text/csv").body == whole.body
        assert site.get("/doc/id/pump/8.ttl").status == 200


def test_a_change_in_the_store_shows_within_a_minute(filled: OxigraphServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from twinld.serve import elsewhere

    monkeypatch.setattr(elsewhere, "FRESH_SECONDS", 0.5)
    client = elsewhere.app_of(elsewhere.windows(open_project(SAMPLE), filled.url)).test_client()
    before = client.get("/doc/id/pump/8.ttl")
    with connect(filled.url) as store:
        store.update(
            "INSERT DATA { GRAPH <https://example.org/pumps/graph/data/pumps> { "
            "<https://example.org/pumps/id/pump/8> <http://www.w3.org/2000/01/rdf-schema#label> 'Changed'@en } }"
        )
    time.sleep(0.6)
    after = client.get("/doc/id/pump/8.ttl", headers={"If-None-Match": before.headers["ETag"]})

    assert before.headers["Cache-Control"] == "public, max-age=0.5, must-revalidate"
    assert (after.status_code, "Changed" in after.get_data(as_text=True)) == (200, True)
