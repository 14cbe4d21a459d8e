"""Running the rules over a project, and what comes of it."""

from __future__ import annotations

import importlib
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from twinld.checks.findings import Finding, Severity
from twinld.checks.rules import RULES, selected
from twinld.checks.subject import only_names
from twinld.graph.dataset import Dataset, load
from twinld.source.project import Project

GROUPS = ("syntax", "vocabulary", "labels", "configuration", "constraints")


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The findings in order of place, and what they rest on. `incomplete` says what was not checked, and why."""

    findings: tuple[Finding, ...]
    dataset: Dataset
    files: int
    triples: int
    shapes: int
    shapes_without_target: tuple[str, ...]
    incomplete: tuple[str, ...]
    engine: str
    seconds: float

    def count(self, severity: Severity) -> int:
        """Return how many findings are of a severity."""
        return Counter(finding.severity for finding in self.findings)[severity]


def load_rules() -> None:
    """Register every rule; the modules of the groups are imported here and nowhere else."""
    for group in GROUPS:
        importlib.import_module(f"twinld.checks.{group}")


def run_checks(
    project: Project,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    engine: str = "auto",
    infer: str = "none",
    languages: Sequence[str] = (),
    only: Sequence[str] = (),
    dataset: Dataset | None = None,
) -> CheckReport:
    """Run the selected rules and the project's shapes, and return every finding.

    `select` and `ignore` take codes, their beginnings or names; `only` leaves out findings in other files; `infer`
    is `none`, `rdfs` or `owlrl`. Raises `UsageError` for a rule that does not exist.
    """
    from twinld.checks.constraints import shape_findings

    started = time.perf_counter()
    load_rules()
    codes = selected(RULES, select, ignore)
    dataset = dataset or load(project)
    found = [f for code in sorted(codes) if (check := RULES[code].check) for f in check(dataset)]
    shapes = shape_findings(dataset, codes, engine=engine, infer=infer, languages=languages)
    names = only_names(project, only)
    findings = [f for f in (*found, *shapes.findings) if names is None or f.place.file in names]
    return CheckReport(
        findings=tuple(sorted(dict.fromkeys(findings), key=Finding.order)),
        dataset=dataset,
        files=len(dataset.files),
        triples=sum(len(file.parsed.statements) for file in dataset.files),
        shapes=shapes.shapes,
        shapes_without_target=shapes.without_target,
        incomplete=(*_unreadable(dataset), *shapes.incomplete),
        engine=shapes.engine,
        seconds=time.perf_counter() - started,
    )


def exit_code(report: CheckReport, fail_on: str, *, exit_zero: bool = False, allow_partial: bool = False) -> int:
    """Return 3 for an incomplete run, else 1 for findings at or above `fail_on`, else 0.

    `allow_partial` turns 3 into what the findings say, `exit_zero` turns 1 into 0 and never 3.
    """
    if report.incomplete and not allow_partial:
        return 3
    limit = -1 if fail_on == "never" else Severity(fail_on).rank
    failed = any(finding.severity.rank <= limit for finding in report.findings)
    return int(failed and not exit_zero)


def _unreadable(dataset: Dataset) -> list[str]:
    return [f"{file.parsed.path}: {file.unreadable}" for file in dataset.files if file.unreadable]
