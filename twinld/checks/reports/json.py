"""The findings and a summary as one JSON document, version 1; docs/check.md describes it."""

from __future__ import annotations

import json
from typing import Any

from twinld.checks.findings import Finding, Severity
from twinld.checks.report import CheckReport


def write(report: CheckReport) -> str:
    """Return the document; `seconds` alone differs from run to run."""
    document = {
        "version": 1,
        "findings": [finding_json(report, finding) for finding in report.findings],
        "summary": {
            **{severity.value: report.count(severity) for severity in Severity},
            "hidden": dict(report.hidden),
            "files": report.files,
            "triples": report.triples,
            "shapes": report.shapes,
            "shapes_without_target": list(report.shapes_without_target),
            "complete": not report.incomplete,
            "incomplete": list(report.incomplete),
            "engine": report.engine,
            "seconds": round(report.seconds, 3),
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def finding_json(report: CheckReport, finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON, its files named as the report shows them."""
    document = finding.to_json()
    for place in (document, *document["related"]):
        place["file"] = report.shown_file(place["file"])
    return document
