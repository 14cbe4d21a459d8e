"""`twinld load`: a project, or RDF files, into a directory that `twinld serve --store` opens at once."""

from __future__ import annotations

import argparse
import sys

from twinld.cli.options import Subparsers, announced, command, http_url, iri

EXAMPLES = """\
  twinld load --store /srv/twins                 the project around the current folder
  twinld load world/ --store /srv/world          another project
  twinld serve --store /srv/world                pages, RDF and SPARQL from it
"""


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = command(commands, "load", "write the data into a directory to serve large data from", EXAMPLES)
    parser.add_argument("paths", nargs="*", metavar="FOLDER|FILE", help="a project's folder, or RDF files")
    parser.add_argument("--store", required=True, metavar="DIR", help="where to write; what it held is replaced")
    parser.add_argument("--base-iri", type=iri, metavar="IRI", help="what the IRIs begin with")
    parser.add_argument("--public-url", type=http_url, metavar="URL", help="where the public will see it")
    parser.add_argument("--force", action="store_true", help="load in spite of violations")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Read, check, derive and write; the directory has the old data until the new are whole."""
    from pathlib import Path

    from twinld.cli.progress import progress
    from twinld.serve.opening import dataset_of, project_of
    from twinld.serve.storage import ready, write

    directory = Path(options.store)
    ready(directory)  # before the long work begins
    project = announced(project_of(options.paths, options.project))
    with progress() as tell:
        dataset = dataset_of(project, base_iri=options.base_iri, force=options.force, tell=tell)
        loaded = write(dataset, directory, public_url=options.public_url, tell=tell)
    size = f"{loaded.size / 1e6:.0f} MB" if loaded.size >= 1e7 else f"{loaded.size / 1e6:.1f} MB"
    sys.stdout.write(f"{loaded.triples} statements in {loaded.graphs} graphs, {size}: {loaded.folder}\n")
    return 0
