"""Mending what can be mended without changing what the data say: each changed file is read again and compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from twinld.checks.findings import Edit, Finding
from twinld.rdf.reading import read
from twinld.rdf.terms import TermTable
from twinld.source.project import Project, SourceFile

MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Fix:
    """A file's text before and after its edits, and how many findings they mend."""

    file: SourceFile
    before: str
    after: str
    findings: int


def fixes(project: Project, findings: Iterable[Finding]) -> list[Fix]:
    """Return what the edits of the findings make of each file; a file that would say something else is left out."""
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.edits:
            by_file.setdefault(finding.place.file, []).append(finding)
    files = {file.name: file for file in project.files}
    made = [_fix(files[name], found) for name, found in sorted(by_file.items()) if name in files]
    return [fix for fix in made if fix is not None]


def _fix(file: SourceFile, findings: Sequence[Finding]) -> Fix | None:
    before = file.read().decode("utf-8")
    text = before.removeprefix(MARK)
    after, count = edited(text, [finding.edits for finding in findings])
    if not count or not same_graph(text, after, file):
        return None
    return Fix(file, before, before[: len(before) - len(text)] + after, count)


def edited(text: str, changes: Sequence[tuple[Edit, ...]]) -> tuple[str, int]:
    """Return a text with its changes made, and how many; one that overlaps an earlier one is left for the next run."""
    taken: list[Edit] = []
    count = 0
    for edits in changes:
        if not any(_overlap(edit, other) for edit in edits for other in taken):
            taken += edits
            count += 1
    for edit in sorted(taken, key=lambda each: each.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text, count


def _overlap(one: Edit, other: Edit) -> bool:
    return one.start < other.end and other.start < one.end


def same_graph(before: str, after: str, file: SourceFile) -> bool:
    """Tell whether two texts say the same, blank nodes named by their order, without a syntax error in either."""
    table = TermTable()
    texts = [read(text, format=file.format, base="http://localhost/", table=table) for text in (before, after)]
    return not any(parsed.errors for parsed in texts) and set(texts[0].statements) == set(texts[1].statements)
