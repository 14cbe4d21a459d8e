"""A table in Markdown, for the summary of a run or a comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from twinld.checks.findings import Finding
from twinld.checks.report import CheckReport
from twinld.checks.reports.text import counts

ROWS = 500  # GitHub cuts a step's summary at 1 MiB; a row takes some 200 bytes
SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~&$@])")


def write(report: CheckReport) -> str:
    """Return a heading with the counts, a table of the findings, and what was not checked."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: CheckReport) -> Iterator[str]:
    yield f"## twinld check: {counts(report)}"
    yield ""
    if report.findings:
        yield "| place | severity | rule | message |"
        yield "| --- | --- | --- | --- |"
        for finding in report.findings[:ROWS]:
            yield _row(report, finding)
        yield ""
    if len(report.findings) > ROWS:
        yield f"{len(report.findings) - ROWS} more findings are not shown here."
        yield ""
    for reason in report.incomplete:
        yield f"- not checked: {_plain(reason)}"
    if report.incomplete:
        yield ""
    yield f"{report.files} files, {report.triples} triples, {report.shapes} shapes."


def _row(report: CheckReport, finding: Finding) -> str:
    message = _plain(finding.message) + (f" ({_plain(finding.suggestion)})" if finding.suggestion else "")
    rule = f"{finding.code} {finding.rule}"
    return f"| {_plain(report.shown(finding.place))} | {finding.severity.value} | {rule} | {message} |"


def _plain(text: str) -> str:
    """Return text that Markdown shows as it is, on one line, inside a cell."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))
