"""Finding the things that a person means by a name: in any language, by other names and misspellings on record."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from twinld.authoring.problems import CellProblem
from twinld.graph.dataset import RDF_TYPE, Dataset
from twinld.graph.description import LABELS, labels_of
from twinld.rdf.terms import literal_parts

SKOS = "http://www.w3.org/2004/02/skos/core#"
NAMES = (*LABELS, f"<{SKOS}altLabel>", f"<{SKOS}notation>")
HIDDEN = (f"<{SKOS}hiddenLabel>",)
SUBCLASS = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
IN_SCHEME = f"<{SKOS}inScheme>"
ALIKE = 0.72  # below this ratio a suggestion is a guess; "Schweinfrut" and "Schweinfurt" have 0.91
SHOWN = 3

Index = Mapping[str, set[str]]


@dataclass(frozen=True)
class Names:
    """The things of one class or scheme, as keys, and what they are called; `kind` says what they are."""

    dataset: Dataset
    prefixes: Mapping[str, str]
    kind: str
    things: frozenset[str]

    def find(self, text: str) -> str:
        """Return the key of the one thing that a text means: a name, `prefix:name`, an IRI, or the end of one.

        Names and other names count alike; then hidden names (misspellings on record), then names without accents.
        Raises `CellProblem` where there is none, or more than one.
        """
        key = f"<{expanded(text, self.prefixes)}>"
        if key in self.things:
            return key
        for index, fold in self._tiers:
            found = index.get(fold(text), set())
            if len(found) == 1:
                return next(iter(found))
            if found:
                names = " or ".join(sorted(self.shown(each) for each in found))
                raise CellProblem(f"more than one {self.kind} is called {text!r}", f"write {names}")
        raise CellProblem(f"no {self.kind} is called {text!r}", self._suggestion(text))

    def known(self, text: str) -> str | None:
        """Return the key of the thing that a text means, `None` where none is called so.

        Raises `CellProblem` where more than one is.
        """
        if not any(index.get(fold(text)) for index, fold in self._tiers):
            return None
        return self.find(text)

    def shown(self, key: str) -> str:
        """Return a thing as a person can write it into a cell: by a prefix if there is one."""
        return curie(key[1:-1], self.prefixes)

    def choices(self, language: str) -> list[tuple[str, str]]:
        """Return name and key of every thing, in order of name."""
        return sorted((label_of(self.dataset, key, language) or self.shown(key), key) for key in self.things)

    def _suggestion(self, text: str) -> str | None:
        index = {**self._endings, **self._spoken}
        near = difflib.get_close_matches(accentless(text.rpartition(":")[2]), index, n=2 * SHOWN, cutoff=ALIKE)
        keys = dict.fromkeys(key for name in near for key in sorted(index[name]))
        shown = [f"{label_of(self.dataset, key) or key} ({self.shown(key)})" for key in list(keys)[:SHOWN]]
        return f"did you mean {' or '.join(shown)}?" if shown else None

    @cached_property
    def _tiers(self) -> tuple[tuple[Index, Callable[[str], str]], ...]:
        named, hidden = self._by_name(NAMES, folded), self._by_name(HIDDEN, folded)
        return (named, folded), (hidden, folded), (self._spoken, accentless), (self._endings, folded)

    @cached_property
    def _spoken(self) -> Index:
        return self._by_name((*NAMES, *HIDDEN), accentless)

    @cached_property
    def _endings(self) -> Index:
        found: dict[str, set[str]] = defaultdict(set)
        for key in self.things:
            found[folded(local_name(key))].add(key)
        return found

    def _by_name(self, properties: Iterable[str], fold: Callable[[str], str]) -> Index:
        ids, keys, quads = self.dataset.table.ids, self.dataset.table.keys, self.dataset.quads
        wanted = {ids[key] for key in properties if key in ids}
        found: dict[str, set[str]] = defaultdict(set)
        for key in self.things:
            for row in quads.rows_of_subject(ids[key]):
                if quads.predicate[row] in wanted and keys[quads.object[row]][0] == '"':
                    found[fold(literal_parts(keys[quads.object[row]])[0])].add(key)
        return found


def names_of(dataset: Dataset, prefixes: Mapping[str, str], iri: str) -> Names:
    """Return the things of a class, of its subclasses too, or the concepts of a scheme; none where it is neither."""
    number = dataset.table.ids.get(f"<{iri}>")
    keys = dataset.table.keys
    classes = subclasses(dataset, number) if number is not None else set()
    things = {keys[s] for of in classes for s in _subjects(dataset, RDF_TYPE, of)}
    concepts = {keys[s] for s in _subjects(dataset, IN_SCHEME, number)} if number is not None else set()
    kind = label_of(dataset, f"<{iri}>") or curie(iri, prefixes)
    things |= concepts
    return Names(
        dataset,
        prefixes,
        f"concept of {kind!r}" if concepts else kind,
        frozenset(key for key in things if key[0] == "<"),
    )


def subclasses(dataset: Dataset, number: int) -> set[int]:
    """Return a class and everything that the data declare to be below it."""
    found, queue = {number}, [number]
    for of in queue:
        new = [each for each in _subjects(dataset, SUBCLASS, of) if each not in found]
        found.update(new)
        queue.extend(new)
    return found


def _subjects(dataset: Dataset, predicate: str, value: int) -> list[int]:
    quads, wanted = dataset.quads, dataset.table.ids.get(predicate)
    return [quads.subject[row] for row in quads.rows_of_object(value) if quads.predicate[row] == wanted]


def label_of(dataset: Dataset, key: str, language: str | None = None) -> str | None:
    """Return the name of a thing in a language, else in English, else in any; `None` where it has no name."""
    number = dataset.table.ids.get(key)
    labels = labels_of(dataset, number) if number is not None else ()
    texts = {literal_parts(label.object)[1] or "": literal_parts(label.object)[0] for label in reversed(labels)}
    wanted = (language, *dataset.project.config.languages, "en", "")
    return next((texts[tag] for tag in wanted if tag in texts), next(iter(texts.values()), None))


def folded(text: str) -> str:
    """Return a name as it is compared: one case, one kind of space, dash and apostrophe."""
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(re.sub("[\u2018\u2019\u02bc`]", "'", text).split())


def accentless(text: str) -> str:
    """Return a folded name without its accents."""
    return "".join(each for each in unicodedata.normalize("NFD", folded(text)) if not unicodedata.combining(each))


def local_name(key: str) -> str:
    """Return what stands behind the last `/` or `#` of an IRI's key."""
    return re.split("[/#]", key[1:-1])[-1]


def expanded(text: str, prefixes: Mapping[str, str]) -> str:
    """Return the IRI that `prefix:name` or `<iri>` means; any other text as it is."""
    prefix, colon, name = text.partition(":")
    known = colon and prefix in prefixes and not name.startswith("//")
    return prefixes[prefix] + name if known else text.removeprefix("<").removesuffix(">")


def curie(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return an IRI as `prefix:name` by the longest prefix that fits, in angle brackets where there is none."""
    fits = [(len(namespace), prefix) for prefix, namespace in prefixes.items() if iri.startswith(namespace)]
    length, prefix = max(fits, default=(0, ""))
    return f"{prefix}:{iri[length:]}" if length else f"<{iri}>"


def shortened(message: str, prefixes: Mapping[str, str]) -> str:
    """Return a message with each `<iri>` in it as `prefix:name` where a prefix fits."""
    return re.sub(r"<([^<>\s]+:[^<>\s]+)>", lambda found: curie(found[1], prefixes), message)
