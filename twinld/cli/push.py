"""`twinld push`: the project's named graphs into a SPARQL store."""

from __future__ import annotations

import argparse
import sys

from twinld.cli.options import Subparsers, command, project_of

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
    """Push, and say what was sent; 3 where the store counts other than was sent."""
    from twinld.cli.progress import progress
    from twinld.derive.rules import derive
    from twinld.errors import UsageError
    from twinld.graph.dataset import load
    from twinld.stores.client import connect
    from twinld.stores.push import push

    dataset = load(project_of(options, builtin=True))
    wrong = [file.parsed.path for file in dataset.files if file.parsed.errors or file.unreadable]
    if wrong:
        raise UsageError(f"not pushed: {', '.join(wrong)} cannot be read whole", hint="twinld check says where")
    if options.infer:
        dataset = derive(dataset)
    with connect(options.to, update=options.update, graph_store=options.graph_store) as store, progress() as tell:
        if store.addresses.graph_store is None and store.addresses.update is None:
            raise UsageError(
                f"{options.to}: it is not known where this store takes data",
                hint="give --graph-store URL, or --update URL",
            )
        done = push(store, dataset, tell)
    for graph, sent, counted in done.miscounted:
        sys.stderr.write(f"{graph}: {sent} triples were sent, and the store counts {counted}\n")
    kinds = (("sent", done.sent), ("unchanged", done.unchanged), ("removed", done.removed))
    said = ", ".join(f"{len(graphs)} {what}" for what, graphs in kinds)
    sys.stdout.write(f"{done.triples} triples in {len(done.sent) + len(done.unchanged)} graphs: {said}\n")
    return 3 if done.miscounted else 0
