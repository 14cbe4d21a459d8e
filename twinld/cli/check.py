"""`twinld check`: every problem of a project at its file, line and column."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from twinld.cli.options import Subparsers, command

if TYPE_CHECKING:
    from twinld.source.project import Project

EXAMPLES = """\
  twinld check                                  the project around the current folder
  twinld check data/cities.ttl                  only what concerns that file
  twinld check --format json | jq .summary      for programs
  twinld check feed.ttl --shapes shapes/        any file against any shapes
  twinld check --ignore LNG --fail-on warning
"""


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = command(commands, "check", "report every problem at its file, line and column", EXAMPLES)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders; '-' reads standard input")
    parser.add_argument(
        "-s", "--shapes", nargs="+", action="extend", metavar="PATH", help="shapes instead of the project's"
    )
    parser.add_argument(
        "--ontology", nargs="+", action="extend", metavar="PATH", help="ontology instead of the project's"
    )
    parser.add_argument(
        "--select", type=_codes, default=[], metavar="CODES", help="only these rules: LNG001, LNG, a name, ALL"
    )
    parser.add_argument("--ignore", type=_codes, default=[], metavar="CODES", help="not these rules")
    parser.add_argument("--fail-on", choices=("violation", "warning", "info", "never"), default="violation",
                        help="the least grave finding that ends with 1 (default: violation)")  # fmt: skip
    parser.add_argument("-f", "--format", choices=("text", "concise", "json"), default="text", help="default: text")
    parser.add_argument("-o", metavar="FORMAT=FILE", action="append", default=[], dest="outputs",
                        help="write a report to a file as well; repeatable")  # fmt: skip
    parser.add_argument("--lang", type=_codes, default=[], metavar="TAGS", help="order of message languages: fi,en")
    parser.add_argument("--infer", choices=("none", "rdfs", "owlrl"), default="none", help="close the data first")
    parser.add_argument("--engine", choices=("auto", "native", "pyshacl"), default="auto", help="SHACL engine")
    parser.add_argument("--stdin-filename", metavar="NAME", default="stdin.ttl", help="what to call standard input")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("-q", "--quiet", action="store_true", help="no summary")
    parser.add_argument("--exit-zero", action="store_true", help="end 0 in spite of findings")
    parser.add_argument("--allow-partial", action="store_true", help="end 0 or 1 where part was not checked")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Check, write the reports, and return the exit code."""
    from twinld.checks.reports import REPORTS, text_report
    from twinld.checks.run import exit_code, run_checks

    report = run_checks(
        _subject(options),
        select=options.select,
        ignore=options.ignore,
        engine=options.engine,
        infer=options.infer,
        languages=options.lang,
        only=_only(options),
    )
    for output in options.outputs:
        name, file = _output(output, REPORTS)
        _write_whole(Path(file), REPORTS[name](report))
    if options.format == "text":
        sys.stdout.write(text_report(report, colour=_colour(options.color), summary=not options.quiet))
    else:
        sys.stdout.write(REPORTS[options.format](report))
    return exit_code(report, options.fail_on, exit_zero=options.exit_zero, allow_partial=options.allow_partial)


def _subject(options: argparse.Namespace) -> Project:
    from twinld.checks.subject import subject_of

    content = sys.stdin.buffer.read() if "-" in options.paths else None
    return subject_of(
        options.paths,
        project=options.project,
        shapes=options.shapes,
        ontology=options.ontology,
        stdin=content,
        stdin_name=options.stdin_filename,
    )


def _only(options: argparse.Namespace) -> list[str]:
    return [path for path in options.paths if path != "-"]


def _codes(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _output(text: str, known: Collection[str]) -> tuple[str, str]:
    from twinld.errors import UsageError

    name, equals, file = text.partition("=")
    if not equals or not file or name not in known:
        raise UsageError(f"-o {text}: no such output", hint=f"write FORMAT=FILE with one of {', '.join(known)}")
    return name, file


def _write_whole(path: Path, text: str) -> None:
    """Write beside and rename, so that the file appears whole or not at all."""
    beside = path.with_name(path.name + ".part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _colour(choice: str) -> bool:
    import os

    if choice == "auto":
        return sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return choice == "always"
