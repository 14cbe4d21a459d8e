"""What a check finds: a code, a sentence, and the place in the file that the author has open."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # reading brings the tokens' expressions, which take 27 ms to compile
    from twinld.rdf.reading import Parsed


class Severity(enum.StrEnum):
    """How grave a finding is; `rank` is 0 for the gravest."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for a violation, 1 for a warning, 2 for an info."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a text: line and column, both counted from 1 in code points."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A range in a file. `end` is behind the last code point; `exact` is false where only the line is known."""

    file: str
    start: Position | None = None
    end: Position | None = None
    note: str | None = None
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape that a finding comes from, and where it stands."""

    iri: str
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """A change that leaves the graph as it is: the code points from `start` to `end` become `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. `focus` and `value` are terms in Turtle's form without prefixes, `path` is a path of SPARQL.

    `component` is the IRI of the SHACL constraint component that a shape's finding comes from; `edits` mend it.
    """

    code: str
    rule: str
    severity: Severity
    message: str
    place: Place
    focus: str | None = None
    path: str | None = None
    value: str | None = None
    shape: Shape | None = None
    related: tuple[Place, ...] = ()
    suggestion: str | None = None
    messages: dict[str, str] = field(default_factory=dict, compare=False, hash=False)
    component: str | None = None
    edits: tuple[Edit, ...] = ()

    @property
    def fingerprint(self) -> str:
        """The same for the same fault when its lines move: no position is part of it, and no name of a blank node."""
        about = (_without_label(self.focus), self.path, _without_label(self.value))
        parts = (self.code, self.place.file, *about, self.shape and _without_label(self.shape.iri))
        named = [self.message] if self.focus is None else []
        text = "\n".join([*(str(part) for part in parts), *named])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def order(self) -> tuple[Any, ...]:
        """Sort key: file, place, gravity, code, message."""
        start = self.place.start or Position(0, 0)
        return (self.place.file, start, self.severity.rank, self.code, self.message, self.focus or "")

    def to_json(self) -> dict[str, Any]:
        """Return the finding as the JSON that docs/check.md describes."""
        return {
            "code": self.code,
            "rule": self.rule,
            "severity": self.severity.value,
            "message": self.message,
            **_place_json(self.place),
            "focus": self.focus,
            "path": self.path,
            "value": self.value,
            "shape": asdict(self.shape) if self.shape else None,
            "related": [_place_json(place) | {"note": place.note} for place in self.related],
            "suggestion": self.suggestion,
            "fixable": bool(self.edits),
            "fingerprint": self.fingerprint,
        }


def _without_label(key: str | None) -> str | None:
    """Return `_:` for a blank node, whose label counts files and brackets, and so moves with them."""
    return "_:" if key and key.startswith("_:") else key


def _place_json(place: Place) -> dict[str, Any]:
    return {
        "file": place.file,
        "start": asdict(place.start) if place.start else None,
        "end": asdict(place.end) if place.end else None,
        "exact": place.exact,
    }


def place_at(parsed: Parsed, offset: int, *, note: str | None = None) -> Place:
    """Return the place of the token that begins at an offset of a parsed file."""
    start = Position(*parsed.position(offset))
    end = Position(*parsed.position(parsed.token_end(offset)))
    return Place(parsed.path, start, end, note, exact=parsed.located == "token")


def top_of(path: str) -> Place:
    """Return the place for what concerns a file as a whole."""
    return Place(path, Position(1, 1), Position(1, 1))
