"""Options that several commands share, declared once."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twinld.source.project import Project

Subparsers = Any  # argparse has no public name for the type of what add_subparsers returns


def command(commands: Subparsers, name: str, summary: str, examples: str) -> argparse.ArgumentParser:
    """Declare a command with the examples that its help shows."""
    made: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog="examples:\n" + examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--project", metavar="DIR", help="the project's folder (default: the nearest one above)")
    return made


def project_of(options: argparse.Namespace, *, builtin: bool = False) -> Project:
    """Return the project that a command line means; with `builtin` the one in the package stands in, and is named."""
    from twinld.source.project import open_project

    return announced(open_project(options.project, builtin=builtin))


def announced(project: Project) -> Project:
    """Return a project, having said on standard error if it is the built-in one."""
    import sys

    if project.builtin:
        sys.stderr.write("no project here: this is the built-in one (twinld init makes your own)\n")
    return project
