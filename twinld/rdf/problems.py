"""What a reader says about text that is no RDF: a sentence, a hint and a place."""

from __future__ import annotations

from dataclasses import dataclass

PROBLEMS_PER_FILE = 1000  # a binary file would give millions; nobody reads past the first hundred


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """One syntax error: `offset` in code points from 0, `line` and `column` from 1."""

    message: str
    hint: str | None
    offset: int
    end: int
    line: int
    column: int


class Unreadable(Exception):
    """Raised inside a reader where it cannot go on with a statement; becomes a `SyntaxProblem`."""

    def __init__(self, message: str, hint: str | None, start: int, end: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.start = start
        self.end = start + 1 if end is None else end


def shown(text: str) -> str:
    """Return a token as a message shows it: one line, at most 40 characters."""
    text = text.replace("\n", "\\n").replace("\r", "\\r")
    return text if len(text) <= 40 else text[:37] + "..."
