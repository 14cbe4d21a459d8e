"""What came of a check: the findings, what they rest on, and the exit code. Imports no rule, so that a kept report is
shown at once.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from twinld.checks.baseline import new_findings
from twinld.checks.findings import Finding, Place, Severity
from twinld.source.project import Project


@dataclass(frozen=True)
class CheckReport:
    """The findings in order of place, and what they rest on.

    `incomplete` says what was not checked, and why; `hidden` how many findings are not among `findings`, and how they
    were hidden; `notes` how the shapes were evaluated; `paths` how files are called where that is not by their name.
    """

    findings: tuple[Finding, ...]
    project: Project
    triples: int
    shapes: int
    shapes_without_target: tuple[str, ...]
    incomplete: tuple[str, ...]
    engine: str
    seconds: float
    notes: tuple[str, ...] = ()
    hidden: Mapping[str, int] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)

    @property
    def files(self) -> int:
        """How many files were looked at."""
        return len(self.project.files)

    @property
    def file_names(self) -> tuple[str, ...]:
        """The names of the files in the project."""
        return tuple(file.name for file in self.project.files)

    def count(self, severity: Severity) -> int:
        """Return how many findings are of a severity."""
        return Counter(finding.severity for finding in self.findings)[severity]

    def shown_file(self, name: str) -> str:
        """Return what a file is called in this report."""
        return self.paths.get(name, name)

    def shown(self, place: Place) -> str:
        """Return a place as `file:line:column`."""
        file = self.shown_file(place.file)
        return f"{file}:{place.start.line}:{place.start.column}" if place.start else file

    def with_own_fingerprints(self) -> Iterator[tuple[Finding, str]]:
        """Yield each finding with a fingerprint that no other has: the second of a kind is counted behind a dash."""
        seen: Counter[str] = Counter()
        for finding in self.findings:
            seen[finding.fingerprint] += 1
            number = seen[finding.fingerprint]
            yield finding, finding.fingerprint if number == 1 else f"{finding.fingerprint}-{number}"

    def source_text(self, name: str) -> str:
        """Return the text of a file of the project, empty where it cannot be read."""
        source = next((file for file in self.project.files if file.name == name), None)
        try:
            content = source.read() if source else (self.project.root / name).read_bytes()
        except OSError:
            return ""
        return content.decode("utf-8", errors="replace").removeprefix("\ufeff")


def shown_from(report: CheckReport, folder: Path) -> CheckReport:
    """Return the report with its files called by their paths from a folder, with slashes."""
    sources = {file.name: file for file in report.project.files}
    names = {place.file for finding in report.findings for place in (finding.place, *finding.related)}
    names |= {finding.shape.file for finding in report.findings if finding.shape and finding.shape.file}
    paths = {}
    for name in names | set(sources):
        source = sources.get(name)
        if source is None or source.content is None:
            paths[name] = _from(folder, source.path if source else report.project.root / name)
    return replace(report, paths=paths)


def _from(folder: Path, path: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive of Windows
        return path.as_posix()


def without_known(report: CheckReport, known: Counter[str], how: str) -> CheckReport:
    """Return the report without the findings that were known before, which are counted as hidden."""
    new = new_findings(report.findings, known)
    count = len(report.findings) - len(new)
    return replace(report, findings=tuple(new), hidden={**report.hidden, **({how: count} if count else {})})


def exit_code(report: CheckReport, fail_on: str, *, exit_zero: bool = False, allow_partial: bool = False) -> int:
    """Return 3 for an incomplete run, else 1 for findings at or above `fail_on`, else 0.

    `allow_partial` turns 3 into what the findings say, `exit_zero` turns 1 into 0 and never 3.
    """
    if report.incomplete and not allow_partial:
        return 3
    limit = -1 if fail_on == "never" else Severity(fail_on).rank
    failed = any(finding.severity.rank <= limit for finding in report.findings)
    return int(failed and not exit_zero)
