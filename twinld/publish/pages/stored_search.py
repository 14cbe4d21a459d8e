"""The index of names in a stored data set: written once at the load, looked up in the files."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from twinld.graph.dataset import Dataset
from twinld.publish.pages.search import Index, Name, name_of, names_of, postings

COLUMNS = ("name-things", "name-properties", "name-literals")
FOLDED, FOLDED_STARTS = "name-folded", "name-folded-starts"
TRIGRAMS, TRIGRAM_STARTS, TRIGRAM_NAMES = "trigrams", "trigram-starts", "trigram-names"
CODE_BITS = 21  # of a code point: three fit into 64 bits


def index_columns(dataset: Dataset) -> Iterator[tuple[str, str, Iterable[int]]]:
    """Yield the columns of the index of a dataset's names: their name, the type of their numbers, the numbers."""
    named = names_of(dataset)
    texts = [fold.encode() for fold, *_ in named]
    starts = array("Q", [0])
    for text in texts:
        starts.append(starts[-1] + len(text))
    yield FOLDED, "B", b"".join(texts)
    yield FOLDED_STARTS, "Q", starts
    for at, name in enumerate(COLUMNS, start=1):
        yield name, "I", [numbers[at] for numbers in named]  # type: ignore[misc]  # all but the first are numbers
    yield from _posting_columns(postings(fold for fold, *_ in named))


def _posting_columns(found: Mapping[str, Sequence[int]]) -> Iterator[tuple[str, str, Iterable[int]]]:
    ordered = sorted((code(trigram), names) for trigram, names in found.items())
    starts, all_names = array("Q", [0]), array("I")
    for _, names in ordered:
        all_names.extend(names)
        starts.append(len(all_names))
    yield TRIGRAMS, "Q", [number for number, _ in ordered]
    yield TRIGRAM_STARTS, "Q", starts
    yield TRIGRAM_NAMES, "I", all_names


def code(trigram: str) -> int:
    """Return three letters as a number; their order is that of the letters."""
    first, second, third = map(ord, trigram)
    return first << 2 * CODE_BITS | second << CODE_BITS | third


def index_in(dataset: Dataset, columns: Mapping[str, memoryview[int]]) -> Index:
    """Return the index that stands in the columns of a stored dataset."""
    things, properties, literals = (columns[name] for name in COLUMNS)
    names = _Names(dataset, columns[FOLDED], columns[FOLDED_STARTS], things, properties, literals)
    return Index(names, _Postings(columns[TRIGRAMS], columns[TRIGRAM_STARTS], columns[TRIGRAM_NAMES]))


@dataclass(frozen=True, slots=True)
class _Names:
    dataset: Dataset
    folded: memoryview[int]
    starts: memoryview[int]
    things: memoryview[int]
    properties: memoryview[int]
    literals: memoryview[int]

    def __getitem__(self, number: int, /) -> Name:
        fold = str(self.folded[self.starts[number] : self.starts[number + 1]], "utf-8")
        return name_of(self.dataset, fold, self.things[number], self.properties[number], self.literals[number])


@dataclass(frozen=True, slots=True)
class _Postings:
    trigrams: memoryview[int]
    starts: memoryview[int]
    names: memoryview[int]

    def get(self, trigram: str, default: Sequence[int], /) -> Sequence[int]:
        """Return the names that have three letters."""
        wanted = code(trigram)
        at = bisect_left(self.trigrams, wanted)
        if at == len(self.trigrams) or self.trigrams[at] != wanted:
            return default
        return self.names[self.starts[at] : self.starts[at + 1]]
