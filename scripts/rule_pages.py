"""Writes docs/rules/ from the rules in the code: `python scripts/rule_pages.py`."""

from __future__ import annotations

from pathlib import Path

from tests.checks.public_faults import FAULTS, WAITING
from twinld.checks.pages import index, page
from twinld.checks.rules import RULES
from twinld.checks.run import load_rules

FOLDER = Path(__file__).parent.parent / "docs/rules"


FAULTS_HEAD = """\
# Where the rules found something

```
make conformance   # the rules of SHACL are held by the suite of the W3C
```

What each rule found in ontologies and data that others have published, or in our own.
An excerpt of each is among the tests.
The rules SHC001 to SHC031 say what a project's own shapes say.

| rule | where |
| --- | --- |
"""


def faults() -> str:
    """Return the page of what the rules found; a rule that has found nothing yet says why it stands."""
    rows = [(code, where) for code, where, _ in FAULTS] + [(code, f"*{why}*") for code, why in WAITING.items()]
    lines = [f"| [{code}]({code}.md) | {where} |\n" for code, where in sorted(rows)]
    return FAULTS_HEAD + "".join(lines) + "\nThis page is made from the tests by `make docs`.\n"


def pages() -> dict[str, str]:
    """Return the pages by the name of their file."""
    load_rules()
    rules = [RULES[code] for code in sorted(RULES)]
    return {"README.md": index(rules), "faults.md": faults(), **{f"{rule.code}.md": page(rule) for rule in rules}}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
