"""What is in the data, in numbers: how much of what, in which languages, by which kinds, linked to where.

Nothing here knows a vocabulary but RDF and SKOS. Which properties are worth a distribution is found in the data.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from twinld.graph.dataset import RDF_TYPE, Dataset, LoadedFile
from twinld.graph.description import LABELS, labels_of
from twinld.rdf.terms import literal_parts

IN_SCHEME = "<http://www.w3.org/2004/02/skos/core#inScheme>"
TIMES_REUSED = 2.0  # values that are no concepts make a distribution when each is used this often on average
LINKS_WORTH_COUNTING = 5  # fewer links to one place are mentions of a page, not links to a data set


Key = TypeVar("Key", int, str)


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of some triples. Classes and properties by key; `links` by namespace and predicate.

    `examples` has, for each class, the first of its things that stands under the base IRI.
    """

    triples: int
    subjects: int
    objects: int
    entities: int
    classes: Counter[str]
    properties: Counter[str]
    links: Counter[tuple[str, str]]
    examples: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tally:
    """A term, by its key, and how often it occurs; `labels` are its names by language tag, "" without one."""

    key: str
    number: int
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FileCount:
    """A file, the named graph that it is, its triples, and the things that it describes (IRIs with a type)."""

    name: str
    role: str
    graph: str
    triples: int
    things: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many things of a class have a name in each language; `unnamed` have none in any."""

    of: Tally
    named: Mapping[str, int]
    unnamed: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """How the things of a class spread over the values of a property; `without` have no value."""

    of: Tally
    property: Tally
    values: tuple[Tally, ...]
    without: int


@dataclass(frozen=True, slots=True)
class Links:
    """Links with one predicate from things under the base IRI to IRIs of one foreign namespace."""

    namespace: str
    predicate: Tally


@dataclass(frozen=True, slots=True)
class Statistics:
    """The view of a dataset in numbers; all sequences are in order of number, the largest first.

    `languages` are the project's own, then those that names are in. Derived triples are counted apart and in nothing
    else.
    """

    triples: int
    derived: int
    graphs: int
    things: int
    files: tuple[FileCount, ...]
    classes: tuple[Tally, ...]
    properties: tuple[Tally, ...]
    languages: tuple[str, ...]
    coverage: tuple[Coverage, ...]
    texts: tuple[Tally, ...]
    datatypes: tuple[Tally, ...]
    links: tuple[Links, ...]
    distributions: tuple[Distribution, ...]


def counts(triples: Iterable[Sequence[str]], base: str) -> Counts:
    """Return the numbers of triples, given as keys and each once, in one pass; things under `base` are entities."""
    own = "<" + base
    subjects: set[str] = set()
    objects: set[str] = set()
    classes: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    links: Counter[tuple[str, str]] = Counter()
    examples: dict[str, str] = {}
    for s, p, o, *_ in triples:
        subjects.add(s)
        objects.add(o)
        properties[p] += 1
        if p == RDF_TYPE:
            classes[o] += 1
            if s.startswith(own):
                examples.setdefault(o, s)
        elif o[0] == "<" and not o.startswith(own) and s.startswith(own):
            links[namespace_of(o), p] += 1
    entities = sum(1 for subject in subjects if subject.startswith(own))
    return Counts(properties.total(), len(subjects), len(objects), entities, classes, properties, links, examples)


def namespace_of(key: str) -> str:
    """Return the IRI of a key up to its last `#` or `/`, the whole where it has neither behind the authority."""
    name = key[1:-1]
    cut = name.rfind("#") + 1 or name.rfind("/") + 1
    return name[:cut] if cut > len("https://") else name


def foreign_links(found: Counts) -> Iterator[tuple[str, str, int]]:
    """Yield namespace, predicate key and number of links to other data; uses of a vocabulary are no links."""
    vocabularies = {namespace_of(key) for key in (*found.properties, *found.classes) if key[0] == "<"}
    for (namespace, predicate), number in sorted(found.links.items()):
        if number >= LINKS_WORTH_COUNTING and namespace not in vocabularies:
            yield namespace, predicate, number


def statistics(dataset: Dataset) -> Statistics:
    """Return what is in a dataset, in numbers. Shapes count as files only: their terms are no data."""
    files = dataset.of_role("ontology", "data")
    found = counts(_triples(dataset, files), dataset.base_iri)
    data = _Instances.of(dataset)
    literals = Counter(key for file in files for key in _literal_kinds(dataset, file))
    used = Counter(tag for tags in data.languages.values() for tag in tags)
    own = [tag for tag in dataset.project.config.languages if tag in used]
    languages = tuple(dict.fromkeys([*own, *(tag for tag, _ in _ranked(used))]))
    return Statistics(
        triples=sum(len(file.parsed.statements) for file in dataset.files),
        derived=len(dataset.derived),
        graphs=len(set(dataset.quads.graph)),
        things=found.entities,
        files=tuple(_file_count(dataset, file) for file in dataset.files),
        classes=_tallies(dataset, found.classes),
        properties=_tallies(dataset, found.properties),
        languages=languages,
        coverage=tuple(_coverage(dataset, data, of, languages) for of in data.ranked_classes()),
        texts=_tallies(dataset, {key: n for key, n in literals.items() if key[0] == "@"}),
        datatypes=_tallies(dataset, {key: n for key, n in literals.items() if key[0] != "@"}),
        links=tuple(Links(namespace, _tally(dataset, key, n)) for namespace, key, n in _by_number(found)),
        distributions=tuple(_distributions(dataset, data)),
    )


def _by_number(found: Counts) -> list[tuple[str, str, int]]:
    return sorted(foreign_links(found), key=lambda link: (-link[2], link[:2]))


def _triples(dataset: Dataset, files: Iterable[LoadedFile]) -> Iterator[tuple[str, str, str]]:
    keys = dataset.table.keys
    numbers = {(s, p, o) for file in files for s, p, o, _ in file.parsed.statements}
    return ((keys[s], keys[p], keys[o]) for s, p, o in numbers)


def _file_count(dataset: Dataset, file: LoadedFile) -> FileCount:
    keys, statements = dataset.table.keys, file.parsed.statements
    rdf_type = dataset.table.ids.get(RDF_TYPE)
    things = {s for s, p, _, _ in statements if p == rdf_type and keys[s][0] == "<" and s != file.graph}
    return FileCount(file.source.name, file.source.role, keys[file.graph][1:-1], len(statements), len(things))


def _literal_kinds(dataset: Dataset, file: LoadedFile) -> Iterator[str]:
    """Yield the key of the datatype, or `@` and the language tag, of each literal of a file."""
    keys = dataset.table.keys
    for number in file.parsed.statements.object:
        if keys[number][0] == '"':
            _, tag, datatype = literal_parts(keys[number])
            yield f"<{datatype}>" if tag is None else f"@{tag}"


@dataclass(frozen=True, slots=True)
class _Instances:
    """What the data files say of typed things: by class, their values by property, the languages of their names."""

    members: Mapping[int, set[int]]
    values: Mapping[int, Mapping[int, set[int]]]
    languages: Mapping[int, set[str]]

    @classmethod
    def of(cls, dataset: Dataset) -> _Instances:
        keys, ids = dataset.table.keys, dataset.table.ids
        rdf_type, names = ids.get(RDF_TYPE), {ids[key] for key in LABELS if key in ids}
        members: dict[int, set[int]] = defaultdict(set)
        values: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        languages: dict[int, set[str]] = defaultdict(set)
        for s, p, o, _ in chain.from_iterable(file.parsed.statements for file in dataset.of_role("data")):
            if p == rdf_type:
                members[o].add(s)
            elif p in names and keys[o][0] == '"':
                languages[s].add(literal_parts(keys[o])[1] or "")
            elif keys[o][0] == "<":
                values[p][s].add(o)
        return cls(members, values, languages)

    def ranked_classes(self) -> list[int]:
        """Return the classes, that with the most things first."""
        return [of for of, _ in _ranked({of: len(things) for of, things in self.members.items()})]


def _coverage(dataset: Dataset, data: _Instances, of: int, languages: Sequence[str]) -> Coverage:
    tags = [data.languages.get(thing, set()) for thing in data.members[of]]
    named = {language: sum(1 for each in tags if language in each) for language in languages}
    return Coverage(_tally(dataset, dataset.table.keys[of], len(tags)), named, sum(1 for each in tags if not each))


def _distributions(dataset: Dataset, data: _Instances) -> Iterator[Distribution]:
    """Yield the properties of each class whose values are concepts, or come back often enough to be kinds of thing."""
    concepts = _concepts(dataset)
    for of in data.ranked_classes():
        things = data.members[of]
        for prop in sorted(data.values, key=dataset.table.keys.__getitem__):
            by_thing = data.values[prop]
            having = things & by_thing.keys()
            uses = Counter(value for thing in having for value in by_thing[thing])
            if uses and (uses.keys() <= concepts or uses.total() >= TIMES_REUSED * len(uses)):
                yield _distribution(dataset, (of, len(things)), (prop, len(having)), uses)


def _distribution(
    dataset: Dataset, of: tuple[int, int], prop: tuple[int, int], uses: Mapping[int, int]
) -> Distribution:
    keys = dataset.table.keys
    return Distribution(
        _tally(dataset, keys[of[0]], of[1]),
        _tally(dataset, keys[prop[0]], prop[1]),
        _tallies(dataset, {keys[value]: number for value, number in uses.items()}),
        of[1] - prop[1],
    )


def _concepts(dataset: Dataset) -> set[int]:
    quads = dataset.quads
    in_scheme = dataset.table.ids.get(IN_SCHEME)
    return {s for s, p in zip(quads.subject, quads.predicate, strict=True) if p == in_scheme}


def _tallies(dataset: Dataset, numbers: Mapping[str, int]) -> tuple[Tally, ...]:
    return tuple(_tally(dataset, key, number) for key, number in _ranked(numbers))


def _tally(dataset: Dataset, key: str, number: int) -> Tally:
    known = dataset.table.ids.get(key)
    labels = labels_of(dataset, known) if known is not None else ()
    parts = [literal_parts(label.object) for label in labels if label.object[0] == '"']
    return Tally(key, number, {tag or "": text for text, tag, _ in parts})


def _ranked(numbers: Mapping[Key, int]) -> list[tuple[Key, int]]:
    return sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))
