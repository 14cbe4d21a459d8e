"""JUnit's XML: a suite for each file, a case for each finding, a passed case for a file without one.

Only what Jenkins' schema of JUnit 10 knows is written: a file's name is the class of its cases.

Source: https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from twinld.checks.findings import Finding
from twinld.checks.report import CheckReport

NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(report: CheckReport) -> str:
    """Return the document. Every finding is a failure, whatever its severity; what was not checked is an error."""
    suites: dict[str, list[Finding]] = defaultdict(list)
    for file in report.file_names:
        suites[file] = []
    for finding in report.findings:
        suites[finding.place.file].append(finding)
    lines = [line for file in sorted(suites) for line in _suite(report, file, suites[file])]
    errors = len(report.incomplete)
    tests = sum(max(1, len(found)) for found in suites.values()) + errors
    head = f'<testsuites name="twinld check" tests="{tests}" failures="{len(report.findings)}" errors="{errors}">'
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', head, *lines, *_incomplete(report.incomplete), "</testsuites>"]
    return "".join(f"{line}\n" for line in lines)


def _suite(report: CheckReport, file: str, findings: Sequence[Finding]) -> Iterator[str]:
    name = _quoted(report.shown_file(file))
    yield f'  <testsuite name={name} tests="{max(1, len(findings))}" failures="{len(findings)}" errors="0">'
    if not findings:
        yield f'    <testcase name={name} classname="twinld"/>'
    for finding in findings:
        title = f"{finding.code} {finding.rule}" + (f" {finding.place.start.line}" if finding.place.start else "")
        where = f"{report.shown(finding.place)}: {finding.message}"
        hint = f"\n{finding.suggestion}" if finding.suggestion else ""
        yield f"    <testcase name={_quoted(title)} classname={name}>"
        yield f"      <failure message={_quoted(finding.message)} type={_quoted(finding.severity.value)}>"
        yield f"{_text(where + hint)}</failure>"
        yield "    </testcase>"
    yield "  </testsuite>"


def _incomplete(reasons: Sequence[str]) -> Iterator[str]:
    if not reasons:
        return
    yield f'  <testsuite name="not checked" tests="{len(reasons)}" failures="0" errors="{len(reasons)}">'
    for reason in reasons:
        yield f'    <testcase name={_quoted(reason)} classname="not checked">'
        yield f'      <error message={_quoted(reason)} type="incomplete"/>'
        yield "    </testcase>"
    yield "  </testsuite>"


def _quoted(text: str) -> str:
    return quoteattr(NO_XML.sub("\ufffd", text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _text(text: str) -> str:
    return escape(NO_XML.sub("\ufffd", text), {"\r": "&#13;"})
