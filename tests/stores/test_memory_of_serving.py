"""The memory of a server whose data are in a store does not grow with them, nor with what is asked."""

from __future__ import annotations

import random
import re
import threading
from pathlib import Path
from urllib.parse import quote, urljoin

import pytest

from tests.stores.conftest import OxigraphServer
from tests.stores.test_a_store_that_fails import Site, serving
from twinld.graph.dataset import load
from twinld.source.project import open_project
from twinld.stores.client import connect
from twinld.stores.push import push

pytestmark = pytest.mark.conformance

MOST_MB = 150
PAGES = 300
LARGE = "/sparql?query=" + quote("SELECT * { ?s ?p ?o } LIMIT 40000")
GRAPH = "/sparql?format=turtle&query=" + quote("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 40000")


def processes(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *(each for child in children for each in processes(int(child)))]


def megabytes(process: int) -> float:
    """The memory of a process and those below it; what they share counts once."""
    sizes = (Path(f"/proc/{each}/smaps_rollup").read_text() for each in processes(process))
    return sum(int(re.search(r"^Pss:\s+(\d+)", size, re.M)[1]) for size in sizes) / 1024


def crawled(site: Site, pages: int) -> list[int]:
    """Follow links at random, and return the statuses."""
    chance, known, waiting, statuses = random.Random(9), {"/"}, ["/", "/browse/"], []
    while waiting and len(statuses) < pages:
        path = waiting.pop(chance.randrange(len(waiting)))
        found = site.get(path)
        statuses.append(found.status)
        if "html" in found.headers["Content-Type"]:
            links = re.findall(r'href="([^"#:]+)"', found.body.decode())
            new = {urljoin(path, link.replace("&amp;", "&")) for link in links} - known
            known |= new
            waiting += sorted(new)
    return statuses


def test_a_server_with_its_data_in_a_store_takes_less_than_150_mb(oxigraph: OxigraphServer, world: Path) -> None:
    with connect(oxigraph.url) as store:
        push(store, load(open_project(world)))
    with serving(oxigraph.url, project=world, seconds=30) as site:
        statuses = crawled(site, PAGES)
        after_pages = megabytes(site.process.pid)
        large = [threading.Thread(target=site.get, args=(path,)) for path in [LARGE, GRAPH] * 4]
        for each in large:
            each.start()
        for each in large:
            each.join()
        after_all = megabytes(site.process.pid)

    assert set(statuses) == {200}
    assert after_pages < MOST_MB
    assert after_all < MOST_MB
