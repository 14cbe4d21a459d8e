"""Paths through the data, for templates: `tw:party/tw:country`, `^tw:party`, `skos:broader+`; without SPARQL.

They bind as SPARQL's property paths do (`a/b|c` is `(a/b)|c`); `^tw:claimOn[tw:rank=twk:rank-preferred]` keeps what has
that value. docs/pages.md has the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from twinld.errors import TwinldError
from twinld.graph.dataset import RDF_TYPE, Dataset

_TOKEN = re.compile(r"\s*(?:(<[^>]*>|[\w.-]*:[^\s/|^*+()\[\]]+|a(?![\w:]))|([/|^()*+])|\[([^=\]]+)=([^\]]+)\])")
STEPS_LIMIT = 10_000  # things reached by one transitive step; guards against a path that runs through everything
NOTHING = -1  # the number of a term that the data never use: no statement has it


@dataclass(frozen=True, slots=True)
class Step:
    """A predicate, forwards or backwards."""

    predicate: int
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """Paths one after the other."""

    parts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Paths side by side; what the first leads to comes first."""

    parts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A path taken again and again; `zero` keeps what it starts from too."""

    part: Path
    zero: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A path of which only that is kept which has a value of a predicate."""

    part: Path
    predicate: int
    value: int


Path = Step | Chain | Choice | Repeated | Kept


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


def parse_path(path: str, prefixes: Mapping[str, str], dataset: Dataset) -> Path:
    """Return a path as it is followed. Raises `TwinldError` for what is no path, or has an unknown prefix."""
    parser = _Parser(path, list(_tokens(path)), lambda name: _number(name, prefixes, dataset))
    found = parser.choice()
    if parser.rest:
        raise parser.wrong()
    return found


def _tokens(path: str) -> Iterable[tuple[str, str, str, str]]:
    at = 0
    while at < len(path.rstrip()):
        match = _TOKEN.match(path, at)
        if match is None:
            yield "", path[at], "", ""
            return
        yield match[1] or "", match[2] or "", match[3] or "", match[4] or ""
        at = match.end()


def _number(name: str, prefixes: Mapping[str, str], dataset: Dataset) -> int:
    key = RDF_TYPE if name == "a" else f"<{expand(name, prefixes)}>"
    return dataset.table.ids.get(key, NOTHING)


@dataclass
class _Parser:
    """Takes tokens from the front of `rest`: a name, a sign, or a condition in brackets."""

    path: str
    rest: list[tuple[str, str, str, str]]
    number: Callable[[str], int]

    def wrong(self) -> TwinldError:
        """Return the error that says how a path is written."""
        return TwinldError(f"not a path: {self.path}", hint="write prefix:name, ^a, a/b, a|b, (a|b)/c, a+, a*, a[b=c]")

    def choice(self) -> Path:
        """Take paths with `|` between them."""
        return self._joined("|", self._chain, Choice)

    def _chain(self) -> Path:
        return self._joined("/", self._element, Chain)

    def _joined(self, sign: str, part: Callable[[], Path], kind: type[Chain] | type[Choice]) -> Path:
        parts = [part()]
        while self._takes(sign):
            parts.append(part())
        return parts[0] if len(parts) == 1 else kind(tuple(parts))

    def _takes(self, sign: str) -> bool:
        if self.rest and self.rest[0][1] == sign:
            self.rest.pop(0)
            return True
        return False

    def _element(self) -> Path:
        backwards = self._takes("^")
        found = self._primary(backwards)
        if self._takes("+"):
            found = Repeated(found, zero=False)
        elif self._takes("*"):
            found = Repeated(found, zero=True)
        while self.rest and self.rest[0][2]:
            _, _, predicate, value = self.rest.pop(0)
            found = Kept(found, self.number(predicate.strip()), self.number(value.strip()))
        return found

    def _primary(self, backwards: bool) -> Path:
        if not backwards and self._takes("("):
            found = self.choice()
            if not self._takes(")"):
                raise self.wrong()
            return found
        if not self.rest or not self.rest[0][0]:
            raise self.wrong()
        return Step(self.number(self.rest.pop(0)[0]), backwards)


def follow(dataset: Dataset, starts: Iterable[int], path: Path) -> list[int]:
    """Return the numbers of what is reached, each once: by path, then in the order of the files."""
    reached = list(dict.fromkeys(starts))
    match path:
        case Step(predicate, backwards):
            quads = dataset.quads
            return quads.subjects_of(reached, predicate) if backwards else quads.objects_of(reached, predicate)
        case Chain(parts):
            for part in parts:
                reached = follow(dataset, reached, part)
            return reached
        case Choice(parts):
            return list(dict.fromkeys(number for part in parts for number in follow(dataset, reached, part)))
        case Repeated(part, zero):
            return _repeated(dataset, reached, part, zero=zero)
        case Kept(part, predicate, value):
            return [number for number in follow(dataset, reached, part) if _has(dataset, number, predicate, value)]


def _has(dataset: Dataset, number: int, predicate: int, value: int) -> bool:
    quads = dataset.quads
    return any(
        quads.predicate[row] == predicate and quads.object[row] == value for row in quads.rows_of_subject(number)
    )


def _repeated(dataset: Dataset, starts: list[int], part: Path, *, zero: bool) -> list[int]:
    reached: dict[int, None] = dict.fromkeys(starts) if zero else {}
    edge = starts
    while edge and len(reached) < STEPS_LIMIT:
        edge = [number for number in follow(dataset, edge, part) if number not in reached]
        reached.update(dict.fromkeys(edge))
    return list(reached)
