"""Options that several commands share, declared once."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twinld.source.project import Project

LAST_PORT = 65535
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


def port(text: str) -> int:
    """Read the number of a port; 0 is any that is free. Raises what argparse reports."""
    if not text.isdecimal() or int(text) > LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is no port; give a number up to {LAST_PORT}")
    return int(text)


def seconds(text: str) -> float:
    """Read a time. Raises what argparse reports."""
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no time; give seconds, such as 2.5")
    return number


def iri(text: str) -> str:
    """Read an absolute IRI. Raises what argparse reports."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+", text):
        raise argparse.ArgumentTypeError(f"{text} is no absolute IRI; write one such as https://example.org/")
    return text


def http_url(text: str) -> str:
    """Read an address of the web. Raises what argparse reports."""
    if not re.match(r"https?://[^/]", iri(text)):
        raise argparse.ArgumentTypeError(f"{text} is no http or https URL; write one such as https://data.example.org/")
    return text


def count(text: str) -> int:
    """Read how many, at least one. Raises what argparse reports."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of 1 or more")
    return int(text)


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
