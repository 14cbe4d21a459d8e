"""`twinld push`: the project's named graphs into a SPARQL store."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from twinld.cli.options import Subparsers, command, project_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twinld.graph.dataset import Dataset
    from twinld.source.project import Project

EXAMPLES = """\
  twinld push --to http://localhost:7878/query
  twinld push --to http://localhost:8890/sparql-auth --graph-store http://localhost:8890/sparql-graph-crud-auth
  TWINLD_STORE_USER=dba TWINLD_STORE_PASSWORD=... twinld push --to https://store.example/query
"""


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = command(commands, "push", "bring the named graphs into a SPARQL store", EXAMPLES)
    parser.add_argument("--to", required=True, metavar="URL", help="where the store takes queries")
    parser.add_argument("--graph-store", metavar="URL", help="where it takes whole graphs (Graph Store Protocol)")
    parser.add_argument("--update", metavar="URL", help="where it takes SPARQL Update, if it has no graph store")
    parser.add_argument("--infer", action="store_true", help="push what the project's rules derive as well")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Push, and say what was sent; 3 where a file was not sent, or the store counts other than was sent."""
    from twinld.cli.progress import progress
    from twinld.errors import UsageError
    from twinld.stores.client import connect
    from twinld.stores.push import push_each

    project = project_of(options, builtin=True)
    with connect(options.to, update=options.update, graph_store=options.graph_store) as store, progress() as tell:
        if store.addresses.graph_store is None and store.addresses.update is None:
            raise UsageError(
                f"{options.to}: it is not known where this store takes data",
                hint="give --graph-store URL, or --update URL",
            )
        done = push_each(store, *_taken(project, infer=options.infer), len(project.files), tell)
    for path in done.broken:
        sys.stderr.write(f"{path}: not sent, it cannot be read whole (twinld check says where)\n")
    for graph, sent, counted in done.miscounted:
        sys.stderr.write(f"{graph}: {sent} triples were sent, and the store counts {counted}\n")
    kinds = (("sent", done.sent), ("unchanged", done.unchanged), ("removed", done.removed))
    said = ", ".join(f"{len(graphs)} {what}" for what, graphs in kinds)
    sys.stdout.write(f"{done.triples} triples in {len(done.sent) + len(done.unchanged)} graphs: {said}\n")
    return 3 if done.miscounted or done.broken else 0


def _taken(project: Project, *, infer: bool) -> tuple[str, Iterable[Dataset]]:
    """Return the base IRI and what is pushed: all at once where it takes all to know it, else a file at a time."""
    from twinld.derive.rules import derive
    from twinld.graph.dataset import load
    from twinld.stores.push import files_apart

    if infer or not project.config.base_iri:
        dataset = load(project)
        return dataset.base_iri, (derive(dataset) if infer else dataset,)
    return project.config.base_iri, files_apart(project)
