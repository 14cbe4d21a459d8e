"""OWL: what lies outside the profile that a project has chosen for its ontology.

Profiles are a grammar: which class expressions may stand below `rdfs:subClassOf`, which above, which axioms there are.
Not looked at: datatypes, `owl:Thing` in RL, and what OWL 2 DL asks of an ontology as a whole.
Source: https://www.w3.org/TR/owl2-profiles/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from twinld.checks.columns import Row, at_object, at_predicate, parts, typed, with_predicate
from twinld.checks.findings import Finding, Severity
from twinld.checks.rules import Rule, rule
from twinld.checks.terms import OWL, RDF, RDFS
from twinld.graph.dataset import RDF_TYPE, Dataset

EXPRESSIONS = (
    "intersectionOf", "unionOf", "complementOf", "oneOf", "someValuesFrom", "allValuesFrom", "hasValue", "hasSelf",
    "minCardinality", "maxCardinality", "cardinality", "minQualifiedCardinality", "maxQualifiedCardinality",
    "qualifiedCardinality", "withRestrictions", "datatypeComplementOf",
)  # fmt: skip
LISTS = ("intersectionOf", "unionOf")
INNER = ("complementOf", "someValuesFrom", "allValuesFrom")
MOST_ONE = ("maxCardinality", "maxQualifiedCardinality")
UNQUALIFIED = (f"<{OWL}Thing>", "<http://www.w3.org/2001/XMLSchema#", f"<{RDFS}Literal>")
DEEPEST = 100  # expressions inside each other


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile's grammar.

    `below`, `above` and `equal` say which expressions may stand in the three positions, and in which position what is
    inside them then stands (`""`: what is inside does not count). `axioms` and `kinds` are the properties and classes
    of OWL that it has not.
    """

    below: Mapping[str, str]
    above: Mapping[str, str]
    equal: Mapping[str, str]
    axioms: tuple[str, ...]
    kinds: tuple[str, ...]


_EL = {"intersectionOf": "below", "oneOf": "", "someValuesFrom": "below", "hasValue": "", "hasSelf": ""}
PROFILES: Mapping[str, Profile] = {
    "EL": Profile(
        _EL,
        _EL,
        _EL,
        ("disjointUnionOf", "inverseOf", "propertyDisjointWith"),
        (
            "InverseFunctionalProperty",
            "SymmetricProperty",
            "AsymmetricProperty",
            "IrreflexiveProperty",
            "AllDisjointProperties",
        ),
    ),
    "QL": Profile(
        {"someValuesFrom": "thing"},
        {"intersectionOf": "above", "complementOf": "below", "someValuesFrom": "above"},
        {"someValuesFrom": "thing"},
        ("disjointUnionOf", "propertyChainAxiom", "hasKey", "sameAs"),
        ("FunctionalProperty", "InverseFunctionalProperty", "TransitiveProperty", "NegativePropertyAssertion"),
    ),
    "RL": Profile(
        {"intersectionOf": "below", "unionOf": "below", "oneOf": "", "someValuesFrom": "below", "hasValue": ""},
        {
            "intersectionOf": "above",
            "complementOf": "below",
            "allValuesFrom": "above",
            "hasValue": "",
            "maxCardinality": "",
            "maxQualifiedCardinality": "",
        },
        {"intersectionOf": "equal", "hasValue": ""},
        ("disjointUnionOf",),
        ("ReflexiveProperty",),
    ),
}
WHERE = {
    "below": "where a class is said to be part of another",
    "above": "where a class is said to contain another",
    "equal": "where two classes are said to be the same",
    "data": "of data",
    "thing": "inside another expression there",
}
POSITIONS = (
    (RDFS + "subClassOf", "below", "above"),
    (OWL + "equivalentClass", "equal", "equal"),
    (OWL + "disjointWith", "below", "below"),
    (RDFS + "domain", None, "above"),
    (RDFS + "range", None, "above"),
)
"""Axioms, and the positions of their subject and object."""


@rule("OWL006", Severity.WARNING)
def outside_profile(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """The ontology keeps to the OWL 2 profile that `owl-profile` names: EL, QL or RL.

    Reasoners of a profile ignore what lies outside it, and say nothing: what should follow does not.

    Bad:
        # twinld.toml
        base-iri = "https://example.org/"
        owl-profile = "RL"
        # ontology/pumps.ttl
        ex:Pump a owl:Class ; rdfs:subClassOf [ a owl:Restriction ;
            owl:onProperty ex:locatedAt ; owl:someValuesFrom ex:Site ] .
    Good:
        # twinld.toml
        base-iri = "https://example.org/"
        owl-profile = "RL"
        # ontology/pumps.ttl
        ex:Pump a owl:Class ; rdfs:subClassOf [ a owl:Restriction ;
            owl:onProperty ex:locatedAt ; owl:allValuesFrom ex:Site ] .
    """
    name = dataset.project.config.owl_profile
    if name is not None:
        yield from _Grammar(self, dataset, name).findings()


class _Grammar:
    """A profile, read against the ontology."""

    def __init__(self, rule: Rule, dataset: Dataset, name: str) -> None:
        self.rule, self.dataset, self.name, self.profile = rule, dataset, name, PROFILES[name]
        self.uses = {kind: _by_subject(dataset, OWL + kind) for kind in (*EXPRESSIONS, "members")}
        self.first, self.rest = _by_subject(dataset, RDF + "first"), _by_subject(dataset, RDF + "rest")
        self.data_ranges = typed(dataset, RDFS + "Datatype")
        self.told: set[tuple[int, str]] = set()

    def findings(self) -> Iterator[Finding]:
        yield from self._axioms()
        for property_, of_subject, of_object in POSITIONS:
            for row in with_predicate(self.dataset, property_, roles=("ontology",)):
                columns = row[0].parsed.statements
                if of_subject:
                    yield from self._expression(columns.subject[row[1]], of_subject)
                yield from self._expression(columns.object[row[1]], of_object)
        for node in typed(self.dataset, OWL + "AllDisjointClasses", roles=("ontology",)):
            for row in self.uses["members"].get(node, ()):
                yield from self._members(_object(row), "below")

    def _axioms(self) -> Iterator[Finding]:
        for name in self.profile.axioms:
            for row in with_predicate(self.dataset, OWL + name, roles=("ontology",)):
                yield self._finding(row, f"OWL 2 {self.name} has no owl:{name}", at_object_of=False)
        kinds = {self.dataset.table.ids.get(f"<{OWL}{name}>"): name for name in self.profile.kinds}
        links = typed(self.dataset, OWL + "ObjectProperty")
        functional = self.dataset.table.ids.get(f"<{OWL}FunctionalProperty>")
        for row in with_predicate(self.dataset, RDF_TYPE[1:-1], roles=("ontology",)):
            value, subject = _object(row), row[0].parsed.statements.subject[row[1]]
            if value in kinds:
                yield self._finding(row, f"OWL 2 {self.name} has no owl:{kinds[value]}", at_object_of=True)
            elif self.name == "EL" and value == functional and subject in links:
                yield self._finding(row, "OWL 2 EL has no functional property of things", at_object_of=True)

    def _expression(self, node: int, position: str, depth: int = 0) -> Iterator[Finding]:
        """Yield what of a class expression the profile does not have in a position."""
        if (node, position) in self.told or depth > DEEPEST:
            return
        self.told.add((node, position))
        position = "data" if node in self.data_ranges else position
        allowed = self._allowed(position)
        for kind in EXPRESSIONS:
            for row in self.uses[kind].get(node, ()):
                excess = "" if kind not in allowed else self._excess(kind, row, allowed[kind])
                if excess is not None:
                    message = f"OWL 2 {self.name} has no owl:{kind}{excess} {WHERE[position]}"
                    yield self._finding(row, message, at_object_of=False)
                elif kind in LISTS:
                    yield from self._members(_object(row), allowed[kind], depth + 1)
                elif kind in INNER:
                    yield from self._expression(_object(row), allowed[kind], depth + 1)

    def _allowed(self, position: str) -> Mapping[str, str]:
        usual: Mapping[str, Mapping[str, str]] = {"data": {"intersectionOf": "data"}, "thing": {}}
        allowed: Mapping[str, str] = usual[position] if position in usual else getattr(self.profile, position)
        return allowed

    def _members(self, head: int, position: str, depth: int = 0) -> Iterator[Finding]:
        seen = set[int]()
        while head in self.first and head not in seen:
            seen.add(head)
            yield from self._expression(_object(self.first[head][0]), position, depth)
            head = _object(self.rest[head][0]) if head in self.rest else 0

    def _excess(self, kind: str, row: Row, inside: str) -> str | None:
        """Return what makes an expression too much that the profile has otherwise; `None` where nothing does."""
        value, keys = _object(row), self.dataset.table.keys
        if kind in MOST_ONE and not keys[value].startswith(('"0"', '"1"')):
            return " of more than one"
        if kind == "oneOf" and self.name == "EL" and self._has_second(value):
            return " of more than one"
        if inside == "thing" and value not in self.data_ranges and not keys[value].startswith(UNQUALIFIED):
            return " of a class other than owl:Thing"
        return None

    def _has_second(self, head: int) -> bool:
        return head in self.rest and _object(self.rest[head][0]) in self.first

    def _finding(self, row: Row, message: str, *, at_object_of: bool) -> Finding:
        place = at_object(row) if at_object_of else at_predicate(row)
        return self.rule.finding(message, place=place, **parts(self.dataset, row))


def _by_subject(dataset: Dataset, property_: str) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in with_predicate(dataset, property_, roles=("ontology",)):
        found.setdefault(row[0].parsed.statements.subject[row[1]], []).append(row)
    return found


def _object(row: Row) -> int:
    return row[0].parsed.statements.object[row[1]]
