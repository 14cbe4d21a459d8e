"""The statements of one file, as columns of numbers: 28 bytes each, whatever the terms are."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field


def _column() -> array[int]:
    return array("I")


@dataclass(frozen=True, slots=True)
class Statements:
    """Columns of equal length: four of term numbers (see `TermTable`), three of code point offsets of the tokens."""

    subject: array[int] = field(default_factory=_column)
    predicate: array[int] = field(default_factory=_column)
    object: array[int] = field(default_factory=_column)
    graph: array[int] = field(default_factory=_column)
    subject_at: array[int] = field(default_factory=_column)
    predicate_at: array[int] = field(default_factory=_column)
    object_at: array[int] = field(default_factory=_column)

    def __len__(self) -> int:
        return len(self.subject)

    def __iter__(self) -> Iterator[tuple[int, int, int, int]]:
        return zip(self.subject, self.predicate, self.object, self.graph, strict=True)
