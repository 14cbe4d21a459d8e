"""GitLab's Code Quality report.

Source: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json
from typing import Any

from twinld.checks.findings import Severity
from twinld.checks.report import CheckReport

LEVELS = {Severity.VIOLATION: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def write(report: CheckReport) -> str:
    """Return the report: a JSON list with a fingerprint of its own for each finding, as GitLab demands."""
    document: list[dict[str, Any]] = [
        {
            "description": finding.message,
            "check_name": finding.code,
            "fingerprint": fingerprint,
            "severity": LEVELS[finding.severity],
            "location": {
                "path": report.shown_file(finding.place.file),
                "lines": {"begin": finding.place.start.line if finding.place.start else 1},
            },
        }
        for finding, fingerprint in report.with_own_fingerprints()
    ]
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
