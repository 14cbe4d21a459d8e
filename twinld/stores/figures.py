"""What is counted inside a store, and kept for a while: counts of many million statements take seconds.

What is old is counted anew while everybody still gets the old number, and what takes longer than a request may is
counted on for the next one.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from twinld.graph.dataset import RDF_TYPE, Dataset
from twinld.rdf.terms import TermTable, literal_parts
from twinld.rdf.writing import ntriples_term
from twinld.stores import lookups
from twinld.stores.answers import Row
from twinld.stores.errors import StoreTimeoutError
from twinld.stores.lookups import Scope
from twinld.stores.reader import Reader, seconds_left, within

KEPT_SECONDS = 600.0
COUNT_SECONDS = 120.0  # the store may take for a count, when nobody waits for it
MODIFIED = "<http://purl.org/dc/terms/modified>"
NEWEST = 60
NAMES_AT_MOST = 300
SEARCH_SECONDS, SPARE_SECONDS = 8.0, 2.0  # to go through all names, and to make the page of what was found
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
    _jobs: dict[str, Future[Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, name: str, make: Callable[[], Kept]) -> Kept:
        """Return a figure; what is old is counted anew behind everybody's back.

        What is not there yet is waited for as long as the request may, while it is counted on for those that come
        later. Raises `StoreTimeoutError`, and what counting raises.
        """
        found = self._made.get(name)
        if found is None or time.monotonic() - found[0] > KEPT_SECONDS:
            job = self._begun(name, make)
            if found is None:
                return _result(job)
        kept: Kept = found[1]
        return kept

    def begin(self, name: str, make: Callable[[], object]) -> None:
        """Begin to count what was not counted yet."""
        if name not in self._made:
            self._begun(name, make)

    def _begun(self, name: str, make: Callable[[], Kept]) -> Future[Kept]:
        with self._lock:
            job = self._jobs.get(name)
            if job is None:
                job = self._jobs[name] = Future()
                threading.Thread(target=self._count, args=(name, make, job), daemon=True).start()
            return job

    def _count(self, name: str, make: Callable[[], Kept], job: Future[Kept]) -> None:
        try:
            with within(COUNT_SECONDS):
                made = make()
            self._made[name] = time.monotonic(), made
            job.set_result(made)
        except Exception as error:  # noqa: BLE001 - whoever waits gets it
            job.set_exception(error)
        finally:
            with self._lock:
                del self._jobs[name]

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

    def begin(self) -> None:
        """Begin to count what takes long and is asked for seldom, before anybody asks."""
        scope, figures = self._scope, self.figures
        figures.begin("triples", lambda: _first(figures.rows(lookups.count(scope, "?s ?p ?o ."))))
        figures.begin("predicates", lambda: figures.rows(lookups.predicate_uses(scope)))

    @property
    def triples(self) -> int:
        """How many statements the project's graphs of the store hold."""
        return len(self.figures.own.quads) + self._one("triples", lookups.count(self._scope, "?s ?p ?o ."))

    @property
    def graphs(self) -> int:
        """How many named graphs the store and the project's own files have together."""
        keys = self.figures.own.table.keys
        return len(self._scope.asked | {keys[number] for number in set(self.figures.own.quads.graph)})

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

    def names_like(self, pattern: str, exact: Sequence[str]) -> list[tuple[int, int, int]]:
        """Return thing, property and literal of names that are one of `exact`, or fit a regular expression.

        `exact` are keys; the expression is in small letters. Of very many that fit the store gives any, and those that
        are exact alone where it would take too long to go through all names.
        """
        ids = self.table.ids
        found = [(s, p, o) for s, p, o, text in self.figures.own_names if re.search(pattern, text)]
        just = lookups.named(self._scope, NAMES, [ntriples_term(key) for key in exact])
        like = lookups.names_like(self._scope, NAMES, ntriples_term(f'"{pattern}"'), NAMES_AT_MOST)
        rows = [row for row in self.figures.rows(just) if self._scope.holds(row.get("g", ""))]
        try:
            rows += self.figures.reader.rows(like, seconds=max(1.0, seconds_left(SEARCH_SECONDS) - SPARE_SECONDS))
        except StoreTimeoutError:
            if not rows:
                raise
        found += [(ids[row["s"]], ids[row["p"]], ids[row["o"]]) for row in rows]
        return list(dict.fromkeys(found))

    def placed(self, limit: int) -> list[int]:
        """Return some things that have coordinates."""
        rows = self.figures.keep(
            f"placed {limit}", lambda: self.figures.rows(lookups.having(self._scope, COORDINATES, limit))
        )
        return [self.table.ids[row["s"]] for row in rows]

    def property_uses(self) -> dict[int, int]:
        """Return how many statements each predicate has, by its number."""
        return self._uses

    @cached_property
    def _uses(self) -> dict[int, int]:
        rows = self.figures.keep("predicates", lambda: self.figures.rows(lookups.predicate_uses(self._scope)))
        found = Counter(self.figures.own.quads.predicate)
        found.update({self.table.ids[row["p"]]: _number(row["n"]) for row in rows if "p" in row})
        return dict(found)

    def _keys(self, numbers: Sequence[int]) -> list[str]:
        return [self.table.keys[number] for number in numbers]


def _result(job: Future[Kept]) -> Kept:
    try:
        return job.result(seconds_left(COUNT_SECONDS))
    except TimeoutError:
        raise StoreTimeoutError("the store is still counting", hint="try again in a moment") from None


def _number(key: str) -> int:
    return int(literal_parts(key)[0])


def _first(rows: Sequence[Row]) -> int:
    return _number(rows[0]["n"]) if rows else 0
