"""Shapes and data made by chance, from a seed: one component and one form of path at a time, small enough to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

PREFIXES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <http://e/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
NODES = tuple(f"ex:n{n}" for n in range(6))
PROPERTIES = tuple(f"ex:p{n}" for n in range(3))
CLASSES = ("ex:A", "ex:B", "ex:C")
LITERALS = (
    "0", "1", "2", "7", "-3", "1.5", "2.0", "1e0", '"02"^^xsd:integer', '"x"^^xsd:integer', '"300"^^xsd:byte',
    '"7"^^xsd:byte', "true", '"1"^^xsd:boolean', '"a"', '"abc"', '"Abc d"', '"a"@en', '"a"@en-GB', '"b"@en', '"b"@fi',
    '"2012-02-21"^^xsd:date', '"2012-02-29"^^xsd:date', '"2011-02-29"^^xsd:date', '"2013-01-01"^^xsd:date',
    '"2012-02-21T10:00:00Z"^^xsd:dateTime', '"2012-02-21T12:00:00+02:00"^^xsd:dateTime', '"2013"^^xsd:gYear',
    '"z"^^ex:unit', '""', "false", "0.0",
)  # fmt: skip
TAGGED = ('"a"@en', '"b"@EN', '"c"@en', '"a"@en-GB', '"b"@en-gb', '"a"@fi', '"b"@fi', '"c"')
BLANKS = ("_:b0", "_:b1")

PATHS = {
    "predicate": "ex:p0",
    "inverse": "[ sh:inversePath ex:p0 ]",
    "sequence": "( ex:p0 ex:p1 )",
    "alternative": "[ sh:alternativePath ( ex:p0 ex:p1 ) ]",
    "zeroOrMore": "[ sh:zeroOrMorePath ex:p0 ]",
    "oneOrMore": "[ sh:oneOrMorePath ex:p0 ]",
    "zeroOrOne": "[ sh:zeroOrOnePath ex:p0 ]",
    "nested": "([sh:inversePath ex:p0 ] [ sh:zeroOrMorePath [ sh:alternativePath (ex:p1 [sh:inversePath ex:p2]) ] ])",
}
ONLY_ON_PATHS = {
    "minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals", "qualifiedMinCount", "qualifiedMaxCount",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A data graph and a shapes graph, as Turtle."""

    data: str
    shapes: str


def case(component: str, path: str | None, seed: int) -> Case:
    """Return the case of a seed; `path` is a key of `PATHS`, or `None` for a node shape."""
    random = Random(f"{component} {path} {seed}")
    # pySHACL leaves a variable unbound where its value is 0, false or empty: the first and last three of LITERALS.
    # It refuses to compare blank nodes, and reads one that is bound to $value in NOT EXISTS as any node.
    blanks = () if component.startswith(("lessThan", "component with ASK")) else BLANKS
    extra = COMPONENTS if component.startswith("component") else ""
    literals = (
        TAGGED
        if component == "uniqueLang"
        else random.sample(LITERALS[1:-3] if component in WITH_SPARQL else LITERALS, 6)
    )
    if component in ("uniqueLang", "hasValue"):  # chance seldom gives one node many values
        dense = _data(random, BLANKS[:1], literals, nodes=NODES[:2], properties=PROPERTIES[:2])
        return Case(PREFIXES + dense, PREFIXES + _shapes(random, component, path))
    return Case(PREFIXES + _data(random, blanks, literals), PREFIXES + _shapes(random, component, path) + extra)


def _data(
    random: Random,
    blanks: tuple[str, ...],
    literals: Sequence[str],
    *,
    nodes: tuple[str, ...] = NODES,
    properties: tuple[str, ...] = PROPERTIES,
) -> str:
    lines = [f"{node} a {random.choice(CLASSES)} ." for node in (*nodes, *blanks) if random.random() < 0.8]
    lines += ["ex:B rdfs:subClassOf ex:A ."] if random.random() < 0.7 else []
    for _ in range(random.choice((3, 8, 20, 40))):
        subject, predicate = random.choice((*nodes, *blanks)), random.choice(properties)
        value = (
            random.choice((*nodes, *blanks))
            if random.random() < (0.1 if literals is TAGGED else 0.45)
            else random.choice(literals)
        )
        lines.append(f"{subject} {predicate} {value} .")
    return "\n".join(lines)


def _shapes(random: Random, component: str, path: str | None) -> str:
    constraint = CONSTRAINTS[component](random)
    target = random.choice(
        (
            f"sh:targetClass {random.choice(CLASSES)}",
            f"sh:targetSubjectsOf {random.choice(PROPERTIES)}",
            f"sh:targetObjectsOf {random.choice(PROPERTIES)}",
            f"sh:targetNode {random.choice(NODES)} , {random.choice(LITERALS)}",
        )[: 2 if component in WITH_SPARQL else 4]  # pySHACL leaves $this unbound where it is 0 or ""
    )
    severity = random.choice(("", "sh:severity sh:Warning ; ", "sh:severity ex:Mine ; "))
    if path is None:
        return f"ex:S a sh:NodeShape ; {severity}{target} ; {constraint} ."
    if random.random() < 0.5:
        return f"ex:S a sh:PropertyShape ; {severity}{target} ; sh:path {PATHS[path]} ; {constraint} ."
    return f"ex:S a sh:NodeShape ; {target} ; sh:property ex:P .\nex:P {severity}sh:path {PATHS[path]} ; {constraint} ."


def _inner(random: Random, depth: int = 0, *, paths: bool = True) -> str:
    """Return a shape to refer to, written in place; a property shape too if `paths`."""
    simple = ("class", "datatype", "nodeKind", "minLength", "in", "maxLength", "pattern", "hasValue", "languageIn")
    logical = ("and", "or", "not", "xone", "node")
    name = random.choice(simple if depth > 1 or random.random() < 0.7 else logical)
    constraint = CONSTRAINTS[name](random) if name in simple else _logical(name, random, depth + 1)
    if paths and random.random() < 0.3:
        counted = random.choice(("sh:minCount 1", "sh:maxCount 1", constraint))
        return f"[ sh:path {random.choice((*PROPERTIES, '[ sh:inversePath ex:p1 ]'))} ; {counted} ]"
    return f"[ {constraint} ]"


def _logical(name: str, random: Random, depth: int = 0) -> str:
    if name in ("not", "node"):
        return f"sh:{name} {_inner(random, depth, paths=name == 'not')}"
    return f"sh:{name} ( {' '.join(_inner(random, depth) for _ in range(random.randrange(1, 4)))} )"


def _qualified(bound: str):
    def make(random: Random) -> str:
        disjoint = random.choice(("", "sh:qualifiedValueShapesDisjoint true ; "))
        return f"{disjoint}sh:qualifiedValueShape {_inner(random)} ; sh:{bound} {random.randrange(3)}"

    return make


def _closed(random: Random) -> str:
    ignored = " ".join(random.sample(("rdf:type", *PROPERTIES), random.randrange(1, 4)))
    return f"sh:closed true ; sh:ignoredProperties ( {ignored} ) ; sh:property [ sh:path {random.choice(PROPERTIES)} ]"


def _listed(random: Random) -> str:
    return " ".join(random.sample((*NODES, *LITERALS), 9))


CONSTRAINTS = {
    "class": lambda r: f"sh:class {r.choice(CLASSES)}",
    "datatype": lambda r: (
        "sh:datatype "
        + r.choice(
            (
                "xsd:integer",
                "xsd:string",
                "xsd:date",
                "xsd:byte",
                "xsd:boolean",
                "rdf:langString",
                "xsd:decimal",
                "ex:unit",
            )
        )
    ),
    "nodeKind": lambda r: (
        "sh:nodeKind sh:"
        + r.choice(("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"))
    ),
    "minExclusive": lambda r: f"sh:minExclusive {_limit(r)}",
    "minInclusive": lambda r: f"sh:minInclusive {_limit(r)}",
    "maxExclusive": lambda r: f"sh:maxExclusive {_limit(r)}",
    "maxInclusive": lambda r: f"sh:maxInclusive {_limit(r)}",
    "minLength": lambda r: f"sh:minLength {r.randrange(1, 12)}",
    "maxLength": lambda r: f"sh:maxLength {r.randrange(12)}",
    "pattern": lambda r: r.choice(
        ('sh:pattern "^[aA]"', 'sh:pattern "B" ; sh:flags "i"', 'sh:pattern "[0-9]+$"', 'sh:pattern "\\\\d\\\\d"')
    ),
    "languageIn": lambda r: r.choice(('sh:languageIn ( "en" )', 'sh:languageIn ( "en-GB" "fi" )')),
    "uniqueLang": lambda r: "sh:uniqueLang true",
    "minCount": lambda r: f"sh:minCount {r.randrange(4)}",
    "maxCount": lambda r: f"sh:maxCount {r.randrange(3)}",
    "hasValue": lambda r: f"sh:hasValue {r.choice((*NODES[:2], *NODES[:2], *NODES[:2], *LITERALS[:4]))}",
    "equals": lambda r: f"sh:equals {r.choice(PROPERTIES)}",
    "disjoint": lambda r: f"sh:disjoint {r.choice(PROPERTIES)}",
    "lessThan": lambda r: f"sh:lessThan {r.choice(PROPERTIES)}",
    "lessThanOrEquals": lambda r: f"sh:lessThanOrEquals {r.choice(PROPERTIES)}",
    "in": lambda r: f"sh:in ( {_listed(r)} )",
    "not": lambda r: _logical("not", r),
    "node": lambda r: _logical("node", r),
    "and": lambda r: _logical("and", r),
    "or": lambda r: _logical("or", r),
    "xone": lambda r: _logical("xone", r),
    "property": lambda r: f"sh:property [ sh:path {r.choice(PROPERTIES)} ; {CONSTRAINTS['nodeKind'](r)} ]",
    "qualifiedMinCount": _qualified("qualifiedMinCount"),
    "qualifiedMaxCount": _qualified("qualifiedMaxCount"),
    "closed": _closed,
}
CONSTRAINTS |= {
    "sparql": lambda r: (
        f'sh:sparql [ sh:message "{{?value}}" ; sh:select """{PREFIXES_OF_QUERY}{r.choice(QUERIES)}""" ]'
    ),
    "sparql on a path": lambda r: f'sh:sparql [ sh:select """{PREFIXES_OF_QUERY}{r.choice(PATH_QUERIES)}""" ]',
    "component with ASK": lambda r: f"ex:atMost {r.randrange(4)}",
    "component with SELECT": lambda r: f"ex:kind {r.choice(CLASSES)}",
}
ONLY_ON_PATHS |= {"sparql on a path"}
WITH_SPARQL = {"sparql", "sparql on a path", "component with ASK", "component with SELECT"}
PREFIXES_OF_QUERY = "PREFIX ex: <http://e/> "
QUERIES = (
    "SELECT $this ?value WHERE { $this ex:p0 ?value FILTER(isLiteral(?value)) }",
    "SELECT $this WHERE { $this ex:p0 ?a . FILTER NOT EXISTS { $this ex:p1 ?b } }",
    "SELECT $this ?value WHERE { { $this ex:p0 ?value } UNION { ?value ex:p1 $this } }",
    "SELECT $this WHERE { OPTIONAL { $this ex:p0 ?a } FILTER(!bound(?a)) }",
    "SELECT $this ?value WHERE { ?value a ex:A . { $this ex:p1 ?x FILTER($this != ?x) } }",
    "SELECT DISTINCT $this WHERE { $this (ex:p0|^ex:p1)+ ?a . ?a a ex:B }",
    "SELECT $this (COUNT(?a) AS ?value) WHERE { $this ex:p0 ?a } GROUP BY $this HAVING (COUNT(?a) > 1)",
    "SELECT $this WHERE { { SELECT $this WHERE { $this ex:p0 ?a, ?b FILTER(?a != ?b) } } }",
)
PATH_QUERIES = (
    "SELECT $this ?value WHERE { $this $PATH ?value FILTER(!isIRI(?value)) }",
    "SELECT $this WHERE { FILTER NOT EXISTS { $this $PATH ?value } }",
    "SELECT $this ?value WHERE { $this $PATH ?value . ?value a ex:A }",
)
COMPONENTS = '''
ex:AtMost a sh:ConstraintComponent ; sh:parameter [ sh:path ex:atMost ] ;
  sh:validator [ a sh:SPARQLAskValidator ; sh:message "more than {$atMost}" ; sh:ask
    """PREFIX ex: <http://e/> ASK { FILTER NOT EXISTS { $value ex:p0 ?n
     FILTER(isIRI(?n) && STRLEN(STR(?n)) > $atMost + 9) } }""" ] .
ex:Kind a sh:ConstraintComponent ; sh:parameter [ sh:path ex:kind ] ;
  sh:nodeValidator [ a sh:SPARQLSelectValidator ; sh:select
    "SELECT $this WHERE { $this ?p ?o . FILTER NOT EXISTS { $this a $kind } }" ] ;
  sh:propertyValidator [ a sh:SPARQLSelectValidator ; sh:select
    "SELECT $this ?value WHERE { $this $PATH ?value . FILTER NOT EXISTS { ?value a $kind } }" ] .
'''


def _limit(random: Random) -> str:
    return random.choice(("1", "2.0", "-3", '"2012-02-29"^^xsd:date', '"2012-02-21T10:00:00Z"^^xsd:dateTime', '"b"'))
