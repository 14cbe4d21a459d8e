"""New data under a running server: swapped whole, refused when broken, with no failed request meanwhile."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from twinld.serve.watching import signature

CONFIG = 'base-iri = "https://example.org/"\nexternal = ["https://example.org/ns#"]\n'
SHAPE = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
<https://example.org/shapes#S> a sh:NodeShape ; sh:targetSubjectsOf <https://example.org/ns#v> ;
    sh:property [ sh:path <https://example.org/ns#v> ; sh:maxInclusive 100 ] .
"""


def data(value):
    return f"<https://example.org/a> <https://example.org/ns#v> {value} .\n"


@pytest.fixture
def running(write):
    """A served project: its URL, its folder, its process, and the lines it said."""
    root = write({"twinld.toml": CONFIG, "data/a.ttl": data(1), "shapes/s.ttl": SHAPE})
    processes = []

    def start(*options):
        command = [sys.executable, "-m", "twinld.cli", "serve", "--workers", "2", *options]
        process = subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE, text=True)
        processes.append(process)
        said = []
        ready = threading.Event()

        def listen():
            for line in process.stderr:
                said.append(line)
                if "Ctrl+C" in line:
                    ready.set()

        threading.Thread(target=listen, daemon=True).start()
        assert ready.wait(20), said
        url = re.search(r"at (http://\S+/)", "".join(said))[1]
        return url, root, process, said

    yield start
    for process in processes:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def get(url, path="/doc/a.nt"):
    place = urlsplit(url)
    connection = HTTPConnection(place.hostname, place.port, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response.status, body


def value(url):
    status, body = get(url)
    assert status == 200, body
    return int(re.search(r'"(\d+)"', body)[1])


def asked(url):
    status, body = get(
        url, "/sparql?format=csv&query=SELECT%20%3Fv%20%7B%3Fs%20%3Chttps%3A%2F%2Fexample.org%2Fns%23v%3E%20%3Fv%7D"
    )
    assert status == 200, body
    return int(body.split()[1])


def until(condition, seconds=15):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


def test_reloads_under_traffic_never_fail_a_request_nor_mix_old_and_new(running):
    url, root, process, said = running()
    seen = Counter()
    failures = []
    stop = threading.Event()

    def traffic(question):
        while not stop.is_set():
            try:
                seen[question(url)] += 1
            except Exception as error:  # noqa: BLE001 - whatever it is, it failed a visitor
                failures.append(repr(error))

    visitors = [threading.Thread(target=traffic, args=(question,)) for question in (value, asked, value)]
    for visitor in visitors:
        visitor.start()
    try:
        for new in (2, 3):
            (root / "data/a.ttl").write_text(data(new))
            process.send_signal(signal.SIGHUP)
            until(lambda new=new: value(url) == new and asked(url) == new)
        (root / "data/a.ttl").write_text("broken")
        process.send_signal(signal.SIGHUP)
        until(lambda: sum('"refused"' in line for line in said) == 1)
        (root / "data/a.ttl").write_text(data(999))  # violates the shape
        process.send_signal(signal.SIGHUP)
        until(lambda: sum('"refused"' in line for line in said) == 2)
        time.sleep(0.5)
    finally:
        stop.set()
        for visitor in visitors:
            visitor.join()

    assert failures == []
    assert set(seen) == {1, 2, 3}
    assert (value(url), asked(url)) == (3, 3)


def loaded(root):
    command = [sys.executable, "-m", "twinld.cli", "load", "--store", "store"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False).returncode


def test_what_is_loaded_is_served_from_the_reload_on_and_what_is_damaged_never(running, write):
    root = write({"twinld.toml": CONFIG, "data/a.ttl": data(1), "shapes/s.ttl": SHAPE})
    assert loaded(root) == 0
    url, _, process, said = running("--store", "store")
    (root / "data/a.ttl").write_text(data(2))
    assert loaded(root) == 0
    assert (value(url), asked(url)) == (1, 1)

    process.send_signal(signal.SIGHUP)
    until(lambda: value(url) == 2 and asked(url) == 2)

    (root / "data/a.ttl").write_text(data(999))  # violates the shape
    assert loaded(root) == 1
    (root / "store/twinld-store.json").write_text("{")
    process.send_signal(signal.SIGHUP)
    until(lambda: sum('"refused"' in line for line in said) == 1)
    time.sleep(0.5)

    assert (value(url), asked(url)) == (2, 2)


def test_a_server_that_watches_takes_up_what_is_loaded(running, write):
    root = write({"twinld.toml": CONFIG, "data/a.ttl": data(1), "shapes/s.ttl": SHAPE})
    assert loaded(root) == 0
    url, _, _, _ = running("--store", "store", "--watch")
    (root / "data/a.ttl").write_text(data(2))
    time.sleep(2.5)  # two looks: a changed file is no reason, for it is not what is served

    assert value(url) == 1

    assert loaded(root) == 0
    until(lambda: value(url) == 2)


def test_the_old_query_process_ends_when_nobody_needs_it(running):
    url, root, process, _ = running()

    def supervisors():
        listed = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
        rows = [line.split(None, 2) for line in listed.splitlines()]
        return [row[0] for row in rows if row[1] == str(process.pid) and "twinld.query.supervisor" in row[2]]

    before = supervisors()
    (root / "data/a.ttl").write_text(data(2))
    process.send_signal(signal.SIGHUP)
    until(lambda: value(url) == 2)
    until(lambda: len(supervisors()) == 1 and supervisors() != before, seconds=25)


def test_watch_reloads_by_itself_when_a_file_changes(running):
    url, root, _, _ = running("--watch")

    (root / "data/a.ttl").write_text(data(7))

    until(lambda: value(url) == 7)


def test_a_change_of_any_file_that_is_read_changes_the_signature(write):
    root = write({"twinld.toml": CONFIG, "data/a.ttl": data(1)})
    before = signature([root])

    os.utime(root / "data/a.ttl", ns=(1, 1))

    assert signature([root]) != before


def test_health_and_readiness_are_told(running):
    url, *_ = running()

    assert get(url, "/health") == (200, "ok\n")
    assert get(url, "/ready") == (200, "ok\n")


def test_a_log_line_tells_no_query(running):
    url, _, _, said = running("--log")

    get(url, "/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%22secret%22%20%7D")

    until(lambda: any('"/sparql"' in line for line in said))
    assert not any("secret" in line for line in said)
