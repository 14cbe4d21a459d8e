"""Reports: the findings of a run as text for people and as data for programs. Sorted, the same for the same input."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from twinld.checks.findings import Finding, Place, Severity
from twinld.checks.run import CheckReport

COLOURS = {Severity.VIOLATION: "31", Severity.WARNING: "33", Severity.INFO: "36"}
FRAME_WIDTH = 160  # a longer source line is cut around the caret


def text_report(report: CheckReport, *, colour: bool = False, summary: bool = True) -> str:
    """Return each finding with its source line, a caret, its shape and what to do, then a count."""
    lines = [line for finding in report.findings for line in _block(finding, report, colour)]
    if summary:
        lines += [*(f"not checked: {reason}" for reason in report.incomplete), _summary(report)]
    return "".join(f"{line}\n" for line in lines)


def concise_report(report: CheckReport) -> str:
    """Return one line a finding: `file:line:column: severity CODE message`."""
    return "".join(f"{_line(finding)}\n" for finding in report.findings)


def json_report(report: CheckReport) -> str:
    """Return the findings and the summary as JSON, version 1."""
    document = {
        "version": 1,
        "findings": [finding.to_json() for finding in report.findings],
        "summary": {
            **{severity.value: report.count(severity) for severity in Severity},
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


REPORTS: Mapping[str, Callable[[CheckReport], str]] = {
    "text": text_report,
    "concise": concise_report,
    "json": json_report,
}


def _line(finding: Finding) -> str:
    return f"{_at(finding.place)}: {finding.severity.value} {finding.code} {' '.join(finding.message.split())}"


def _at(place: Place) -> str:
    return f"{place.file}:{place.start.line}:{place.start.column}" if place.start else place.file


def _block(finding: Finding, report: CheckReport, colour: bool) -> Iterator[str]:
    paint = _painter(colour)
    head = paint(f"{finding.severity.value} {finding.code}", COLOURS[finding.severity])
    yield f"{paint(_at(finding.place), '1')}: {head} {finding.rule}: {finding.message}"
    yield from _frame(finding.place, report)
    for label, place in (("see", related) for related in finding.related):
        yield f"    {label}: {_at(place)}" + (f" ({place.note})" if place.note else "")
    if finding.shape:
        where = f" at {finding.shape.file}:{finding.shape.line}" if finding.shape.file else ""
        yield f"    shape: {finding.shape.iri}{where}"
    if finding.suggestion:
        yield f"    hint: {finding.suggestion}"


def _frame(place: Place, report: CheckReport) -> Iterator[str]:
    """Yield the source line and the carets below it; tabs are kept so that the carets stand right."""
    text = next((file.parsed.text for file in report.dataset.files if file.parsed.path == place.file), "")
    if not place.start or not text:
        return
    line = _source_line(text, place.start.line)
    if line is None or not line.strip():
        return
    first = place.start.column - 1
    last = place.end.column - 1 if place.end and place.end.line == place.start.line else len(line)
    skip = max(0, first - FRAME_WIDTH // 2)
    shown = line[skip : skip + FRAME_WIDTH]
    gutter = f"{place.start.line:>6} | "
    pad = "".join("\t" if char == "\t" else " " * _cells(char) for char in line[skip:first])
    width = sum(_cells(char) for char in line[first : min(last, skip + FRAME_WIDTH)])
    yield gutter + shown
    yield " " * (len(gutter) - 2) + "| " + pad + "^" * max(1, width)


def _cells(char: str) -> int:
    import unicodedata

    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _source_line(text: str, number: int) -> str | None:
    at = 0
    for _ in range(number - 1):
        at = text.find("\n", at) + 1
        if at == 0:
            return None
    end = text.find("\n", at)
    return text[at : end if end != -1 else len(text)].rstrip("\r")


def _summary(report: CheckReport) -> str:
    counts = ", ".join(
        f"{report.count(severity)} {severity.value}{'' if report.count(severity) == 1 else 's'}"
        for severity in Severity
        if report.count(severity)
    )
    looked = f"{report.files} files, {report.triples} triples, {report.shapes} shapes, {report.seconds:.2f} s"
    return f"{counts or 'no problems'} ({looked})"


def _painter(colour: bool) -> Callable[[str, str], str]:
    return (lambda text, code: f"\x1b[{code}m{text}\x1b[0m") if colour else (lambda text, _: text)
