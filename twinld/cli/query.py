"""`twinld query`: a canned query by its name, or any SPARQL, over the project's data."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from twinld.cli.options import Subparsers, command, project_of, seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twinld.graph.dataset import Dataset
    from twinld.query.canned import CannedQuery

EXAMPLES = """\
  twinld query                                       the canned queries, a line each
  twinld query agreements-of-authority -p authority=id/authority/cn-nanjing
  twinld query sparql/countries.rq --format csv      any file
  twinld query --store /srv/world countries          large data, which twinld load wrote
  echo 'SELECT * { ?s ?p ?o } LIMIT 3' | twinld query -
"""
DEFAULT_SECONDS = 60


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = command(commands, "query", "run a canned query, or any SPARQL", EXAMPLES)
    parser.add_argument(
        "query", nargs="?", metavar="NAME|FILE|-", help="a canned query, a file, or '-' for standard input"
    )
    parser.add_argument("-p", "--parameter", action="append", default=[], metavar="NAME=VALUE", help="repeatable")
    parser.add_argument(
        "-f", "--format", default="table", help="table (default), json, csv, tsv, xml, turtle, ntriples, ..."
    )
    parser.add_argument("--store", metavar="DIR", help="query what twinld load wrote into this directory")
    parser.add_argument(
        "--timeout", type=seconds, default=DEFAULT_SECONDS, metavar="SECONDS", help="deadline (default: 60)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the query and print its answer; without a query list the canned ones."""
    from twinld.query.limits import Limits
    from twinld.serve.opening import opened

    limits = Limits(timeout=options.timeout)
    with opened(_dataset(options), limits=limits) as publication:
        if options.query is None:
            sys.stdout.write("".join(f"{name:32} {q.title}\n" for name, q in sorted(publication.queries.items())))
            return 0
        text = _text(options, publication.queries, publication.addresses.base)
        assert publication.endpoint is not None
        if options.format == "table":
            from twinld.cli.table import table

            sys.stdout.write(table(publication.endpoint.run(text, trusted=True), publication.prefixes))
        else:
            sys.stdout.buffer.write(publication.endpoint.run(text, results=options.format, trusted=True).body)
    return 0


def _dataset(options: argparse.Namespace) -> Dataset:
    from twinld.derive.rules import derive
    from twinld.graph.dataset import load
    from twinld.serve.storage import open_directory

    if options.store is None:
        return derive(load(project_of(options, builtin=True)))
    return open_directory(Path(options.store), project_of(options) if options.project else None)


def _text(options: argparse.Namespace, queries: Mapping[str, CannedQuery], base: str) -> str:
    from twinld.errors import UsageError

    if options.query == "-":
        return sys.stdin.read()
    canned = queries.get(options.query)
    if canned is not None:
        return canned.bind(_parameters(options.parameter))
    path = Path(options.query)
    if not path.is_file():
        raise UsageError(
            f"{options.query}: no canned query is called so, and no such file is there",
            hint=_meant(options.query, queries),
        )
    return path.read_text(encoding="utf-8")


def _meant(name: str, queries: Mapping[str, CannedQuery]) -> str:
    near = difflib.get_close_matches(name, queries)
    return f"did you mean {' or '.join(near)}?" if near else "twinld query lists the canned queries"


def _parameters(pairs: list[str]) -> dict[str, str]:
    from twinld.errors import UsageError

    wrong = [pair for pair in pairs if "=" not in pair]
    if wrong:
        raise UsageError(f"-p {wrong[0]}: no value", hint="write -p name=value")
    return dict(pair.split("=", 1) for pair in pairs)
