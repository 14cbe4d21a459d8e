"""Running the rules over a project, and what comes of it."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from twinld.checks.findings import Finding
from twinld.checks.report import CheckReport
from twinld.checks.rules import RULES, selected
from twinld.checks.subject import only_names
from twinld.graph.dataset import Dataset, load
from twinld.rdf.reading import read
from twinld.source.project import Project

if TYPE_CHECKING:
    from twinld.checks.memory import Memory

GROUPS = (
    "syntax", "vocabulary", "terms", "identifiers", "literals", "labels", "axioms", "profile", "shapes", "metadata",
    "style", "configuration", "queries", "constraints", "suppression",
)  # fmt: skip


def load_rules() -> None:
    """Register every rule; the modules of the groups are imported here and nowhere else."""
    for group in GROUPS:
        importlib.import_module(f"twinld.checks.{group}")


def run_checks(  # noqa: PLR0913  # the options of the command, each with a default
    project: Project,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    engine: str = "auto",
    infer: str = "none",
    languages: Sequence[str] = (),
    only: Sequence[str] = (),
    dataset: Dataset | None = None,
    memory: Memory | None = None,
    jobs: int = 1,
    tell: Callable[[str], None] = lambda _: None,
) -> CheckReport:
    """Run the selected rules and the project's shapes, and return every finding.

    `select` and `ignore` take codes, their beginnings or names; `only` leaves out findings in other files; `infer`
    is `none`, `rdfs` or `owlrl`; `memory` has what earlier runs read and found in each file; `jobs` is how many
    processes read files; `tell` is told what is being done. Raises `UsageError` for a rule that does not exist.
    """
    from twinld.checks.constraints import shape_findings
    from twinld.checks.suppression import without_ignored, without_suppressed

    started = time.perf_counter()
    load_rules()
    config = project.config
    codes = selected(RULES, select, [*ignore, *config.ignore], extend=config.extend_select)
    if dataset is None:
        tell(f"reading {len(project.files)} files")
        dataset = _loaded(project, memory, jobs)
    found = _found(dataset, codes, tell, memory)
    tell("validating by the shapes")
    shapes = shape_findings(dataset, codes, engine=engine, infer=infer, languages=languages)
    names = only_names(project, only)
    every = [f for f in dict.fromkeys((*found, *shapes.findings)) if names is None or f.place.file in names]
    loud, by_comment = without_suppressed(dataset, every, codes)
    findings = without_ignored(loud, config.per_file_ignores)
    hidden = {"by comments": by_comment, "per file": len(loud) - len(findings)}
    return CheckReport(
        findings=tuple(sorted((f for f in findings if names is None or f.place.file in names), key=Finding.order)),
        project=project,
        triples=sum(len(file.parsed.statements) for file in dataset.files),
        shapes=shapes.shapes,
        shapes_without_target=shapes.without_target,
        incomplete=(*_unreadable(dataset), *shapes.incomplete),
        engine=shapes.engine,
        seconds=time.perf_counter() - started,
        notes=shapes.notes,
        hidden={how: number for how, number in hidden.items() if number},
    )


def _loaded(project: Project, memory: Memory | None, jobs: int) -> Dataset:
    if jobs == 1 or (memory and not memory.empty):
        return load(project, reader=memory.read if memory else read)
    from twinld.graph.ahead import joining, reading_ahead

    with reading_ahead(project, jobs) as parse:
        return load(project, reader=replace(memory, parse=parse).read if memory else joining(parse))


def _found(
    dataset: Dataset, codes: frozenset[str], tell: Callable[[str], None], memory: Memory | None
) -> list[Finding]:
    alone = [code for code in codes if RULES[code].per_file]

    def find(codes: Iterable[str], files: Dataset) -> Iterator[Finding]:
        for code in sorted(codes):
            if check := RULES[code].check:
                tell(f"looking for {code} {RULES[code].name}")
                yield from check(files)

    by_file = memory.findings(dataset, alone, partial(find, alone)) if memory else find(alone, dataset)
    return [*by_file, *find(codes.difference(alone), dataset)]


def _unreadable(dataset: Dataset) -> list[str]:
    return [f"{file.parsed.path}: {file.unreadable}" for file in dataset.files if file.unreadable]
