"""One line a finding: `file:line:column: severity CODE message`."""

from __future__ import annotations

from twinld.checks.findings import Finding
from twinld.checks.report import CheckReport


def write(report: CheckReport) -> str:
    """Return one line for each finding; a message of several lines is joined."""
    return "".join(f"{_line(report, finding)}\n" for finding in report.findings)


def _line(report: CheckReport, finding: Finding) -> str:
    message = " ".join(finding.message.split())
    return f"{report.shown(finding.place)}: {finding.severity.value} {finding.code} {message}"
