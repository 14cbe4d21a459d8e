"""`twinld diff`: what changed between two states of the data."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from twinld.cli.options import Subparsers, command

if TYPE_CHECKING:
    from twinld.publish.changes import State

EXAMPLES = """\
  twinld diff public .                         the last build and the project as it is now
  twinld diff old.nq.gz new.nq.gz              two dumps
  twinld diff ../before ../after --format patch
"""


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = command(commands, "diff", "tell what changed between two states of the data", EXAMPLES)
    parser.add_argument("old", metavar="OLD", help="a project, a built site, or an RDF file")
    parser.add_argument("new", metavar="NEW", help="the same for the later state")
    parser.add_argument("-f", "--format", choices=("text", "patch", "json"), default="text",
                        help="text (default), patch (RDF Patch) or json")  # fmt: skip
    parser.add_argument("--lang", default="en", metavar="TAG", help="language of the labels (default: en)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the difference; end 1 where there is one."""
    from twinld.publish import changes

    difference = changes.Difference(_state(options.old), _state(options.new))
    if options.format == "patch":
        sys.stdout.write(changes.as_patch(difference))
    elif options.format == "json":
        sys.stdout.write(changes.json_text(difference, options.lang))
    else:
        sys.stdout.write(changes.in_words(difference, options.lang))
    return int(bool(difference))


def _state(given: str) -> State:
    from twinld.errors import UsageError
    from twinld.graph.dataset import load
    from twinld.publish.changes import State
    from twinld.publish.feed import state_of_dump, state_of_site
    from twinld.source.project import open_project

    path = Path(given)
    if path.is_file():
        return state_of_dump(path)
    if not path.is_dir():
        raise UsageError(f"there is no {given}", hint="give a project's folder, a built site or an RDF file")
    built = state_of_site(path)
    if built is not None:
        return built
    dataset = load(open_project(path))
    keys, quads = dataset.table.keys, dataset.quads
    rows = zip(quads.subject, quads.predicate, quads.object, strict=True)
    return State.of((keys[s], keys[p], keys[o]) for s, p, o in rows)
