"""SHACL: from a shapes graph and data to results."""

from __future__ import annotations

from collections.abc import Sequence

from twinld.rdf.statements import Statements
from twinld.rdf.terms import TermTable
from twinld.shacl.report import Report, Result, Unevaluated

__all__ = ["ENGINES", "Report", "Result", "Unevaluated", "validate"]

SECONDS_PER_SHAPE = 300.0  # the slowest shape of a million triples takes seconds
ENGINES = ("auto", "native", "pyshacl")


def validate(
    table: TermTable,
    data: Sequence[Statements],
    shapes: Sequence[Statements],
    *,
    engine: str = "auto",
    seconds_per_shape: float = SECONDS_PER_SHAPE,
) -> Report:
    """Return what the shapes find in the data; both are given as the statements of files numbered in one table.

    The graph of a statement does not count: the data are the union of what is given. `engine` is one of `ENGINES`:
    `auto` leaves to pySHACL the shapes that the native engine does not cover, and says so in the report's notes.
    A shape that takes longer than `seconds_per_shape` is given up, and said to be unevaluated; the time is looked at
    between constraints and between queries, so that one query may run over it.
    Raises `IncompleteError` where pySHACL is asked and gives up.
    """
    if engine == "pyshacl":
        from twinld.shacl.by_pyshacl import validate_by_pyshacl

        return validate_by_pyshacl(table, data, shapes)
    from twinld.shacl.native import validate_natively

    return validate_natively(table, data, shapes, auto=engine == "auto", seconds=seconds_per_shape)
