"""Reports: the findings of a run in every format. Sorted, without times of day, the same for the same input."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from twinld.checks.report import CheckReport


@dataclass(frozen=True, slots=True)
class ReportFormat:
    """A format: where its writer is, and whether its paths start at the repository, as services expect them."""

    module: str
    from_repository: bool = False

    def write(self, report: CheckReport) -> str:
        """Return the report as text, with a newline at its end unless it is empty."""
        module = importlib.import_module(f"twinld.checks.reports.{self.module}")
        writer: Callable[[CheckReport], str] = module.write
        return writer(report)


FORMATS: Mapping[str, ReportFormat] = {
    "text": ReportFormat("text"),
    "concise": ReportFormat("concise"),
    "json": ReportFormat("json"),
    "jsonl": ReportFormat("jsonl"),
    "sarif": ReportFormat("sarif", from_repository=True),
    "junit": ReportFormat("junit", from_repository=True),
    "github": ReportFormat("github", from_repository=True),
    "gitlab": ReportFormat("gitlab", from_repository=True),
    "markdown": ReportFormat("markdown", from_repository=True),
    "shacl": ReportFormat("shacl"),
}
