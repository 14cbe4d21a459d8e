"""GitHub Actions' workflow commands: an annotation beside the line, in the log and in the pull request.

Source: https://docs.github.com/en/actions/writing-workflows/choosing-what-your-workflow-does/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Iterator

from twinld.checks.findings import Finding, Severity
from twinld.checks.report import CheckReport

LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def write(report: CheckReport) -> str:
    """Return a command for each finding, and one for each part that was not checked.

    GitHub shows the first ten of a level, so the gravest come first.
    """
    findings = sorted(report.findings, key=lambda finding: (finding.severity.rank, finding.order()))
    lines = [_command(report, finding) for finding in findings]
    lines += [f"::error title=not checked::{reason.translate(DATA)}" for reason in report.incomplete]
    return "".join(f"{line}\n" for line in lines)


def _command(report: CheckReport, finding: Finding) -> str:
    properties = ",".join(f"{name}={value.translate(PROPERTY)}" for name, value in _properties(report, finding))
    message = finding.message + (f"\n{finding.suggestion}" if finding.suggestion else "")
    return f"::{LEVELS[finding.severity]} {properties}::{message.translate(DATA)}"


def _properties(report: CheckReport, finding: Finding) -> Iterator[tuple[str, str]]:
    place = finding.place
    yield "file", report.shown_file(place.file)
    if place.start:
        yield "line", str(place.start.line)
        yield "col", str(place.start.column)
    if place.start and place.end and place.end > place.start:
        yield "endLine", str(place.end.line)
        yield "endColumn", str(place.end.column)
    yield "title", f"{finding.code} {finding.rule}"
