"""Where the data can be while they are served: one function each, from a project's folder to its publication."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.stores.conftest import PASSWORD, OxigraphServer, VirtuosoServer
from twinld.publish.publication import Publication
from twinld.serve.elsewhere import windows
from twinld.serve.opening import dataset_of, opened
from twinld.serve.storage import open_directory, write
from twinld.source.project import open_project
from twinld.stores.client import connect
from twinld.stores.credentials import Credentials
from twinld.stores.push import push

PUBLIC_URL = "https://data.example.org/"
Opener = Callable[[Path, Path], AbstractContextManager[Publication]]
"""From the folder of a project, and an empty folder to put things in, to what is served."""


FROM_ANYWHERE = (
    "SELECT ?pump { ?pump <https://example.org/pumps/ns#next>+ ?last FILTER(STRLEN(STR(?last)) > 5) } ORDER BY ?pump"
)
"""A path with + or * between two variables, which Virtuoso 7.2 has no start for."""
OXIGRAPH_WRITES: Mapping[str, str] = {"1.10": "1.1", "007": "7", "sv-FI": "sv-fi"}
VIRTUOSO_WRITES: Mapping[str, str] = {**OXIGRAPH_WRITES, "22.84": "22.840000152588", "62.79": "62.790000915527"}
"""What docs/stores.md lists: equal numbers in one form, coordinates in 4 bytes, language tags in small letters."""


@dataclass(frozen=True)
class Kind:
    """A place for the data. `literals` lists what it writes otherwise: how the author wrote it, and how it comes back.

    The keys are texts as they stand in answers, such as `"1.10"`. An empty list means: to the byte. Data that are
    `elsewhere` are in a store: nobody has gone through them, and a page has its statements in no order of an author's.
    `refuses` are queries that the store cannot answer, and says so.
    """

    open: Opener
    literals: Mapping[str, str] = field(default_factory=dict)
    elsewhere: bool = False
    refuses: tuple[str, ...] = ()


@contextmanager
def memory(project: Path, _: Path) -> Iterator[Publication]:
    """The data in memory, as `twinld serve` has them."""
    with opened(dataset_of(open_project(project)), public_url=PUBLIC_URL) as publication:
        yield publication


@contextmanager
def disk(project: Path, folder: Path) -> Iterator[Publication]:
    """The data in a directory, as `twinld load` writes them and `twinld serve --store` opens them."""
    write(dataset_of(open_project(project)), folder / "store", public_url=PUBLIC_URL, tell=lambda _: None)
    with opened(open_directory(folder / "store"), public_url=PUBLIC_URL) as publication:
        yield publication


@contextmanager
def oxigraph(project: Path, folder: Path) -> Iterator[Publication]:
    """The data in an Oxigraph server of its own."""
    with _running(OxigraphServer(folder)) as url, _from_store(project, url, Credentials()) as publication:
        yield publication


@contextmanager
def virtuoso(project: Path, folder: Path) -> Iterator[Publication]:
    """The data in a Virtuoso of its own."""
    dba = Credentials("dba", PASSWORD)
    with _running(VirtuosoServer(folder)) as url, _from_store(project, url, dba) as publication:
        yield publication


@contextmanager
def _running(server: OxigraphServer | VirtuosoServer) -> Iterator[str]:
    server.start()
    try:
        yield server.url
    finally:
        server.kill()


@contextmanager
def _from_store(project: Path, url: str, credentials: Credentials) -> Iterator[Publication]:
    dataset = dataset_of(open_project(project))
    with connect(url, credentials=credentials) as store:
        push(store, dataset)
    made = windows(dataset.project, url, public_url=PUBLIC_URL, credentials=credentials)
    try:
        yield made.current()
    finally:
        made.close()


KINDS: Mapping[str, Kind] = {
    "memory": Kind(memory),
    "disk": Kind(disk),
    "oxigraph": Kind(oxigraph, OXIGRAPH_WRITES, elsewhere=True),
    "virtuoso": Kind(virtuoso, VIRTUOSO_WRITES, elsewhere=True, refuses=(FROM_ANYWHERE,)),
}
