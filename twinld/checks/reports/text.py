"""Text for people: each finding with its source line, a caret, its shape and what to do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache

from twinld.checks.findings import Finding, Place, Severity
from twinld.checks.report import CheckReport

COLOURS = {Severity.VIOLATION: "31", Severity.WARNING: "33", Severity.INFO: "36"}
MANY = 100  # findings; nobody reads more from top to bottom
FRAME_WIDTH = 160  # a longer source line is cut around the caret
LINE_END = re.compile(r"\r\n?|\n")
Sources = Callable[[str], list[str]]
"""The lines of a file by its name; each file is read once, however many findings it has."""


def write(report: CheckReport, *, colour: bool = False, summary: bool = True) -> str:
    """Return each finding in some lines, then what was not checked and a count."""
    sources = cache(lambda name: LINE_END.split(report.source_text(name)))
    lines = [line for finding in report.findings for line in _block(finding, report, sources, colour)]
    if summary:
        lines += [*(f"not checked: {reason}" for reason in report.incomplete), _summary(report)]
    return "".join(f"{line}\n" for line in lines)


def _block(finding: Finding, report: CheckReport, sources: Sources, colour: bool) -> Iterator[str]:
    paint = _painter(colour)
    head = paint(f"{finding.severity.value} {finding.code}", COLOURS[finding.severity])
    yield f"{paint(report.shown(finding.place), '1')}: {head} {finding.rule}: {finding.message}"
    yield from _frame(finding.place, sources, lambda text: paint(text, COLOURS[finding.severity]))
    for label, place in (("see", related) for related in finding.related):
        yield f"    {label}: {report.shown(place)}" + (f" ({place.note})" if place.note else "")
    if finding.shape:
        name = "" if finding.shape.iri.startswith("_:") and finding.shape.file else f" {finding.shape.iri}"
        where = f" at {report.shown_file(finding.shape.file)}:{finding.shape.line}" if finding.shape.file else ""
        yield f"    shape:{name}{where}"
    if finding.suggestion:
        yield f"    hint: {finding.suggestion}"


def _frame(place: Place, sources: Sources, paint: Callable[[str], str]) -> Iterator[str]:
    """Yield the source line and the carets below it; tabs are kept so that the carets stand right."""
    lines = sources(place.file) if place.start else []
    if not place.start or place.start.line > len(lines):
        return
    line = lines[place.start.line - 1]
    if not line.strip():
        return
    first = place.start.column - 1
    last = place.end.column - 1 if place.end and place.end.line == place.start.line else len(line)
    skip = max(0, first - FRAME_WIDTH // 2)
    shown = line[skip : skip + FRAME_WIDTH]
    gutter = f"{place.start.line:>6} | "
    pad = "".join("\t" if char == "\t" else " " * _cells(char) for char in line[skip:first])
    width = sum(_cells(char) for char in line[first : min(last, skip + FRAME_WIDTH)])
    yield gutter + shown
    yield " " * (len(gutter) - 2) + "| " + pad + paint("^" * max(1, width))


def _cells(char: str) -> int:
    import unicodedata

    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def counts(report: CheckReport) -> str:
    """Return how many findings there are of each severity, in words, and how many are hidden."""
    words = ", ".join(
        f"{report.count(severity)} {severity.value}{'' if report.count(severity) == 1 else 's'}"
        for severity in Severity
        if report.count(severity)
    )
    hidden = ", ".join(f"{number} {how}" for how, number in report.hidden.items())
    return (words or "no problems") + (f", hidden: {hidden}" if hidden else "")


def statistics(report: CheckReport) -> str:
    """Return how many findings each rule has, the most first, and how the shapes were evaluated."""
    numbers = Counter((finding.code, finding.rule) for finding in report.findings)
    lines = [f"{number:>6}  {code} {name}" for (code, name), number in sorted(numbers.items(), key=_most_first)]
    lines += [f"        {note}" for note in report.notes]
    return "".join(f"{line}\n" for line in lines)


def _most_first(entry: tuple[tuple[str, str], int]) -> tuple[int, str]:
    return -entry[1], entry[0][0]


def _summary(report: CheckReport) -> str:
    fixable = sum(bool(finding.edits) for finding in report.findings)
    mending = f"; --fix mends {fixable}" if fixable else ""
    if len(report.findings) > MANY:
        mending += "; --statistics counts them by rule"
    numbers = ((report.files, "file"), (report.triples, "triple"), (report.shapes, "shape"))
    looked = ", ".join(f"{number} {name}{'' if number == 1 else 's'}" for number, name in numbers)
    return f"{counts(report)}{mending} ({looked}, {report.seconds:.2f} s)"


def _painter(colour: bool) -> Callable[[str, str], str]:
    return (lambda text, code: f"\x1b[{code}m{text}\x1b[0m") if colour else (lambda text, _: text)
