"""`deploy/nginx.conf` as it is documented, with nginx in front of a server: only ports and certificate are others."""

from __future__ import annotations

import gzip
import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.serve.test_faults import ASK, CONFIG, DATA, VISITS, Running

pytestmark = pytest.mark.conformance
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
MAIN = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def front(tmp_path_factory):
    """The port of nginx, and the server behind it."""
    if not Path(NGINX).exists():
        if os.environ.get("TWINLD_CONFORMANCE"):
            pytest.fail("nginx is not there")
        pytest.skip("nginx is not there")
    root, folder, port = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("nginx"), free_port()
    (root / "data").mkdir()
    (root / "twinld.toml").write_text(CONFIG)
    (root / "data/a.ttl").write_text(DATA)
    running = Running(root, "--public-url", "https://data.example.org/", "--proxies", 1, "--log")
    certificate = ["-subj", "/CN=data.example.org", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *certificate], check=True,
                   capture_output=True)  # fmt: skip
    site = (ROOT / "deploy/nginx.conf").read_text()
    for old, new in (
        ("listen 443 ", f"listen 127.0.0.1:{port} "),
        ("127.0.0.1:8000", f"127.0.0.1:{running.port}"),
        ("/etc/letsencrypt/live/data.example.org/fullchain.pem", f"{folder}/cert.pem"),
        ("/etc/letsencrypt/live/data.example.org/privkey.pem", f"{folder}/key.pem"),
    ):
        assert old in site
        site = site.replace(old, new)
    (folder / "site.conf").write_text(site)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder) + ("user root;\n" if os.geteuid() == 0 else ""))
    command = [NGINX, "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port)).close()
            break
        time.sleep(0.05)
    yield port, running
    process.send_signal(signal.SIGTERM)
    process.wait(10)
    assert running.stop() == 0


def get(port: int, path: str, method: str = "GET", body: bytes | None = None, **headers: str):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=30, context=context)
    fields = {"Host": "data.example.org", **{name.replace("_", "-"): value for name, value in headers.items()}}
    connection.request(method, path, body, fields)
    reply = connection.getresponse()
    content = reply.read()
    connection.close()
    return reply, content


def test_what_twinld_says_comes_through(front):
    port, _ = front
    turtle, body = get(port, "/doc/n7", Accept="text/turtle")
    page, _ = get(port, "/doc/n7", Accept="text/html")
    packed, small = get(port, "/doc/n7", Accept="text/html", Accept_Encoding="gzip")
    unchanged, nothing = get(port, "/doc/n7", Accept="text/turtle", If_None_Match=turtle.headers["ETag"])
    thing, _ = get(port, "/n7")

    assert (turtle.headers["Content-Type"], page.headers["Content-Type"]) == (
        "text/turtle; charset=utf-8",
        "text/html; charset=utf-8",
    )
    assert b"n7" in body
    assert "Accept" in turtle.headers["Vary"] and turtle.headers["ETag"] != page.headers["ETag"]
    assert (packed.headers["Content-Encoding"], packed.headers["ETag"] == page.headers["ETag"]) == ("gzip", False)
    assert b"<html" in gzip.decompress(small)
    assert (unchanged.status, nothing) == (304, b"")
    assert (thing.status, thing.headers["Location"]) == (303, "/doc/n7")
    assert all(reply.headers["Access-Control-Allow-Origin"] == "*" for reply in (turtle, page))


def test_queries_and_paths_arrive_as_they_were_sent(front):
    port, _ = front
    posted, body = get(port, "/sparql", "POST", b"ASK { ?s ?p 7 }", Content_Type="application/sparql-query")
    large, _ = get(port, "/sparql", "POST", b" " * 900_000, Content_Type="application/sparql-query")
    other, _ = get(port, "/doc/n7%2Fx", Accept="text/turtle")
    preflight, _ = get(port, "/sparql", "OPTIONS", Origin="https://elsewhere.example")

    assert (posted.status, b"true" in body) == (200, True)
    assert large.status == 413
    assert other.status == 404
    assert preflight.status == 204


def test_no_header_of_a_client_changes_what_the_site_says_of_itself(front):
    port, _ = front
    plain, body = get(port, "/openapi.json")
    forged, other = get(port, "/openapi.json", X_Forwarded_Host="evil.example", X_Forwarded_Proto="http",
                        Forwarded="host=evil.example")  # fmt: skip
    redirect, _ = get(port, "/n7", X_Forwarded_Host="evil.example", X_Forwarded_Prefix="/evil")

    assert body == other
    assert b"https://data.example.org" in body and b"evil" not in body
    assert plain.status == forged.status == 200
    assert redirect.headers["Location"] == "/doc/n7"


def test_no_visitor_sees_that_web_processes_are_killed(front):
    """A request that a process took with it is sent by nginx to the next one."""
    port, running = front
    stop, seen = threading.Event(), Counter()

    def visit() -> None:
        number = 0
        while not stop.is_set():
            for path, expected in VISITS.items():
                number += 1
                address = f"{path}%20%23{number}" if "query=" in path else path
                reply, body = get(port, address)
                seen[reply.status if expected in body else "wrong"] += 1

    threads = [threading.Thread(target=visit) for _ in range(3)]
    for thread in threads:
        thread.start()
    killed, until = 0, time.monotonic() + 30
    while time.monotonic() < until and (killed < 6 or seen.total() < 100):
        gone = running.pids("web")[killed % 2]  # one at a time: who is sent to the next one needs a next one
        os.kill(gone, signal.SIGKILL)
        killed += 1
        while gone in running.pids("web") or len(running.pids("web")) < 2:
            time.sleep(0.1)
        time.sleep(0.7)  # it loads the application
    stop.set()
    for thread in threads:
        thread.join()
    print(f"\n{killed} web processes killed behind nginx, {dict(seen)}")

    assert set(seen) == {200}
    assert get(port, ASK)[0].status == 200
