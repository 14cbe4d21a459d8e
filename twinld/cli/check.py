"""`twinld check`: every problem of a project at its file, line and column."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from twinld.cli.files import nobody_reads, write_whole
from twinld.cli.options import Subparsers, command

if TYPE_CHECKING:
    from collections import Counter

    from twinld.checks.report import CheckReport
    from twinld.source.project import Project

FORMATS = ("text", "concise", "json", "jsonl", "sarif", "junit", "github", "gitlab", "markdown", "shacl")
FOR_PEOPLE = ("text", "concise")
CLEAR = "\x1b[2J\x1b[H"
LOOK_SECONDS = 0.3  # between two looks for changed files
WATCHED = (".ttl", ".trig", ".nt", ".nq", ".rdf", ".owl", ".jsonld", ".rq", ".toml")
MUCH = 10_000_000  # bytes, some 250,000 statements; with fewer, starting processes takes what they save
MOST_JOBS = 8
ALLOCATIONS = 500_000  # between two looks for cycles; Python's own 700 look at all that was read a hundred times
EXAMPLES = """\
  twinld check                                  the project around the current folder
  twinld check data/authorities.ttl             only what concerns that file
  twinld check --format json | jq .summary      for programs
  twinld check feed.ttl --shapes shapes/        any file against any shapes
  twinld check --ignore LNG --fail-on warning
  twinld check -o sarif=twinld.sarif -o markdown=summary.md
  twinld check --endpoint http://localhost:7878/query   the shapes, inside a store
  twinld check --write-baseline baseline.json   accept what there is; then: --baseline baseline.json
"""


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = command(commands, "check", "report every problem at its file, line and column", EXAMPLES)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders; '-' reads standard input")
    _add_subject(parser.add_argument_group("what is checked"))
    _add_selection(parser.add_argument_group("which findings count"))
    _add_output(parser.add_argument_group("what is written"))
    _add_mending(parser.add_argument_group("mending"))
    parser.set_defaults(run=run)


def _add_subject(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "-s", "--shapes", nargs="+", action="extend", metavar="PATH", help="shapes instead of the project's"
    )
    group.add_argument(
        "--ontology", nargs="+", action="extend", metavar="PATH", help="ontology instead of the project's"
    )
    group.add_argument("--infer", choices=("none", "rdfs", "owlrl"), default="none", help="close the data first")
    group.add_argument("--engine", choices=("auto", "native", "pyshacl"), default="auto", help="SHACL engine")
    group.add_argument("--endpoint", metavar="URL", help="run the shapes inside the SPARQL store at this address")
    group.add_argument("--graph", action="append", default=[], metavar="IRI",
                       help="with --endpoint: only this graph; repeatable (default: the project's own)")  # fmt: skip
    group.add_argument("--default-graph", action="store_true",
                       help="with --endpoint: the store's default graph; some take all graphs for it")  # fmt: skip
    group.add_argument("--query-seconds", type=_positive, metavar="N", default=60,
                       help="with --endpoint: how long one query may take (default: 60)")  # fmt: skip
    group.add_argument("--stdin-filename", metavar="NAME", default="stdin.ttl", help="what to call standard input")
    group.add_argument("-j", "--jobs", type=_positive, metavar="N",
                       help="processes that read files (default: one, for much data one a core)")  # fmt: skip
    group.add_argument("--no-cache", action="store_true", help="check anew, and keep nothing in .twinld-cache")


def _add_selection(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--select", type=_codes, default=[], metavar="CODES", help="only these rules: LNG001, LNG, a name, ALL"
    )
    group.add_argument("--ignore", type=_codes, default=[], metavar="CODES", help="not these rules")
    group.add_argument("--fail-on", choices=("violation", "warning", "info", "never"), default="violation",
                       help="the least grave finding that ends with 1 (default: violation)")  # fmt: skip
    group.add_argument("--changed-since", metavar="REF", help="check all, report what is new against a git commit")
    group.add_argument("--baseline", metavar="FILE", help="report only what this file does not know")
    group.add_argument("--write-baseline", metavar="FILE", help="write what is found to this file, and end 0")
    group.add_argument("--exit-zero", action="store_true", help="end 0 in spite of findings")
    group.add_argument("--allow-partial", action="store_true", help="end 0 or 1 where part was not checked")


def _add_output(group: argparse._ArgumentGroup) -> None:
    group.add_argument("-f", "--format", choices=FORMATS, default="text", metavar="FORMAT",
                       help=f"{', '.join(FORMATS)} (default: text)")  # fmt: skip
    group.add_argument("-o", metavar="FORMAT=FILE", action="append", default=[], dest="outputs",
                       help="write a report to a file as well; repeatable")  # fmt: skip
    group.add_argument("--statistics", action="store_true", help="how many findings each rule has, after the report")
    group.add_argument("--lang", type=_codes, default=[], metavar="TAGS", help="order of message languages: fi,en")
    group.add_argument("--color", choices=("auto", "always", "never"), default="auto",
                       help="default: on a terminal, unless NO_COLOR is set")  # fmt: skip
    group.add_argument("-q", "--quiet", action="store_true", help="no summary")
    group.add_argument("--watch", action="store_true", help="check again whenever a file changes, until Ctrl-C")


def _add_mending(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--fix", action="store_true", help="mend what can be without changing the data, then check")
    group.add_argument("--diff", action="store_true", help="show what --fix would change, and end 1 if anything")


def run(options: argparse.Namespace) -> int:
    """Check, write the reports, and return the exit code; with `--watch` again and again, until Ctrl-C."""
    return _watch(options) if options.watch else _once(options)


def _watch(options: argparse.Namespace) -> NoReturn:
    from twinld.cli.__main__ import complain
    from twinld.errors import TwinldError, UsageError

    if options.fix or options.endpoint or "-" in options.paths:
        raise UsageError("--watch looks at files while you change them: not with --fix, --endpoint or '-'")
    while True:
        before = _looked_at(options)
        if sys.stdout.isatty():
            sys.stdout.write(CLEAR)
        try:
            _once(options)
        except TwinldError as error:
            complain(str(error), error.hint)
        while _looked_at(options) == before:
            time.sleep(LOOK_SECONDS)


def _looked_at(options: argparse.Namespace) -> frozenset[tuple[str, int, int]]:
    """Return name, size and time of every file that a check reads."""
    from twinld.serve.watching import signature
    from twinld.source.project import nearest_root

    root = Path(options.project) if options.project else nearest_root(Path.cwd()) or Path.cwd()
    given = (*options.paths, *(options.shapes or ()), *(options.ontology or ()))
    files = signature([root, *map(Path, given)])
    return frozenset(each for each in files if each[0].endswith(WATCHED))


def _once(options: argparse.Namespace) -> int:
    from twinld.checks.baseline import read_baseline
    from twinld.checks.report import exit_code, without_known

    outputs = [_output(text) for text in options.outputs]
    known = read_baseline(Path(options.baseline)) if options.baseline else None
    project = _subject(options)
    report = _in_store(project, options) if options.endpoint else _checked(project, options)
    if options.diff:
        return _show_fixes(report)
    if options.fix:
        report = _fixed(report, options)
    if options.changed_since:
        report = without_known(report, _known_at(options, project), f"known at {options.changed_since}")
    if options.write_baseline:
        return _write_baseline(options.write_baseline, report)
    if known is not None:
        report = without_known(report, known, "by the baseline")
    for name, file in outputs:
        write_whole(Path(file), _rendered(report, name))
    _print(_printed(report, options), options.format)
    _annotate(report, options.format, [name for name, _ in outputs])
    return exit_code(report, options.fail_on, exit_zero=options.exit_zero, allow_partial=options.allow_partial)


def _checked(project: Project, options: argparse.Namespace) -> CheckReport:
    """Return the report, a kept one where nothing has changed since."""
    if options.no_cache:
        return _made(project, options, only=_only(options))
    from twinld.checks.cache import kept_or_new

    names = ("select", "ignore", "engine", "infer", "lang", "paths")
    asked = {name: getattr(options, name) for name in names} | {"here": Path.cwd()}
    return kept_or_new(project, asked, lambda: _made(project, options, only=_only(options)))


def _in_store(project: Project, options: argparse.Namespace) -> CheckReport:
    """Return what the shapes find in a store; options about files are refused."""
    from twinld.checks.in_store import check_in_store
    from twinld.cli.progress import progress
    from twinld.errors import UsageError
    from twinld.stores.client import connect

    names = ("fix", "diff", "changed_since", "paths")
    wrong = [name.replace("_", "-") for name in names if getattr(options, name)]
    wrong += [name for name, usual in (("infer", "none"), ("engine", "auto")) if getattr(options, name) != usual]
    if wrong:
        raise UsageError(f"{', '.join(wrong)}: not with --endpoint, where the data are in a store", hint="leave it out")
    if options.graph and options.default_graph:
        raise UsageError("--graph and --default-graph name different data", hint="keep one")
    chosen = {"select": options.select, "ignore": options.ignore, "languages": options.lang}
    with connect(options.endpoint, seconds=options.query_seconds) as store, progress() as tell:
        return check_in_store(project, store, options.graph, default_graph=options.default_graph, tell=tell, **chosen)


def _made(project: Project, options: argparse.Namespace, *, only: list[str]) -> CheckReport:
    from twinld.checks.memory import memory_of
    from twinld.checks.run import run_checks
    from twinld.cli.progress import progress

    memory = None if options.no_cache else memory_of(project)
    with progress() as tell, _collecting_seldom():
        report = run_checks(
            project,
            select=options.select,
            ignore=options.ignore,
            engine=options.engine,
            infer=options.infer,
            languages=options.lang,
            only=only,
            memory=memory,
            jobs=options.jobs or _jobs(project),
            tell=tell,
        )
    if memory:
        memory.forget()
    return report


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Let Python look for cycles seldom: numbers and texts hold none, and looking takes a fifth of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(ALLOCATIONS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _show_fixes(report: CheckReport) -> int:
    from twinld.checks.fixes import fixes
    from twinld.cli.fmt import diff

    changes = fixes(report.project, report.findings)
    for fix in changes:
        sys.stdout.write(diff(fix.before, fix.after, fix.file.name))
    return int(bool(changes))


def _fixed(report: CheckReport, options: argparse.Namespace) -> CheckReport:
    """Mend the files, and return the report of what is left."""
    from twinld.checks.fixes import fixes
    from twinld.errors import UsageError

    if any(file.content is not None for file in report.project.files):
        raise UsageError(
            "--fix changes files, and standard input is none", hint="twinld check --diff - shows the change"
        )
    changes = fixes(report.project, report.findings)
    for fix in changes:
        write_whole(fix.file.path, fix.after)
    if not changes:
        return report
    mended = sum(fix.findings for fix in changes)
    sys.stderr.write(f"{mended} mended in {len(changes)} file{'' if len(changes) == 1 else 's'}\n")
    return _checked(_subject(options), options)


def _known_at(options: argparse.Namespace, project: Project) -> Counter[str]:
    from twinld.checks.since import known_at
    from twinld.checks.subject import subject_of
    from twinld.errors import UsageError

    if project.config.path is None or "-" in options.paths:
        raise UsageError("--changed-since compares a project with itself", hint="go to a folder with a twinld.toml")

    def check(folder: Path) -> CheckReport:
        before = subject_of([], project=str(folder), shapes=options.shapes, ontology=options.ontology)
        return _made(before, options, only=[])

    return known_at(options.changed_since, project.root, check)


def _print(text: str, name: str) -> None:
    """Write to standard output: for programs in UTF-8 with plain line ends, whatever the console has.

    Where the reader goes away (`| head`), the exit code still says what was found.
    """
    try:
        if name in FOR_PEOPLE:
            sys.stdout.write(text)
        else:
            sys.stdout.flush()
            sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
    except BrokenPipeError:
        nobody_reads()


def _printed(report: CheckReport, options: argparse.Namespace) -> str:
    from twinld.checks.report import shown_from
    from twinld.checks.reports.text import statistics, write

    if options.format != "text":
        text = _rendered(report, options.format)
    else:
        shown = report if options.endpoint else shown_from(report, Path.cwd())
        text = write(shown, colour=_colour(options.color), summary=not options.quiet)
    if options.statistics and options.format in FOR_PEOPLE:
        return text + statistics(report)
    if options.statistics:
        sys.stderr.write(statistics(report))
    return text


def _rendered(report: CheckReport, name: str) -> str:
    """Return the report in a format; services want paths from the top of the repository, people from where they are."""
    from twinld.checks.report import shown_from
    from twinld.checks.reports import FORMATS

    chosen = FORMATS[name]
    top = _repository(report.project.root) if chosen.from_repository else Path.cwd()
    return chosen.write(report if report.engine == "in the store" else shown_from(report, top))


def _repository(folder: Path) -> Path:
    """Return the top of the repository: as the service names it, else the nearest folder with `.git`, else this one."""
    for variable in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        named = os.environ.get(variable)
        if named and folder.is_relative_to(Path(named).resolve()):
            return Path(named).resolve()
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), Path.cwd())


def _annotate(report: CheckReport, chosen: str, written: Collection[str]) -> None:
    """In GitHub Actions, annotate by itself; where the report on standard output is for a program, by the other."""
    if os.environ.get("GITHUB_ACTIONS") == "true" and "github" not in (chosen, *written):
        stream = sys.stdout if chosen in FOR_PEOPLE else sys.stderr
        stream.write(_rendered(report, "github"))


def _write_baseline(file: str, report: CheckReport) -> int:
    """Write the baseline; a run that was partial leaves the old one alone and ends 3."""
    from twinld.checks.baseline import baseline_text
    from twinld.errors import IncompleteError

    if report.incomplete:
        raise IncompleteError("not all was checked: " + "; ".join(report.incomplete), hint="mend that, then write it")
    write_whole(Path(file), baseline_text(report.findings))
    sys.stderr.write(f"{len(report.findings)} findings are known from now on: --baseline {file}\n")
    return 0


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


def _jobs(project: Project) -> int:
    """Return how many processes to read with: one, unless there is so much that more are quicker."""
    much = sum(file.path.stat().st_size for file in project.files if file.path.is_file()) > MUCH
    return min(os.cpu_count() or 1, MOST_JOBS, len(project.files)) if much else 1


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


def _codes(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _output(text: str) -> tuple[str, str]:
    from twinld.errors import UsageError

    name, equals, file = text.partition("=")
    if not equals or not file or name not in FORMATS:
        wrong = "names no file" if name in FORMATS else f"no format is called {name}"
        raise UsageError(f"-o {text}: {wrong}", hint=f"write FORMAT=FILE with one of {', '.join(FORMATS)}")
    return name, file


def _colour(choice: str) -> bool:
    if choice == "auto":
        return sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return choice == "always"
