"""A project whose data are in a store elsewhere: its own files are loaded, its data asked for as they are needed.

What was asked for is kept in a window, which is thrown away whole when it is old or large: so a change in the store
shows after a minute, and no amount of data takes more memory.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from twinld.errors import TwinldError
from twinld.graph.dataset import Dataset, load
from twinld.graph.prefixes import prefix_map
from twinld.publish.pages import free_pages
from twinld.publish.pages.edition import edition_of
from twinld.publish.publication import Publication
from twinld.query.limits import Limits
from twinld.query.remote import Remote, RemoteEndpoint
from twinld.serve.app import create_app
from twinld.serve.metering import Metrics, metered
from twinld.serve.reloading import say
from twinld.serve.trimming import give_back, keep_together
from twinld.source.project import Project
from twinld.stores.client import Store, connect
from twinld.stores.credentials import Credentials
from twinld.stores.figures import COUNT_SECONDS, Figures, Overview
from twinld.stores.lookups import Scope
from twinld.stores.reader import Reader, within
from twinld.stores.record import RECORD, read_record
from twinld.stores.window import windowed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask import Flask

FRESH_SECONDS = 60.0  # how long a change in the store may go unseen
CELLS = 40_000  # rows and terms of one window
REACHED = 20_000  # paths that pages have followed in one window, with the names and labels about 25 MB in all
CONNECT_SECONDS = 2.0
AWAY_SECONDS = 0.5
LOOKUP_BYTES = 16 << 20  # a full answer of 5,000 rows is 2 MB, unless its texts are long
RESULT_MB = 12  # an answer is held whole while it is sent
GRAPHS_AT_MOST = 5_000


@dataclass
class Windows:
    """The publication of a project as its store has it now. Safe for threads; each process that serves has its own."""

    base: Publication
    remote: Remote
    figures: Figures
    reader: Reader
    _current: Publication | None = None
    _since: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def current(self) -> Publication:
        """Return the publication with the window of now."""
        with self._lock:
            if self._current is None or time.monotonic() - self._since > FRESH_SECONDS or _is_full(self._current):
                self._current, self._since = self._opened(), time.monotonic()
                give_back()
            return self._current

    def shut(self) -> None:
        """Let the window go; a process that is forked opens its own.

        One from before the fork would be frozen there with all that it is filled with later, and never collected.
        """
        self._current = None
        gc.collect()

    def _opened(self) -> Publication:
        dataset = windowed(
            self.base.dataset, self.reader, self.figures.scope, lambda table: Overview(self.figures, table)
        )
        return self.base.with_window(dataset, RemoteEndpoint(self.remote))

    def close(self) -> None:
        """Close the connections to the store."""
        self.remote.store.close()


@dataclass
class ServedElsewhere:
    """What is served from a store, for the process that forks the workers; `load` reads the project's files anew."""

    load: Callable[[], Windows]
    log: bool = False
    metrics: Metrics | None = None
    proxies: int = 0
    _windows: Windows | None = None

    def open(self) -> Publication:
        """Load for the first time, and return what the project's own files say.

        What is counted in the store is counted now, for all processes. Raises `StoreError` for a store that is away.
        """
        self._windows = self.load()
        with within(COUNT_SECONDS):
            publication = self._windows.current()
            publication.prepare()
            assert free_pages(publication)
        del publication
        self._windows.shut()
        return self._windows.base

    def app(self) -> Flask:
        """Return the application of what is served now."""
        assert self._windows is not None
        keep_together()
        return app_of(self._windows, log=self.log, metrics=self.metrics, proxies=self.proxies)

    def reload(self) -> bool:
        """Read the project's own files anew; what cannot be read, or a store that is away, leaves the old."""
        try:
            self.open()
        except TwinldError as error:
            say(event="reload", outcome="refused", reason=str(error))
            return False
        say(event="reload", outcome="swapped")
        return True

    def needs_mending(self) -> bool:
        """There is no process beside the workers that could be lost; the store is not ours."""
        return False

    def close(self) -> None:
        """Close the connections to the store."""
        if self._windows is not None:
            self._windows.close()


def app_of(windows: Windows, *, log: bool = False, metrics: Metrics | None = None, proxies: int = 0) -> Flask:
    """Return the application that serves a project's windows, each request within the deadline of a query."""
    Overview(windows.figures, windows.base.dataset.table).begin()
    app = create_app(windows.current, log=log, fresh=FRESH_SECONDS, proxies=proxies)
    inner, seconds = app.wsgi_app, windows.remote.limits.timeout

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with within(seconds):
            return inner(environ, start_response)

    app.wsgi_app = answer  # type: ignore[method-assign]  # as Flask's documentation has it
    if metrics is not None:
        app.wsgi_app = metered(app.wsgi_app, windows.current, metrics)  # type: ignore[assignment, method-assign]
    return app


def _is_full(publication: Publication) -> bool:
    cells: int = getattr(publication.dataset.quads, "cells", 0)
    return cells > CELLS or edition_of(publication).steps_kept > REACHED


def windows(
    project: Project,
    url: str,
    *,
    graphs: Sequence[str] = (),
    base_iri: str | None = None,
    public_url: str | None = None,
    limits: Limits | None = None,
    credentials: Credentials | None = None,
) -> Windows:
    """Return a project as a store has its data; its other files are loaded from its folder.

    `graphs` are the IRIs of the graphs that hold the data; without them they are those that a push recorded, else all.
    Credentials come from the environment. Raises `StoreError` where the store does not answer.
    """
    local = _own_files(project, base_iri)
    limits = replace(limits or Limits(), result_mb=RESULT_MB)
    store = connect(
        url,
        connect_seconds=CONNECT_SECONDS,
        away_seconds=AWAY_SECONDS,
        most_bytes=LOOKUP_BYTES,
        credentials=credentials,
    )
    scope = scope_of(store, local, graphs)
    reader = Reader(store)
    remote = Remote.of(store, scope, limits, prefix_map(local))
    config = project.config
    public = public_url or config.public_url or local.base_iri
    base = Publication.of(local, public_url=public if public.endswith("/") else public + "/")
    return Windows(base, remote, Figures(reader, scope, local), reader)


def _own_files(project: Project, base_iri: str | None) -> Dataset:
    """Load the ontology and the shapes of a project; the data are the store's."""
    if base_iri:
        project = replace(project, config=replace(project.config, base_iri=base_iri))
    files = tuple(file for file in project.files if file.role != "data")
    return replace(load(replace(project, files=files)), project=project)


def scope_of(store: Store, local: Dataset, graphs: Sequence[str]) -> Scope:
    """Return which graphs of a store are the project's: those given, those that a push recorded, else all there are."""
    found = {f"<{iri}>" for iri in graphs or _graphs(store, local.base_iri)} - {f"<{local.base_iri}{RECORD}>"}
    keys = local.table.keys
    shapes = {
        keys[number] for file in local.of_role("shapes") for number in {file.graph, *file.parsed.statements.graph}
    }
    own = {keys[number] for number in set(local.quads.graph)}
    nowhere = f"<{local.base_iri}graph/store>"
    if not found:
        return Scope(None, frozenset(), frozenset(), nowhere)
    return Scope(frozenset(found - own), frozenset(found), frozenset(found - shapes), nowhere)


def _graphs(store: Store, base: str) -> Iterable[str]:
    known = read_record(store, base + RECORD).known
    if known:
        return known
    rows = store.select(f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }} LIMIT {GRAPHS_AT_MOST}")
    return [row["g"][1:-1] for row in rows]
