"""SHP: shapes that contradict themselves, say nothing, or look where nothing is."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from twinld.checks.columns import Row, at_first, at_object, at_predicate, having, pairs, parts, with_predicate
from twinld.checks.findings import Finding, Severity
from twinld.checks.rules import Rule, rule
from twinld.checks.terms import OWL, RDF, SHACL, known_terms
from twinld.checks.vocabulary import namespace_of, short
from twinld.graph.dataset import RDF_TYPE, Dataset
from twinld.rdf.terms import literal_parts

LIMITS = (
    ("minCount", "maxCount"),
    ("minLength", "maxLength"),
    ("minInclusive", "maxInclusive"),
    ("minExclusive", "maxExclusive"),
    ("qualifiedMinCount", "qualifiedMaxCount"),
)
NOT_LITERAL = ("IRI", "BlankNode", "BlankNodeOrIRI")
NO_CONSTRAINT = frozenset(
    f"<{SHACL}{name}>"
    for name in ("path", "name", "description", "message", "severity", "order", "group", "deactivated", "defaultValue")
)
OPERATORS = tuple(
    SHACL + name for name in ("inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")
)
SHAPES = ("shapes",)
TARGETS = tuple(SHACL + name for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"))


@rule("SHP003", Severity.VIOLATION)
def conflicting_constraints(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """A shape can be met.

    At least two and at most one, or a literal that is an IRI, is met by nothing: every node is a violation.

    Bad:
        # shapes/pump.ttl
        shape:Pump-flow sh:path ex:flow ; sh:minCount 2 ; sh:maxCount 1 .
    Good:
        # shapes/pump.ttl
        shape:Pump-flow sh:path ex:flow ; sh:minCount 1 ; sh:maxCount 1 .
    """
    yield from _crossed_limits(self, dataset)
    yield from _impossible_kinds(self, dataset)


def _crossed_limits(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    from twinld.shacl.literals import compare, value_of

    keys = dataset.table.keys
    for low, high in LIMITS:
        least = dict(pairs(dataset, SHACL + low, roles=SHAPES))
        for row in with_predicate(dataset, SHACL + high, roles=SHAPES):
            subject, most = _ends(row)
            if subject not in least:
                continue
            order = compare(value_of(keys[least[subject]]), value_of(keys[most]))
            if order == 1 or (order == 0 and low == "minExclusive"):
                message = f"sh:{low} {_text(keys[least[subject]])} and sh:{high} {_text(keys[most])} cannot both be met"
                yield self.finding(message, place=at_object(row), **parts(dataset, row))


def _impossible_kinds(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Yield a finding for a datatype beside a class, beside a kind of node without literals, or beside another."""
    keys, ids = dataset.table.keys, dataset.table.ids
    with_class = having(dataset, SHACL + "class", roles=SHAPES)
    kinds = {ids.get(f"<{SHACL}{name}>") for name in NOT_LITERAL}
    no_literal = {s for s, o in pairs(dataset, SHACL + "nodeKind", roles=SHAPES) if o in kinds}
    seen: dict[int, int] = {}
    for row in with_predicate(dataset, SHACL + "datatype", roles=SHAPES):
        subject, datatype = _ends(row)
        other = (
            "sh:class"
            if subject in with_class
            else "its sh:nodeKind"
            if subject in no_literal
            else f"sh:datatype {keys[seen[subject]]}"
            if seen.setdefault(subject, datatype) != datatype
            else None
        )
        if other:
            message = f"no value has sh:datatype {short(keys[datatype])} and {other}"
            yield self.finding(message, place=at_object(row), **parts(dataset, row))


@rule("SHP004", Severity.INFO)
def path_that_occurs_nowhere(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each property that a shape looks at is defined somewhere, or used in the data.

    A misspelt path with `sh:maxCount` or `sh:datatype` is met by all data.

    Bad:
        # shapes/pump.ttl
        shape:Pump-flow sh:path ex:flwo ; sh:maxCount 1 .
        # data/pumps.ttl
        id:p1 ex:flow 3.5 .
    Good:
        # shapes/pump.ttl
        shape:Pump-flow sh:path ex:flow ; sh:maxCount 1 .
        # data/pumps.ttl
        id:p1 ex:flow 3.5 .
    """
    keys = dataset.table.keys
    known = {n for file in dataset.of_role("ontology", "data") for n in set(file.parsed.statements.predicate)}
    described = {n for file in dataset.of_role("ontology", "data") for n in set(file.parsed.statements.subject)}
    names = {keys[number] for number in known}
    for row in _steps(dataset):
        number = row[0].parsed.statements.object[row[1]]
        key = keys[number]
        if number in known or number in described or not key.startswith("<") or _well_known(key):
            continue
        own = dataset.project.config.base_iri is not None and key.startswith(f"<{dataset.base_iri}")
        near = difflib.get_close_matches(key, [n for n in names if namespace_of(n) == namespace_of(key)], n=1)
        if not own and not near:
            continue  # a property of another vocabulary, of which the data happen to have none yet
        yield self.finding(
            f"{short(key)} is neither defined nor used outside the shapes",
            place=at_object(row),
            suggestion=f"did you mean {near[0]}?" if near else None,
            **parts(dataset, row),
        )


def _steps(dataset: Dataset) -> Iterator[Row]:
    """Yield the statements that name a step of a path: `sh:path`, its operators, and the items of its lists."""
    yield from with_predicate(dataset, SHACL + "path", *OPERATORS, roles=SHAPES)
    rest = dict(pairs(dataset, RDF + "rest", roles=SHAPES))
    cells = set()
    for _, head in pairs(dataset, SHACL + "path", SHACL + "alternativePath", roles=SHAPES):
        cell = head
        while cell in rest and cell not in cells:
            cells.add(cell)
            cell = rest[cell]
    for row in with_predicate(dataset, RDF + "first", roles=SHAPES):
        if row[0].parsed.statements.subject[row[1]] in cells:
            yield row


def _well_known(key: str) -> bool:
    namespace = namespace_of(key)[1:]
    return key[len(namespace) + 1 : -1] in known_terms().get(namespace, ())


@rule("SHP005", Severity.WARNING)
def shape_without_constraint(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """A shape with a path says something of the values there.

    Without a constraint it passes whatever the data say.

    Bad:
        # shapes/pump.ttl
        shape:Pump-flow sh:path ex:flow ; sh:message "Give a flow."@en .
    Good:
        # shapes/pump.ttl
        shape:Pump-flow sh:path ex:flow ; sh:minCount 1 ; sh:message "Give a flow."@en .
    """
    ids, keys = dataset.table.ids, dataset.table.keys
    silent = {ids[key] for key in NO_CONSTRAINT if key in ids}
    saying = set()
    for file in dataset.of_role("shapes"):
        columns = file.parsed.statements
        for subject, predicate in zip(columns.subject, columns.predicate, strict=True):
            if predicate not in silent and _may_constrain(keys[predicate]):
                saying.add(subject)
    for row in with_predicate(dataset, SHACL + "path", roles=SHAPES):
        subject = row[0].parsed.statements.subject[row[1]]
        if subject not in saying:
            message = f"the shape for {short(keys[_ends(row)[1]])} has no constraint"
            yield self.finding(message, place=at_predicate(row), **parts(dataset, row))


def _may_constrain(key: str) -> bool:
    """A term of SHACL constrains, and so may one of somebody's own component; a label or a type does not."""
    return key.startswith(f"<{SHACL}") or not (key == RDF_TYPE or _well_known(key) or key.startswith(f"<{OWL}"))


@rule("SHP006", Severity.VIOLATION)
def malformed_pattern(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each `sh:pattern` is a regular expression.

    Bad:
        # shapes/pump.ttl
        shape:Pump-code sh:path ex:code ; sh:pattern "^P[0-9+$" .
    Good:
        # shapes/pump.ttl
        shape:Pump-code sh:path ex:code ; sh:pattern "^P[0-9]+$" .
    """
    from twinld.shacl.ill_formed import IllFormed
    from twinld.shacl.patterns import pattern_test

    keys = dataset.table.keys
    flags = dict(pairs(dataset, SHACL + "flags", roles=SHAPES))
    for row in with_predicate(dataset, SHACL + "pattern", roles=SHAPES):
        subject, pattern = _ends(row)
        try:
            pattern_test(_text(keys[pattern]), _text(keys[flags[subject]]) if subject in flags else "", set())
        except IllFormed:
            message = f"{_text(keys[pattern])} is no regular expression"
            yield self.finding(message, place=at_object(row), **parts(dataset, row))


@rule("SHP007", Severity.INFO)
def shape_without_message(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each named property shape has a message to the person with the data in hand.

    A file of shapes without any is reported once.

    `minCount 1` is what the machine missed; what to do is known to the one who wrote the shape.

    Bad:
        # shapes/pump.ttl
        shape:Pump-flow sh:path ex:flow ; sh:minCount 1 .
    Good:
        # shapes/pump.ttl
        shape:Pump-flow sh:path ex:flow ; sh:minCount 1 ; sh:message "Give each pump a flow in m³/h."@en .
    """
    keys = dataset.table.keys
    for file in dataset.of_role(*SHAPES):
        one = dataset.only([file])
        shapes, told = having(one, SHACL + "path"), having(dataset, SHACL + "message", roles=SHAPES)
        silent = sorted(number for number in shapes - told if keys[number].startswith("<"))
        if len(silent) > 1 and not shapes & told:
            message = f"none of the {len(silent)} property shapes of this file has a sh:message"
            yield self.finding(message, place=at_first(one, silent[0]), focus=keys[silent[0]])
            continue
        for shape in silent:
            message = f"{short(keys[shape])} has no sh:message"
            yield self.finding(message, place=at_first(one, shape), focus=keys[shape])


@rule("SHP008", Severity.WARNING)
def shape_that_is_not_run(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Shapes stand in `shapes/`, or are named by `--shapes`; elsewhere they are data, and nothing is held to them.

    A shape that is not run passes whatever the data say.

    Bad:
        # data/pumps.ttl
        ex:PumpShape a sh:NodeShape ; sh:targetClass ex:Pump ; sh:property [ sh:path ex:flow ; sh:minCount 1 ] .
    Good:
        # shapes/pumps.ttl
        ex:PumpShape a sh:NodeShape ; sh:targetClass ex:Pump ; sh:property [
            sh:path ex:flow ; sh:minCount 1 ; sh:message "Give each pump a flow."@en ] .
    """
    told = set()
    for row in with_predicate(dataset, *TARGETS, roles=("ontology", "data")):
        name = row[0].parsed.path
        if name not in told:
            told.add(name)
            found = {**parts(dataset, row), "value": None}
            hint = f"put them into shapes/, or name them: twinld check --shapes {name}"
            yield self.finding("the shapes of this file are not run", place=at_predicate(row), suggestion=hint, **found)


def _ends(row: Row) -> tuple[int, int]:
    columns = row[0].parsed.statements
    return columns.subject[row[1]], columns.object[row[1]]


def _text(key: str) -> str:
    return literal_parts(key)[0] if key.startswith('"') else key
