"""`twinld fmt`: Turtle and TriG in one layout, comments kept."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from twinld.cli.options import Subparsers, command

if TYPE_CHECKING:
    from twinld.source.project import SourceFile

EXAMPLES = """\
  twinld fmt                        every Turtle and TriG file of the project
  twinld fmt data/authorities.ttl   these files
  twinld fmt --check                change nothing, end 1 where something would change
  twinld fmt --diff                 show what would change
  twinld fmt - < a.ttl              standard input to standard output
"""


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = command(commands, "fmt", "lay out Turtle: a block a subject, a line a value, comments kept", EXAMPLES)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders; '-' reads standard input")
    parser.add_argument("--check", action="store_true", help="change nothing; end 1 where something would change")
    parser.add_argument("--diff", action="store_true", help="change nothing; show what would change, and end 1")
    parser.add_argument("--stdin-filename", metavar="NAME", default="stdin.ttl", help="what to call standard input")
    parser.add_argument("-q", "--quiet", action="store_true", help="do not name the files")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Format the files, and return 1 where one has a syntax error or, under --check and --diff, would change."""
    if "-" in options.paths:
        return _standard_input(options)
    changed, broken = [], []
    for file in _files(options.paths, options.project):
        before = file.path.read_bytes().decode("utf-8", errors="surrogateescape")
        after, problem = formatted(before, file)
        if problem:
            broken.append(problem)
        elif after != before:
            changed.append(file)
            _settle(file, before, after, options)
    for problem in broken:
        sys.stderr.write(f"{problem}\n")
    _say(changed, options)
    return int(bool(broken) or (bool(changed) and (options.check or options.diff)))


def formatted(text: str, file: SourceFile) -> tuple[str, str | None]:
    """Return a file's text in the layout, or the text as it is and the first reason why it cannot be laid out."""
    from twinld.rdf.formatting import format_text
    from twinld.rdf.reading import read

    content = text.encode("utf-8", errors="surrogateescape")
    parsed = read(content, format=file.format, path=file.name, base="http://localhost/")
    if parsed.errors:
        first = parsed.errors[0]
        return text, f"{file.name}:{first.line}:{first.column}: not formatted: {first.message}"
    return format_text(parsed.text, format=file.format), None


def _files(paths: Sequence[str], project: str | None) -> Iterator[SourceFile]:
    """Yield the files in Turtle and TriG: the given ones, or the project's; a named file in another syntax is refused.

    Raises `UsageError` for it, and for a path that matches nothing.
    """
    from twinld.errors import UsageError
    from twinld.rdf.formatting import FORMATTED
    from twinld.source.project import open_files, open_project

    files = open_files(paths).files if paths else open_project(project).files
    other = [path for path in paths if Path(path).is_file() and not path.endswith((".ttl", ".turtle", ".trig"))]
    if other:
        raise UsageError(f"not Turtle: {', '.join(other)}", hint="twinld fmt lays out .ttl and .trig")
    yield from (file for file in files if file.format in FORMATTED)


def _settle(file: SourceFile, before: str, after: str, options: argparse.Namespace) -> None:
    if options.diff:
        sys.stdout.write(diff(before, after, file.name))
    elif not options.check:
        from twinld.cli.files import write_whole

        write_whole(file.path, after)


def diff(before: str, after: str, name: str) -> str:
    """Return the change of a file as a unified diff."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    lines = difflib.unified_diff(old, new, name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _say(changed: Sequence[SourceFile], options: argparse.Namespace) -> None:
    if options.quiet:
        return
    would = options.check or options.diff
    for file in changed if not options.diff else ():
        sys.stderr.write(f"{'would change' if would else 'changed'} {file.name}\n")


def _standard_input(options: argparse.Namespace) -> int:
    from twinld.errors import UsageError
    from twinld.rdf.formats import format_of_path
    from twinld.rdf.formatting import FORMATTED
    from twinld.source.project import SourceFile

    name = options.stdin_filename
    rdf_format = format_of_path(name)
    if rdf_format not in FORMATTED:
        raise UsageError(f"{name}: twinld fmt lays out .ttl and .trig")
    before = sys.stdin.buffer.read().decode("utf-8", errors="surrogateescape")
    after, problem = formatted(before, SourceFile(Path(name), name, "data", rdf_format))
    if problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    if options.diff:
        sys.stdout.write(diff(before, after, name))
    elif not options.check:
        sys.stdout.buffer.write(after.encode())
    return int(before != after and (options.check or options.diff))
