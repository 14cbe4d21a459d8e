"""Why a row is refused: a sentence, the cell it is about, and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass


class CellProblem(Exception):
    """A cell, or a combination of cells, from which no term can be made; `columns` are names of the mapping."""

    def __init__(self, message: str, hint: str | None = None, *, columns: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.columns = columns


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why a row is refused. Column letter, header and value are `None` where it is no single cell."""

    row: int
    message: str
    hint: str | None = None
    column: str | None = None
    header: str | None = None
    value: str | None = None

    def order(self) -> tuple[int, int, str, str]:
        """Sort key: row, then column as spreadsheets order them, then message."""
        column = self.column or ""
        return self.row, len(column), column, self.message
