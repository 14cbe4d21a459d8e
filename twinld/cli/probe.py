"""`twinld probe`: the publishing checks against a deployment, ours or another's."""

from __future__ import annotations

import argparse
import json
import sys

from twinld.cli.options import Subparsers, command

EXAMPLES = """\
  twinld probe http://127.0.0.1:8000/
  twinld probe https://data.example.org/ --at-least rules
  twinld probe https://data.example.org/ --format json
"""


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = command(commands, "probe", "check how a deployment publishes", EXAMPLES)
    parser.add_argument("url", metavar="URL", help="where it stands")
    parser.add_argument(
        "--at-least",
        choices=("bare", "rules", "server"),
        default="bare",
        help="the column of docs/publishing.md that every check must reach (default: bare)",
    )
    parser.add_argument("-f", "--format", choices=("text", "json"), default="text", help="text (default) or json")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print a line per check; end 1 where one reaches less than was asked for."""
    from twinld.publish.probe import Column, probe

    wanted = Column[options.at_least.upper()]
    lines = list(probe(options.url))
    if options.format == "json":
        found = [{"check": each.name, "column": each.column.name.lower(), "seen": each.seen} for each in lines]
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    else:
        for each in lines:
            sys.stdout.write(f"{each.column.name.lower():7} {each.name}: {each.seen}\n")
        least = min(each.column for each in lines).name.lower()
        sys.stdout.write(f"this deployment reaches the column: {least}\n")
    return int(any(each.column < wanted for each in lines))
