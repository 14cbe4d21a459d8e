"""`twinld serve`: a project folder, or any RDF files, as a site with pages, RDF and SPARQL."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twinld.cli.options import Subparsers, announced, command, count, http_url, iri, port, seconds

if TYPE_CHECKING:
    from flask import Flask

    from twinld.graph.dataset import Dataset
    from twinld.query import Limits

EXAMPLES = """\
  twinld serve                              the project around the current folder
  twinld serve some.ttl other.ttl           any RDF files as they are
  twinld serve --port 8080 --public-url https://data.example.org/
  twinld serve --get /catalog.ttl           one answer, without a server
  twinld serve --store /srv/world           large data, which twinld load wrote
  twinld serve --store http://localhost:7878/query     data that are in a store elsewhere
"""


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = command(commands, "serve", "browse and query a project, or any RDF files", EXAMPLES)
    parser.add_argument("paths", nargs="*", metavar="FOLDER|FILE", help="a project's folder, or RDF files")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen at (default: 127.0.0.1, this machine only)"
    )
    parser.add_argument("--port", type=port, help="port (default: 8000, or the next free one)")
    parser.add_argument(
        "--store", metavar="DIR|URL", help="the data are where twinld load wrote them, or in a SPARQL store elsewhere"
    )
    parser.add_argument(
        "--graph", action="append", metavar="IRI", help="a named graph of a store elsewhere, repeatable"
    )
    parser.add_argument("--base-iri", type=iri, metavar="IRI", help="what the IRIs begin with")
    parser.add_argument(
        "--public-url", type=http_url, metavar="URL", help="where the public sees it (for the catalogue)"
    )
    parser.add_argument(
        "--timeout", type=seconds, default=10, metavar="SECONDS", help="deadline of a query (default: 10)"
    )
    parser.add_argument(
        "--memory",
        type=count,
        metavar="MB",
        help="memory a query may take (default: what the machine has to spare, 512 at most)",
    )
    parser.add_argument(
        "--workers",
        type=count,
        metavar="N",
        help="processes that answer (default: one a core, 4 at most; with a store elsewhere 1, whose threads wait)",
    )
    parser.add_argument("--watch", action="store_true", help="reload when files change (SIGHUP does so at any time)")
    parser.add_argument("--log", action="store_true", help="a line of JSON per request on standard error")
    parser.add_argument("--metrics-port", type=port, metavar="PORT", help="serve /metrics for Prometheus at this port")
    parser.add_argument(
        "--proxies",
        type=int,
        default=0,
        metavar="N",
        help="web servers in front that tell the client's address in X-Forwarded-For (default: 0, nobody is believed)",
    )
    parser.add_argument("--force", action="store_true", help="serve in spite of violations")
    parser.add_argument("--get", metavar="PATH", help="print the answer to one request and end")
    parser.add_argument("--accept", metavar="TYPE", help="Accept header of --get")
    parser.add_argument("--open", action="store_true", help="open it in the browser")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until stopped, or answer one request."""
    from twinld.query import Limits
    from twinld.serve.app import create_app
    from twinld.serve.opening import opened

    limits = Limits.for_machine(timeout=options.timeout, **({"memory_mb": options.memory} if options.memory else {}))
    if options.store is not None and "://" in options.store:
        _refuse_what_a_store_decides(options)
        return _from_store(options, limits)
    if options.get is None:
        return _serve(options, limits)
    with opened(_dataset(options), public_url=options.public_url, limits=limits) as publication:
        return _get(create_app(publication), options)


def _refuse_what_a_store_decides(options: argparse.Namespace) -> None:
    from twinld.errors import UsageError

    wrong = [f"--{name}" for name in ("watch", "force", "memory") if getattr(options, name)]
    if wrong:
        raise UsageError(f"{', '.join(wrong)}: not with a store elsewhere, whose data and memory are its own")


def _from_store(options: argparse.Namespace, limits: Limits) -> int:
    """Serve what a store elsewhere holds, until stopped, or answer one request from it."""
    from functools import partial

    from twinld.serve.elsewhere import ServedElsewhere, app_of, windows
    from twinld.serve.opening import project_of, title_of
    from twinld.serve.server import announce_store, listen, run, url_of

    project = announced(project_of(options.paths, options.project))
    listener = listen(options.host, options.port) if options.get is None else None
    public_url = options.public_url or (url_of(listener) if listener is not None else None)
    given = {"base_iri": options.base_iri, "public_url": public_url, "limits": limits}
    load = partial(windows, project, options.store, graphs=options.graph or (), **given)
    if listener is None:
        return _get(app_of(load()), options)
    served = ServedElsewhere(load, **_operation(options))
    metrics = [listen(options.host, options.metrics_port)] if options.metrics_port is not None else []
    try:
        dataset = served.open().dataset
        said = partial(announce_store, url_of(listener), asked=options.port, title=title_of(dataset))
        run(served, listener, *metrics, workers=options.workers or 1, ready=said)
    finally:
        served.close()
    return 0


def _serve(options: argparse.Namespace, limits: Limits) -> int:
    from functools import partial

    from twinld.serve.opening import published
    from twinld.serve.reloading import Served
    from twinld.serve.server import listen, run, url_of

    listener = listen(options.host, options.port)
    url = url_of(listener)
    watched = _Watched.of(options) if options.watch else None  # before the files are read: no change is missed
    publish = partial(published, public_url=options.public_url or url, limits=limits)
    served = Served(partial(_dataset, options), publish, **_operation(options))
    metrics = [listen(options.host, options.metrics_port)] if options.metrics_port is not None else []
    try:
        dataset = served.open().dataset
        run(served, listener, *metrics, workers=options.workers, ready=partial(_ready, options, dataset, url, watched))
    finally:
        served.close()
    return 0


def _operation(options: argparse.Namespace) -> dict[str, Any]:
    """Return what was asked for beside the data: a log, metrics, which proxies are believed."""
    from twinld.serve.metering import Metrics

    metrics = Metrics(options.metrics_port) if options.metrics_port is not None else None
    return {"log": options.log, "metrics": metrics, "proxies": options.proxies}


def _ready(options: argparse.Namespace, dataset: Dataset, url: str, watched: _Watched | None) -> None:
    """Say where it is served; start what was asked for beside it."""
    import webbrowser

    from twinld.serve.opening import title_of
    from twinld.serve.server import announce

    if watched is not None:
        watched.start()
    announce(url, asked=options.port, title=title_of(dataset), resources=len(dataset.quads.subjects))
    if options.open:
        webbrowser.open(url)


@dataclass(frozen=True, slots=True)
class _Watched:
    """The files that a server reads, and what they were when it began to read them."""

    roots: tuple[str, ...]
    digest: str

    @classmethod
    def of(cls, options: argparse.Namespace) -> _Watched:
        from pathlib import Path

        from twinld.serve.storage import manifest_of
        from twinld.serve.watching import digest
        from twinld.source.project import nearest_root

        stored = [manifest_of(Path(options.store))] if options.store is not None else None
        root = options.project or nearest_root(Path.cwd()) or Path.cwd()
        roots = tuple(str(path) for path in stored or options.paths or [root])
        return cls(roots, digest([Path(root) for root in roots]))

    def start(self) -> None:
        import os
        import subprocess

        command = [sys.executable, "-P", "-m", "twinld.serve.watching", str(os.getpid()), self.digest, *self.roots]
        subprocess.Popen(command)


def _dataset(options: argparse.Namespace) -> Dataset:
    from twinld.serve.opening import dataset_of, project_of

    if options.store is not None:
        return _stored(options)
    project = announced(project_of(options.paths, options.project))
    return dataset_of(project, base_iri=options.base_iri, force=options.force)


def _stored(options: argparse.Namespace) -> Dataset:
    """Open what was loaded, with the project that is named, else the one that it was loaded from."""
    from pathlib import Path

    from twinld.serve.opening import project_of
    from twinld.serve.storage import open_directory

    named = options.paths or options.project
    project = project_of(options.paths, options.project) if named else None
    return open_directory(Path(options.store), project, base_iri=options.base_iri)


def _get(app: Flask, options: argparse.Namespace) -> int:
    headers = {"Accept": options.accept} if options.accept else {}
    path = "/" + options.get.lstrip("/")
    response = app.test_client().get(path, headers=headers, follow_redirects=True)
    sys.stdout.buffer.write(response.get_data())
    sys.stdout.buffer.flush()
    if response.status_code >= 400:
        sys.stderr.write(f"{response.status}\n")
    return int(response.status_code >= 400)
