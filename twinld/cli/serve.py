"""`twinld serve`: a project folder, or any RDF files, as a site with pages, RDF and SPARQL."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from twinld.cli.options import Subparsers, announced, command

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from twinld.graph.dataset import Dataset
    from twinld.query import Limits

EXAMPLES = """\
  twinld serve                              the project around the current folder
  twinld serve some.ttl other.ttl           any RDF files as they are
  twinld serve --port 8080 --public-url https://data.example.org/
  twinld serve --get /catalog.ttl           one answer, without a server
"""


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = command(commands, "serve", "browse and query a project, or any RDF files", EXAMPLES)
    parser.add_argument("paths", nargs="*", metavar="FOLDER|FILE", help="a project's folder, or RDF files")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen at (default: 127.0.0.1, this machine only)"
    )
    parser.add_argument("--port", type=int, help="port (default: 8000, or the next free one)")
    parser.add_argument("--base-iri", metavar="IRI", help="what the IRIs begin with")
    parser.add_argument("--public-url", metavar="URL", help="where the public sees it (for the catalogue)")
    parser.add_argument(
        "--timeout", type=float, default=10, metavar="SECONDS", help="deadline of a query (default: 10)"
    )
    parser.add_argument(
        "--memory",
        type=int,
        metavar="MB",
        help="memory a query may take (default: what the machine has to spare, 512 at most)",
    )
    parser.add_argument(
        "--workers", type=int, metavar="N", help="processes that answer (default: one a core, 4 at most)"
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

    dataset = _dataset(options)
    limits = Limits.for_machine(timeout=options.timeout, **({"memory_mb": options.memory} if options.memory else {}))
    if options.get is not None:
        with opened(dataset, public_url=options.public_url, limits=limits) as publication:
            return _get(create_app(publication), options)
    return _serve(dataset, options, limits, create_app)


def _serve(dataset: Dataset, options: argparse.Namespace, limits: Limits, create_app: Callable[..., Flask]) -> int:
    import webbrowser

    from twinld.serve.opening import opened, title_of
    from twinld.serve.server import announce, listen, run, url_of

    listener = listen(options.host, options.port)
    url = url_of(listener)
    with opened(dataset, public_url=options.public_url or url, limits=limits) as publication:
        app = create_app(publication)

        def ready() -> None:
            announce(url, asked=options.port, title=title_of(dataset), resources=len(set(dataset.quads.subject)))
            if options.open:
                webbrowser.open(url)

        run(app, listener, workers=options.workers, ready=ready)
    return 0


def _dataset(options: argparse.Namespace) -> Dataset:
    from twinld.serve.opening import dataset_of, project_of

    project = announced(project_of(options.paths, options.project))
    return dataset_of(project, base_iri=options.base_iri, force=options.force)


def _get(app: Flask, options: argparse.Namespace) -> int:
    headers = {"Accept": options.accept} if options.accept else {}
    path = "/" + options.get.lstrip("/")
    response = app.test_client().get(path, headers=headers, follow_redirects=True)
    sys.stdout.buffer.write(response.get_data())
    sys.stdout.buffer.flush()
    if response.status_code >= 400:
        sys.stderr.write(f"{response.status}\n")
    return int(response.status_code >= 400)
