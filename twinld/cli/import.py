"""`twinld import`: a spreadsheet becomes Turtle, by a mapping of the project."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from twinld.cli.options import Subparsers, command, project_of

if TYPE_CHECKING:
    from twinld.authoring.importing import Outcome
    from twinld.authoring.mapping import Plan
    from twinld.authoring.sheet import Sheet
    from twinld.source.project import Project

EXAMPLES = """\
  twinld import --template > mine.csv                          an empty sheet with the headers
  twinld import mine.csv                                       try: the Turtle, and why rows are refused
  twinld import mine.xlsx -o data/mine.ttl                     write it
  twinld import mine.csv --map import/agreements.toml --refused again.csv
"""


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = command(commands, "import", "turn a spreadsheet into Turtle that checks", EXAMPLES)
    parser.add_argument("file", nargs="?", metavar="FILE", help="a .csv or .xlsx file; the first row has the headers")
    parser.add_argument("--map", metavar="FILE", help="the mapping (default: the only one in import/)")
    parser.add_argument("-o", "--output", metavar="FILE", help="a .ttl file of the project (default: standard output)")
    parser.add_argument("--replace", action="store_true", help="write over the output file if it is there")
    parser.add_argument("--refused", metavar="FILE", help="write the rows refused, with the reasons, as CSV")
    parser.add_argument("--template", action="store_true", help="write an empty sheet with the headers of the mapping")
    parser.add_argument("--encoding", metavar="NAME", help="of a CSV file (default: UTF-8, else Windows-1252)")
    parser.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook (default: the first)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Import, write Turtle and reports, and return 1 where a row was refused."""
    from twinld.authoring.importing import import_sheet, target_file
    from twinld.authoring.mapping import read_mapping
    from twinld.authoring.sheet import read_sheet, written
    from twinld.errors import UsageError

    project = project_of(options, builtin=options.output is None)
    plan = read_mapping(_mapping_path(project, options.map), _prefixes(project))
    if options.template:
        sys.stdout.write(written([[column.headers[0] for column in plan.columns]]))
        return 0
    if options.file is None:
        raise UsageError("no file is named", hint="twinld import FILE, or --template for an empty sheet")
    target = target_file(project, Path(options.output) if options.output else None, Path(options.file).stem)
    if options.output and target.path.exists() and not options.replace:
        raise UsageError(f"{target.path} is there already; nothing was written", hint="--replace writes over it")
    sheet = read_sheet(Path(options.file), plan.headers, encoding=options.encoding, worksheet=options.sheet)
    outcome = import_sheet(project, sheet, plan, target, today=_today())
    _write(outcome, target.path if options.output else None)
    if options.refused and outcome.refusals:
        _write_whole(Path(options.refused), written(_refused_rows(sheet, outcome)))
    sys.stderr.writelines(_report(sheet, plan, outcome))
    return 1 if outcome.refusals else 0


def _mapping_path(project: Project, given: str | None) -> Path:
    from twinld.errors import UsageError

    if given is not None:
        return Path(given) if Path(given).is_file() else project.root / given
    found = sorted(project.folder("import").glob("*.toml"))
    if len(found) != 1:
        names = ", ".join(f"import/{path.name}" for path in found) or "none"
        raise UsageError(
            f"which mapping? The project has {names}", hint="--map FILE; docs/import.md says how to write one"
        )
    return found[0]


def _prefixes(project: Project) -> dict[str, str]:
    from twinld.graph.dataset import load
    from twinld.graph.prefixes import prefix_map

    return prefix_map(load(project))


def _today() -> str:
    """Return the date for the file; SOURCE_DATE_EPOCH fixes it, as https://reproducible-builds.org/specs asks."""
    from datetime import UTC, datetime

    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return f"{datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC):%Y-%m-%d}"


def _write(outcome: Outcome, path: Path | None) -> None:
    if not outcome.turtle:
        return
    if path is None:
        sys.stdout.write(outcome.turtle)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    _write_whole(path, outcome.turtle)


def _write_whole(path: Path, text: str) -> None:
    """Write beside and rename, so that the file appears whole or not at all."""
    beside = path.with_name(path.name + ".part")
    beside.write_text(text, encoding="utf-8", newline="")
    beside.replace(path)


def _refused_rows(sheet: Sheet, outcome: Outcome) -> Iterator[list[str]]:
    from twinld.authoring.sheet import REASON

    reasons: dict[int, list[str]] = {}
    for refusal in outcome.refusals:
        where = f"{refusal.header}: " if refusal.header else ""
        reasons.setdefault(refusal.row, []).append(where + refusal.message)
    yield [REASON, *sheet.header.cells]
    yield from ([" | ".join(reasons[row.number]), *row.cells] for row in sheet.rows if row.number in reasons)


def _report(sheet: Sheet, plan: Plan, outcome: Outcome) -> Iterator[str]:
    """Yield the lines for the person who made the sheet: each cell to mend, then the sum."""
    for refusal in outcome.refusals:
        cell = f" column {refusal.column}" if refusal.column else ""
        header = f" ({refusal.header})" if refusal.header else ""
        yield f"{sheet.name}: row {refusal.row}{cell}{header}: {refusal.message}\n"
        if refusal.hint:
            yield f"    {refusal.hint}\n"
    if outcome.ignored:
        yield f"columns that the mapping does not know: {', '.join(outcome.ignored)}\n"
    refused = len(outcome.refused)
    rows = "row" if len(outcome.taken) == 1 else "rows"
    yield f"{len(outcome.taken)} {rows} taken ({outcome.triples} triples), {refused} refused; {sheet.read_as}\n"
