"""The place of a SHACL result: the token in the data that is to be mended, and the line of the shape that says so.

The object token where there is a value, the mirrored token for an inverse path, the last edge of a longer path; the
class that made a node a target where something is missing; the second value where there are too many.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from twinld.checks.findings import Place, Shape, place_at, top_of
from twinld.rdf.reading import Parsed
from twinld.rdf.terms import TermTable
from twinld.shacl.graph import Graph
from twinld.shacl.paths import Alternative, IllFormedPath, Inverse, Path, Predicate, Repeat, path_text, read_path
from twinld.shacl.paths import Sequence as PathSequence
from twinld.shacl.report import Result
from twinld.shacl.vocabulary import RDF_TYPE, SH, sh

MOST_RELATED = 20  # places; a value that stands 10,000 times is one fault, not 10,000 notes


@dataclass(frozen=True, slots=True)
class Located:
    """Where a result stands: its own place, the related ones with a note, its shape, and its path as SPARQL has it."""

    place: Place
    related: tuple[Place, ...]
    shape: Shape
    path: str | None


@dataclass(frozen=True, slots=True)
class _Row:
    """One statement of one file."""

    parsed: Parsed
    row: int

    @property
    def subject(self) -> int:
        return self.parsed.statements.subject[self.row]

    @property
    def predicate(self) -> int:
        return self.parsed.statements.predicate[self.row]

    @property
    def object(self) -> int:
        return self.parsed.statements.object[self.row]

    def place(self, part: str, note: str | None = None) -> Place:
        """Return the place of the `subject`, `predicate` or `object` token."""
        column = getattr(self.parsed.statements, part + "_at")
        return place_at(self.parsed, column[self.row], note=note)


@dataclass(frozen=True, slots=True)
class _Step:
    """One edge of a path, walked forwards or backwards."""

    row: _Row
    forwards: bool

    def place(self, note: str | None = None) -> Place:
        """Return the place of the node that the step leads to."""
        return self.row.place("object" if self.forwards else "subject", note)


def locate(
    table: TermTable, data: Sequence[Parsed], shapes: Sequence[Parsed], results: Sequence[Result]
) -> list[Located]:
    """Return the place of each result, in the order given; a node that no file mentions is placed at its shape."""
    locator = _Locator(table, data, shapes, results)
    return [locator.located(each) for each in results]


class _Locator:
    def __init__(
        self, table: TermTable, data: Sequence[Parsed], shapes: Sequence[Parsed], results: Sequence[Result]
    ) -> None:
        self.table = table
        self.type = table.intern(RDF_TYPE)
        self.shapes = Graph(table, [each.statements for each in shapes])
        every = list(_with_details(results))
        self.paths = {each.path: _path(self.shapes, each.path) for each in every if each.path is not None}
        simple = all(isinstance(each, Predicate) for each in self.paths.values()) and not any(
            map(self._asks_beyond, every)
        )
        self.rows = _Rows(data, _mentioned(every) if simple else None)
        self.shape_rows = _Rows(shapes, {each.source_shape for each in every}, objects=False)

    def located(self, result: Result) -> Located:
        shape = self._shape(result.source_shape)
        places = self._places(result)
        path = None if result.path is None else path_text(self.table.keys, self.paths[result.path])
        notes = [place for each in result.details for place in self._branch(each)]
        if places:
            return Located(places[0], tuple([*places[1:], *notes][:MOST_RELATED]), shape, path)
        return Located(self._shape_place(result.source_shape), tuple(notes[:MOST_RELATED]), shape, path)

    def _places(self, result: Result) -> list[Place]:
        """Return the place of a result and the related ones behind it; nothing if its focus node is in no file."""
        path = None if result.path is None else self.paths[result.path]
        if _is_closed(result):
            return self._surplus(result, path) or self._of_focus(result)
        if result.value is None:
            return self._of_several(result, path) or self._of_focus(result)
        if path is None:
            return self._of_focus(result)
        return self._of_value(result.focus, path, result.value) or self._of_focus(result)

    def _of_value(self, focus: int, path: Path, value: int) -> list[Place]:
        if isinstance(path, Predicate):
            rows = self.rows.edges(focus, path.number, value)
            return [each.place("object", None if n == 0 else "here again") for n, each in enumerate(rows)]
        steps = _walk(self.rows, path, focus).get(value, ())
        earlier = [step.place("on the way to it") for step in steps[:-1]]
        return [step.place() for step in steps[-1:]] + earlier

    def _asks_beyond(self, result: Result) -> bool:
        """Return whether a result of a closed shape is about nodes behind the shape's path."""
        return _is_closed(result) and self.shapes.value(result.source_shape, sh("path")) is not None

    def _surplus(self, result: Result, path: Path | None) -> list[Place]:
        """Return the predicates that a closed shape does not want: at the focus node, or at its values for a path."""
        assert isinstance(path, Predicate)
        node = self.shapes.value(result.source_shape, sh("path"))
        reached = [result.focus] if node is None else list(_walk(self.rows, _path(self.shapes, node), result.focus))
        rows = [row for each in reached for row in self.rows.edges(each, path.number, result.value)]
        return [each.place("predicate", None if n == 0 else "here again") for n, each in enumerate(rows)]

    def _of_several(self, result: Result, path: Path | None) -> list[Place]:
        """Return the second of the values that are too many, then the first, then the others."""
        if path is None or result.component not in (
            SH + "MaxCountConstraintComponent",
            SH + "UniqueLangConstraintComponent",
        ):
            return []
        values = result.concerned or self._reached(result, path)
        places = [places[0] for each in values if (places := self._of_value(result.focus, path, each))]
        places.sort()
        if len(places) < 2:
            return places
        first, second, *others = places
        return [second, _noted(first, "the first one"), *(_noted(each, "another one") for each in others)]

    def _reached(self, result: Result, path: Path) -> Iterable[int]:
        reached = list(_walk(self.rows, path, result.focus))
        if result.component != SH + "UniqueLangConstraintComponent":
            return reached
        tags = [self.table.keys[each].rpartition('"')[2].lower() for each in reached]
        return [each for each, tag in zip(reached, tags, strict=True) if tag.startswith("@") and tags.count(tag) > 1]

    def _of_focus(self, result: Result) -> list[Place]:
        """Return the class that made the node a target, else the node where it is first a subject, else an object."""
        rows = self.rows.of_subject(result.focus)
        if not rows:
            return [each.place("object") for each in self.rows.of_object(result.focus)[:1]]
        about_node = result.path is None and result.value is not None
        classes = [] if about_node else [each for each in rows if each.predicate == self.type]
        wanted = self._target_classes(result.source_shape) if classes else set()
        chosen = [each for each in classes if each.object in wanted] or (classes if wanted else [])
        return [chosen[0].place("object")] if chosen else [rows[0].place("subject")]

    def _target_classes(self, shape: int) -> set[int]:
        """Return the classes that a shape, or one that it is part of, targets."""
        found, seen, waiting = set[int](), {shape}, [shape]
        while waiting:
            each = waiting.pop()
            found.update(self.shapes.values(each, sh("targetClass")))
            if self.shapes.values(each, RDF_TYPE) and self._is_class(each):
                found.add(each)
            for name in ("property", "node", "qualifiedValueShape", "not"):
                owners = self.shapes.backward(self.table.intern(sh(name))).get(each, [])
                waiting.extend(owner for owner in owners if owner not in seen)
                seen.update(owners)
        return found

    def _is_class(self, node: int) -> bool:
        names = {self.table.keys[each] for each in self.shapes.values(node, RDF_TYPE)}
        return any(name.endswith(("rdf-schema#Class>", "owl#Class>")) for name in names)

    def _branch(self, result: Result) -> Iterator[Place]:
        """Yield the place of a detail, its sentence as the note, then those of its own details."""
        note = result.messages[0].rpartition('"')[0][1:] if result.messages else None
        for place in self._places(result)[:1]:
            yield _noted(place, note)
        for each in result.details:
            yield from self._branch(each)

    def _shape(self, shape: int) -> Shape:
        rows = self.shape_rows.of_subject(shape)
        name = self.table.keys[shape].removeprefix("<").removesuffix(">")
        if not rows:
            return Shape(name)
        place = rows[0].place("subject")
        return Shape(name, place.file, place.start.line if place.start else None)

    def _shape_place(self, shape: int) -> Place:
        rows = self.shape_rows.of_subject(shape)
        return rows[0].place("subject") if rows else top_of("<shapes>")


class _Rows:
    """The statements of some nodes, by subject and by object, in the order of the files."""

    def __init__(self, files: Sequence[Parsed], wanted: set[int] | None, *, objects: bool = True) -> None:
        self._files = files
        self._starts: list[int] = []  # where the rows of each file begin, counted through all files
        self._by_subject: dict[int, list[int]] = {}
        self._by_object: dict[int, list[int]] = {}
        start = 0
        for parsed in files:
            self._starts.append(start)
            columns = parsed.statements
            for number, (subject, value) in enumerate(zip(columns.subject, columns.object, strict=True), start):
                if wanted is None or subject in wanted:
                    self._by_subject.setdefault(subject, []).append(number)
                if objects and (wanted is None or value in wanted):
                    self._by_object.setdefault(value, []).append(number)
            start += len(columns)

    def of_subject(self, node: int) -> list[_Row]:
        return [self._row(each) for each in self._by_subject.get(node, ())]

    def of_object(self, node: int) -> list[_Row]:
        return [self._row(each) for each in self._by_object.get(node, ())]

    def _row(self, number: int) -> _Row:
        file = bisect_right(self._starts, number) - 1
        return _Row(self._files[file], number - self._starts[file])

    def edges(self, subject: int, predicate: int, value: int | None) -> list[_Row]:
        """Return the statements with these three terms; `None` stands for any value."""
        rows = self.of_subject(subject)
        return [each for each in rows if each.predicate == predicate and value in (None, each.object)]


def _walk(rows: _Rows, path: Path, start: int, *, forwards: bool = True) -> dict[int, tuple[_Step, ...]]:
    """Return each node that a path leads to from a node, with the steps of one way there."""
    match path:
        case Predicate(number):
            found = rows.of_subject(start) if forwards else rows.of_object(start)
            steps = [_Step(each, forwards) for each in found if each.predicate == number]
            return {(each.row.object if forwards else each.row.subject): (each,) for each in reversed(steps)}
        case Inverse(inner):
            return _walk(rows, inner, start, forwards=not forwards)
        case Alternative(paths):
            return {node: way for each in paths for node, way in _walk(rows, each, start, forwards=forwards).items()}
        case PathSequence(paths):
            return _walk_sequence(rows, paths if forwards else paths[::-1], start, forwards=forwards)
        case Repeat(inner, least, many):
            return _walk_repeat(rows, inner, start, (least, many), forwards=forwards)


def _walk_sequence(rows: _Rows, paths: Iterable[Path], start: int, *, forwards: bool) -> dict[int, tuple[_Step, ...]]:
    reached: dict[int, tuple[_Step, ...]] = {start: ()}
    for path in paths:
        onward: dict[int, tuple[_Step, ...]] = {}
        for node, way in reached.items():
            for target, more in _walk(rows, path, node, forwards=forwards).items():
                onward.setdefault(target, way + more)
        reached = onward
    return reached


def _walk_repeat(
    rows: _Rows, path: Path, start: int, bounds: tuple[int, bool], *, forwards: bool
) -> dict[int, tuple[_Step, ...]]:
    least, many = bounds
    reached: dict[int, tuple[_Step, ...]] = {start: ()} if least == 0 else {}
    waiting: list[tuple[int, tuple[_Step, ...]]] = [(start, ())]
    while waiting:
        node, way = waiting.pop(0)
        for target, more in _walk(rows, path, node, forwards=forwards).items():
            if target not in reached:
                reached[target] = way + more
                if many:
                    waiting.append((target, way + more))
    return reached


def _is_closed(result: Result) -> bool:
    return result.component == SH + "ClosedConstraintComponent"


def _path(shapes: Graph, node: int) -> Path:
    try:
        return read_path(shapes, node)
    except IllFormedPath:
        return Predicate(node)


def _with_details(results: Iterable[Result]) -> Iterator[Result]:
    waiting = list(results)
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend(each.details)


def _mentioned(results: Iterable[Result]) -> set[int]:
    """Return the nodes that results are about."""
    found = {each.focus for each in results}
    return found.union(each.value for each in results if each.value is not None)


def _noted(place: Place, note: str | None) -> Place:
    return Place(place.file, place.start, place.end, note, place.exact)
