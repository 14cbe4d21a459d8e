"""Connections that are idle, slow or malformed, at a real server with one process; the healthy do not notice them."""

from __future__ import annotations

import re
import socket
import threading
import time
from urllib.parse import urlsplit

import pytest

from tests.serve.conftest import served

GET = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
BEARABLE = 0.5  # seconds for a page beside some hundreds of bad connections, on a busy machine
THREADS = 64


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    folder = tmp_path_factory.mktemp("one")
    (folder / "a.ttl").write_text("<https://example.org/a> <https://example.org/p> 1 .\n")
    with served("a.ttl", "--workers", 1, cwd=folder) as url:
        yield urlsplit(url).port


def opened(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=15)


def everything(sock: socket.socket) -> bytes:
    parts = []
    try:
        while part := sock.recv(65_536):
            parts.append(part)
    except ConnectionError:
        parts.append(b"(reset)")
    return b"".join(parts)


def said(port: int, request: bytes) -> bytes:
    """Return all that the server says to some bytes, until it closes."""
    with opened(port) as sock:
        sock.sendall(request)
        return everything(sock)


def slowest_page(port: int, visits: int = 10) -> float:
    waits = []
    for _ in range(visits):
        began = time.monotonic()
        assert said(port, GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")).startswith(b"HTTP/1.1 200")
        waits.append(time.monotonic() - began)
        time.sleep(0.02)
    return max(waits)


def test_idle_connections_take_no_thread(port):
    idle = [opened(port) for _ in range(4 * THREADS)]
    slowest = slowest_page(port)
    for sock in idle:
        sock.close()

    assert slowest < BEARABLE


def test_clients_that_do_not_close_keep_nobody_waiting(port):
    """The server said that it closes; it waits for the client to do so, but not in the loop that serves all."""
    lazy = []
    for _ in range(40):
        sock = opened(port)
        sock.sendall(b"GET /health HTTP/1.0\r\n\r\n")
        lazy.append(sock)
    slowest = slowest_page(port)
    answers = [everything(sock) for sock in lazy]
    for sock in lazy:
        sock.close()

    assert slowest < BEARABLE
    assert all(answer.endswith(b"ok\n") for answer in answers)


@pytest.mark.conformance
@pytest.mark.parametrize("start", [b"GET /he", b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 90\r\n"
                                   b"Content-Type: application/sparql-query\r\n\r\nASK {"])  # fmt: skip
def test_a_request_that_never_ends_is_ended_however_many_bytes_still_come(port, start):
    """All threads are taken by such requests; ten seconds later they are free, and nobody is told a false answer."""
    slow = [opened(port) for _ in range(THREADS + 10)]
    stop = threading.Event()

    def drip() -> None:
        for sock in slow:
            sock.sendall(start)
        while not stop.wait(2):
            for sock in slow:
                try:
                    sock.sendall(b" ")
                except OSError:
                    continue

    thread = threading.Thread(target=drip)
    thread.start()
    time.sleep(1)
    began = time.monotonic()
    answer = said(port, GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    waited = time.monotonic() - began
    stop.set()
    thread.join()
    for sock in slow:
        sock.close()

    assert answer.startswith(b"HTTP/1.1 200")
    assert waited < 12


def test_requests_sent_at_once_are_answered_in_their_order(port):
    both = GET + GET.replace(b"/health", b"/nothing") + GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    answer = said(port, both)

    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"200", b"404", b"200"]


def test_http_1_0_is_answered_and_closed(port):
    answer = said(port, b"GET /health HTTP/1.0\r\n\r\n")

    assert answer.startswith((b"HTTP/1.0 200", b"HTTP/1.1 200"))
    assert answer.endswith(b"\r\n\r\nok\n")


def test_a_client_that_has_nothing_more_to_send_gets_its_answer(port):
    with opened(port) as sock:
        sock.sendall(GET)
        sock.shutdown(socket.SHUT_WR)

        assert everything(sock).endswith(b"ok\n")


@pytest.mark.parametrize(
    ("request_bytes", "statuses"),
    [
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", {b"414", b"400"}),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 9000 + b"\r\n\r\n", {b"431", b"400"}),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X-Y: z\r\n" * 200 + b"\r\n", {b"431", b"400"}),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {b"400"}),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", {b"400"}),
        (b"GET / HTTP/9.9\r\nHost: a\r\n\r\n", {b"400", b"505"}),
        (b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
         b"Content-Length: 999999999999\r\n\r\nASK {}", {b"413"}),
        (b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
         b"Content-Length: -1\r\n\r\nASK {}", {b"400"}),
    ],
)  # fmt: skip
def test_what_is_no_request_or_too_large_is_refused_and_the_connection_closed(port, request_bytes, statuses):
    answer = said(port, request_bytes)

    assert answer.split(b" ", 2)[1] in statuses, answer[:200]
    assert said(port, GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")).endswith(b"ok\n")


def test_a_body_that_is_larger_than_any_query_is_refused_before_it_has_come(port):
    """Sent in chunks, so nobody says beforehand how long it is."""
    began = time.monotonic()
    with opened(port) as sock:
        sock.sendall(b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
                     b"Transfer-Encoding: chunked\r\n\r\n")  # fmt: skip
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        try:
            for _ in range(2000):
                sock.sendall(chunk)
        except OSError:
            pass  # the server has said what it had to say
        answer = everything(sock)

    assert not answer or b" 413 " in answer.split(b"\r\n")[0] or answer == b"(reset)"
    assert time.monotonic() - began < 10
    assert said(port, GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")).endswith(b"ok\n")


@pytest.mark.conformance
def test_thousands_of_idle_connections_and_kept_alive_ones_are_borne(port):
    held = []
    try:
        for number in range(8_000):
            sock = opened(port)
            if number % 4 == 0:
                sock.sendall(GET)
            held.append(sock)
            if number % 1000 == 999:
                assert slowest_page(port, visits=3) < 2
    finally:
        for sock in held:
            sock.close()
    time.sleep(3)  # for their ends

    assert slowest_page(port) < BEARABLE
