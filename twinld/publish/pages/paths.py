"""Paths through the data, for templates: `tw:party/tw:country`, `^tw:party`, `skos:broader+`; without SPARQL.

`^tw:claimOn[tw:rank=twk:rank-preferred]` keeps what has that value. docs/pages.md has the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from twinld.errors import TwinldError
from twinld.graph.dataset import RDF_TYPE, Dataset

_STEP = re.compile(r"(\^?)(?:<([^>]*)>|([\w.-]*:[^\s/|^*+\[\]]+)|(a)(?![\w:]))([*+]?)(?:\[([^=\]]+)=([^\]]+)\])?")
STEPS_LIMIT = 10_000  # things reached by one transitive step; guards against a path that runs through everything


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the numbers of its predicates, whether it is taken backwards, how often.

    `keep` is a predicate and an object that what is reached must have, `None` where nothing is asked.
    """

    predicates: frozenset[int]
    backwards: bool
    repeat: str
    keep: tuple[int, int] | None = None


def expand(curie: str, prefixes: Mapping[str, str]) -> str:
    """Return the IRI of a CURIE or of `<iri>`; an absolute IRI stays as it is. Raises `TwinldError` for no prefix."""
    if curie.startswith("<"):
        return curie[1:-1]
    prefix, _, local = curie.partition(":")
    if prefix in prefixes:
        return prefixes[prefix] + local
    if local.startswith("//") or prefix in ("urn", "mailto", "tag"):
        return curie
    raise TwinldError(f"no prefix {prefix}: in {curie}", hint="declare it by sh:declare, or write <…> around an IRI")


def parse_path(path: str, prefixes: Mapping[str, str], dataset: Dataset) -> tuple[Step, ...]:
    """Return the steps of a path; a term that the data never use stands for no predicate. Raises `TwinldError`."""
    steps = []
    at = 0
    while at < len(path):
        predicates: set[int] = set()
        while True:
            match = _STEP.match(path, at)
            if match is None:
                raise TwinldError(f"not a path: {path}", hint="write prefix:name, ^prefix:name, a/b, a|b, a+ or a*")
            predicates |= _numbers(match, prefixes, dataset)
            at = match.end()
            if path[at : at + 1] != "|":
                break
            at += 1
        steps.append(Step(frozenset(predicates), bool(match[1]), match[5], _kept(match, prefixes, dataset)))
        if at < len(path) and path[at] != "/":
            raise TwinldError(f"not a path: {path}", hint="steps are joined by /, alternatives by |")
        at += 1
    return tuple(steps)


def _numbers(match: re.Match[str], prefixes: Mapping[str, str], dataset: Dataset) -> set[int]:
    key = RDF_TYPE if match[4] else f"<{match[2] or expand(match[3], prefixes)}>"
    number = dataset.table.ids.get(key)
    return set() if number is None else {number}


def _kept(match: re.Match[str], prefixes: Mapping[str, str], dataset: Dataset) -> tuple[int, int] | None:
    if match[6] is None:
        return None
    ids = dataset.table.ids
    nothing = -1  # a term that the data never use: no statement has it
    return tuple(ids.get(f"<{expand(name, prefixes)}>", nothing) for name in (match[6], match[7]))  # type: ignore[return-value]


def follow(dataset: Dataset, starts: Iterable[int], steps: tuple[Step, ...]) -> list[int]:
    """Return the numbers of what is reached, each once, in the order of the files."""
    reached = list(dict.fromkeys(starts))
    for step in steps:
        reached = _repeated(dataset, reached, step) if step.repeat else _once(dataset, reached, step)
        if step.keep is not None:
            reached = [number for number in reached if _has(dataset, number, step.keep)]
    return reached


def _has(dataset: Dataset, number: int, pair: tuple[int, int]) -> bool:
    quads = dataset.quads
    return any((quads.predicate[row], quads.object[row]) == pair for row in quads.rows_of_subject(number))


def _once(dataset: Dataset, starts: list[int], step: Step) -> list[int]:
    quads = dataset.quads
    found: dict[int, None] = {}
    for start in starts:
        rows = quads.rows_of_object(start) if step.backwards else quads.rows_of_subject(start)
        column = quads.subject if step.backwards else quads.object
        for row in rows:
            if quads.predicate[row] in step.predicates:
                found[column[row]] = None
    return list(found)


def _repeated(dataset: Dataset, starts: list[int], step: Step) -> list[int]:
    reached: dict[int, None] = dict.fromkeys(starts) if step.repeat == "*" else {}
    edge = starts
    while edge and len(reached) < STEPS_LIMIT:
        edge = [number for number in _once(dataset, edge, step) if number not in reached]
        reached.update(dict.fromkeys(edge))
    return list(reached)
