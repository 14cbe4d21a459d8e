"""LNG: names for people, in the languages of the project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from twinld.checks.columns import Row, at_first, at_object, by_class, having, pairs, parts, typed, with_predicate
from twinld.checks.findings import Finding, Severity, place_at
from twinld.checks.rules import Rule, rule
from twinld.checks.terms import CLASSES, OWL, PROPERTIES, RDF, RDFS, SHACL
from twinld.checks.vocabulary import defined_terms, namespace_of, short
from twinld.graph.dataset import Dataset, LoadedFile, once
from twinld.graph.description import LABELS
from twinld.rdf.terms import language_of

CONCEPT = "<http://www.w3.org/2004/02/skos/core#Concept>"
SKOS = "http://www.w3.org/2004/02/skos/core#"
ONE_A_LANGUAGE = ("http://www.w3.org/2000/01/rdf-schema#label", f"{SKOS}prefLabel")
DEFINITIONS = (
    f"{SKOS}definition",
    "http://www.w3.org/2000/01/rdf-schema#comment",
    "http://purl.org/dc/terms/description",
    "http://purl.org/dc/elements/1.1/description",
    "http://purl.obolibrary.org/obo/IAO_0000115",
)
OF_LANGUAGES = tuple(f"<{namespace}" for namespace in (OWL, RDF, RDFS, SHACL))
MOST = 0.5  # where more than half of a class's things have a label, the others have lost theirs


@rule("LNG001", Severity.WARNING)
def missing_label(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each class, property and concept has a label, and so has each thing of a class whose things have one.

    Without a label a page has an address for a title.

    Bad:
        # ontology/pumps.ttl
        ex:Pump a owl:Class .
    Good:
        # ontology/pumps.ttl
        ex:Pump a owl:Class ; rdfs:label "pump"@en .
    """
    labelled = set(_label_languages(dataset))
    wanted = _terms(dataset) | _usually_labelled(dataset, labelled)
    for number in sorted(wanted - labelled):
        yield from _at_subject(self, dataset, number, f"{short(dataset.table.keys[number])} has no label")


@rule("LNG002", Severity.WARNING)
def missing_label_language(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each class, property and concept has a label in every language of the project.

    The reader of a language without a label meets a foreign word in the middle of a page.

    Bad:
        # twinld.toml
        base-iri = "https://example.org/"
        languages = ["en", "de"]
        # ontology/pumps.ttl
        ex:Pump a owl:Class ; rdfs:label "pump"@en .
    Good:
        # twinld.toml
        base-iri = "https://example.org/"
        languages = ["en", "de"]
        # ontology/pumps.ttl
        ex:Pump a owl:Class ; rdfs:label "pump"@en ; rdfs:label "Pumpe"@de .
    """
    languages = _label_languages(dataset)
    for number in sorted(_terms(dataset) & set(languages)):
        has = {language.lower() for language in languages[number]}
        if "" in has and len(dataset.project.config.languages) == 1:
            continue  # where there is one language, nobody need say which
        missing = [language for language in dataset.project.config.languages if language.lower() not in has]
        if missing:
            name = short(dataset.table.keys[number])
            yield from _at_subject(self, dataset, number, f"{name} has no label in {', '.join(missing)}")


@rule("LNG003", Severity.WARNING)
def doubled_label(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """A term, concept or thing has one `rdfs:label`, one `skos:prefLabel` in a language.

    With two, each reader takes another one. For SKOS it is forbidden (S14).

    Bad:  id:c1 a skos:Concept ; skos:prefLabel "pump"@en , "water pump"@en .
    Good: id:c1 a skos:Concept ; skos:prefLabel "pump"@en ; skos:altLabel "water pump"@en .
    """
    keys = dataset.table.keys
    for name in ONE_A_LANGUAGE:
        seen: dict[tuple[int, str], tuple[int, Row]] = {}
        for row in with_predicate(dataset, name):
            columns = row[0].parsed.statements
            value = columns.object[row[1]]
            if not keys[value].startswith('"'):
                continue
            language = language_of(keys[value]).lower()
            first, before = seen.setdefault((columns.subject[row[1]], language), (value, row))
            if first != value:
                tongue = f"in {language}" if language else "without a language"
                message = f"{short(keys[columns.subject[row[1]]])} has a second label {tongue}"
                yield self.finding(message, place=at_object(row), related=(at_object(before),), **parts(dataset, row))


@rule("LNG004", Severity.WARNING)
def ambiguous_label(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """No two concepts of a scheme, and no two terms of an ontology, have the same label in a language.

    Who chooses from a list sees one word twice.

    Bad:
        id:c1 a skos:Concept ; skos:inScheme id:s ; skos:prefLabel "gear"@en .
        id:c2 a skos:Concept ; skos:inScheme id:s ; skos:prefLabel "gear"@en .
    Good:
        id:c1 a skos:Concept ; skos:inScheme id:s ; skos:prefLabel "gear (equipment)"@en .
        id:c2 a skos:Concept ; skos:inScheme id:s ; skos:prefLabel "gear (wheel)"@en .
    """
    keys = dataset.table.keys
    schemes = dict(pairs(dataset, f"{SKOS}inScheme"))
    defined = {dataset.table.ids[key]: _kind(key) for key in defined_terms(dataset)}
    seen: dict[tuple[object, int], tuple[int, Row]] = {}
    for row in with_predicate(dataset, *ONE_A_LANGUAGE, roles=("ontology", "data")):
        columns = row[0].parsed.statements
        subject, value = columns.subject[row[1]], columns.object[row[1]]
        group = schemes.get(subject, defined.get(subject))
        if group is None:
            continue
        first, before = seen.setdefault((group, value), (subject, row))
        if first != subject:
            message = f"{short(keys[subject])} and {short(keys[first])} have the same label"
            yield self.finding(message, place=at_object(row), related=(at_object(before),), **parts(dataset, row))


def _kind(key: str) -> str:
    """Classes and properties are told apart by their first letter: `ex:Pump` and `ex:pump` may share a label."""
    name = key[len(namespace_of(key)) : -1]
    return namespace_of(key) + ("class" if name[:1].isupper() else "property")


@rule("LNG005", Severity.WARNING)
def missing_definition(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each class and property has a definition (`skos:definition`, or `rdfs:comment`).

    Without one, users guess the meaning from the name.

    Bad:
        # ontology/pumps.ttl
        ex:Pump a owl:Class ; rdfs:label "pump"@en .
    Good:
        # ontology/pumps.ttl
        ex:Pump a owl:Class ; rdfs:label "pump"@en ; skos:definition "A machine that moves a fluid."@en .
    """
    keys, ids = dataset.table.keys, dataset.table.ids
    kinds = typed(dataset, *CLASSES, *PROPERTIES, roles=("ontology",))
    defined = having(dataset, *DEFINITIONS)
    shapes = typed(dataset, SHACL + "NodeShape", SHACL + "PropertyShape")
    for number in sorted({ids[key] for key in defined_terms(dataset)} & kinds - defined - shapes):
        place = at_first(dataset, number)
        yield self.finding(f"{short(keys[number])} has no definition", place=place, focus=keys[number])


@rule("LNG006", Severity.WARNING)
def label_of_two_kinds(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """A preferred label is not an alternative or hidden one of the same concept (SKOS S13).

    Bad:  id:c1 a skos:Concept ; skos:prefLabel "pump"@en ; skos:altLabel "pump"@en .
    Good: id:c1 a skos:Concept ; skos:prefLabel "pump"@en ; skos:altLabel "water pump"@en .
    """
    keys = dataset.table.keys
    preferred = pairs(dataset, f"{SKOS}prefLabel")
    for row in with_predicate(dataset, f"{SKOS}altLabel", f"{SKOS}hiddenLabel"):
        columns = row[0].parsed.statements
        if (columns.subject[row[1]], columns.object[row[1]]) in preferred:
            message = f"{short(keys[columns.subject[row[1]]])} has this as its preferred label too"
            yield self.finding(message, place=at_object(row), **parts(dataset, row))


def _terms(dataset: Dataset) -> set[int]:
    ids = dataset.table.ids
    concepts = _instances(dataset).get(ids.get(CONCEPT, -1), set())
    shapes = typed(dataset, SHACL + "NodeShape", SHACL + "PropertyShape")  # a class of implicit target is both
    return ({ids[key] for key in defined_terms(dataset)} - shapes) | concepts


def _usually_labelled(dataset: Dataset, labelled: set[int]) -> set[int]:
    found: set[int] = set()
    for class_, things in _instances(dataset).items():
        if dataset.table.keys[class_].startswith(OF_LANGUAGES):
            continue  # to be a shape, or a class, says nothing of what else it is
        if len(things & labelled) > MOST * len(things):
            found |= things
    return found


@once
def _instances(dataset: Dataset) -> dict[int, set[int]]:
    """Return the project's own things by the number of their class, in ontology and data."""
    keys, own = dataset.table.keys, f"<{dataset.base_iri}"
    found: dict[int, set[int]] = defaultdict(set)
    for role in ("ontology", "data"):
        for class_, things in by_class(dataset).get(role, {}).items():
            found[class_] |= {thing for thing in things if keys[thing].startswith(own)}
    return found


@once
def _label_languages(dataset: Dataset) -> dict[int, set[str]]:
    """Return the languages of the labels of each subject; `""` stands for a label without a language."""
    keys = dataset.table.keys
    found: dict[int, set[str]] = defaultdict(set)
    for file, row in with_predicate(dataset, *(key[1:-1] for key in LABELS)):
        key = keys[file.parsed.statements.object[row]]
        if key.startswith('"'):
            found[file.parsed.statements.subject[row]].add(language_of(key))
    return found


def _at_subject(self: Rule, dataset: Dataset, number: int, message: str) -> Iterable[Finding]:
    for file in dataset.files:
        row = _first_row(file, number)
        if row is not None:
            place = place_at(file.parsed, file.parsed.statements.subject_at[row])
            yield self.finding(message, place=place, focus=dataset.table.keys[number])
            return


def _first_row(file: LoadedFile, number: int) -> int | None:
    try:
        return file.parsed.statements.subject.index(number)
    except ValueError:
        return None
