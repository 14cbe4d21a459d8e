"""PRV, LIC and MET: what is said about the data and the ontology themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from twinld.checks.columns import at_first, at_object, having, pairs, parts, subjects, typed, with_predicate
from twinld.checks.findings import Finding, Severity, top_of
from twinld.checks.rules import Rule, rule
from twinld.checks.terms import OWL, RDFS
from twinld.checks.vocabulary import short
from twinld.graph.dataset import Dataset
from twinld.rdf.terms import literal_parts

DCT, DC, SCHEMA, CC = (
    "http://purl.org/dc/terms/",
    "http://purl.org/dc/elements/1.1/",
    "schema.org/",
    "http://creativecommons.org/ns#",
)
LICENCES = (DCT + "license", DCT + "rights", DC + "rights", CC + "license", "https://schema.org/license",
            "http://schema.org/license", DCT + "accessRights")  # fmt: skip
TITLES = (DCT + "title", DC + "title", RDFS + "label", "http://www.w3.org/2004/02/skos/core#prefLabel")
VERSIONS = (OWL + "versionIRI", OWL + "versionInfo", "http://www.w3.org/ns/dcat#version", DCT + "hasVersion")
COMMONS = re.compile(
    r"https?://creativecommons\.org/(?:licenses/(?:by|by-sa|by-nc|by-nd|by-nc-sa|by-nc-nd)/(?:1\.0|2\.0|2\.1|2\.5|3\.0|4\.0)"
    r"/(?:[a-z]{2}/|igo/)?|publicdomain/(?:zero|mark)/1\.0/)"
)
USUAL = 0.5  # where more than half of the files describe themselves, the others forgot to
DATASETS = ("http://rdfs.org/ns/void#Dataset", "http://www.w3.org/ns/dcat#Dataset", "http://www.w3.org/ns/prov#Entity")


@rule("PRV001", Severity.WARNING)
def graph_not_described(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Where most data files say of themselves what they are, whose and how old, all of them do.

    A statement about the graph of the file that it stands in is where readers look for its source.

    Bad:
        # data/a.ttl
        <https://example.org/graph/data/a> dcterms:title "Pumps of the north"@en .
        # data/b.ttl
        <https://example.org/graph/data/b> dcterms:title "Pumps of the south"@en .
        # data/c.ttl
        id:p1 a ex:Pump .
    Good:
        # data/a.ttl
        <https://example.org/graph/data/a> dcterms:title "Pumps of the north"@en .
        # data/b.ttl
        <https://example.org/graph/data/b> dcterms:title "Pumps of the south"@en .
    """
    files = [file for file in dataset.of_role("data") if len(file.parsed.statements)]
    described = subjects(dataset)
    silent = [file for file in files if file.graph not in described]
    if silent and len(silent) < USUAL * len(files):
        for file in silent:
            name = dataset.table.keys[file.graph]
            message = f"the file says nothing of itself: {short(name)} has no title, licence or source"
            yield self.finding(message, place=top_of(file.parsed.path), focus=name)


@rule("PRV002", Severity.VIOLATION)
def modified_before_created(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Nothing was last modified before it was created.

    Bad:  id:d1 dcterms:created "2024-05-01"^^xsd:date ; dcterms:modified "2023-05-01"^^xsd:date .
    Good: id:d1 dcterms:created "2023-05-01"^^xsd:date ; dcterms:modified "2024-05-01"^^xsd:date .
    """
    keys = dataset.table.keys
    begun: dict[int, str] = {}
    for subject, value in pairs(dataset, DCT + "created"):
        begun[subject] = min(begun.get(subject, "~"), _day(keys[value]))
    last: dict[int, str] = {}
    for subject, value in pairs(dataset, DCT + "modified"):
        last[subject] = max(last.get(subject, ""), _day(keys[value]))
    for row in with_predicate(dataset, DCT + "modified"):
        columns = row[0].parsed.statements
        subject, value = columns.subject[row[1]], columns.object[row[1]]
        if subject in begun and _day(keys[value]) == last[subject] < begun[subject] != "~":
            message = f"{short(keys[subject])} was last modified before {begun[subject]}, when it was created"
            yield self.finding(message, place=at_object(row), **parts(dataset, row))


def _day(key: str) -> str:
    """Return the day of a date or a moment as text that sorts; what is neither sorts behind all."""
    text = literal_parts(key)[0] if key.startswith('"') else ""
    return text[:10] if re.match(r"\d{4}-\d\d-\d\d", text) else "~"


@rule("LIC001", Severity.WARNING)
def ontology_without_licence(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each ontology says under which licence it may be used.

    Without one, nothing is allowed.

    Bad:
        # ontology/pumps.ttl
        <https://example.org/ns> a owl:Ontology ; dcterms:title "Pumps"@en .
    Good:
        # ontology/pumps.ttl
        <https://example.org/ns> a owl:Ontology ; dcterms:title "Pumps"@en ;
            dcterms:license <https://creativecommons.org/licenses/by/4.0/> .
    """
    yield from _lacking(self, dataset, LICENCES, "licence (dcterms:license)")


@rule("LIC002", Severity.WARNING, per_file=True)
def malformed_licence(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """A licence of Creative Commons is named by its IRI, not by one of its pages.

    Portals compare the IRI: without its last slash, or with `deed.en` behind it, it is no open licence to them.

    Bad:  id:d1 dcterms:license <https://creativecommons.org/licenses/by/4.0> .
    Good: id:d1 dcterms:license <https://creativecommons.org/licenses/by/4.0/> .
    """
    for row in with_predicate(dataset, *LICENCES):
        found = parts(dataset, row)
        iri = found["value"].strip("<>")
        if re.match(r"https?://(?:www\.)?creativecommons\.org/", iri) and not COMMONS.fullmatch(iri):
            hint = "write it as https://creativecommons.org/licenses/by/4.0/"
            message = f"{short(found['value'])} is no licence of Creative Commons"
            yield self.finding(message, place=at_object(row), suggestion=hint, **found)


@rule("MET001", Severity.WARNING)
def ontology_without_title(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each ontology has a title.

    Bad:
        # ontology/pumps.ttl
        <https://example.org/ns> a owl:Ontology .
    Good:
        # ontology/pumps.ttl
        <https://example.org/ns> a owl:Ontology ; dcterms:title "Pumps"@en .
    """
    yield from _lacking(self, dataset, TITLES, "title (dcterms:title)")


@rule("MET002", Severity.INFO)
def ontology_without_version(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each ontology has a version.

    Who found an error has to say in which.

    Bad:
        # ontology/pumps.ttl
        <https://example.org/ns> a owl:Ontology ; dcterms:title "Pumps"@en .
    Good:
        # ontology/pumps.ttl
        <https://example.org/ns> a owl:Ontology ; dcterms:title "Pumps"@en ; owl:versionInfo "1.0.0" .
    """
    yield from _lacking(self, dataset, VERSIONS, "version (owl:versionIRI, owl:versionInfo)")


@rule("MET003", Severity.INFO)
def deprecated_without_successor(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """A deprecated term says what to use now.

    Bad:
        # ontology/pumps.ttl
        ex:debit a owl:DatatypeProperty ; owl:deprecated true .
    Good:
        # ontology/pumps.ttl
        ex:debit a owl:DatatypeProperty ; owl:deprecated true ; dcterms:isReplacedBy ex:flow .
    """
    keys = dataset.table.keys
    same = (OWL + "equivalentClass", OWL + "equivalentProperty", "http://purl.obolibrary.org/obo/IAO_0100001")
    replaced = having(dataset, *same, *_named_alike(dataset, "isreplacedby"))
    for row in with_predicate(dataset, OWL + "deprecated", roles=("ontology",)):
        columns = row[0].parsed.statements
        subject, value = columns.subject[row[1]], columns.object[row[1]]
        if subject not in replaced and keys[value].startswith(('"true"', '"1"')):
            message = f"{short(keys[subject])} is deprecated and has no dcterms:isReplacedBy"
            yield self.finding(message, place=at_object(row), **parts(dataset, row))


def _named_alike(dataset: Dataset, name: str) -> list[str]:
    """Return the properties that others have coined for the same, such as `gist:license`."""
    names = (name, "license") if name == "licence" else (name,)
    keys = [dataset.table.keys[number] for number in dataset.rows_by_predicate]
    return [
        key[1:-1] for key in keys if key[:-1].lower().endswith(tuple(f"{end}{each}" for end in "#/" for each in names))
    ]


def _lacking(self: Rule, dataset: Dataset, properties: tuple[str, ...], what: str) -> Iterator[Finding]:
    keys = dataset.table.keys
    lacking = typed(dataset, OWL + "Ontology", roles=("ontology",))
    lacking -= having(dataset, *properties, *_named_alike(dataset, what.partition(" ")[0]))
    for number in sorted(lacking):
        place = at_first(dataset, number, roles=("ontology",))
        yield self.finding(f"{short(keys[number])} has no {what}", place=place, focus=keys[number])
