"""The statements of one file, as columns of numbers: 28 bytes each, whatever the terms are."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

COLUMNS = ("subject", "predicate", "object", "graph", "subject_at", "predicate_at", "object_at")


@dataclass(frozen=True, slots=True)
class Statements:
    """Columns of equal length: four of term numbers (see `TermTable`), three of code point offsets of the tokens.

    They are arrays where the file was read just now, memory-mapped where it was read before and stored.
    """

    subject: Sequence[int] = ()
    predicate: Sequence[int] = ()
    object: Sequence[int] = ()
    graph: Sequence[int] = ()
    subject_at: Sequence[int] = ()
    predicate_at: Sequence[int] = ()
    object_at: Sequence[int] = ()

    def __len__(self) -> int:
        return len(self.subject)

    def __iter__(self) -> Iterator[tuple[int, int, int, int]]:
        return zip(self.subject, self.predicate, self.object, self.graph, strict=True)


def _column() -> array[int]:
    return array("I")


@dataclass(frozen=True, slots=True)
class Growing:
    """The same columns while a file is read and they grow."""

    subject: array[int] = field(default_factory=_column)
    predicate: array[int] = field(default_factory=_column)
    object: array[int] = field(default_factory=_column)
    graph: array[int] = field(default_factory=_column)
    subject_at: array[int] = field(default_factory=_column)
    predicate_at: array[int] = field(default_factory=_column)
    object_at: array[int] = field(default_factory=_column)

    def whole(self) -> Statements:
        """Return the statements, now that they are all there."""
        return Statements(*(getattr(self, name) for name in COLUMNS))
