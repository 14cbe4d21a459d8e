"""Search over the names of things in all languages: exact, by beginning, by part, and spellings that come near."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from unicodedata import category, normalize

from twinld.graph.dataset import Dataset
from twinld.publish.pages.edition import Edition
from twinld.publish.pages.languages import Text
from twinld.publish.pages.render import render, view_of
from twinld.publish.pages.view import Node, View
from twinld.rdf.terms import literal_key, literal_parts

MOST = 40
SUGGESTED = 5
LONGEST = 200  # characters of a query that are looked at
SHORT = 6  # characters of what may be an abbreviation
NEAR = 0.42
"""Least share of trigrams that a misspelt name has in common with the right one: "Takamastsu" has 0.58."""
NAMES = tuple(
    f"<{iri}>"
    for iri in (
        "http://www.w3.org/2004/02/skos/core#prefLabel",
        "http://www.w3.org/2004/02/skos/core#altLabel",
        "http://www.w3.org/2004/02/skos/core#hiddenLabel",
        "http://www.w3.org/2000/01/rdf-schema#label",
        "http://purl.org/dc/terms/title",
        "http://purl.org/dc/terms/alternative",
        "https://schema.org/name",
        "http://schema.org/name",
        "https://schema.org/alternateName",
        "http://xmlns.com/foaf/0.1/name",
    )
)
ACCENTED = {
    "a": "àáâãäåāăą",
    "c": "çćč",
    "d": "ďđ",
    "e": "èéêëēėęě",
    "g": "ğģ",
    "i": "ìíîïīįı",
    "k": "ķ",
    "l": "łļľĺ",
    "n": "ñńņň",
    "o": "òóôõöøōő",
    "r": "ŕř",
    "s": "śşšș",
    "t": "ţťț",
    "u": "ùúûüūůűų",
    "y": "ýÿ",
    "z": "źżž",
}
"""Letters with the marks that `folded` takes away, for stores that compare letter by letter."""
HIDDEN = "<http://www.w3.org/2004/02/skos/core#hiddenLabel>"


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is searched: folded, with the thing it names and how it is written."""

    folded: str
    thing: int
    text: str
    language: str | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A result: the thing, the name that matched (`None` for a hidden spelling), its classes."""

    node: Node
    matched: Text | None
    types: tuple[Node, ...]


class Postings(Protocol):
    """For each three letters the names that have them."""

    def get(self, trigram: str, default: Sequence[int], /) -> Sequence[int]:
        """Return the names that have three letters, else the default."""


class Names(Protocol):
    """All names by number."""

    def __getitem__(self, number: int, /) -> Name: ...


@dataclass(frozen=True)
class Index:
    """All names, and for each three letters the names that have them."""

    names: Names
    by_trigram: Postings


def folded(text: str) -> str:
    """Return a text without accents, case and punctuation, as names are compared."""
    plain = "".join(c for c in normalize("NFKD", text.casefold()) if category(c) != "Mn")
    return " ".join(re.findall(r"\w+", plain.replace("ß", "ss").replace("ø", "o").replace("ł", "l")))


def trigrams(text: str) -> set[str]:
    """Return the runs of three letters of a folded text, its edges counted as blanks."""
    padded = f"  {text} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def index_of(edition: Edition) -> Index:
    """Return the index of an edition's names, made once."""
    stored = edition.dataset.stored
    if stored is None:
        made: Index = edition.keep("search", lambda: _make_index(edition))
        return made
    from twinld.publish.pages.stored_search import index_in

    kept: Index = edition.keep("search", lambda: index_in(edition.dataset, stored.more))
    return kept


def _make_index(edition: Edition) -> Index:
    named = names_of(edition.dataset)
    names = [name_of(edition.dataset, *each) for each in named]
    return Index(names, postings(fold for fold, *_ in named))


def names_of(dataset: Dataset) -> list[tuple[str, int, int, int]]:
    """Return every name once: folded, and the numbers of the thing, of the property and of the name as written."""
    keys, ids, quads = dataset.table.keys, dataset.table.ids, dataset.quads
    wanted = {ids[key] for key in NAMES if key in ids}
    found: dict[tuple[int, int, int], str] = {}
    for row in sorted(row for number in wanted for row in quads.rows_of_predicate(number)):
        s, p, o, _ = quads.row(row)
        if (s, p, o) not in found and keys[s].startswith("<") and keys[o].startswith('"'):
            found[s, p, o] = folded(literal_parts(keys[o])[0])
    return [(fold, *numbers) for numbers, fold in found.items() if fold]


def name_of(dataset: Dataset, fold: str, thing: int, name_property: int, literal: int) -> Name:
    """Return a name from what `names_of` says of it."""
    text, language, _ = literal_parts(dataset.table.keys[literal])
    return Name(fold, thing, text, language, name_property == dataset.table.ids.get(HIDDEN))


def postings(names: Iterable[str]) -> dict[str, array[int]]:
    """Return for each three letters the places of the folded names that have them."""
    found: dict[str, array[int]] = {}
    for at, name in enumerate(names):
        for trigram in trigrams(name):
            if trigram not in found:
                found[trigram] = array("I")
            found[trigram].append(at)
    return found


def find_elsewhere(edition: Edition, query: str) -> list[tuple[float, Name]]:
    """Return names of data that are elsewhere by how well they fit; what is misspelt is not found."""
    wish = folded(query[:LONGEST])
    if not wish or edition.elsewhere is None:
        return []
    keys = edition.dataset.table.keys
    best: dict[int, tuple[float, Name]] = {}
    for thing, property_number, literal in edition.elsewhere.names_like(
        accented(wish), exactly(query, edition.languages)
    ):
        text, language, _ = literal_parts(keys[literal])
        name = Name(folded(text), thing, text, language, keys[property_number] == HIDDEN)
        score = _score(wish, name.folded, 0, 1)
        if score > best.get(thing, (0.0, name))[0]:
            best[thing] = (score, name)
    edition.dataset.quads.expect(best)
    return _by_fit(best)


def accented(wish: str) -> str:
    """Return a regular expression for a folded text that fits its letters with any accent.

    >>> accented("ac")
    '[aàáâãäåāăą][cçćč]'
    """
    return "".join(f"[{c}{ACCENTED[c]}]" if c in ACCENTED else r"\W+" if c == " " else c for c in wish)


def exactly(query: str, languages: Sequence[str]) -> list[str]:
    """Return the names that a query may be to the letter, as keys: in each language and in none.

    >>> exactly("rovaniemi", ["fi"])
    ['"rovaniemi"', '"rovaniemi"@fi', '"Rovaniemi"', '"Rovaniemi"@fi']
    """
    text = query.strip()[:LONGEST]
    spellings = dict.fromkeys((text, text.title(), text.capitalize(), text.upper() if len(text) < SHORT else text))
    return [literal_key(each, language) for each in spellings for language in (None, *languages)]


def _by_fit(best: Mapping[int, tuple[float, Name]]) -> list[tuple[float, Name]]:
    return sorted(best.values(), key=lambda pair: (-pair[0], len(pair[1].folded), pair[1].folded, pair[1].thing))


def find(index: Index, query: str) -> list[tuple[float, Name]]:
    """Return names by how well they fit, the best name of each thing: 3 equal, 2 begins, 1 holds, below 1 near."""
    wish = folded(query[:LONGEST])
    if not wish:
        return []
    shared: Counter[int] = Counter()
    wished = trigrams(wish)
    for trigram in wished:
        shared.update(index.by_trigram.get(trigram, ()))
    best: dict[int, tuple[float, Name]] = {}
    for at, common in shared.items():
        name = index.names[at]
        score = _score(wish, name.folded, common, len(wished))
        if score > best.get(name.thing, (0.0, name))[0]:
            best[name.thing] = (score, name)
    return _by_fit(best)


def _score(wish: str, name: str, common: int, wished: int) -> float:
    if name == wish:
        return 3.0
    if name.startswith(wish):
        return 2.0 + len(wish) / (len(name) + 1)
    if f" {wish}" in name:
        return 1.5 + 0.4 * len(wish) / (len(name) + 1)
    if wish in name:
        return 1.0 + 0.4 * len(wish) / (len(name) + 1)
    near = 2 * common / (wished + len(name) + 1)
    return near if near >= NEAR else 0.0


def near(view: View, path: str) -> list[Found]:
    """Return a few things whose names come near the end of a path that leads nowhere; data elsewhere are not asked."""
    if view.edition.elsewhere is not None:
        return []
    wish = re.sub(r"[-_.+]+", " ", path.rstrip("/").rpartition("/")[2])
    return [_found(view, name) for _, name in find(index_of(view.edition), wish)[:SUGGESTED]]


def search_page(edition: Edition, language: str, parameters: Mapping[str, Sequence[str]]) -> bytes:
    """Return the page of results for the parameter `q`."""
    view = view_of(edition, "search/", language)
    query = next(iter(parameters.get("q", ())), "").strip()[:LONGEST]
    hits = find(index_of(edition), query) if edition.elsewhere is None else find_elsewhere(edition, query)
    exact = [hit for hit in hits if hit[0] >= 1.0]
    shown = exact or hits
    return render(
        "search.html",
        view,
        query=query,
        found=[_found(view, name) for _, name in shown[:MOST]],
        corrected=bool(hits) and not exact,
    )


def _found(view: View, name: Name) -> Found:
    node = Node(view, view.edition.dataset.table.keys[name.thing])
    matched = None if name.hidden else Text(name.text, name.language, view.language)
    return Found(node, matched, tuple(node.all("a")[:2]))
