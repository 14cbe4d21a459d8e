"""LNG: names for people, in the languages of the project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from twinld.checks.findings import Finding, Severity, place_at
from twinld.checks.rules import Rule, rule
from twinld.checks.vocabulary import defined_terms, short
from twinld.graph.dataset import RDF_TYPE, Dataset, LoadedFile
from twinld.graph.description import LABELS
from twinld.rdf.terms import literal_parts

CONCEPT = "<http://www.w3.org/2004/02/skos/core#Concept>"
MOST = 0.5  # where more than half of a class's things have a label, the others have lost theirs


@rule("LNG001", Severity.WARNING)
def missing_label(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each class, property and concept has a label, and so has each thing of a class whose things have one.

    Without a label a page has an address for a title.

    Bad:  ex:Pump a owl:Class .
    Good: ex:Pump a owl:Class ; rdfs:label "pump"@en .
    """
    labelled = set(_label_languages(dataset))
    wanted = _terms(dataset) | _usually_labelled(dataset, labelled)
    for number in sorted(wanted - labelled):
        yield from _at_subject(self, dataset, number, f"{short(dataset.table.keys[number])} has no label")


@rule("LNG002", Severity.WARNING)
def missing_label_language(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each class, property and concept has a label in every language of the project.

    The reader of a language without a label meets a foreign word in the middle of a page.

    Bad:  ex:Pump rdfs:label "pump"@en .                        (languages = ["en", "de"])
    Good: ex:Pump rdfs:label "pump"@en , "Pumpe"@de .
    """
    languages = _label_languages(dataset)
    for number in sorted(_terms(dataset) & set(languages)):
        has = {language.lower() for language in languages[number]}
        missing = [language for language in dataset.project.config.languages if language.lower() not in has]
        if missing:
            name = short(dataset.table.keys[number])
            yield from _at_subject(self, dataset, number, f"{name} has no label in {', '.join(missing)}")


def _terms(dataset: Dataset) -> set[int]:
    ids = dataset.table.ids
    concepts = _instances(dataset).get(ids.get(CONCEPT, -1), set())
    return {ids[key] for key in defined_terms(dataset)} | concepts


def _usually_labelled(dataset: Dataset, labelled: set[int]) -> set[int]:
    found: set[int] = set()
    for things in _instances(dataset).values():
        if len(things & labelled) > MOST * len(things):
            found |= things
    return found


def _instances(dataset: Dataset) -> dict[int, set[int]]:
    """Return the project's own things by the number of their class, in ontology and data."""
    rdf_type = dataset.table.ids.get(RDF_TYPE)
    keys, own = dataset.table.keys, f"<{dataset.base_iri}"
    found: dict[int, set[int]] = defaultdict(set)
    for file in dataset.of_role("ontology", "data"):
        for s, p, o, _ in file.parsed.statements:
            if p == rdf_type and keys[s].startswith(own):
                found[o].add(s)
    return found


def _label_languages(dataset: Dataset) -> dict[int, set[str]]:
    """Return the languages of the labels of each subject; `""` stands for a label without a language."""
    table = dataset.table
    properties = {table.ids[key] for key in LABELS if key in table.ids}
    found: dict[int, set[str]] = defaultdict(set)
    for file in dataset.files:
        for s, p, o, _ in file.parsed.statements:
            if p in properties and table.keys[o].startswith('"'):
                found[s].add(literal_parts(table.keys[o])[1] or "")
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
