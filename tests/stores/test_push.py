"""A project in a real store: sent once, repeated for nothing, taken up where it was killed."""

from __future__ import annotations

import http.server
import os
import pty
import re
import select
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.stores.conftest import OxigraphServer
from twinld.graph.dataset import load
from twinld.source.project import open_project
from twinld.stores.client import Store, connect
from twinld.stores.errors import StoreError
from twinld.stores.push import Pushed, push

CONFIG = 'base-iri = "https://example.org/"\n'
PLACES = """\
@prefix ex: <https://example.org/id/> .
ex:a ex:name "Seinäjoki"@fi ; ex:near [ ex:name "quote \\" and\\nline" ] .
ex:a ex:size 1.10, 1.1 .
"""
PEOPLE = "@prefix ex: <https://example.org/id/> .\nex:p ex:knows ex:q .\n"


def brought(store: Store, folder: Path) -> Pushed:
    return push(store, load(open_project(folder)))


def counts(store: Store) -> dict[str, int]:
    rows = store.select("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    return {row["g"][1:-1].rpartition("/")[2]: int(row["n"][1:].partition('"')[0]) for row in rows}


@pytest.fixture
def folder(write: Callable[..., Path]) -> Path:
    return write({"twinld.toml": CONFIG, "data/places.ttl": PLACES, "data/people.ttl": PEOPLE})


def test_every_graph_is_in_the_store_and_a_second_run_sends_nothing(oxigraph: OxigraphServer, folder: Path) -> None:
    with connect(oxigraph.url) as store:
        first, second = brought(store, folder), brought(store, folder)

        assert (len(first.sent), first.miscounted) == (2, ())  # though the store takes 1.10 and 1.1 for one
        assert (second.sent, len(second.unchanged)) == ((), 2)
        assert counts(store) == {"people": 1, "places": 4, "pushed": 5}
        assert store.ask('ASK { GRAPH ?g { ?s ?p "quote \\" and\\nline" } }')
        assert not store.ask("ASK { GRAPH ?g { ?s ?p 'Seinajoki'@fi } }")


def test_only_what_changed_is_sent_and_a_removed_file_is_removed(
    oxigraph: OxigraphServer, folder: Path, write: Callable[..., Path]
) -> None:
    with connect(oxigraph.url) as store:
        brought(store, folder)
        store.update("INSERT DATA { GRAPH <https://example.org/graph/somebody-elses> { <urn:a> <urn:b> <urn:c> } }")
        (folder / "data/people.ttl").unlink()
        write({"data/more.ttl": PEOPLE})
        done = brought(store, folder)

        assert done.sent == ("https://example.org/graph/data/more",)
        assert done.removed == ("https://example.org/graph/data/people",)
        assert counts(store) == {"more": 1, "places": 4, "pushed": 5, "somebody-elses": 1}


def test_a_graph_that_somebody_changed_in_the_store_is_sent_again(oxigraph: OxigraphServer, folder: Path) -> None:
    with connect(oxigraph.url) as store:
        brought(store, folder)
        store.update("DELETE WHERE { GRAPH <https://example.org/graph/data/people> { ?s ?p ?o } }")

        assert brought(store, folder).sent == ("https://example.org/graph/data/people",)


def test_a_store_without_graph_store_protocol_gets_updates(oxigraph: OxigraphServer, folder: Path) -> None:
    with connect(oxigraph.url) as store:
        store.addresses = type(store.addresses)(store.addresses.query, store.addresses.update, None)
        first, second = brought(store, folder), brought(store, folder)

        assert (len(first.sent), second.sent) == (2, ())
        assert counts(store) == {"people": 1, "places": 4, "pushed": 5}


def test_a_push_that_is_killed_is_taken_up_where_it_was(oxigraph: OxigraphServer, write: Callable[..., Path]) -> None:
    lines = "".join(f"<https://example.org/id/{n}> <https://example.org/p> {n} .\n" for n in range(4000))
    folder = write({"twinld.toml": CONFIG, **{f"data/part{n}.ttl": lines for n in range(12)}})
    command = [sys.executable, "-m", "twinld.cli.__main__", "push", "--project", str(folder), "--to", oxigraph.url]
    with connect(oxigraph.url) as store:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        while "part3" not in counts(store):
            assert process.poll() is None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        before = len(counts(store))
        done = brought(store, folder)

        assert before < 13
        assert len(done.unchanged) >= 3
        assert len(done.sent) + len(done.unchanged) == 12
        assert [number for name, number in counts(store).items() if name != "pushed"] == [4000] * 12


def test_a_file_that_cannot_be_read_whole_leaves_its_graph_as_it_is_and_the_others_are_sent(
    oxigraph: OxigraphServer, folder: Path, write: Callable[..., Path]
) -> None:
    command = [sys.executable, "-m", "twinld.cli.__main__", "push", "--project", str(folder), "--to", oxigraph.url]
    with connect(oxigraph.url) as store:
        brought(store, folder)
        write({"data/places.ttl": PLACES + "ex:b ex:name .", "data/people.ttl": PEOPLE + "ex:q ex:knows ex:p .\n"})
        done = subprocess.run(command, capture_output=True, text=True, check=False)

        assert (done.returncode, done.stdout) == (3, "2 triples in 1 graphs: 1 sent, 0 unchanged, 0 removed\n")
        assert done.stderr == "data/places.ttl: not sent, it cannot be read whole (twinld check says where)\n"
        assert counts(store) == {"people": 2, "places": 4, "pushed": 5}


def test_a_terminal_sees_how_much_of_a_graph_is_sent(oxigraph: OxigraphServer, write: Callable[..., Path]) -> None:
    lines = "".join(f"<https://example.org/id/{n}> <https://example.org/p> {n} .\n" for n in range(60_000))
    folder = write({"twinld.toml": CONFIG, "data/first.ttl": lines, "data/second.ttl": lines})
    command = [sys.executable, "-m", "twinld.cli.__main__", "push", "--project", str(folder), "--to", oxigraph.url]
    terminal, other = pty.openpty()
    shown: list[bytes] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=other) as process:
        os.close(other)
        with suppress(OSError):  # a terminal that nobody writes to any more
            while piece := os.read(terminal, 1 << 16):
                shown.append(piece)
        said = process.communicate()[0].decode()
    os.close(terminal)
    text = b"".join(shown).decode()

    assert said == "120000 triples in 2 graphs: 2 sent, 0 unchanged, 0 removed\n"
    assert re.search(r"\rgraph 2 of 2, \d+ %: https://example.org/graph/data/second", text)
    assert text.endswith("\r\x1b[K")


@contextmanager
def answering(
    answer: Callable[[http.server.BaseHTTPRequestHandler], None], address: str = "127.0.0.1"
) -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer(self)

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer((address, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{address}:{server.server_address[1]}/query"
    finally:
        server.shutdown()
        server.server_close()


def reply(handler: http.server.BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


YES = b'{"head": {}, "boolean": true}'


def test_a_password_is_given_as_digest_and_stands_in_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server checks as RFC 7616 section 3.9.1 says, with urllib's own client as the second opinion."""
    seen: list[str] = []

    def guarded(handler: http.server.BaseHTTPRequestHandler) -> None:
        given = handler.headers.get("Authorization", "")
        seen.append(given)
        if not given.startswith("Digest "):
            reply(handler, 401, b"", WWW_Authenticate='Digest realm="r", nonce="abc", qop="auth", algorithm=MD5')
            return
        asked = urllib.request.parse_keqv_list(urllib.request.parse_http_list(given.removeprefix("Digest ")))
        judge = urllib.request.AbstractDigestAuthHandler()
        hashed, keyed = judge.get_algorithm_impls("MD5")
        request = hashed(f"{handler.command}:{asked['uri']}")
        right = keyed(hashed("dba:r:se:cret"), f"abc:{asked['nc']}:{asked['cnonce']}:auth:{request}")
        reply(handler, 200 if asked["response"] == right else 403, YES)

    monkeypatch.setenv("TWINLD_STORE_USER", "dba")
    monkeypatch.setenv("TWINLD_STORE_PASSWORD", "se:cret")
    with answering(guarded) as url, connect(url) as store:
        assert store.ask("ASK {}")
        assert seen[0] == ""
        assert all("se:cret" not in each for each in seen)
        monkeypatch.setenv("TWINLD_STORE_PASSWORD", "other:secret")
        with pytest.raises(StoreError) as wrong:
            connect(url)
        assert "secret" not in f"{wrong.value} {wrong.value.hint} {store!r}"


def test_a_basic_password_goes_over_plain_http_to_another_host_only_where_that_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """127.0.0.2 stands for the other host: it is none of the names of this machine."""
    given: list[str] = []

    def basic(handler: http.server.BaseHTTPRequestHandler) -> None:
        given.append(handler.headers.get("Authorization", ""))
        if given[-1]:
            reply(handler, 200, YES)
        else:
            reply(handler, 401, b"", WWW_Authenticate='Basic realm="r"')

    monkeypatch.setenv("TWINLD_STORE_USER", "dba")
    monkeypatch.setenv("TWINLD_STORE_PASSWORD", "secret")
    with answering(basic, "127.0.0.2") as url:
        with pytest.raises(StoreError, match="anybody between"):
            connect(url)
        refused = list(given)
        monkeypatch.setenv("TWINLD_STORE_PLAIN", "yes")
        with connect(url) as store:
            assert store.ask("ASK {}")

    assert set(refused) == {""}


def test_a_store_that_trickles_is_given_up_at_the_deadline() -> None:
    """Each byte comes in time for a socket's own timeout; the request as a whole does not."""
    stop = threading.Event()

    def trickle(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        while not stop.wait(0.05):
            handler.wfile.write(b" ")

    with answering(trickle) as url, pytest.raises(StoreError) as late:
        try:
            connect(url, seconds=0.4)
        finally:
            stop.set()

    assert late.value.status == 504


def test_a_store_that_is_away_is_said_so_and_found_again(oxigraph: OxigraphServer) -> None:
    with connect(oxigraph.url) as store:
        oxigraph.kill()
        with pytest.raises(StoreError) as away:
            store.ask("ASK {}")
        oxigraph.start()

        assert away.value.status == 503
        assert store.ask("ASK {}")


def test_what_a_store_says_unasked_on_an_idle_connection_is_no_answer() -> None:
    """Oxigraph answers 500 to a connection that was idle for a minute, and closes it."""

    def yes_and_more(handler: http.server.BaseHTTPRequestHandler) -> None:
        reply(handler, 200, YES)
        if not select.select([handler.connection], [], [], 0.2)[0]:
            reply(handler, 500, b"Resource temporarily unavailable (os error 11)")
            handler.close_connection = True

    with answering(yes_and_more) as url, connect(url) as store:
        for _ in range(3):
            time.sleep(0.5)
            assert store.ask("ASK {}")


def test_a_password_in_the_address_is_refused_without_showing_it() -> None:
    with pytest.raises(Exception, match="password") as refused:
        connect("http://dba:hunter2@localhost:1/query")

    assert "hunter2" not in f"{refused.value}"
