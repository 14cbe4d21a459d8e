"""The docs say what the code does."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys

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


def test_the_contents_name_every_page():
    contents = (ROOT / "docs/README.md").read_text(encoding="utf-8")

    missing = [path.name for path in (ROOT / "docs").glob("*.md") if f"({path.name})" not in contents]

    assert missing == ["README.md"]


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_the_number_of_rules_is_that_of_the_rules(name):
    """Those of the shapes, SHC, are not counted: they report what shapes say."""
    pages = [path.stem for path in (ROOT / "docs/rules").glob("*.md") if re.fullmatch(r"[A-Z]{3}\d{3}", path.stem)]
    count = len([code for code in pages if not code.startswith("SHC")])

    assert re.findall(r"(\d+) rules", (ROOT / name).read_text(encoding="utf-8")) == [str(count)]


def test_the_dependencies_page_names_every_dependency():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = re.search(r"^dependencies = \[(.*?)^\]", project, re.MULTILINE | re.DOTALL)
    names = re.findall(r'"([A-Za-z0-9_.-]+?)(?:\[|>|=|;|")', block[1])
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")

    assert [name for name in names if f"| {name} |" not in page] == []


def test_the_code_of_the_page_for_python_runs(tmp_path):
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs/python.md").read_text(encoding="utf-8"), re.M | re.S)
    subprocess.run([sys.executable, "-m", "twinld.cli", "init", "pumps"], cwd=tmp_path, check=True, capture_output=True)

    ended = subprocess.run(
        [sys.executable, "-c", "\n".join(blocks)],
        check=False,
        cwd=tmp_path / "pumps",
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert ended.returncode == 0, ended.stderr
    assert "12.50" in ended.stdout
    assert (tmp_path / "pumps/public/manifest.json").exists()


def test_the_code_of_the_page_for_deployment_makes_an_application(tmp_path):
    [block] = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs/deploy.md").read_text(encoding="utf-8"), re.M | re.S)
    subprocess.run([sys.executable, "-m", "twinld.cli", "init", "pumps"], cwd=tmp_path, check=True, capture_output=True)
    asked = 'print(app.test_client().get("/id/pump/north-1").status_code)'

    ended = subprocess.run(
        [sys.executable, "-c", block.replace("/srv/twinld", "pumps") + asked],
        check=True,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert ended.stdout == "303\n"
