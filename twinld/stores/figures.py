"""What is counted inside a store, and kept for a while: counts of many million statements take seconds.

What is old is counted anew by one who asks, while the others still get the old number.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from twinld.graph.dataset import RDF_TYPE, Dataset
from twinld.rdf.terms import TermTable, literal_parts
from twinld.rdf.writing import ntriples_term
from twinld.stores import lookups
from twinld.stores.answers import Row
from twinld.stores.errors import StoreError
from twinld.stores.lookups import Scope
from twinld.stores.reader import Reader

KEPT_SECONDS = 600.0
COUNT_SECONDS = 60.0  # the store may take for a count, when nobody waits for it
MODIFIED = "<http://purl.org/dc/terms/modified>"
NEWEST = 60
NAMES_AT_MOST = 300
NAMES = tuple(
    f"<{iri}>"
    for iri in (
        "http://www.w3.org/2004/02/skos/core#prefLabel",
        "http://www.w3.org/2004/02/skos/core#altLabel",
        "http://www.w3.org/2004/02/skos/core#hiddenLabel",
        "http://www.w3.org/2000/01/rdf-schema#label",
        "http://purl.org/dc/terms/title",
        "https://schema.org/name",
        "http://schema.org/name",
        "http://xmlns.com/foaf/0.1/name",
    )
)
COORDINATES = (
    "<http://www.w3.org/2003/01/geo/wgs84_pos#lat>",
    "<https://schema.org/latitude>",
    "<http://www.opengis.net/ont/geosparql#asWKT>",
)

Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Figures:
    """Counts of a store by name, with when they were made. Safe for threads; shared by all windows of a process.

    `own` are the project's own files, which are in memory; the graphs of the scope are others.
    """

    reader: Reader
    scope: Scope
    own: Dataset
    _made: dict[str, tuple[float, Any]] = field(default_factory=dict)
    _making: dict[str, threading.Lock] = field(default_factory=dict)

    def keep(self, name: str, make: Callable[[], Kept]) -> Kept:
        """Return a figure, made now if it never was, or if it is old and nobody else makes it."""
        found = self._made.get(name)
        lock = self._making.setdefault(name, threading.Lock())
        if found is not None and (time.monotonic() - found[0] < KEPT_SECONDS or not lock.acquire(blocking=False)):
            kept: Kept = found[1]
            return kept
        if found is None:
            lock.acquire()
        try:
            if found is None and name in self._made:
                other: Kept = self._made[name][1]
                return other
            made = self._new(make, found)
            self._made[name] = time.monotonic(), made
            return made
        finally:
            lock.release()

    @cached_property
    def own_things(self) -> Mapping[int, Sequence[int]]:
        """The things with an IRI of each class in the project's own files."""
        keys, found = self.own.table.keys, defaultdict[int, dict[int, None]](dict)
        for subject, of in self.own.with_predicate(RDF_TYPE):
            if keys[subject][0] == "<":
                found[of][subject] = None
        return {number: list(things) for number, things in found.items()}

    @cached_property
    def own_names(self) -> Sequence[tuple[int, int, int, str]]:
        """Thing, property, literal and text in small letters of the names in the project's own files."""
        keys, ids = self.own.table.keys, self.own.table.ids
        pairs = ((s, ids[name], o) for name in NAMES for s, o in self.own.with_predicate(name))
        named = ((s, p, o) for s, p, o in pairs if keys[s][0] == "<" and keys[o][0] == '"')
        return [(s, p, o, literal_parts(keys[o])[0].lower()) for s, p, o in named]

    def rows(self, query: str) -> list[Row]:
        """Return the solutions of a query that counts."""
        return self.reader.rows(query)

    def _new(self, make: Callable[[], Kept], found: tuple[float, Any] | None) -> Kept:
        """Return a figure made anew; the old one where the store does not answer."""
        try:
            return make()
        except StoreError:
            if found is None:
                raise
            old: Kept = found[1]
            return old

    def sizes(self) -> dict[str, int]:
        """Return how many things with an IRI each class has, by the key of the class."""
        rows = self.keep("classes", lambda: self.rows(lookups.class_sizes(self.scope, RDF_TYPE)))
        return {row["c"]: _number(row["n"]) for row in rows if row.get("c", "")[:1] == "<" and _number(row["n"])}


@dataclass(frozen=True)
class Overview:
    """The figures of a store in the numbers of one window's table."""

    figures: Figures
    table: TermTable

    @property
    def _scope(self) -> Scope:
        return self.figures.scope

    def _one(self, name: str, query: str) -> int:
        return self.figures.keep(name, lambda: _first(self.figures.rows(query)))

    @property
    def triples(self) -> int:
        """How many statements the project's graphs of the store hold."""
        return len(self.figures.own.quads) + self._one("triples", lookups.count(self._scope, "?s ?p ?o ."))

    @property
    def newest_date(self) -> str | None:
        """The latest `dcterms:modified`, as the store writes it."""
        newest = self._dated()
        return newest[0][0] if newest else None

    def class_sizes(self) -> dict[int, int]:
        """Return how many things with an IRI each class has, by the number of the class."""
        found = Counter({number: len(things) for number, things in self.figures.own_things.items()})
        found.update({self.table.ids[key]: size for key, size in self.figures.sizes().items()})
        return dict(found)

    def members(self, classes: Sequence[int], offset: int, limit: int) -> list[int]:
        """Return some of the things of any of the classes: the project's own, then the store's in its order."""
        own = self._own(classes)
        first, start = own[offset : offset + limit], max(0, offset - len(own))
        query = lookups.members(self._scope, RDF_TYPE, self._keys(classes), start, limit - len(first))
        return list(dict.fromkeys((*first, *(self.table.ids[row["s"]] for row in self.figures.rows(query)))))

    def _own(self, classes: Sequence[int]) -> list[int]:
        return list(dict.fromkeys(thing for each in classes for thing in self.figures.own_things.get(each, ())))

    def count_members(self, classes: Sequence[int]) -> int:
        """Return how many things any of the classes has."""
        keys, sizes = self._keys(classes), self.figures.sizes()
        filled = [key for key in keys if sizes.get(key)]
        own = len(self._own(classes))
        if len(filled) < 2:
            return own + sum(sizes[key] for key in filled)
        return own + self._one(f"members {filled}", lookups.count_members(self._scope, RDF_TYPE, filled))

    def newest(self, limit: int) -> list[tuple[str, int]]:
        """Return date and number of the things that were changed last, the newest first."""
        return [(date, self.table.ids[key]) for date, key in self._dated()[:limit]]

    def _dated(self) -> list[tuple[str, str]]:
        query = lookups.newest(self._scope, MODIFIED, NEWEST)
        rows = self.figures.keep("newest", lambda: self.figures.rows(query))
        keys = self.figures.own.table.keys
        pairs = [(keys[date], keys[thing]) for thing, date in self.figures.own.with_predicate(MODIFIED)]
        pairs += [(row["o"], row["s"]) for row in rows]
        dated = {(literal_parts(date)[0], thing) for date, thing in pairs if date[0] == '"' and thing[0] == "<"}
        return sorted(sorted(dated, key=lambda pair: pair[1]), key=lambda pair: pair[0], reverse=True)

    def names_like(self, pattern: str) -> list[tuple[int, int, int]]:
        """Return thing, property and literal of names that fit a regular expression, in small letters.

        Of very many the store gives any; then those that begin so are asked for as well.
        """
        ids, own = self.table.ids, self.figures.own_names
        rows = self._names(pattern)
        if len(rows) == NAMES_AT_MOST:
            rows = self._names(f"^{pattern}") + rows
        stored = [(ids[row["s"]], ids[row["p"]], ids[row["o"]]) for row in rows]
        return [*((s, p, o) for s, p, o, text in own if re.search(pattern, text)), *dict.fromkeys(stored)]

    def _names(self, pattern: str) -> list[Row]:
        written = ntriples_term(f'"{pattern}"')
        return self.figures.rows(lookups.names_like(self._scope, NAMES, written, NAMES_AT_MOST))

    def placed(self, limit: int) -> list[int]:
        """Return some things that have coordinates."""
        rows = self.figures.keep(
            f"placed {limit}", lambda: self.figures.rows(lookups.having(self._scope, COORDINATES, limit))
        )
        return [self.table.ids[row["s"]] for row in rows]

    def uses(self, predicate: int) -> int:
        """Return how many statements have a predicate."""
        rows = self.figures.keep("predicates", lambda: self.figures.rows(lookups.predicate_uses(self._scope)))
        uses = {row["p"]: _number(row["n"]) for row in rows if "p" in row}
        return uses.get(self.table.keys[predicate], 0) + len(self.figures.own.quads.rows_of_predicate(predicate))

    def _keys(self, numbers: Sequence[int]) -> list[str]:
        return [self.table.keys[number] for number in numbers]


def _number(key: str) -> int:
    return int(literal_parts(key)[0])


def _first(rows: Sequence[Row]) -> int:
    return _number(rows[0]["n"]) if rows else 0
