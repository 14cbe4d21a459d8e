"""Metrics stand on a port of their own, and nothing else does."""

from __future__ import annotations

import http.client
import socket

from tests.serve.conftest import served


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def fetched(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
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
