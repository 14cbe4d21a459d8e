"""OWL: what the ontology's axioms rule out, looked for as sets. Subclasses count; nothing else is inferred."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from twinld.checks.columns import Row, at_first, at_object, closure, pairs, parts, typed, with_predicate
from twinld.checks.findings import Finding, Severity
from twinld.checks.rules import Rule, rule
from twinld.checks.terms import CLASSES, OWL, PROPERTIES, RDF, RDFS
from twinld.checks.vocabulary import short
from twinld.graph.dataset import RDF_TYPE, Dataset

KINDS = (
    (CLASSES, "a class", PROPERTIES, "a property"),
    ((OWL + "ObjectProperty",), "an object property", (OWL + "DatatypeProperty",), "a datatype property"),
)
LISTED = 1000  # members of an owl:AllDisjointClasses; n of them are n²/2 pairs


@rule("OWL001", Severity.VIOLATION)
def disjoint_classes(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Nothing is of two classes that the ontology calls disjoint.

    From a contradiction a reasoner concludes anything.

    Bad:
        # ontology/pumps.ttl
        ex:Pump a owl:Class . ex:Site a owl:Class ; owl:disjointWith ex:Pump .
        ex:FirePump a owl:Class ; rdfs:subClassOf ex:Pump .
        # data/pumps.ttl
        id:p1 a ex:FirePump , ex:Site .
    Good:
        # ontology/pumps.ttl
        ex:Pump a owl:Class . ex:Site a owl:Class ; owl:disjointWith ex:Pump .
        ex:FirePump a owl:Class ; rdfs:subClassOf ex:Pump .
        # data/pumps.ttl
        id:p1 a ex:FirePump . id:s1 a ex:Site .
    """
    disjoint = pairs(dataset, OWL + "disjointWith") | _listed_pairs(dataset)
    if not disjoint:
        return
    members = _members(dataset)
    keys = dataset.table.keys
    for one, other in sorted({(min(pair), max(pair)) for pair in disjoint}):
        for thing in sorted(members[one] & members[other]):
            yield self.finding(
                f"{short(keys[thing])} is of {short(keys[one])} and {short(keys[other])}, which are disjoint",
                place=at_first(dataset, thing, roles=("data", "ontology", "shapes")),
                focus=keys[thing],
                value=keys[other],
            )


def _listed_pairs(dataset: Dataset) -> set[tuple[int, int]]:
    found = set()
    heads = {o for s, o in pairs(dataset, OWL + "members") if s in typed(dataset, OWL + "AllDisjointClasses")}
    heads |= {o for _, o in pairs(dataset, OWL + "disjointUnionOf")}
    first, rest = dict(pairs(dataset, RDF + "first")), dict(pairs(dataset, RDF + "rest"))
    for head in heads:
        members: list[int] = []
        cell = head
        while cell in first and len(members) < LISTED:
            members.append(first[cell])
            cell = rest.get(cell, 0)
        found |= {(one, other) for one in members for other in members if one < other}
    return found


def _members(dataset: Dataset) -> defaultdict[int, set[int]]:
    """Return the things of each class, those of its subclasses included."""
    above = closure(pairs(dataset, RDFS + "subClassOf"))
    direct: dict[int, set[int]] = defaultdict(set)
    for thing, class_ in pairs(dataset, RDF_TYPE[1:-1]):
        direct[class_].add(thing)
    members: defaultdict[int, set[int]] = defaultdict(set)
    for class_, things in direct.items():
        for each in {class_, *above.get(class_, ())}:
            members[each] |= things
    return members


@rule("OWL002", Severity.WARNING)
def two_kinds_of_term(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """A term is a class or a property, and a property is for things or for values.

    OWL DL forbids the other, and readers cannot know which of the two is meant.

    Bad:
        # ontology/pumps.ttl
        ex:flow a owl:ObjectProperty , owl:DatatypeProperty .
    Good:
        # ontology/pumps.ttl
        ex:flow a owl:DatatypeProperty .
    """
    for kinds, one, others, other in KINDS:
        for number in sorted(typed(dataset, *kinds) & typed(dataset, *others)):
            key = dataset.table.keys[number]
            place = at_first(dataset, number)
            yield self.finding(f"{short(key)} is {one} and {other}", place=place, focus=key)


@rule("OWL003", Severity.WARNING)
def value_of_another_kind(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """An object property has things for values, a datatype property literals.

    A name in place of a link breaks the path of every query through it.

    Bad:
        # ontology/pumps.ttl
        ex:locatedAt a owl:ObjectProperty .
        # data/pumps.ttl
        id:p1 ex:locatedAt "Site 1" .
    Good:
        # ontology/pumps.ttl
        ex:locatedAt a owl:ObjectProperty .
        # data/pumps.ttl
        id:p1 ex:locatedAt id:s1 .
    """
    keys = dataset.table.keys
    links, values = typed(dataset, OWL + "ObjectProperty"), typed(dataset, OWL + "DatatypeProperty")
    for place, file in enumerate(dataset.files):
        columns = file.parsed.statements
        for predicate in sorted((links ^ values).intersection(columns.predicate)):
            wants_link, rows = predicate in links, dataset.rows_by_predicate[predicate][place]
            values_of = set(map(columns.object.__getitem__, rows))
            wrong = {number for number in values_of if (keys[number][0] == '"') is wants_link}
            for row in rows if wrong else ():
                if columns.object[row] in wrong:
                    wanted = "a thing, not a text or number" if wants_link else "a literal, not a thing"
                    message = f"{short(keys[predicate])} wants {wanted}"
                    yield self.finding(message, place=at_object((file, row)), **parts(dataset, (file, row)))


@rule("OWL004", Severity.VIOLATION)
def functional_property(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """A functional property has one value.

    Two literals contradict each other; two IRIs become one thing for every reasoner, which is a warning.

    Bad:
        # ontology/pumps.ttl
        ex:flow a owl:DatatypeProperty , owl:FunctionalProperty .
        # data/pumps.ttl
        id:p1 ex:flow 3.5 , 4.5 .
    Good:
        # ontology/pumps.ttl
        ex:flow a owl:DatatypeProperty , owl:FunctionalProperty .
        # data/pumps.ttl
        id:p1 ex:flow 3.5 .
    """
    keys = dataset.table.keys
    for property_ in sorted(typed(dataset, OWL + "FunctionalProperty")):
        values: dict[int, tuple[int, Row]] = {}
        for row in with_predicate(dataset, keys[property_][1:-1]):
            columns = row[0].parsed.statements
            subject, value = columns.subject[row[1]], columns.object[row[1]]
            first, before = values.setdefault(subject, (value, row))
            if first != value:
                message = f"{short(keys[subject])} has a second {short(keys[property_])}, which is functional"
                found = self.finding(message, place=at_object(row), related=(at_object(before),), **parts(dataset, row))
                is_link = not keys[value].startswith('"')
                yield replace(found, severity=Severity.WARNING) if is_link else found


@rule("OWL005", Severity.WARNING)
def circular_hierarchy(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """No class or property is below itself, and no concept is broader than itself.

    A circle of subclasses makes all of them one class; a circle of concepts has no top.

    Bad:
        # ontology/pumps.ttl
        ex:Pump rdfs:subClassOf ex:Machine . ex:Machine rdfs:subClassOf ex:Pump .
    Good:
        # ontology/pumps.ttl
        ex:Pump rdfs:subClassOf ex:Machine .
    """
    keys = dataset.table.keys
    skos = "http://www.w3.org/2004/02/skos/core#"
    narrower = {(o, s) for s, o in pairs(dataset, skos + "narrower")}
    hierarchies = (
        pairs(dataset, RDFS + "subClassOf"),
        pairs(dataset, RDFS + "subPropertyOf"),
        pairs(dataset, skos + "broader") | narrower,
    )
    for edges in hierarchies:
        above = closure({(one, other) for one, other in edges if one != other})
        for node in sorted(node for node, reached in above.items() if node in reached):
            place = at_first(dataset, node)
            yield self.finding(f"{short(keys[node])} stands above itself", place=place, focus=keys[node])
