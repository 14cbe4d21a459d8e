"""A SHACL validation report in Turtle, for tools that read those.

What a rule found is a result as well: its component is `urn:twinld:rule:CODE`, its focus node the resource it is
about, or the file.

Source: https://www.w3.org/TR/shacl/#validation-report
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from twinld.checks.findings import Finding
from twinld.checks.report import CheckReport
from twinld.rdf.terms import literal_parts

SEVERITIES = {"violation": "sh:Violation", "warning": "sh:Warning", "info": "sh:Info"}
HEAD = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
REPEATS = {"*": "sh:zeroOrMorePath", "+": "sh:oneOrMorePath", "?": "sh:zeroOrOnePath"}
ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})


def write(report: CheckReport) -> str:
    """Return the report; blank nodes carry the labels that they have inside twinld."""
    conforms = "true" if not report.findings and not report.incomplete else "false"
    head = f"{HEAD}\n[] a sh:ValidationReport ;\n    sh:conforms {conforms}"
    results = "".join(f" ;\n    sh:result [\n{_result(finding)}    ]" for finding in report.findings)
    return f"{head}{results} .\n"


def _result(finding: Finding) -> str:
    return "".join(f"        {predicate} {value} ;\n" for predicate, value in _parts(finding))


def _parts(finding: Finding) -> Iterator[tuple[str, str]]:
    yield "a", "sh:ValidationResult"
    yield "sh:focusNode", turtle(finding.focus or f"<{quote(finding.place.file)}>")
    if finding.path:
        yield "sh:resultPath", _path(finding.path)
    if finding.value:
        yield "sh:value", turtle(finding.value)
    yield "sh:resultSeverity", SEVERITIES[finding.severity.value]
    yield "sh:sourceConstraintComponent", f"<{finding.component or 'urn:twinld:rule:' + finding.code}>"
    if finding.shape:
        yield "sh:sourceShape", finding.shape.iri if finding.shape.iri.startswith("_:") else f"<{finding.shape.iri}>"
    for language, text in sorted((finding.messages or {"": finding.message}).items()):
        tag = f"@{language}" if language else ""
        yield "sh:resultMessage", f'"{text.translate(ESCAPES)}"{tag}'


def _path(text: str) -> str:
    """Return a property path as SHACL has it in Turtle: lists and blank nodes."""
    steps = re.findall(r"<[^>]*>|_:\S+|[()^/|*+?]", text)
    return _step(steps[::-1])


def _step(left: list[str]) -> str:
    """Take the first step from what is left, which is in reverse, and return it."""
    first = left.pop()
    if first == "^":
        return f"[ sh:inversePath {_step(left)} ]"
    if first != "(":
        return first
    members, between = [_step(left)], left.pop()
    separator = between
    while between != ")":
        members.append(_step(left))
        between = left.pop()
    if separator == ")":
        return f"[ {REPEATS[left.pop()]} {members[0]} ]" if left and left[-1] in REPEATS else members[0]
    whole = f"( {' '.join(members)} )"
    return whole if separator == "/" else f"[ sh:alternativePath {whole} ]"


def turtle(key: str) -> str:
    """Return the key of a term in Turtle."""
    if not key.startswith('"'):
        return key
    text, language, datatype = literal_parts(key)
    quoted = f'"{text.translate(ESCAPES)}"'
    if language is not None:
        return f"{quoted}@{language}"
    return quoted if datatype.endswith("#string") else f"{quoted}^^<{datatype}>"
