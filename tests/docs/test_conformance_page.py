"""The conformance page names tests that exist, and all of the protocol's."""

from __future__ import annotations

import re

from tests.conftest import ROOT


def functions(folder: str) -> set[str]:
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "tests" / folder).glob("test_*.py"))
    return {name for text in texts for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)}


def named() -> set[str]:
    return set(re.findall(r"`(test_\w+)`", (ROOT / "docs/conformance.md").read_text(encoding="utf-8")))


def test_every_test_that_the_page_names_exists():
    known = {name for folder in (ROOT / "tests").iterdir() if folder.is_dir() for name in functions(folder.name)}

    assert named() - known == set()
