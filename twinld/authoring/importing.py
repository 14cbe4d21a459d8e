"""A spreadsheet becomes Turtle: the rows that are sound together with the project, and why the others are not."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from twinld.authoring.admission import Trial, judged
from twinld.authoring.mapping import Plan
from twinld.authoring.problems import Refusal
from twinld.authoring.rows import MadeRow, Newcomers, Workshop
from twinld.authoring.sheet import REASON, Row, Sheet, plain
from twinld.errors import ConfigError, UsageError
from twinld.graph.dataset import load
from twinld.graph.prefixes import prefix_map
from twinld.rdf.formats import TURTLE
from twinld.rdf.terms import literal_key
from twinld.rdf.turtle_writing import TYPE, turtle_lines
from twinld.rdf.writing import Quad, used_prefixes
from twinld.source.project import Project, SourceFile

XSD_DATE = "http://www.w3.org/2001/XMLSchema#date"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a spreadsheet: the Turtle of the rows taken, the refusals by row, and headers that nobody reads."""

    turtle: str
    taken: tuple[Row, ...]
    refusals: tuple[Refusal, ...]
    ignored: tuple[str, ...]
    triples: int

    @property
    def refused(self) -> tuple[int, ...]:
        """The numbers of the rows refused."""
        return tuple(sorted({refusal.row for refusal in self.refusals}))


def import_sheet(project: Project, sheet: Sheet, plan: Plan, target: SourceFile, *, today: str) -> Outcome:
    """Return what a mapping makes of a sheet; `target` is the file that it will be, whose old content does not count.

    A row is taken whole or refused: for a cell that means nothing, for repeating what is known, or because its things
    would not pass `twinld check` with the project. Raises `UsageError` for a sheet without the columns needed.
    """
    project = without(project, target)
    dataset = load(project)
    prefixes = prefix_map(dataset)
    given = {"today": (literal_key(today, None, XSD_DATE),)}
    workshop = Workshop(dataset, prefixes, plan, sheet, column_places(sheet, plan), given)
    _check_kinds(workshop)
    newcomers = Newcomers(workshop)
    made: list[MadeRow] = []
    refusals: list[Refusal] = []
    for row in sheet.rows:
        result, problems = workshop.make(row)
        problems = problems or (newcomers.admit(result) if result else ())
        refusals += problems
        made += [result] if result and not problems else []
    writer = _Writer(workshop, target)
    verdict = judged(Trial(project, workshop, target, writer.turtle), made)
    refusals += verdict.refusals
    return Outcome(
        writer.turtle(verdict.rows) if verdict.rows else "",
        tuple(each.row for each in verdict.rows),
        tuple(sorted(refusals, key=Refusal.order)),
        _ignored(sheet, plan),
        len({triple for each in verdict.rows for triple, _ in each.triples}),
    )


def _check_kinds(workshop: Workshop) -> None:
    """Raise `ConfigError` for a class or scheme that the data have nothing of: no cell could ever mean anything."""
    sought = [(f"columns.{each.name}", each.find) for each in workshop.plan.columns if each.find]
    empty = [(where, iri) for where, iri in sought if not workshop.lookup.names[iri].things]
    if empty:
        faults = [f"{where}.find: the data have nothing of {workshop.shown(f'<{iri}>')}" for where, iri in empty]
        raise ConfigError("\n  ".join(["the mapping does not fit the data:", *faults]), path=workshop.plan.path)


def without(project: Project, target: SourceFile) -> Project:
    """Return the project as it is without a file."""
    kept = tuple(file for file in project.files if file.name != target.name)
    return replace(project, files=kept)


def target_file(project: Project, output: Path | None, stem: str) -> SourceFile:
    """Return the file of the project that an output path means; without one it is called after the spreadsheet."""
    path = output or project.root / "data" / f"{stem}.ttl"
    if path.suffix != ".ttl":
        raise UsageError(f"{path}: what is written is Turtle", hint="give it the extension .ttl")
    resolved = path.resolve()
    inside = resolved.is_relative_to(project.root.resolve())
    name = resolved.relative_to(project.root.resolve()).as_posix() if inside else f"data/{path.name}"
    return SourceFile(path, name, "data", TURTLE)


def column_places(sheet: Sheet, plan: Plan) -> dict[str, int]:
    """Return which column of the sheet each column of the mapping is; raises `UsageError` for required ones missing."""
    headers = [plain(cell) for cell in sheet.header.cells]
    places: dict[str, int] = {}
    problems = []
    for column in plan.columns:
        found = [at for at, header in enumerate(headers) if header in {plain(each) for each in column.headers}]
        if len(found) > 1:
            problems.append(
                f"two columns are {column.headers[0]!r}: {' and '.join(sheet.header.cells[at] for at in found)}"
            )
        elif found:
            places[column.name] = found[0]
        elif column.required:
            problems.append(f"the column {column.headers[0]!r} is missing{_near(column.headers, sheet)}")
    if problems:
        raise UsageError(
            "\n  ".join([f"{sheet.name} ({sheet.read_as}) does not have the columns of the mapping:", *problems]),
            hint=f"twinld import --template --map {plan.path} writes a sheet with all headers",
        )
    return places


def _near(headers: Sequence[str], sheet: Sheet) -> str:
    near = difflib.get_close_matches(plain(headers[0]), [plain(cell) for cell in sheet.header.cells], n=1)
    return next((f"; is it {cell!r}?" for cell in sheet.header.cells if near and plain(cell) == near[0]), "")


def _ignored(sheet: Sheet, plan: Plan) -> tuple[str, ...]:
    known = {plain(header) for header in (*plan.headers, REASON)}
    return tuple(cell for cell in sheet.header.cells if cell and plain(cell) not in known)


@dataclass(frozen=True, slots=True)
class _Writer:
    workshop: Workshop
    target: SourceFile

    def turtle(self, rows: Iterable[MadeRow]) -> str:
        """Return the rows as Turtle in the house layout, in the order of the template."""
        shop = self.workshop
        graph = (f"<{shop.dataset.base_iri}{self.target.graph_path}>",)
        about = shop.plan.graph.fill({**shop.given, "graph": graph}, 0)
        triples = [*(triple for triple, _ in about), *(triple for row in rows for triple, _ in row.triples)]
        by_subject: dict[str, dict[Quad, None]] = {}
        for s, p, o in triples:
            by_subject.setdefault(s, {})[s, p, o, ""] = None
        quads = [quad for block in by_subject.values() for quad in block]
        terms = {key for quad in quads for key in quad} - {TYPE}  # written `a`, which needs no prefix
        prefixes = used_prefixes(terms, shop.prefixes)
        head, _, blocks = "".join(turtle_lines(quads, prefixes)).partition("\n\n")
        return f"{head}\n\n# Made from {shop.sheet.name} by {Path(shop.plan.path).name}.\n\n{blocks}"
