"""N-Triples and N-Quads: one statement a line, each line on its own, so that every faulty line is reported.

Source: https://www.w3.org/TR/n-triples/ and https://www.w3.org/TR/n-quads/
"""

from __future__ import annotations

import re

from twinld.rdf.formats import N_QUADS, RdfFormat
from twinld.rdf.problems import PROBLEMS_PER_FILE, SyntaxProblem, Unreadable, shown
from twinld.rdf.reading import Comment, Job, Parsed, line_starts, place
from twinld.rdf.scope import BROKEN, Scope
from twinld.rdf.statements import Growing
from twinld.rdf.tokens import BLANK, IRI, LANGUAGE

_STRING = r'"(?:[^"\\\n\r]++|\\[^\n\r])*"'
_OBJECT = rf"{IRI}|{BLANK}|{_STRING}(?:\^\^{IRI}|{LANGUAGE})?"
_LINE = re.compile(
    rf"[ \t]*+(?:({IRI}|{BLANK})[ \t]*+({IRI})[ \t]*+({_OBJECT})[ \t]*+({IRI}|{BLANK})?[ \t]*+\.[ \t]*+)?"
    r"(#[^\r\n]*+)?(\r\n?|\n|\Z)"
)
_REST_OF_LINE = re.compile(r"[^\r\n]*+(?:\r\n?|\n|\Z)")


def read_lines(job: Job) -> Parsed:
    """Return what an N-Triples or N-Quads text says; see `reading.read`."""
    text, format = job.text, job.format
    scope = Scope(job.table, None, job.blank_prefix)
    rows, comments = Growing(), list[Comment]()
    pos = 0
    while pos < len(text) and len(scope.faults) < PROBLEMS_PER_FILE:
        match = _LINE.match(text, pos)
        if match is None:
            pos = _faulty_line(text, pos, scope)
            continue
        if match[1] is not None:
            _add(match, scope, rows, format)
        if match[5] is not None:
            comments.append(Comment(match.start(5), match[5]))
        pos = match.end()
    problems = _problems(text, scope)
    return Parsed(job.path, text, format, rows.whole(), (), None, problems, tuple(comments), "token", frozenset())


def _add(match: re.Match[str], scope: Scope, rows: Growing, format: RdfFormat) -> None:
    names = scope.names
    subject = names.get(match[1]) or scope.term(match[1], match.start(1))
    predicate = names.get(match[2]) or scope.term(match[2], match.start(2))
    value = scope.term(match[3], match.start(3))
    graph = 0
    if match[4] is not None:
        if format is not N_QUADS:
            hint = "Name the file .nq if it is N-Quads."
            scope.faults.append(Unreadable("N-Triples name no graph", hint, match.start(4), match.end(4)))
            return
        graph = scope.term(match[4], match.start(4))
    if BROKEN in (subject, predicate, value, graph):
        return
    rows.subject.append(subject)
    rows.predicate.append(predicate)
    rows.object.append(value)
    rows.graph.append(graph)
    rows.subject_at.append(match.start(1))
    rows.predicate_at.append(match.start(2))
    rows.object_at.append(match.start(3))


def _faulty_line(text: str, pos: int, scope: Scope) -> int:
    line = _REST_OF_LINE.match(text, pos)
    assert line is not None
    start = pos + len(line[0]) - len(line[0].lstrip(" \t"))
    message = f"This line is no statement: {shown(line[0].strip())}"
    hint = "Write '<subject> <predicate> <object or \"literal\"> .' on one line, IRIs whole."
    scope.faults.append(Unreadable(message, hint, start, pos + len(line[0].rstrip("\r\n"))))
    return line.end()


def _problems(text: str, scope: Scope) -> tuple[SyntaxProblem, ...]:
    starts = line_starts(text) if scope.faults else []
    return tuple(
        SyntaxProblem(each.message, each.hint, each.start, each.end, *place(starts, each.start))
        for each in scope.faults
    )
