"""One JSON object a line, for programs that read while the report is written."""

from __future__ import annotations

import json

from twinld.checks.report import CheckReport
from twinld.checks.reports.json import finding_json


def write(report: CheckReport) -> str:
    """Return a line for each finding, as in the JSON report."""
    lines = (json.dumps(finding_json(report, finding), ensure_ascii=False) for finding in report.findings)
    return "".join(f"{line}\n" for line in lines)
