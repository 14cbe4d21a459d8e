"""A window on a store's statements: what a page asks for is fetched and kept, until the window is thrown away whole.

It stands where the columns of a loaded dataset stand. Whoever walks from thing to thing would ask a query for each;
so every number remembers with which others it was reached last, and the first that is missing is fetched together
with those. The project's own files (ontology, shapes) are in memory and come first.
"""

from __future__ import annotations

import hashlib
import re
import threading
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from twinld.graph.dataset import Dataset, Elsewhere, Quads
from twinld.graph.description import CLOSURE_LIMIT, LABELS
from twinld.rdf.terms import TermTable, literal_key
from twinld.stores import lookups
from twinld.stores.answers import Row
from twinld.stores.kinds import Kind
from twinld.stores.lookups import Scope
from twinld.stores.reader import Reader

AT_ONCE = 200  # things asked about in one query
ROWS_AT_ONCE = 5_000  # rows of one answer, about 1.5 MB; what has more is asked for in parts
VALUES_AT_MOST = 1_000  # of one property, of a thing that has more statements than fit into one answer
POINTING_AT_MOST = 5_000  # things that point to one thing by one property
COHORT_AT_MOST = 2_000
BLANK_AT_ONCE = 50
SAFE_IRI = re.compile(r'<[^\x00-\x20<>"{}|^`\\]+>')


class OpenIds(dict[str, int]):
    """Numbers by key that are given as they are asked for: whether a store uses a term shows only when it is asked."""

    def __init__(self, ids: Mapping[str, int], keys: list[str]) -> None:
        super().__init__(ids)
        self._keys = keys
        self._lock = threading.Lock()

    def __missing__(self, key: str) -> int:
        with self._lock:
            number = super().get(key)
            if number is None:
                number = len(self._keys)
                self._keys.append(key)
                self[key] = number
            return number

    def get(self, key: str, default: object = None) -> int:
        """Return the number of a key, a new one if it was never seen."""
        return self[key]


@dataclass(frozen=True, slots=True)
class Cohort:
    """Numbers that were reached together, and the cohorts that steps from all of them lead to."""

    members: Mapping[int, None]
    reached: dict[tuple[int, bool], Cohort] = field(default_factory=dict)


class Window(Quads):
    """Statements of a store as they are asked for, in the columns of a dataset. Safe for threads."""

    def __init__(self, local: Quads, table: TermTable, reader: Reader, scope: Scope, elsewhere: Elsewhere) -> None:
        columns = [array("I", each) for each in (local.subject, local.predicate, local.object, local.graph)]
        super().__init__(columns[0], columns[1], columns[2], columns[3])
        self._columns = columns
        self.table, self.reader, self.scope = table, reader, scope
        self.local, self.local_terms = local, len(table.keys)
        self._elsewhere = elsewhere
        self._lock = threading.Lock()
        self._about: dict[int, Sequence[int]] = {}
        self._names: dict[int, Sequence[int]] = {}
        self._speaks: dict[int, bool] = {}
        self._points: dict[int, bool] = {}
        self._into: dict[tuple[int, int], Sequence[int]] = {}
        self._incoming: dict[tuple[int, int], tuple[Sequence[int], int]] = {}
        self._cohorts: dict[int, Cohort] = {}

    @property
    def elsewhere(self) -> Elsewhere:
        """What is counted in the store."""
        return self._elsewhere

    @property
    def cells(self) -> int:
        """How much room the window takes: rows and terms beyond those of the project's own files."""
        return len(self.subject) - len(self.local) + len(self.table.keys) - self.local_terms

    # What the columns offer, too

    def rows_of_subject(self, number: int) -> Sequence[int]:
        """Return the rows with this subject, the project's own first."""
        self._need([number], self._about, self._fetch_about)
        return self._about[number]

    def rows_naming(self, number: int) -> Sequence[int]:
        """Return the rows with this subject that may name it; perhaps others as well."""
        if number in self._about:
            return self._about[number]
        own = self._own(number)
        if own:
            return own
        self._need([number], self._names, self._fetch_names)
        return self._names[number]

    def speaks_of(self, number: int) -> bool:
        """Tell whether a term is a subject."""
        if number in self._about or self._names.get(number):
            return len(self._about.get(number) or self._names.get(number, ())) > 0
        if self._own(number):
            return True
        self._need([number], self._speaks, lambda some: self._fetch_flags(some, self._speaks, lookups.spoken_of))
        return self._speaks[number]

    def points_to(self, number: int) -> bool:
        """Tell whether a term is an object."""
        if self.local.rows_of_object(number):
            return True
        self._need([number], self._points, lambda some: self._fetch_flags(some, self._points, lookups.pointed_to))
        return self._points[number]

    def rows_of_object(self, number: int) -> Sequence[int]:
        """Return the first rows with this object: a store may have millions."""
        return self.incoming(number, 0, VALUES_AT_MOST)[0]

    def incoming(self, number: int, offset: int, limit: int) -> tuple[Sequence[int], int]:
        """Return some of the rows with this object, and how many there are in all; the order is the store's."""
        found = self._incoming.get((number, offset))
        if found is None:
            found = self._incoming[number, offset] = self._fetch_incoming(number, offset, limit)
        return found

    def objects_of(self, starts: Sequence[int], predicate: int) -> list[int]:
        """Return what a predicate leads to from any of the things, each once."""
        self._need(starts, self._about, self._fetch_about)
        found = dict.fromkeys(value for start in starts for value in self._values(start, predicate))
        self._group(starts, predicate, found, backwards=False)
        return list(found)

    def subjects_of(self, starts: Sequence[int], predicate: int) -> list[int]:
        """Return what leads to any of the things by a predicate, each once."""
        if predicate < 0:
            return []
        pairs = _Pairs(self._into, predicate)
        self._need(starts, pairs, lambda some: self._fetch_into(some, predicate))
        found = dict.fromkeys(subject for start in starts for subject in pairs[start])
        self._group(starts, predicate, found, backwards=True)
        return list(found)

    def expect(self, numbers: Iterable[int]) -> None:
        """Take note that these will be asked about together."""
        cohort = Cohort(dict.fromkeys(number for number in numbers if self.table.keys[number][:1] == "<"))
        for number in cohort.members:
            self._cohorts[number] = cohort

    # Cohorts

    def _values(self, start: int, predicate: int) -> Iterable[int]:
        return (self.object[row] for row in self._about.get(start, ()) if self.predicate[row] == predicate)

    def _sources(self, start: int, predicate: int) -> Iterable[int]:
        return self._into.get((start, predicate), ())

    def _group(self, starts: Sequence[int], predicate: int, found: Mapping[int, None], *, backwards: bool) -> None:
        """Note with which others things were reached: from one thing of a cohort, with what the others lead to."""
        cohort = self._cohorts.get(starts[0]) if len(starts) == 1 else None
        if cohort is None:
            self.expect(found)
            return
        step = cohort.reached.get((predicate, backwards))
        if step is None or any(number not in step.members for number in found):
            each = self._sources if backwards else self._values
            members = (number for start in [*cohort.members] for number in [*each(start, predicate)])
            keys = self.table.keys
            step = Cohort(dict.fromkeys(number for number in members if keys[number][:1] == "<"))
            cohort.reached[predicate, backwards] = step
        for number in found:
            self._cohorts[number] = step

    def _need(self, numbers: Sequence[int], known: Mapping[int, object], fetch: Callable[[list[int]], None]) -> None:
        """Have something fetched for the numbers for which it is not known, and for those that go with them."""
        missing = [number for number in numbers if number not in known]
        if not missing:
            return
        cohort = self._cohorts.get(missing[0]) if len(missing) == 1 else None
        if cohort is not None:
            others = [number for number in [*cohort.members][:COHORT_AT_MOST] if number not in known]
            missing = [*dict.fromkeys((*missing, *others[: AT_ONCE - 1]))]
        for start in range(0, len(missing), AT_ONCE):
            fetch(missing[start : start + AT_ONCE])

    # Fetching

    def _own(self, number: int) -> Sequence[int]:
        return self.local.rows_of_subject(number) if number < self.local_terms else ()

    def _askable(self, numbers: Iterable[int]) -> list[str]:
        keys = self.table.keys
        return [keys[number] for number in numbers if SAFE_IRI.fullmatch(keys[number])]

    def _fetch_about(self, numbers: list[int]) -> None:
        """Fetch all statements from some things, with the blank nodes that they lead to."""
        rows = self._rows_in_parts(self._askable(numbers), lookups.about, self._broad)
        with_blank = {row["s"] for row in rows if row["o"][:2] == "_:"}
        closures = [row for subject in sorted(with_blank) for row in self._closure(subject)]
        self._put(numbers, [*(row for row in rows if row["s"] not in with_blank), *closures], self._about)

    def _rows_in_parts(
        self,
        keys: Sequence[str],
        write: Callable[[Scope, Sequence[str], int], str],
        alone: Callable[[str], list[Row]],
    ) -> list[Row]:
        """Ask about some things; where the answer is too long, about half of them at a time."""
        if not keys:
            return []
        rows = self.reader.rows(write(self.scope, keys, ROWS_AT_ONCE + 1))
        if len(rows) <= ROWS_AT_ONCE:
            return self._of_scope(rows)
        if len(keys) == 1:
            return alone(keys[0])
        half = len(keys) // 2
        return [row for part in (keys[:half], keys[half:]) for row in self._rows_in_parts(part, write, alone)]

    def _broad(self, key: str) -> list[Row]:
        """Return the statements of a thing that has very many: of each property the first thousand values."""
        predicates = self._select(lookups.predicates(self.scope, key))
        parts = (lookups.values(self.scope, key, row["p"], VALUES_AT_MOST) for row in predicates)
        return [{"s": key, **row} for part in parts for row in self._select(part)]

    def _closure(self, subject: str) -> list[Row]:
        """Return the statements of a thing and of the blank nodes below it.

        One answer must hold them together, unless blank nodes can be asked about later.
        """
        kind = self.reader.store.kind
        if kind is not None and kind.blank_scheme:
            return _renamed(self._closure_by_level(subject, kind), subject)
        for depth in lookups.DEPTHS:
            rows = self._select(lookups.closure(self.scope, subject, depth, ROWS_AT_ONCE))
            subjects = {row["s"] for row in rows}
            if all(row["o"] in subjects for row in rows if row["o"][:2] == "_:"):
                break
        return _renamed(rows, subject)

    def _closure_by_level(self, subject: str, kind: Kind) -> list[Row]:
        rows = self._select(lookups.about(self.scope, [subject], ROWS_AT_ONCE))
        seen: dict[str, None] = {}
        while len(rows) < CLOSURE_LIMIT:
            new = [key for key in dict.fromkeys(row["o"] for row in rows) if key[:2] == "_:" and key not in seen]
            if not new:
                break
            level = {literal_key(key[2:]): key for key in new[:BLANK_AT_ONCE]}
            seen.update(dict.fromkeys(level.values()))
            iris = {name: kind.blank_iri(key) for name, key in level.items()}
            rows += [{**row, "s": level[row["b"]]} for row in self._select(lookups.below(self.scope, iris))]
        return rows

    def _fetch_names(self, numbers: list[int]) -> None:
        def write(scope: Scope, keys: Sequence[str], limit: int) -> str:
            return lookups.with_predicates(scope, keys, LABELS, limit)

        self._put(numbers, self._rows_in_parts(self._askable(numbers), write, lambda _: []), self._names)

    def _fetch_flags(
        self, numbers: list[int], known: dict[int, bool], write: Callable[[Scope, Sequence[str]], str]
    ) -> None:
        keys = self._askable(numbers)
        found = {row["x"] for row in self._select(write(self.scope, keys))} if keys else set()
        for number in numbers:
            known[number] = self.table.keys[number] in found

    def _fetch_into(self, numbers: list[int], predicate: int) -> None:
        name = self.table.keys[predicate]
        keys = self._askable(numbers) if SAFE_IRI.fullmatch(name) else []

        def write(scope: Scope, some: Sequence[str], limit: int) -> str:
            return lookups.into(scope, some, name, limit)

        def alone(key: str) -> list[Row]:
            return self._select(lookups.into(self.scope, [key], name, POINTING_AT_MOST))

        rows = self._rows_in_parts(keys, write, alone)
        own = self.local
        found = {
            number: [own.subject[row] for row in own.rows_of_object(number) if own.predicate[row] == predicate]
            for number in numbers
        }
        for row in sorted(_renamed(rows, name), key=lambda row: row["s"]):
            found[self.table.ids[row["o"]]].append(self.table.ids[row["s"]])
        for number, subjects in found.items():
            self._into[number, predicate] = tuple(dict.fromkeys(subjects))

    def _fetch_incoming(self, number: int, offset: int, limit: int) -> tuple[Sequence[int], int]:
        own = self.local.rows_of_object(number) if number < self.local_terms else ()
        keys = self._askable([number])
        if not keys:
            return own[offset : offset + limit], len(own)
        start = max(0, offset - len(own))
        room = limit - len(own[offset : offset + limit])
        rows = self._select(lookups.incoming(self.scope, keys[0], start, room + 1))
        total = len(own) + start + len(rows)
        if len(rows) > room or (start and not rows):
            total = len(own) + _count(self._select(lookups.count_incoming(self.scope, keys[0])))
        fetched = [{"o": keys[0], **row} for row in rows[:room]]
        found: dict[int, Sequence[int]] = {}
        self._put([], _renamed(fetched, keys[0]), found)
        put = sorted(row for some in found.values() for row in some)
        return (*own[offset : offset + limit], *put), total

    def _select(self, query: str) -> list[Row]:
        return self._of_scope(self.reader.rows(query))

    def _of_scope(self, rows: Iterable[Row]) -> list[Row]:
        return [row for row in rows if "g" not in row or self.scope.holds(row["g"])]

    def _put(self, numbers: Iterable[int], rows: Sequence[Row], known: dict[int, Sequence[int]]) -> None:
        """Take fetched statements into the columns: by property in the order of the ontology, then by value."""
        ids, intern = self.table.ids, self.table.ids.__getitem__
        by_subject: dict[int, dict[tuple[int, int, int], None]] = {number: {} for number in numbers}
        default = self.scope.default_graph
        for row in rows:
            quad = intern(row["p"]), intern(row["o"]), intern(row.get("g", default))
            by_subject.setdefault(ids[row["s"]], {})[quad] = None
        with self._lock:
            for subject, quads in by_subject.items():
                if subject not in known:
                    known[subject] = (*self._own(subject), *self._appended(subject, sorted(quads, key=self._rank)))

    def _appended(self, subject: int, quads: Sequence[tuple[int, int, int]]) -> Sequence[int]:
        start = len(self.subject)
        for predicate, value, graph in quads:
            for column, number in zip(self._columns, (subject, predicate, value, graph), strict=True):
                column.append(number)
        return range(start, start + len(quads))

    def _rank(self, quad: tuple[int, int, int]) -> tuple[int, str, str, str]:
        keys = self.table.keys
        predicate, value, graph = quad
        return min(predicate, self.local_terms), keys[predicate], keys[value], keys[graph]


class _Pairs(Mapping[int, Sequence[int]]):
    """What points to things by one predicate, by the number of the thing."""

    def __init__(self, into: Mapping[tuple[int, int], Sequence[int]], predicate: int) -> None:
        self.into, self.predicate = into, predicate

    def __getitem__(self, number: int) -> Sequence[int]:
        return self.into[number, self.predicate]

    def __contains__(self, number: object) -> bool:
        return (number, self.predicate) in self.into

    def __iter__(self) -> Iterator[int]:
        return (number for number, predicate in self.into if predicate == self.predicate)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _renamed(rows: Iterable[Row], about: str) -> list[Row]:
    """Return rows whose blank nodes have names of this answer: their labels mean nothing in another one."""
    prefix = "_:" + hashlib.sha256(about.encode()).hexdigest()[:10]
    names: dict[str, str] = {}

    def name(key: str) -> str:
        return names.setdefault(key, f"{prefix}n{len(names)}") if key[:2] == "_:" else key

    return [{place: name(key) for place, key in row.items()} for row in rows]


def _count(rows: Sequence[Row]) -> int:
    return int(rows[0]["n"].split('"')[1]) if rows else 0


def windowed(local: Dataset, reader: Reader, scope: Scope, elsewhere: Callable[[TermTable], Elsewhere]) -> Dataset:
    """Return a dataset of a project's own files and of what a store holds; the same numbers name the same terms."""
    keys = list(local.table.keys)
    table = TermTable(keys, OpenIds({key: number for number, key in enumerate(keys)}, keys))
    dataset = replace(local, table=table)
    window = Window(local.quads, table, reader, scope, elsewhere(table))
    vars(dataset)["quads"] = window  # where cached_property keeps it
    return dataset
