"""The catalogue held against our own shapes before it is published: what harvesters drop is refused, with the reason.

The shapes are in `shapes/`: `all.ttl` for everybody, and a file per country that `portals` may name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib import resources

from twinld.publish.catalogue import catalogue_triples
from twinld.publish.dumps import remember
from twinld.publish.publication import Publication
from twinld.rdf.formats import TURTLE
from twinld.rdf.reading import read
from twinld.rdf.statements import Growing, Statements
from twinld.rdf.terms import TermTable, literal_parts
from twinld.rdf.writing import Triple

VIOLATION = "http://www.w3.org/ns/shacl#Violation"


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """Why harvesters would drop something. `fatal` ones keep a catalogue from being published; values are keys."""

    fatal: bool
    message: str
    focus: str
    value: str | None = None

    def __str__(self) -> str:
        about = f" ({literal_parts(self.value)[0]})" if self.value and self.value.startswith('"') else ""
        return f"{self.message}{about}"


def reasons(publication: Publication) -> tuple[Reason, ...]:
    """Return what the shapes find in a publication's catalogue, the fatal first. Raises `NoCatalogueError`."""
    # Sizes are nothing that a harvester drops, and to know them every dump must be written.
    unsized = replace(publication)
    remember(unsized, {dump.path: (0, "") for dump in unsized.dumps})
    return reasons_of(catalogue_triples(unsized), publication.dataset.project.config.portals)


def reasons_of(triples: Iterable[Triple], portals: Iterable[str] = ()) -> tuple[Reason, ...]:
    """Return what the shapes find in a catalogue given as keys, those of the named countries included."""
    from twinld.shacl import validate

    table = TermTable()
    shapes = [_shapes(name, table) for name in ("all", *portals)]
    report = validate(table, [_statements(triples, table)], shapes)
    keys = table.keys
    found = {
        Reason(
            result.severity == VIOLATION,
            next((literal_parts(message)[0] for message in result.messages), ""),
            keys[result.focus],
            keys[result.value] if result.value is not None else None,
        )
        for result in report.results
    }
    return tuple(sorted(found, key=lambda reason: (not reason.fatal, reason.message, reason.focus, reason.value or "")))


def _shapes(name: str, table: TermTable) -> Statements:
    path = f"catalogue/shapes/{name}.ttl"
    text = (resources.files("twinld.publish") / "catalogue" / "shapes" / f"{name}.ttl").read_bytes()
    parsed = read(text, format=TURTLE, table=table, path=path, blank_prefix=f"s{name}")
    assert not parsed.errors, parsed.errors
    return parsed.statements


def _statements(triples: Iterable[Triple], table: TermTable) -> Statements:
    columns = Growing()
    for s, p, o in triples:
        columns.subject.append(table.intern(s))
        columns.predicate.append(table.intern(p))
        columns.object.append(table.intern(o))
        for column in (columns.graph, columns.subject_at, columns.predicate_at, columns.object_at):
            column.append(0)
    return columns.whole()
