"""Metrics stand on a port of their own, and nothing else does."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from urllib.parse import quote

from tests.serve.conftest import served


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def fetched(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    reply = connection.getresponse()
    text = reply.read().decode()
    connection.close()
    return reply.status, text


def test_metrics_are_at_their_port_and_at_no_other(tmp_path):
    port = free_port()
    with served("--metrics-port", port, cwd=tmp_path) as url:
        public = int(url.rstrip("/").rpartition(":")[2])
        asked = fetched(public, "/sparql?query=ASK%7B%7D")
        metrics = fetched(port, "/metrics")
        site_at_metrics = fetched(port, "/")
        metrics_at_site = fetched(public, "/metrics")

    assert asked[0] == 200
    assert metrics[0] == 200
    assert 'twinld_queries_total{outcome="answered"}' in metrics[1]
    assert (site_at_metrics[0], metrics_at_site[0]) == (404, 404)


def test_requests_of_all_processes_are_counted_by_kind_status_and_duration_and_no_count_falls(tmp_path):
    port = free_port()
    with served("--metrics-port", port, "--workers", 3, cwd=tmp_path) as url:
        public = int(url.rstrip("/").rpartition(":")[2])
        for path in (
            "/",
            "/catalog.ttl",
            "/nothing",
            "/sparql?query=ASK%7B%7D",
            "/sparql?query=x",
            "/static/twinld.css",
        ):
            for _ in range(20):
                fetched(public, path)
        texts = [fetched(port, "/metrics")[1] for _ in range(6)]
        for pid in _children(port):
            os.kill(pid, signal.SIGKILL)
        time.sleep(1)
        for _ in range(20):
            fetched(public, "/")
        texts.append(fetched(port, "/metrics")[1])

    for text in texts:
        counts = dict(re.findall(r"(?m)^(twinld_http\S+) ([0-9.e-]+)$", text))
        pages = 40 if text is texts[-1] else 20

        assert counts['twinld_http_requests_total{kind="page",status="200"}'] == str(pages)
        assert counts['twinld_http_requests_total{kind="data",status="404"}'] == "20"
        assert counts['twinld_http_requests_total{kind="sparql",status="200"}'] == "20"
        assert counts['twinld_http_requests_total{kind="sparql",status="400"}'] == "20"
        assert counts['twinld_http_request_seconds_bucket{kind="sparql",le="+Inf"}'] == "40"
        assert counts['twinld_http_request_seconds_count{kind="static"}'] == "20"
        assert float(counts['twinld_http_request_seconds_sum{kind="page"}']) > 0
        assert re.search(r"(?m)^twinld_query_up 1$", text)


def _children(port: int) -> list[int]:
    """Return the processes that answer at a port but for the first of them, which started the others."""
    listed = subprocess.run(["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    ours = {int(pid): int(parent) for pid, parent, command in rows if f"--metrics-port {port}" in command}
    return [pid for pid, parent in ours.items() if parent in ours]


def test_slow_and_ended_queries_and_requests_are_lines_of_json_without_query_or_client(tmp_path):
    secret = "urn:secret:" + "x" * 8
    hog = f"SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != <{secret}>) }}"
    command = [sys.executable, "-m", "twinld.cli", "serve", "--timeout", "1", "--log", "--proxies", "1"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.extend(process.stderr))
    reader.start()
    while not any("Ctrl+C" in line for line in said):
        time.sleep(0.05)
    port = int(re.search(r":(\d+)/", "".join(said))[1])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/sparql?query=" + quote(hog), headers={"X-Forwarded-For": "192.0.2.99"})
    status = connection.getresponse().status
    connection.close()
    process.send_signal(signal.SIGTERM)
    process.wait(20)
    reader.join()
    lines = [json.loads(line) for line in said if line.startswith("{")]
    query = next(line for line in lines if line["event"] == "query")
    request = next(line for line in lines if line["event"] == "request")

    assert status == 504
    assert (query["outcome"], len(query["query"])) == ("query-timeout", 16)
    assert (request["method"], request["path"], request["status"]) == ("GET", "/sparql", 504)
    assert request["query"] == query["query"]
    assert request["seconds"] > 0.9
    assert secret not in "".join(said)
    assert "192.0.2.99" not in "".join(said)
