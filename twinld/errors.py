"""The exceptions that twinld raises on purpose; each is one sentence for the person at the keyboard.

They stand under all rooms. `cli` prints them and ends with their exit code, `serve` answers with their status.
"""

from __future__ import annotations


class TwinldError(Exception):
    """Something that the user can mend: a sentence, and a hint that says what to do instead.

    `path`, `line` and `column` (both counted from 1, in code points) say where, if it is in a file.
    """

    exit_code = 2
    status = 500

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        path: str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.path = path
        self.line = line
        self.column = column

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        return f"{place}: {self.message}" if place else self.message


class UsageError(TwinldError):
    """The command line asks for what cannot be: an unknown name, a path that matches nothing."""


class ConfigError(TwinldError):
    """The project's configuration is wrong or missing."""


class IncompleteError(TwinldError):
    """The work could not be done whole: a file is unreadable, a shape was not evaluated."""

    exit_code = 3
