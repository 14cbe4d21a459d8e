"""Rows before the checks: they are tried together with the whole project, and what is found is laid at their door."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from twinld.authoring.names import shortened
from twinld.authoring.problems import CellProblem, Refusal
from twinld.authoring.rows import MadeRow, Workshop
from twinld.authoring.template import Pattern
from twinld.checks.findings import Finding, Severity
from twinld.checks.run import run_checks
from twinld.errors import IncompleteError, UsageError
from twinld.graph.dataset import Dataset, load
from twinld.source.project import Project, SourceFile


@dataclass(frozen=True, slots=True)
class Trial:
    """What rows are tried against: the project without them, and how they are written into the file to be."""

    project: Project
    workshop: Workshop
    target: SourceFile
    turtle: Callable[[Sequence[MadeRow]], str]

    def dataset(self, rows: Sequence[MadeRow]) -> Dataset:
        """Return the project's data with the rows as one more file."""
        file = replace(self.target, content=self.turtle(rows).encode())
        return load(replace(self.project, files=(*self.project.files, file)))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The rows that pass together, and why the others do not."""

    rows: tuple[MadeRow, ...]
    refusals: tuple[Refusal, ...]


def judged(trial: Trial, rows: Sequence[MadeRow]) -> Verdict:
    """Return the rows that pass the checks together; rows are taken out, and the rest tried again, until they do.

    Raises `IncompleteError` where the checks were not carried out whole, `UsageError` where what they find is no
    row's fault (the mapping itself writes what does not check).
    """
    refusals: list[Refusal] = []
    while rows:
        blamed = _blamed(trial, rows)
        if not blamed:
            break
        refusals += [refusal for number in sorted(blamed) for refusal in blamed[number]]
        rows = [each for each in rows if each.row.number not in blamed]
    return Verdict(tuple(rows), tuple(refusals))


def _blamed(trial: Trial, rows: Sequence[MadeRow]) -> dict[int, tuple[Refusal, ...]]:
    dataset = trial.dataset(rows)
    report = run_checks(dataset.project, dataset=dataset)
    if report.incomplete:
        raise IncompleteError(
            f"the checks are incomplete: {'; '.join(report.incomplete)}", hint="twinld check says more"
        )
    owners = _Owners(trial, rows, dataset)
    found: dict[int, dict[Refusal, None]] = defaultdict(dict)
    for finding in report.findings:
        if finding.severity is not Severity.VIOLATION:
            continue
        responsible = owners.of(finding)
        if finding.place.file == trial.target.name and (not responsible or owners.is_constant(finding)):
            raise UsageError(f"what the mapping writes does not check: {finding.code} {finding.message}")
        for made in responsible:
            found[made.row.number][_refusal(trial.workshop, made, finding)] = None
    return {number: tuple(refusals) for number, refusals in found.items()}


class _Owners:
    """Whose fault a finding is: that of the rows that describe its focus, or stand where it points."""

    def __init__(self, trial: Trial, rows: Sequence[MadeRow], dataset: Dataset) -> None:
        self.trial = trial
        self.rows = rows
        self.by_subject: dict[str, list[MadeRow]] = defaultdict(list)
        for made in rows:
            for subject in {triple[0] for triple, _ in made.triples}:
                self.by_subject[subject].append(made)
        file = next(file for file in dataset.files if file.source.name == trial.target.name)
        keys, statements = dataset.table.keys, file.parsed.statements
        starts = {
            s: file.parsed.position(at)[0] for s, at in zip(statements.subject, statements.subject_at, strict=True)
        }
        pairs = sorted((line, keys[s]) for s, line in starts.items() if keys[s][0] == "<")
        self.lines, self.subjects = [line for line, _ in pairs], [key for _, key in pairs]
        self._before: frozenset[str] | None = None

    def of(self, finding: Finding) -> list[MadeRow]:
        """Return the rows to blame; none for what was wrong before."""
        for key in (finding.focus, finding.value):
            if key in self.by_subject and (finding.place.file == self.trial.target.name or self.is_new(finding)):
                return self.by_subject[key]
        if finding.place.file == self.trial.target.name:
            line = finding.place.start.line if finding.place.start else 1
            at = bisect_right(self.lines, line) - 1
            return self.by_subject.get(self.subjects[at], []) if at >= 0 else []
        mentioned = [made for made in self.rows if any(finding.focus == triple[2] for triple, _ in made.triples)]
        return mentioned if mentioned and self.is_new(finding) else []

    def is_constant(self, finding: Finding) -> bool:
        """Tell whether a finding of no shape is about a term that the template itself writes into every row."""
        patterns = self.trial.workshop.plan.template.patterns
        written = [part for each in patterns for part in (each.predicate, each.object) if part[0] == "<"]
        return not finding.code.startswith("SHC") and finding.value in written

    def is_new(self, finding: Finding) -> bool:
        """Tell whether the project without the rows does not have this finding."""
        if self._before is None:
            self._before = frozenset(each.fingerprint for each in run_checks(self.trial.project).findings)
        return finding.fingerprint not in self._before


def _refusal(workshop: Workshop, made: MadeRow, finding: Finding) -> Refusal:
    names = dict.fromkeys(_names_behind(workshop.plan.template.patterns, made, finding))
    columns = dict.fromkeys(column for name in names for column in workshop.plan.columns_behind(name))
    message = shortened(finding.message.strip(), workshop.prefixes)
    value = f": {workshop.shown(finding.value)}" if finding.value and finding.value[0] == '"' else ""
    problem = CellProblem(
        f"{message}{value}" if value not in message else message, f"found by {finding.code} {finding.rule}"
    )
    return workshop.refusal(made.row, problem, tuple(columns))


def _names_behind(patterns: Sequence[Pattern], made: MadeRow, finding: Finding) -> Iterable[str]:
    """Yield the names of the template whose values, or lack of them, a finding is about."""
    if finding.value is not None:
        exact = [
            pattern for triple, pattern in made.triples if triple[2] == finding.value and triple[1] == finding.path
        ]
        loose = [pattern for triple, pattern in made.triples if triple[2] == finding.value]
        return _names(pattern.object for pattern in exact or loose)
    subjects = {pattern.subject for triple, pattern in made.triples if triple[0] == finding.focus}
    return _names(each.object for each in patterns if each.predicate == finding.path and each.subject in subjects)


def _names(parts: Iterable[str]) -> Iterator[str]:
    return (part[1:] for part in parts if part[0] == "?")
