"""VOC and SHP: terms that a vocabulary does not have, has given up, or has for something else."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

from twinld.checks.columns import (
    Row,
    at_object,
    at_predicate,
    iris,
    literals,
    pairs,
    parts,
    rows_of,
    subjects,
    typed,
    with_object_in,
    with_predicate,
)
from twinld.checks.findings import Finding, Place, Severity
from twinld.checks.rules import Rule, rule
from twinld.checks.vocabulary import short
from twinld.graph.dataset import RDF_TYPE, Dataset, once

OWL, RDFS, RDF = (
    "http://www.w3.org/2002/07/owl#",
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
)
SHACL = "http://www.w3.org/ns/shacl#"
MEMBER = re.compile(r"_[1-9]\d*")
CLASSES = (OWL + "Class", RDFS + "Class")
PROPERTIES = (
    RDF + "Property",
    *(OWL + kind + "Property" for kind in ("Object", "Datatype", "Annotation", "Functional")),
)


@cache
def known_terms() -> Mapping[str, frozenset[str]]:
    """Return the local names of every term of some vocabularies that are closed, by namespace."""
    text = resources.files("twinld.checks").joinpath("known_terms.json").read_text(encoding="utf-8")
    return {namespace: frozenset(names.split()) for namespace, names in json.loads(text).items()}


@rule("VOC002", Severity.WARNING)
def deprecated_term(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """No data and no shape use a term that the ontology has deprecated.

    The term still means what it did, and those who read the data look for its successor.

    Bad:
        # ontology/pumps.ttl
        ex:debit a owl:DatatypeProperty ; owl:deprecated true ; dcterms:isReplacedBy ex:flow .
        # data/pumps.ttl
        id:p1 ex:debit 3.5 .
    Good:
        # ontology/pumps.ttl
        ex:debit a owl:DatatypeProperty ; owl:deprecated true ; dcterms:isReplacedBy ex:flow .
        # data/pumps.ttl
        id:p1 ex:flow 3.5 .
    """
    keys = dataset.table.keys
    gone = {s for s, o in pairs(dataset, OWL + "deprecated") if keys[o].startswith(('"true"', '"1"'))}
    gone |= typed(dataset, OWL + "DeprecatedClass", OWL + "DeprecatedProperty")
    successor = dict(pairs(dataset, "http://purl.org/dc/terms/isReplacedBy"))
    for row, number, place in _mentions(dataset, gone):
        hint = f"write {keys[successor[number]]}" if number in successor else None
        focus = keys[row[0].parsed.statements.subject[row[1]]]
        message = f"{short(keys[number])} is deprecated"
        yield self.finding(message, place=place, focus=focus, value=keys[number], suggestion=hint)


def _mentions(dataset: Dataset, wanted: set[int]) -> Iterator[tuple[Row, int, Place]]:
    """Yield the statements of data and shapes with one of the terms as predicate or object."""
    for file in dataset.of_role("data", "shapes") if wanted else ():
        columns = file.parsed.statements
        for column, place in ((columns.predicate, at_predicate), (columns.object, at_object)):
            for number in sorted(wanted.intersection(column)):
                yield from (((file, row), number, place((file, row))) for row in rows_of(column, number))


@rule("VOC003", Severity.WARNING)
def unknown_term(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each term of RDF, RDFS, OWL, XSD, SKOS, DCMI, DCAT, FOAF, PROV, ORG, Time, VANN, VoID or DOAP exists there.

    A term that was misremembered is read by no tool, and nothing says so.

    Bad:  id:p1 skos:preferredLabel "Pump 1"@en .
    Good: id:p1 skos:prefLabel "Pump 1"@en .
    """
    yield from _unknown(self, dataset, frozenset(known_terms()) - {SHACL})


@rule("SHP002", Severity.VIOLATION)
def unknown_shacl_term(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each term of SHACL exists.

    A misspelt constraint constrains nothing: the shape passes whatever the data say.

    Bad:
        # shapes/pump.ttl
        shape:Pump-flow sh:path ex:flow ; sh:minCuont 1 .
    Good:
        # shapes/pump.ttl
        shape:Pump-flow sh:path ex:flow ; sh:minCount 1 .
    """
    yield from _unknown(self, dataset, frozenset({SHACL}))


def _unknown(self: Rule, dataset: Dataset, namespaces: frozenset[str]) -> Iterator[Finding]:
    """Yield a finding for each use of a term that one of the closed vocabularies has not, and the project neither."""
    described = subjects(dataset)
    wrong = {n: (iri, name) for n, iri, name in _strangers(dataset) if iri in namespaces and n not in described}
    if not wrong:
        return
    rows = [(row, at_object(row)) for row in with_object_in(dataset, wrong.keys())]
    names = [dataset.table.keys[number][1:-1] for number in wrong]
    rows += [(row, at_predicate(row)) for row in with_predicate(dataset, *names)]
    for row, place in rows:
        columns = row[0].parsed.statements
        number = next(n for n in (columns.object[row[1]], columns.predicate[row[1]]) if n in wrong)
        namespace, name = wrong[number]
        near = _nearest(name, known_terms()[namespace])
        yield self.finding(
            f"{name} is no term of <{namespace}>",
            place=place,
            suggestion=f"did you mean {near}?" if near else None,
            **{**parts(dataset, row), "value": dataset.table.keys[number]},
        )


@once
def _strangers(dataset: Dataset) -> list[tuple[int, str, str]]:
    """Return number, namespace and name of each term, or datatype of a literal, that its closed vocabulary has not."""
    known = known_terms()
    found = []
    for number, key in (*iris(dataset), *literals(dataset)):
        start = key.rfind("<") + 1
        if start == 0 or key[-1] != ">" or (start > 1 and not key.endswith('"^^', 0, start - 1)):
            continue
        cut = max(key.rfind("#"), key.rfind("/")) + 1
        names = known.get(key[start:cut])
        if names is not None and (name := key[cut:-1]) and name not in names and not MEMBER.fullmatch(name):
            found.append((number, key[start:cut], name))
    return found


def _nearest(name: str, names: frozenset[str]) -> str | None:
    by_case = sorted(each for each in names if each.lower() == name.lower())
    return next(iter(by_case or difflib.get_close_matches(name, sorted(names), n=1, cutoff=0.7)), None)


@rule("VOC004", Severity.WARNING)
def term_of_another_kind(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """A class is not used as a property, and a property not as a class.

    Bad:
        # ontology/pumps.ttl
        ex:Pump a owl:Class . ex:flow a owl:DatatypeProperty .
        # data/pumps.ttl
        id:p1 a ex:flow ; ex:Pump 3.5 .
    Good:
        # ontology/pumps.ttl
        ex:Pump a owl:Class . ex:flow a owl:DatatypeProperty .
        # data/pumps.ttl
        id:p1 a ex:Pump ; ex:flow 3.5 .
    """
    keys = dataset.table.keys
    above = pairs(dataset, RDFS + "subClassOf")
    classes = typed(dataset, *CLASSES) | {number for pair in above for number in pair}
    properties = typed(dataset, *PROPERTIES)
    only_classes, only_properties = classes - properties, properties - classes
    for row in with_predicate(dataset, *(keys[n][1:-1] for n in sorted(only_classes) if keys[n].startswith("<"))):
        found = parts(dataset, row)
        yield self.finding(f"{short(found['path'])} is a class, not a property", place=at_predicate(row), **found)
    for row in with_predicate(dataset, RDF_TYPE[1:-1]):
        if row[0].parsed.statements.object[row[1]] in only_properties:
            found = parts(dataset, row)
            yield self.finding(f"{short(found['value'])} is a property, not a class", place=at_object(row), **found)
