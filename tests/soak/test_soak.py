"""The server for minutes on end: healthy traffic, hostile queries and reloads at once; nothing fails, nothing grows.

`TWINLD_SOAK_SECONDS` says how long (600 unless told).
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.conftest import ROOT
from tests.query.hostile_queries import corpus

SECONDS = float(os.environ.get("TWINLD_SOAK_SECONDS", "600"))
PORT = 8791
RELOAD_EVERY = 20.0  # seconds
PATHS = ("/", "/doc/id/authority/cn-nanjing", "/doc/id/authority/fi-seinajoki.ttl", "/query/authorities.json",
         "/ns", "/explore/", "/search/?q=Takamastsu", "/sparql?query=ASK%7B%7D", "/catalog",
         "/dumps/twinld.nt.gz")  # fmt: skip
FOLDERS = ("ontology", "shapes", "data", "sparql", "templates", "import", "twinld.toml")
GROWTH = 1.3  # how much the processes may take at the end, against when they had seen everything once

pytestmark = pytest.mark.soak


def get(path: str) -> int:
    connection = HTTPConnection("127.0.0.1", PORT, timeout=40)
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


def memory_mb(pid: int) -> float:
    """Return the proportional share of memory of a process and all below it, in MB."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    children: dict[int, list[int]] = {}
    for line in listed.splitlines():
        child, parent = map(int, line.split())
        children.setdefault(parent, []).append(child)
    family = [pid]
    for each in family:
        family.extend(children.get(each, ()))
    return sum(map(_share_mb, family))


def _share_mb(pid: int) -> float:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024


@pytest.fixture
def process(tmp_path):
    for name in FOLDERS:
        source = ROOT / name
        shutil.copytree(source, tmp_path / name) if source.is_dir() else shutil.copy(source, tmp_path / name)
    command = [sys.executable, "-m", "twinld.cli", "serve", "--port", str(PORT), "--timeout", "2"]
    running = subprocess.Popen(command, cwd=tmp_path)
    for _ in range(200):
        time.sleep(0.1)
        try:
            if get("/health") == 200:
                break
        except OSError:
            continue
    yield running
    running.send_signal(signal.SIGTERM)
    assert running.wait(30) == 0


def test_nothing_fails_and_nothing_grows(process):
    healthy: Counter[int | str] = Counter()
    hostile: Counter[int | str] = Counter()
    stop = threading.Event()
    queries = list(corpus(PORT).values())

    def visit() -> None:
        while not stop.is_set():
            try:
                path = random.choice(PATHS)
                unkept = f"%20%23{random.random()}" if path.startswith("/sparql") else ""
                healthy[get(path + unkept)] += 1
            except OSError as error:
                healthy[repr(error)] += 1
            time.sleep(0.1)

    def attack() -> None:
        while not stop.is_set():
            try:
                hostile[get("/sparql?query=" + quote(random.choice(queries)[:6000]))] += 1
            except OSError as error:
                hostile[repr(error)] += 1

    threads = [threading.Thread(target=act) for act in (visit, visit, visit, attack, attack)]
    for thread in threads:
        thread.start()
    seen: list[float] = []
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        time.sleep(min(RELOAD_EVERY, max(0.1, end - time.monotonic())))
        seen.append(memory_mb(process.pid))
        process.send_signal(signal.SIGHUP)
    stop.set()
    for thread in threads:
        thread.join()
    print("healthy", dict(healthy), "hostile", dict(hostile), "MB", [round(each) for each in seen])

    assert set(healthy) == {200}
    assert set(hostile) <= {200, 400, 403, 413, 414, 431, 503, 504}
    assert min(seen[-3:]) < GROWTH * max(seen[:3])  # a hostile query may hold half a gigabyte for a moment
