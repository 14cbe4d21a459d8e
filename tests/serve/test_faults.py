"""Every process of a running server killed under traffic, and the server stopped under load."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.serve.test_hostile_http import attack

CONFIG = 'base-iri = "https://example.org/"\nexternal = ["https://example.org/ns#"]\n'
DATA = "".join(f"<https://example.org/n{n}> <https://example.org/ns#v> {n} .\n" for n in range(300))
ASK = "/sparql?query=" + quote("ASK { <https://example.org/n7> ?p 7 }")
SELECT = "/sparql?format=csv&query=" + quote("SELECT ?v { <https://example.org/n7> <https://example.org/ns#v> ?v }")
ANEW = "%20%23{}"  # a comment, so that no kept answer is the answer
HOG = "/sparql?query=" + quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
SECOND = "/sparql?query=" + quote(  # takes about half a second
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . { SELECT * { ?g ?h ?i } LIMIT 40 } FILTER(STRLEN(STR(?a)) > 0) }"
)
VISITS = {"/doc/n7.nt": b"#integer", ASK: b"true", SELECT: b"v\r\n7", "/": b"<html"}


class Running:
    """A server as a user starts it, with what it says and the processes that belong to it."""

    def __init__(self, root: Path, *options: object) -> None:
        self.directory = root / "tmp"
        self.directory.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "twinld.cli", "serve", "--workers", "2", *map(str, options)]
        environment = {**os.environ, "TMPDIR": str(self.directory)}
        self.process = subprocess.Popen(command, cwd=root, env=environment, stderr=subprocess.PIPE, text=True)
        self.said: list[str] = []
        ready = threading.Event()

        def listen() -> None:
            for line in self.process.stderr or ():
                self.said.append(line)
                if "Ctrl+C" in line:
                    ready.set()

        threading.Thread(target=listen, daemon=True).start()
        assert ready.wait(20), self.said
        found = re.search(r"at http://127.0.0.1:(\d+)/", "".join(self.said))
        assert found
        self.port = int(found[1])

    def family(self) -> dict[int, str]:
        """Return the processes of the server by id, each with what it is."""
        rows = subprocess.run(
            ["ps", "-ww", "-eo", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True
        )
        found = {}
        for line in rows.stdout.splitlines():
            pid, parent, state, command = line.split(None, 3)
            if state.startswith("Z"):
                continue
            if int(parent) == self.process.pid and "query.supervisor" not in command:
                found[int(pid)] = "web"
            elif "query.supervisor" in command and str(self.directory) in command:
                found[int(pid)] = "query"
        return found

    def pids(self, role: str) -> list[int]:
        return [pid for pid, name in self.family().items() if name == role]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@pytest.fixture
def server(write):
    root = write({"twinld.toml": CONFIG, "data/a.ttl": DATA})
    started = []

    def start(*options: object) -> Running:
        started.append(Running(root, *options))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            assert each.stop() == 0


def get(port: int, path: str, attempts: int = 1) -> tuple[int, bytes]:
    """Return status and body; with more attempts a lost connection is tried again, as browsers and proxies do."""
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path)
        reply = connection.getresponse()
        body = reply.read()
        connection.close()
    except (ConnectionError, http.client.HTTPException):
        if attempts == 1:
            raise
        return get(port, path, attempts - 1)
    return reply.status, body


@contextmanager
def traffic(port: int, attempts: int = 1, visitors: int = 3):
    """Let visitors go through all pages; hand out what went wrong, and how many answers there were."""
    stop, wrong, seen = threading.Event(), [], Counter()

    def visit(number: int) -> None:
        while not stop.wait(0.01):
            for path, expected in VISITS.items():
                address = path + ANEW.format(seen.total()) if "query=" in path else path
                try:
                    status, body = get(port, address, attempts)
                except OSError as error:
                    wrong.append((path, repr(error)))
                    continue
                seen[status] += 1
                if status != 200 or expected not in body:
                    wrong.append((path, status, body[:200]))

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(visitors)]
    for thread in threads:
        thread.start()
    try:
        yield wrong, seen
        time.sleep(0.3)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def kill_in_turn(running: Running, role: str, rounds: int) -> int:
    killed = 0
    for _ in range(rounds):
        for pid in running.pids(role):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed += 1
            time.sleep(0.2)  # both holders of the data in one moment are another test
    return killed


@pytest.mark.conformance
def test_every_process_of_the_queries_is_killed_in_turn_and_no_visitor_sees_it(server):
    """Workers, the supervisor and its standby."""
    running = server()
    with traffic(running.port) as (wrong, seen):
        killed = kill_in_turn(running, "query", rounds=5)
    print(f"\n{killed} query processes killed, {seen[200]} answers")

    assert wrong == []
    assert killed > 20


@pytest.mark.conformance
def test_a_web_process_that_is_killed_is_replaced_and_takes_only_its_own_requests_with_it(server):
    """What it was answering is lost with it; who tries once more, as browsers and proxies do, sees nothing."""
    running = server()
    with traffic(running.port, attempts=3) as (wrong, seen):
        killed = kill_in_turn(running, "web", rounds=5)
    print(f"\n{killed} web processes killed, {seen[200]} answers")

    assert wrong == []
    assert killed >= 4
    assert len(running.pids("web")) == 2


def test_when_all_query_processes_are_killed_at_once_others_are_started(server):
    running = server()
    assert get(running.port, ASK)[0] == 200
    for _ in range(3):  # until nothing is left that could fork another
        for sent in (signal.SIGSTOP, signal.SIGKILL):
            for pid in running.pids("query"):
                with suppress(ProcessLookupError):
                    os.kill(pid, sent)

    answers = []
    until = time.monotonic() + 20
    while time.monotonic() < until and (not answers or answers[-1] != 200):
        answers.append(get(running.port, ASK + ANEW.format(len(answers)), attempts=3)[0])
        assert get(running.port, "/doc/n7.nt", attempts=3)[0] == 200
        time.sleep(0.05)

    assert set(answers) <= {503, 200}
    assert answers[-1] == 200
    assert any('"queries"' in line and '"lost"' in line for line in running.said)


@pytest.mark.conformance
def test_a_stop_under_load_lets_answers_finish_and_leaves_nothing(server):
    running = server("--timeout", 9)
    answers, lost = [], []

    def ask(path: str) -> None:
        try:
            answers.append(get(running.port, path))
        except (OSError, http.client.HTTPException) as error:
            lost.append(repr(error))

    warm = time.monotonic()
    get(running.port, SECOND)
    takes = time.monotonic() - warm
    threads = [threading.Thread(target=ask, args=(path,)) for path in [SECOND, SECOND, "/", ASK]]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    family = running.family()
    began = time.monotonic()
    code = running.stop()
    took = time.monotonic() - began
    for thread in threads:
        thread.join()
    print(f"\na query of {takes:.1f} s; stopped in {took:.1f} s: {sorted(status for status, _ in answers)}")

    assert code == 0
    assert lost == []
    assert [status for status, _ in answers] == [200] * len(threads)
    assert not any(Path(f"/proc/{pid}").exists() for pid in family)
    assert list(running.directory.iterdir()) == []


@pytest.mark.conformance
def test_a_stop_waits_for_a_long_query_no_longer_than_its_grace(server):
    running = server("--timeout", 60)
    thread = threading.Thread(target=lambda: _swallow(running.port, HOG))
    thread.start()
    time.sleep(1)
    began = time.monotonic()
    code = running.stop()
    took = time.monotonic() - began
    thread.join()
    print(f"\nstopped in {took:.1f} s")

    assert code == 0
    assert took < 13
    assert list(running.directory.iterdir()) == []


def _swallow(port: int, path: str) -> None:
    try:
        get(port, path)
    except (OSError, http.client.HTTPException):
        return


def test_nothing_is_left_of_a_server_that_is_killed(server):
    running = server()
    get(running.port, ASK)
    family = running.family()
    running.process.kill()
    running.process.wait()
    until = time.monotonic() + 10
    while time.monotonic() < until and (list(running.directory.iterdir()) or running.pids("query")):
        time.sleep(0.1)

    assert len(family) >= 4
    assert running.pids("query") == []
    assert not any(path.name.startswith(tempfile.gettempprefix()) for path in running.directory.iterdir())
    assert list(running.directory.glob("twinld-query-*")) == []


@pytest.mark.conformance
def test_after_hostile_queries_everything_is_as_it_was(server):
    """Memory, processes, threads, open files and temporary files, once the connections have ended."""
    running = server("--timeout", 1, "--workers", 2)
    for number in range(200):
        get(running.port, (ASK + ANEW.format(number), "/", "/doc/n7.nt")[number % 3])
    attack(running.port, 8)  # once, so that what is kept is kept
    before = belongings(running)
    attack(running.port, 8)
    until = time.monotonic() + 20
    while time.monotonic() < until and not _no_more(belongings(running), before):
        time.sleep(0.5)
    after = belongings(running)
    print(f"\nbefore {before}, after {after}")

    assert _no_more(after, before)
    assert after["MB"] < before["MB"] + 30
    assert get(running.port, ASK)[0] == 200


def belongings(running: Running) -> dict[str, int]:
    family = running.family()
    web = [pid for pid, role in family.items() if role == "web"]
    with suppress(OSError):
        return {
            "web processes": len(web),
            "query processes": len(family) - len(web),
            "threads": sum(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in web),
            "open files": sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in web),
            "temporary files": len(list(running.directory.rglob("*"))),
            "MB": sum(map(_megabytes, family)),
        }
    return belongings(running)  # one of them ended meanwhile


def _megabytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) >> 10


def _no_more(after: dict[str, int], before: dict[str, int]) -> bool:
    """Tell whether nothing became more, up to connections to the query process that are kept for the next queries."""
    few = {"web processes": 0, "query processes": 4, "threads": 8, "open files": 16, "temporary files": 0, "MB": 30}
    return all(after[name] <= before[name] + few[name] for name in few)
