"""SARIF 2.1.0, which GitHub, Azure DevOps and editors read.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from twinld.checks.findings import Finding, Place, Position, Severity
from twinld.checks.report import CheckReport
from twinld.checks.rules import RULES

MOST_RESULTS = 5000  # GitHub keeps no more of a run
LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
Group = tuple[Finding, str, int]
"""A finding, its fingerprint, and how many findings it stands for."""


def write(report: CheckReport) -> str:
    """Return the log of one run; above 5,000 findings those of a rule in a file become one result with a count."""
    from twinld.checks.run import load_rules

    load_rules()
    groups = _grouped(report)
    codes = sorted({finding.code for finding, _, _ in groups})
    run = {
        "tool": {"driver": {"name": "twinld", "semanticVersion": _version(), "rules": [_rule(code) for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "results": [_result(report, group, codes.index(group[0].code)) for group in groups],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _version() -> str:
    from importlib.metadata import version

    return version("twinld")


def _rule(code: str) -> dict[str, Any]:
    rule = RULES[code]
    summary, _, rest = rule.doc.partition("\n")
    described = {
        "id": code,
        "name": rule.name,
        "shortDescription": {"text": summary},
        "help": {"text": rule.doc},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }
    if rest.strip():
        described["fullDescription"] = {"text": rest.strip()}
    return described


def _invocation(report: CheckReport) -> dict[str, Any]:
    notes = [{"level": "error", "message": {"text": f"not checked: {reason}"}} for reason in report.incomplete]
    return {"executionSuccessful": not report.incomplete, "toolExecutionNotifications": notes}


def _grouped(report: CheckReport) -> list[Group]:
    """Return the results; where there are too many for GitHub, those of the most frequent marks become one each."""
    groups: list[Group] = [(finding, print_, 1) for finding, print_ in report.with_own_fingerprints()]
    marks: tuple[Callable[[Finding], tuple[Any, ...]], ...] = (
        lambda finding: (finding.code, finding.place.file, finding.shape and finding.shape.iri, finding.path),
        lambda finding: (finding.code, finding.place.file),
        lambda finding: (finding.code,),
    )
    for mark in marks:
        groups = _joined(groups, mark)
    return groups


def _joined(groups: list[Group], mark: Callable[[Finding], tuple[Any, ...]]) -> list[Group]:
    """Return the groups with the largest ones of a mark made one each, as many as it takes and no more."""
    sizes = Counter(mark(finding) for finding, _, _ in groups)
    surplus = len(groups) - MOST_RESULTS
    large = set()
    for each, size in sizes.most_common():
        if surplus <= 0:
            break
        large.add(each)
        surplus -= size - 1
    found: dict[tuple[Any, ...], Group] = {}
    for finding, fingerprint, count in groups:
        key = mark(finding) if mark(finding) in large else (fingerprint,)
        first, own, before = found.get(key, (finding, fingerprint, 0))
        found[key] = (first, own, before + count)
    return list(found.values())


def _result(report: CheckReport, group: Group, rule: int) -> dict[str, Any]:
    finding, fingerprint, count = group
    more = f" (and {count - 1} more like this)" if count > 1 else ""
    hint = f"\n{finding.suggestion}" if finding.suggestion else ""
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": LEVELS[finding.severity],
        "message": {"text": f"{finding.message}{more}{hint}"},
        "locations": [_location(report, finding.place)],
        "partialFingerprints": {"twinld/v1": fingerprint},
        "properties": {name: getattr(finding, name) for name in ("focus", "path", "value") if getattr(finding, name)},
    }
    if count > 1:
        result["occurrenceCount"] = count
    related = [*finding.related, *_shape_place(finding)]
    if related:
        result["relatedLocations"] = [_location(report, place, number) for number, place in enumerate(related, start=1)]
    return result


def _shape_place(finding: Finding) -> list[Place]:
    shape = finding.shape
    if shape is None or shape.file is None or shape.line is None:
        return []
    return [Place(shape.file, Position(shape.line, 1), Position(shape.line, 2), f"the shape {shape.iri}")]


def _location(report: CheckReport, place: Place, number: int | None = None) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(report.shown_file(place.file), safe="/:"), "uriBaseId": "%SRCROOT%"},
            "region": _region(place),
        }
    }
    if number is not None:
        location["id"] = number
        location["message"] = {"text": place.note or "see also"}
    return location


def _region(place: Place) -> dict[str, int]:
    """Return a region with an end, since GitHub shows none that has only a start."""
    start = place.start or Position(1, 1)
    end = place.end if place.end and place.end > start else Position(start.line, start.column + 1)
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}
