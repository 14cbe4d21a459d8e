"""The docs say what the code does."""

from __future__ import annotations

import re
import runpy

import pytest

from tests.conftest import ROOT


def test_the_configuration_page_is_the_one_that_the_code_makes():
    page = runpy.run_path(str(ROOT / "scripts/configuration_page.py"))["page"]

    assert (ROOT / "docs/configuration.md").read_text(encoding="utf-8") == page()


def test_the_pages_of_the_rules_are_those_that_the_code_makes():
    """`make docs` writes them."""
    pages = runpy.run_path(str(ROOT / "scripts/rule_pages.py"))["pages"]()

    written = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs/rules").glob("*.md")}
    assert written == pages


def test_the_page_of_the_commands_is_the_one_that_the_code_makes():
    """`make docs` writes it."""
    page = runpy.run_path(str(ROOT / "scripts/command_page.py"))["page"]

    assert (ROOT / "docs/cli.md").read_text(encoding="utf-8") == page()


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda path: path.name
)
def test_every_link_of_a_page_leads_to_a_file(path):
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", path.read_text(encoding="utf-8"))

    missing = [link for link in links if not (path.parent / link).exists()]

    assert missing == []


def test_the_dependencies_page_names_every_dependency():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = re.search(r"^dependencies = \[(.*?)^\]", project, re.MULTILINE | re.DOTALL)
    names = re.findall(r'"([A-Za-z0-9_.-]+?)(?:\[|>|=|;|")', block[1])
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")

    assert [name for name in names if f"| {name} |" not in page] == []
