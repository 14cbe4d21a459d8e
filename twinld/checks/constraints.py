"""SHP and SHC: what the project's shapes find in its data, each result at its place in both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from twinld.checks.findings import Finding, Severity, place_at, top_of
from twinld.checks.locate import Located, locate
from twinld.checks.rules import RULES, Rule, named
from twinld.graph.dataset import Dataset
from twinld.rdf.statements import Statements
from twinld.rdf.terms import Keys, literal_parts
from twinld.shacl.report import Report, Result

SHACL = "http://www.w3.org/ns/shacl#"
COMPONENTS = (
    "Class", "Datatype", "NodeKind", "MinCount", "MaxCount", "MinExclusive", "MinInclusive", "MaxExclusive",
    "MaxInclusive", "MinLength", "MaxLength", "Pattern", "LanguageIn", "UniqueLang", "Equals", "Disjoint", "LessThan",
    "LessThanOrEquals", "Not", "And", "Or", "Xone", "Node", "Property", "QualifiedMinCount", "QualifiedMaxCount",
    "Closed", "HasValue", "In", "SPARQL",
)  # fmt: skip
"""The constraint components in the order of the specification; their codes count on from SHC001."""
SEVERITIES = {
    SHACL + "Violation": Severity.VIOLATION,
    SHACL + "Warning": Severity.WARNING,
    SHACL + "Info": Severity.INFO,
}


@dataclass(frozen=True, slots=True)
class ShapeFindings:
    """What the shapes found, how many they are, and what could not be evaluated."""

    findings: tuple[Finding, ...]
    shapes: int
    without_target: tuple[str, ...]
    incomplete: tuple[str, ...]
    engine: str
    notes: tuple[str, ...] = ()


def _component_rules() -> dict[str, Rule]:
    """Register a rule for each SHACL component, and one for the components that projects define."""
    found = {}
    for number, name in enumerate(COMPONENTS, start=1):
        words = "".join(f"-{char.lower()}" if char.isupper() else char for char in name).strip("-")
        doc = f"The data meet each `sh:{name[0].lower()}{name[1:]}` of the project's shapes.\n\n" + (
            "The shape's own message says what to do; the severity is the shape's."
        )
        words = "sparql" if name == "SPARQL" else words
        found[f"{SHACL}{name}ConstraintComponent"] = named(f"SHC{number:03}", f"shape-{words}", Severity.VIOLATION, doc)
    return found


BY_COMPONENT = _component_rules()
CUSTOM = named("SHC031", "shape-custom-component", Severity.VIOLATION,
               "The data meet each constraint component that the project's shapes define.")  # fmt: skip
NO_TARGET = named("SHP001", "shape-without-target", Severity.WARNING,
                  "Each shape has nodes to look at, by a target or from another shape.\n\n"
                  "A shape that targets nothing passes whatever the data say.\n\n"
                  "Bad:\n"
                  "    # shapes/pump.ttl\n"
                  "    shape:Pump a sh:NodeShape ; sh:nodeKind sh:IRI .\n"
                  "Good:\n"
                  "    # shapes/pump.ttl\n"
                  "    shape:Pump a sh:NodeShape ; sh:targetClass ex:Pump ; sh:nodeKind sh:IRI .")  # fmt: skip

SHAPE_CODES = frozenset({*(each.code for each in BY_COMPONENT.values()), CUSTOM.code, NO_TARGET.code})
"""Where none of these is selected, nothing is validated."""


def shape_findings(
    dataset: Dataset, codes: frozenset[str], *, engine: str, infer: str, languages: Sequence[str]
) -> ShapeFindings:
    """Validate ontology and data against the shapes, and return the selected findings.

    `languages` is the order in which messages are chosen, the project's own where it is empty.
    """
    if not dataset.of_role("shapes") or not codes & SHAPE_CODES:
        return ShapeFindings((), 0, (), (), "none")
    files = dataset.of_role("shapes", "ontology")  # the prefixes of SPARQL constraints are declared in the ontology
    from twinld.shacl import validate

    report = validate(dataset.table, _data(dataset, infer), shapes_of(dataset), engine=engine)
    results = [r for r in report.results if rule_of(r).code in codes]
    looked_at = [file.parsed for file in dataset.of_role("ontology", "data")]
    located = locate(dataset.table, looked_at, [file.parsed for file in files], results)
    wanted = languages or dataset.project.config.languages
    findings = [
        finding_of(dataset.table.keys, result, spot, wanted) for result, spot in zip(results, located, strict=True)
    ]
    findings += _targetless(dataset, report) if NO_TARGET.code in codes else ()
    keys = dataset.table.keys
    return ShapeFindings(
        tuple(findings),
        report.shapes,
        tuple(keys[number].strip("<>") for number in report.shapes_without_target),
        tuple(f"{keys[each.shape].strip('<>')}: {each.reason}" for each in report.unevaluated),
        report.engine,
        report.notes,
    )


def shapes_of(dataset: Dataset) -> list[Statements]:
    """Return the shapes, and of the ontology the files that declare the prefixes of their SPARQL (SHACL 5.2.1)."""
    declares = dataset.table.ids.get("<http://www.w3.org/ns/shacl#declare>")
    ontology = [file.parsed.statements for file in dataset.of_role("ontology")]
    prefix_maps = [statements for statements in ontology if declares in statements.predicate] if declares else []
    return [*(file.parsed.statements for file in dataset.of_role("shapes")), *prefix_maps]


def _data(dataset: Dataset, infer: str) -> list[Statements]:
    """Return what is validated: ontology and data, with their closure where it is asked for."""
    columns = [file.parsed.statements for file in dataset.of_role("ontology", "data")]
    if infer == "none":
        return columns
    from twinld.derive.closure import closure
    from twinld.derive.rules import numbered

    return [*columns, numbered(dataset, closure(dataset, infer).inferred)]


def rule_of(result: Result) -> Rule:
    """Return the rule that a result is a finding of."""
    return BY_COMPONENT.get(result.component, CUSTOM)


def finding_of(keys: Keys, result: Result, spot: Located, languages: Sequence[str]) -> Finding:
    """Return a result at its place as a finding; the first of `languages` that has a message gives it."""
    rule = rule_of(result)
    texts = {literal_parts(message)[1] or "": literal_parts(message)[0] for message in result.messages}
    return Finding(
        rule.code,
        rule.name,
        SEVERITIES.get(result.severity, Severity.VIOLATION),
        _chosen(texts, languages) or f"does not meet {result.component.removeprefix(SHACL)}",
        spot.place,
        focus=keys[result.focus],
        path=spot.path,
        value=None if result.value is None else keys[result.value],
        shape=spot.shape,
        related=spot.related,
        messages=texts,
        component=result.component,
    )


def _chosen(texts: dict[str, str], languages: Sequence[str]) -> str | None:
    for language in (*languages, ""):
        for tag, text in texts.items():
            if tag == language or tag.startswith(language + "-"):
                return text
    return next(iter(texts.values()), None)


def _targetless(dataset: Dataset, report: Report) -> Iterator[Finding]:
    for number in report.shapes_without_target:
        name = dataset.table.keys[number]
        for file in dataset.of_role("shapes"):
            if number in file.parsed.statements.subject:
                row = file.parsed.statements.subject.index(number)
                place = place_at(file.parsed, file.parsed.statements.subject_at[row])
                yield RULES["SHP001"].finding(f"{name} looks at nothing: it has no target", place=place, focus=name)
                break
        else:
            yield RULES["SHP001"].finding(f"{name} looks at nothing: it has no target", place=top_of("shapes"))
