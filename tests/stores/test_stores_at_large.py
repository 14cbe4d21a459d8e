"""The world with planted faults in two stores, and Virtuoso with a case for each component."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.stores.conftest import OxigraphServer
from tests.stores.test_validation_in_store import CASES, both, found, project_of
from twinld.graph.dataset import load
from twinld.source.project import open_project
from twinld.stores.client import connect
from twinld.stores.push import push

pytestmark = pytest.mark.conformance

DIFFERENT = {"duration", "integer"}  # what Virtuoso 7.2.5 stores otherwise than it was given, see docs/stores.md


@pytest.mark.parametrize("name", sorted(CASES.keys() - DIFFERENT))
def test_a_constraint_means_the_same_in_virtuoso(
    name: str, virtuoso: str, as_dba: None, write: Callable[..., Path]
) -> None:
    dataset, local, store = both(virtuoso, write(project_of(name)))

    assert store.unevaluated == ()
    assert found(dataset, store) == found(dataset, local)


def test_more_violations_than_virtuoso_sorts_are_all_found(
    virtuoso: str, as_dba: None, write: Callable[..., Path]
) -> None:
    """Virtuoso refuses to sort more than 10,000 rows where an OFFSET stands beside ORDER BY."""
    files = project_of("minCount")
    files["data/d.ttl"] += "".join(f"<https://example.org/{n}> a ex:C .\n" for n in range(17_000))
    dataset, local, store = both(virtuoso, write(files))

    assert store.unevaluated == ()
    assert len(store.results) == 17_001
    assert found(dataset, store) == found(dataset, local)


def planted(lines: list[str]) -> Iterator[str]:
    """Yield the Turtle of the world, one value a line, with half a percent of the values broken."""
    chance = random.Random(190)
    for line in lines:
        if chance.random() >= 0.005 or not line.startswith("    "):
            yield line
        elif "world:twin" in line:
            yield "    world:twin city:nowhere" + line[-2:]
        elif "prefLabel" in line:
            yield '    skos:prefLabel "no language"' + line[-2:]
        elif "wgs:" in line:
            yield f"    {line.split()[0]} 1000.5" + line[-2:]
        else:
            yield line


@pytest.fixture(scope="module")
def faulty_world(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(world, tmp_path_factory.mktemp("faulty") / "world"))
    cities = folder / "data/cities.ttl"
    lines = cities.read_text("utf-8").splitlines(keepends=False)
    cities.write_text("".join(f"{line}\n" for line in planted(lines)), "utf-8")
    return folder


def test_planted_faults_of_the_world_are_found_in_the_oxigraph_server(
    oxigraph: OxigraphServer, faulty_world: Path
) -> None:
    dataset, local, store = both(oxigraph.url, faulty_world)

    assert (len(local.results) > 150, store.unevaluated) == (True, ())
    assert found(dataset, store) == found(dataset, local)


def test_planted_faults_of_the_world_are_found_in_virtuoso(virtuoso: str, as_dba: None, faulty_world: Path) -> None:
    dataset, local, store = both(virtuoso, faulty_world)

    assert (len(local.results) > 150, store.unevaluated) == (True, ())
    assert found(dataset, store) == found(dataset, local)


def test_virtuoso_is_sent_a_graph_once(virtuoso: str, as_dba: None, faulty_world: Path) -> None:
    dataset = load(open_project(faulty_world))
    with connect(virtuoso) as store:
        push(store, dataset)
        again = push(store, dataset)

    assert (again.sent, again.miscounted) == ((), ())
