"""What changed between two states of the data, told by resource: for people, as a patch, as JSON, as a feed.

Blank nodes have no name that lasts, so they are named by what is said of them: two that say the same are the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

from twinld.graph.description import LABELS
from twinld.rdf.terms import literal_parts
from twinld.rdf.writing import Triple, ntriples_term

ROUNDS = 8  # how far a blank node's name looks into the blank nodes below it
SAME_NAME = 0.8  # share of a name that must be found in another for the two to be about one thing
LABEL_ORDER = {key: place for place, key in enumerate(LABELS)}


@dataclass(frozen=True)
class State:
    """The triples of the data at one time, blank nodes named by their content."""

    triples: frozenset[Triple]

    @classmethod
    def of(cls, triples: Iterable[Triple]) -> State:
        """Return the state of some triples."""
        return cls(frozenset(_named(list(triples))))

    @cached_property
    def labels(self) -> Mapping[str, tuple[tuple[int, str], ...]]:
        """The labels of each resource with the rank of their property, the best property first."""
        found: dict[str, list[tuple[int, str]]] = {}
        for s, p, o in self.triples:
            if p in LABEL_ORDER and o.startswith('"'):
                found.setdefault(s, []).append((LABEL_ORDER[p], o))
        return {key: tuple(sorted(labels)) for key, labels in found.items()}

    @cached_property
    def holders(self) -> Mapping[str, str]:
        """The subject that points to each blank node."""
        return {o: s for s, _, o in sorted(self.triples) if o.startswith("_:")}

    @cached_property
    def outgoing(self) -> Mapping[str, tuple[str, ...]]:
        """The IRIs that each resource points to."""
        found: dict[str, set[str]] = {}
        for s, _, o in self.triples:
            if o.startswith("<"):
                found.setdefault(s, set()).add(o)
        return {key: tuple(sorted(values)) for key, values in found.items()}

    def label(self, key: str, language: str) -> str | None:
        """Return what a resource is called, in the language if it has a label in it."""
        labels = self.labels.get(key, ())
        if not labels:
            return None
        best = [(literal_parts(text)[1] != language, rank, text) for rank, text in labels]
        return literal_parts(min(best)[2])[0]

    @cached_property
    def _by_subject(self) -> Mapping[str, list[Triple]]:
        found: dict[str, list[Triple]] = {}
        for triple in sorted(self.triples):
            found.setdefault(triple[0], []).append(triple)
        return found

    def described(self, key: str) -> Iterator[Triple]:
        """Yield the triples of a resource and of the blank nodes that it leads to; several may lead to the same one."""
        queue, seen = [key], {key}
        for subject in queue:
            for triple in self._by_subject.get(subject, ()):
                yield triple
                if triple[2].startswith("_:") and triple[2] not in seen:
                    seen.add(triple[2])
                    queue.append(triple[2])

    def owner(self, key: str) -> str:
        """Return the resource that a blank node belongs to; a resource belongs to itself."""
        seen = set()
        while key.startswith("_:") and key in self.holders and key not in seen:
            seen.add(key)
            key = self.holders[key]
        return key


@dataclass(frozen=True, slots=True)
class Change:
    """What changed about one resource. `kind` is `new`, `gone` or `changed`; `about` names what it belongs to."""

    key: str
    kind: str
    label: str
    about: str | None
    removed: tuple[Triple, ...]
    added: tuple[Triple, ...]


@dataclass(frozen=True)
class Difference:
    """Two states, and what is only in one of them."""

    old: State
    new: State

    @cached_property
    def removed(self) -> tuple[Triple, ...]:
        """The triples that are gone, sorted."""
        return tuple(sorted(self.old.triples - self.new.triples))

    @cached_property
    def added(self) -> tuple[Triple, ...]:
        """The triples that are new, sorted."""
        return tuple(sorted(self.new.triples - self.old.triples))

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)

    def changes(self, language: str) -> tuple[Change, ...]:
        """Return the changes by resource, changed ones first, then new, then gone, each by label."""
        removed, added = _by_owner(self.removed, self.old), _by_owner(self.added, self.new)
        found = [self._change(key, removed.get(key, ()), added.get(key, ()), language) for key in removed | added]
        order = ("changed", "new", "gone")
        return tuple(sorted(found, key=lambda each: (order.index(each.kind), each.label, each.key)))

    def resources(self) -> Iterator[tuple[str, str]]:
        """Yield the key of each resource that changed, in order, and how: `new`, `gone` or `changed`."""
        keys = {*_by_owner(self.removed, self.old), *_by_owner(self.added, self.new)}
        for key in sorted(key for key in keys if key.startswith("<")):
            yield key, self._kind(key)

    def _kind(self, key: str) -> str:
        if key in self._subjects_old and key in self._subjects_new:
            return "changed"
        return "new" if key in self._subjects_new else "gone"

    def name(self, key: str, language: str) -> str:
        """Return what a term is called: its label, else the end of its IRI; a literal's lexical form."""
        if key.startswith('"'):
            return literal_parts(key)[0]
        return self.new.label(key, language) or self.old.label(key, language) or _known(key) or _end(key)

    def _change(self, key: str, removed: tuple[Triple, ...], added: tuple[Triple, ...], language: str) -> Change:
        return Change(key, self._kind(key), self.name(key, language), self._about(key, language), removed, added)

    def _about(self, key: str, language: str) -> str | None:
        """Return the label of what a resource without one belongs to: the labelled neighbour most like it by name."""
        state = self.new if key in self._subjects_new else self.old
        if state.label(key, language) is not None:
            return None
        near = [each for each in state.outgoing.get(key, ()) if state.label(each, language) is not None]
        likeness, best = max(((_likeness(_end(key), _end(each)), each) for each in near), default=(0.0, ""))
        return state.label(best, language) if likeness > SAME_NAME else None

    @cached_property
    def _subjects_old(self) -> frozenset[str]:
        return frozenset(s for s, _, _ in self.old.triples)

    @cached_property
    def _subjects_new(self) -> frozenset[str]:
        return frozenset(s for s, _, _ in self.new.triples)


def in_words(difference: Difference, language: str) -> str:
    """Return a difference as text for people: how much changed, then each resource with what was and what is."""
    changes = difference.changes(language)
    counts = {kind: sum(1 for each in changes if each.kind == kind) for kind in ("changed", "new", "gone")}
    lines = [", ".join(f"{number} {kind}" for kind, number in counts.items())]
    for change in changes:
        lines += ["", *_paragraph(difference, change, language)]
    return "\n".join(lines) + "\n"


def _paragraph(difference: Difference, change: Change, language: str) -> Iterator[str]:
    about = f" (about {change.about})" if change.about else ""
    kind = "" if change.kind == "changed" else f": {change.kind}"
    yield f"{change.label}{about}{kind}"
    yield f"  {change.key[1:-1]}"
    yield from (f"  {line}" for line in statements_in_words(difference, change, language))


def statements_in_words(difference: Difference, change: Change, language: str) -> Iterator[str]:
    """Yield a line for each statement of a change: `- signed on: 1994`, `+ signed on: 1995`."""
    marked = [("-", each) for each in change.removed] + [("+", each) for each in change.added]
    for mark, (_, predicate, value) in sorted(marked, key=lambda each: (each[1][1], each[0] == "+", each[1][2])):
        if not value.startswith("_:"):
            tag = literal_parts(value)[1] if value.startswith('"') else None
            text = difference.name(value, language) + (f" ({tag})" if tag else "")
            yield f"{mark} {difference.name(predicate, language)}: {text}"


def as_patch(difference: Difference) -> str:
    """Return a difference as RDF Patch, which is lines of Turtle terms: what to delete, then what to add.

    Source: https://afs.github.io/rdf-delta/rdf-patch.html
    """
    lines = [f"D {' '.join(map(ntriples_term, triple))} ." for triple in difference.removed]
    lines += [f"A {' '.join(map(ntriples_term, triple))} ." for triple in difference.added]
    return "\n".join(("TX .", *lines, "TC .", ""))


def as_json(difference: Difference, language: str) -> dict[str, Any]:
    """Return a difference as JSON: by resource, terms as N-Triples writes them."""
    return {
        "removed": len(difference.removed),
        "added": len(difference.added),
        "resources": [
            {
                "iri": change.key[1:-1],
                "label": change.label,
                "about": change.about,
                "change": change.kind,
                "removed": [list(map(ntriples_term, triple)) for triple in change.removed],
                "added": [list(map(ntriples_term, triple)) for triple in change.added],
            }
            for change in difference.changes(language)
        ],
    }


def json_text(difference: Difference, language: str) -> str:
    """Return the JSON of a difference as text."""
    return json.dumps(as_json(difference, language), ensure_ascii=False, indent=2) + "\n"


def _by_owner(triples: Iterable[Triple], state: State) -> dict[str, tuple[Triple, ...]]:
    found: dict[str, list[Triple]] = {}
    for triple in triples:
        found.setdefault(state.owner(triple[0]), []).append(triple)
    return {key: tuple(members) for key, members in found.items()}


def _known(key: str) -> str | None:
    """Return the words for a term of a vocabulary that everybody uses, `None` for any other."""
    from twinld.publish.pages.known_terms import term_words

    return term_words(key[1:-1]) if key.startswith("<") else None


def _end(key: str) -> str:
    """Return the last part of an IRI, the label of a blank node."""
    name = key[1:-1] if key.startswith("<") else key
    return name.rstrip("/#").replace("#", "/").rpartition("/")[2] or name


def _likeness(first: str, second: str) -> float:
    """Return which share of the shorter name stands in the other in one piece: 1 for `paris-1` and `paris`."""
    match = SequenceMatcher(None, first, second, autojunk=False).find_longest_match()
    return match.size / max(1, min(len(first), len(second)))


def _named(triples: list[Triple]) -> Iterator[Triple]:
    """Yield the triples with blank nodes named by a hash of what is said of them, and of those below them."""
    said: dict[str, list[tuple[str, str]]] = {}
    for s, p, o in triples:
        if s.startswith("_:"):
            said.setdefault(s, []).append((p, o))
        if o.startswith("_:"):
            said.setdefault(o, [])
    names = dict.fromkeys(said, "")
    for _ in range(ROUNDS if said else 0):
        names = {node: _digest(sorted((p, names.get(o, o)) for p, o in pairs)) for node, pairs in said.items()}
    for s, p, o in triples:
        yield (_blank(names, s), p, _blank(names, o))


def _blank(names: Mapping[str, str], key: str) -> str:
    return f"_:b{names[key]}" if key in names else key


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]
