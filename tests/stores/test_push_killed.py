"""The world pushed by a process that is killed, to a store that is killed, and by two at once; counted afterwards."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stores.conftest import OxigraphServer
from tests.stores.relay import Moment, Relay
from twinld.graph.dataset import load
from twinld.rdf.terms import literal_parts
from twinld.source.project import open_project
from twinld.stores.client import Store, connect
from twinld.stores.contents import contents

pytestmark = pytest.mark.conformance

BASE = "https://example.org/world/"
CITIES, ONTOLOGY, SHAPES, RECORD = (f"{BASE}graph/{each}" for each in
                                    ("data/cities", "ontology/world", "shapes/City", "pushed"))  # fmt: skip
MOMENTS = {
    "before anything is sent": Moment(RECORD),
    "while a graph is sent": Moment(CITIES, sent=3_000_000),
    "when a graph is in, before the push knows": Moment(CITIES, answered=True),
    "before the record is written": Moment(RECORD, nth=2),
    "between graphs": Moment(RECORD, nth=3),
    "between graphs, the record emptied": Moment(SHAPES),
    "before the last record": Moment(RECORD, nth=6),
}


@pytest.fixture(params=["oxigraph", "virtuoso"])
def emptied(request: pytest.FixtureRequest) -> Iterator[Store]:
    """One store of each kind, without the graphs of the world."""
    server = request.getfixturevalue("shared_oxigraph" if request.param == "oxigraph" else "virtuoso")
    if request.param == "virtuoso":
        request.getfixturevalue("as_dba")
    with connect(server.url if isinstance(server, OxigraphServer) else server) as store:
        for graph in (CITIES, ONTOLOGY, SHAPES, RECORD):
            store.delete(graph)
        yield store


def started(folder: Path, url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "twinld.cli.__main__", "push", "--project", str(folder), "--to", url]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def pushed(folder: Path, url: str) -> tuple[int, str]:
    """Return the exit code of a push and what it said."""
    process = started(folder, url)
    out, error = process.communicate()
    return process.returncode, (out + error).strip()


def killed_at(moment: Moment, folder: Path, url: str) -> int:
    """Push until a moment at which the process is killed, and return how it ended."""
    running: list[subprocess.Popen[str]] = []

    def kill() -> None:
        running[0].kill()

    with Relay(url, moment, kill) as by_relay:
        running.append(started(folder, by_relay))
        running[0].communicate()
    return running[0].returncode


def counts(store: Store) -> dict[str, int]:
    """Return how many triples each of the world's graphs has in a store."""
    query = "SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{}> {{ ?s ?p ?o }} }}"
    rows = {graph: store.select(query.format(graph)) for graph in (CITIES, ONTOLOGY, SHAPES)}
    return {graph: int(literal_parts(found[0]["n"])[0]) for graph, found in rows.items()}


@pytest.fixture(scope="module")
def expected(world: Path) -> dict[str, int]:
    return {content.graph: content.triples for content in contents(load(open_project(world)))}


@pytest.mark.parametrize("when", MOMENTS)
def test_a_push_killed_at_any_moment_and_run_again_ends_with_the_right_counts(
    when: str, emptied: Store, world: Path, expected: dict[str, int]
) -> None:
    url = emptied.addresses.query
    died = killed_at(MOMENTS[when], world, url)
    again, twice = pushed(world, url), pushed(world, url)

    assert died == -signal.SIGKILL
    assert again[0] == 0, again[1]
    assert " 0 sent" not in again[1]
    assert twice == (0, "69139 triples in 3 graphs: 0 sent, 3 unchanged, 0 removed")
    assert counts(emptied) == expected


def test_the_graph_of_a_removed_file_is_removed_though_the_push_is_killed_at_it(
    emptied: Store, world: Path, expected: dict[str, int], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(world, tmp_path / "world"))
    url = emptied.addresses.query
    assert pushed(folder, url)[0] == 0
    (folder / "data/cities.ttl").unlink()
    died = killed_at(Moment(CITIES), folder, url)
    before = counts(emptied)
    again = pushed(folder, url)

    assert (died, before) == (-signal.SIGKILL, expected)
    assert again == (0, "72 triples in 2 graphs: 0 sent, 2 unchanged, 1 removed")
    assert counts(emptied) == expected | {CITIES: 0}


def test_a_store_that_dies_in_the_middle_is_said_so_and_the_next_run_goes_on(
    oxigraph: OxigraphServer, world: Path, expected: dict[str, int]
) -> None:
    with Relay(oxigraph.url, Moment(CITIES, sent=3_000_000), oxigraph.kill) as by_relay:
        code, said = pushed(world, by_relay)
        origin = by_relay.removesuffix("/query")
    oxigraph.start()
    again = pushed(world, oxigraph.url)
    with connect(oxigraph.url) as store:
        left = counts(store)

    assert code == 3
    assert said.startswith(f"error: {origin}: the connection was cut")
    assert again == (0, "69139 triples in 3 graphs: 1 sent, 2 unchanged, 0 removed")
    assert left == expected


def test_of_two_pushes_at_once_the_one_that_finds_the_other_stops_and_what_it_sent_is_sent_again(
    emptied: Store, world: Path, expected: dict[str, int], tmp_path: Path
) -> None:
    """The later version is pushed whole while the earlier is half sent: the earlier spoils it, and says so."""
    url = emptied.addresses.query
    later = Path(shutil.copytree(world, tmp_path / "later"))
    cities = later / "data/cities.ttl"
    cities.write_text(cities.read_text("utf-8").replace('"Aachen"@en', '"Aken"@en'), "utf-8")
    others: list[tuple[int, str]] = []

    def push_later() -> None:
        others.append(pushed(later, url))

    with Relay(url, Moment(CITIES, sent=3_000_000), push_later, goes_on=True) as by_relay:
        first = pushed(world, by_relay)
    again = pushed(later, url)
    names = [f'ASK {{ GRAPH <{CITIES}> {{ ?city ?property "{name}"@en }} }}' for name in ("Aken", "Aachen")]

    assert others[0][0] == 0
    assert (first[0], "another push to this store has begun" in first[1]) == (3, True)
    assert again == (0, "69139 triples in 3 graphs: 1 sent, 2 unchanged, 0 removed")
    assert [emptied.ask(each) for each in names] == [True, False]
    assert counts(emptied) == expected
