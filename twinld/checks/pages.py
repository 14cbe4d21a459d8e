"""The page of a rule, made from its docstring: what is true of good data, why, a bad and a good example."""

from __future__ import annotations

from typing import Any

from twinld.checks.examples import example_text
from twinld.checks.rules import Rule


def parts(rule: Rule) -> dict[str, Any]:
    """Return what there is to say of a rule, as JSON; `bad` and `good` are `None` for a rule without examples."""
    prose = rule.doc.split("\nBad:")[0].strip()
    summary, _, why = prose.partition("\n")
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "summary": summary,
        "why": why.strip() or None,
        "bad": example_text(rule.doc, "Bad"),
        "good": example_text(rule.doc, "Good"),
        "configuration": configuration(rule),
    }


def configuration(rule: Rule) -> dict[str, str]:
    """Return how a rule is left out: everywhere, in some files, at one place."""
    return {
        "everywhere": f'ignore = ["{rule.code}"]',
        "in some files": f'per-file-ignores = {{ "data/old/*.ttl" = ["{rule.code}"] }}',
        "at one place": f"# twinld: ignore[{rule.code}] reason",
    }


def page(rule: Rule) -> str:
    """Return the page of a rule in Markdown."""
    said = parts(rule)
    lines = [f"# {rule.code} {rule.name}", "", said["summary"], ""]
    lines += [said["why"], ""] if said["why"] else []
    lines += [
        f"Severity: {rule.severity.value}" + (", or what the shape says" if rule.code.startswith("SHC") else ""),
        "",
    ]
    for title in ("bad", "good"):
        if said[title]:
            lines += [f"## {title.capitalize()}", "", "```turtle", said[title], "```", ""]
    lines += ["## To leave it out", "", "```"]
    lines += [f"{setting:60} {where}" for where, setting in said["configuration"].items()]
    return "\n".join([*lines, "```", ""])


INDEX = """\
# Rules

```
twinld rule           # this list
twinld rule IRI001    # one of them
```

[faults.md](faults.md) says where each found something in what others have published.

| code | name | severity | what is true of good data |
| --- | --- | --- | --- |
"""


def index(rules: list[Rule]) -> str:
    """Return the table of all rules in Markdown."""
    rows = []
    for rule in rules:
        summary = parts(rule)["summary"].replace("|", "\\|")
        rows.append(f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.severity.value} | {summary} |\n")
    return INDEX + "".join(rows) + "\nThis page and those of the rules are made from the code by `make docs`.\n"
