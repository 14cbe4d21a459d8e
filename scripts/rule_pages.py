"""Writes docs/rules/ from the rules in the code: `python scripts/rule_pages.py`."""

from __future__ import annotations

from pathlib import Path

from twinld.checks.pages import index, page
from twinld.checks.rules import RULES
from twinld.checks.run import load_rules

FOLDER = Path(__file__).parent.parent / "docs/rules"


def pages() -> dict[str, str]:
    """Return the pages by the name of their file."""
    load_rules()
    rules = [RULES[code] for code in sorted(RULES)]
    return {"README.md": index(rules), **{f"{rule.code}.md": page(rule) for rule in rules}}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
