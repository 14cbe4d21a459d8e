"""Requests per second of twinld, rdflib-endpoint and the Oxigraph server: same data, same requests, same run.

    python benchmarks/serve/compare.py --peers DIR [--seconds 5] > docs/benchmarks-serve.md

`DIR` is a virtual environment with `rdflib-endpoint`, `oxigraph` and `uvicorn`. Needs `wrk` and the data set
`wikidata-p190-2016` below TWINLD_THIRD_PARTY. The servers run one after the other, each started anew for each kind of
request: the cold start counts.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BASE = "http://www.wikidata.org/entity/"
TWIN = "http://www.wikidata.org/prop/direct/P190"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
PORT = 8765
DRAWN = 1000  # resources in the list of requests, drawn with a Zipf law
OTHERS = 60_000  # different queries: more than any server but Oxigraph answers in a measurement
CONNECTIONS = (1, 8, 32)
TWINS = f"""\
#+ title: Twins of a place
#+ param: place (IRI) the place
SELECT ?twin ?name {{
  VALUES ?place {{ <{BASE}Q33935> }}
  ?place <{TWIN}> ?twin .
  ?twin <{LABEL}> ?name .
}}
"""


@dataclass(frozen=True)
class Request:
    """A line of the list: path, Accept header, ETag that the client has."""

    path: str
    accept: str = ""
    tag: str = ""


@dataclass(frozen=True)
class Peer:
    """A server: how it is started, and how it is asked for a resource, the canned query, an ASK."""

    name: str
    command: list[str]
    resource: str
    canned: str
    ask: str
    another: str  # an ASK that no two requests of a measurement have in common


def project(folder: Path, source: Path) -> list[str]:
    """Write the world as a project with one canned query; return the places, the most related first."""
    names = dict(line.split("\t", 1) for line in (source / "names.tsv").read_text("utf-8").splitlines() if "\t" in line)
    relations = [line.split("\t") for line in (source / "relations.tsv").read_text("utf-8").splitlines()]
    (folder / "data").mkdir()
    (folder / "sparql").mkdir()
    lines = [f"<{BASE}{a}> <{TWIN}> <{BASE}{b}> ." for a, b in relations]
    lines += [f"<{BASE}{item}> <{LABEL}> {literal(name)}@en ." for item, name in names.items()]
    (folder / "data/world.nt").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "sparql/twins.rq").write_text(TWINS, "utf-8")
    (folder / "twinld.toml").write_text(f'base-iri = "{BASE}"\nlanguages = ["en"]\n', "utf-8")
    degree: dict[str, int] = {}
    for a, _ in relations:
        degree[a] = degree.get(a, 0) + 1
    return sorted(degree, key=lambda item: (-degree[item], item))


def literal(name: str) -> str:
    return '"' + name.strip().replace("\\", "\\\\").replace('"', '\\"') + '"'


def drawn(places: list[str]) -> list[str]:
    """Return places drawn with a Zipf law: the nth of them n times less often than the first."""
    dice = random.Random(2016)
    weights = [1 / rank for rank in range(1, len(places) + 1)]
    return dice.choices(places, weights, k=DRAWN)


def peers(folder: Path, environment: Path) -> list[Peer]:
    data, port = str(folder / "data/world.nt"), str(PORT)
    select = quote(TWINS.split("\n", 2)[2].replace(f"<{BASE}Q33935>", "<PLACE>"))
    describe = "?query=" + quote(f"DESCRIBE <{BASE}") + "{0}" + quote(">")
    ask = "?query=" + quote(f"ASK {{ <{BASE}Q33935> <{TWIN}> ?twin }}")
    another = "?query=" + quote(f"ASK {{ <{BASE}") + "{0}" + quote(f"> <{TWIN}> ?twin }} # ") + "{1}"
    canned = "?query=" + select.replace("PLACE", quote(BASE) + "{0}")
    oxigraph = str(environment / "bin/oxigraph")
    store = folder / "store"
    subprocess.run([oxigraph, "load", "--location", store, "--file", data], check=True, capture_output=True)
    return [
        Peer(
            "twinld",
            [str(Path(sys.executable).parent / "twinld"), "serve", str(folder), "--port", port, "--force"],
            "/doc/{0}.ttl",
            "/query/twins.json?" + urlencode({"place": BASE}) + "{0}",
            "/sparql" + ask,
            "/sparql" + another,
        ),
        Peer(
            "rdflib-endpoint",
            [str(environment / "bin/rdflib-endpoint"), "serve", "--host", "127.0.0.1", "--port", port, data],
            "/" + describe,
            "/" + canned,
            "/" + ask,
            "/" + another,
        ),
        Peer(
            "Oxigraph server",
            [oxigraph, "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"],
            "/query" + describe,
            "/query" + canned,
            "/query" + ask,
            "/query" + another,
        ),
    ]


@contextmanager
def running(peer: Peer) -> Iterator[float]:
    """Run a server; hand out the seconds until its first answer."""
    before = time.monotonic()
    process = subprocess.Popen(peer.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not answers(peer.ask):
            if process.poll() is not None or time.monotonic() - before > 120:
                raise SystemExit(f"{peer.name} did not start: {' '.join(peer.command)}")
            time.sleep(0.02)
        yield time.monotonic() - before
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(path: str) -> bool:
    try:
        return fetched(path)[0] == 200
    except OSError:
        return False


def fetched(path: str, accept: str = "*/*") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    connection.request("GET", path, headers={"Accept": accept})
    reply = connection.getresponse()
    reply.read()
    connection.close()
    return reply.status, reply.headers.get("ETag", "")


def tags(peer: Peer, places: list[str]) -> dict[str, str]:
    """Return the ETag of each place, from a server of its own so that the measured one starts cold."""
    with running(peer):
        return {place: fetched(peer.resource.format(place), "text/turtle")[1] for place in set(places)}


def measured(requests: list[Request], connections: int, seconds: int) -> str:
    """Return requests per second, median and 99th percentile in milliseconds, as a table's cell."""
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
        file.write("".join(f"{each.path}\t{each.accept}\t{each.tag}\n" for each in requests))
        file.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--latency", "-s", str(HERE / "requests.lua")]
        said = subprocess.run(
            [*command, f"http://127.0.0.1:{PORT}/"],
            env={**os.environ, "REQUESTS": file.name},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)", said)
    assert found, said
    count, spent, _, slow, errors = map(int, found.groups())
    return f"{count / spent * 1e6:,.0f} ({slow / 1000:.1f} ms)" + (f", {errors} errors" if errors else "")


def lists(peer: Peer, places: list[str], known: dict[str, str]) -> dict[str, list[Request]]:
    """Return the requests of each kind; every fourth resource with the ETag that the client has."""
    resources = [
        Request(peer.resource.format(place), "text/turtle", known.get(place, "") if number % 4 == 0 else "")
        for number, place in enumerate(places)
    ]
    accept = "application/json" if peer.name == "twinld" else "application/sparql-results+json"
    everyone = list(dict.fromkeys(places))
    return {
        "resource as Turtle": resources,
        "resource as Turtle, each once": [Request(peer.resource.format(place), "text/turtle") for place in everyone],
        "canned query as JSON": [Request(peer.canned.format(place), accept) for place in places],
        "ASK, always the same": [Request(peer.ask, "application/sparql-results+json")],
        "ASK, always another": [
            Request(peer.another.format(place, number), "application/sparql-results+json")
            for number in range(OTHERS)
            for place in [places[number % len(places)]]
        ],
    }


def table(all_peers: list[Peer], places: list[str], seconds: int, only: str) -> Iterator[str]:
    known = {peer.name: tags(peer, places) for peer in all_peers}
    yield "| what | connections | " + " | ".join(peer.name for peer in all_peers) + " |"
    yield "| --- | --- |" + " --- |" * len(all_peers)
    for kind in (kind for kind in lists(all_peers[0], places, {}) if only in kind):
        cells: dict[int, list[str]] = {connections: [] for connections in CONNECTIONS}
        for peer in all_peers:
            for connections in CONNECTIONS:
                with running(peer):
                    requests = lists(peer, places, known[peer.name])[kind]
                    cells[connections].append(measured(requests, connections, seconds))
        for connections, row in cells.items():
            yield f"| {kind} | {connections} | " + " | ".join(row) + " |"
    starts = []
    for peer in all_peers:
        with running(peer) as taken:
            starts.append(f"{taken:.2f} s")
    yield "| start to first answer | | " + " | ".join(starts) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", type=Path, required=True, help="environment with rdflib-endpoint and oxigraph")
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement")
    parser.add_argument("--only", default="", help="kinds of request whose name holds this")
    options = parser.parse_args()
    source = Path(os.environ.get("TWINLD_THIRD_PARTY", ROOT / "../shared/third_party")) / "wikidata-p190-2016"
    if not source.is_dir() or not shutil.which("wrk"):
        raise SystemExit(f"needs wrk and {source}")
    with tempfile.TemporaryDirectory() as name:
        places = project(Path(name), source)
        for line in table(peers(Path(name), options.peers), drawn(places), options.seconds, options.only):
            print(line, flush=True)


if __name__ == "__main__":
    main()
