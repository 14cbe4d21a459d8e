"""The page for officers says what works: its blocks pass the checks, its commands run."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "docs/editing.md").read_text(encoding="utf-8")


def twinld(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "twinld.cli", *arguments],
        check=False,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def project(tmp_path):
    for name in ("ontology", "shapes", "data", "sparql"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "twinld.toml", tmp_path)
    return tmp_path


def test_the_blocks_of_the_page_pass_the_checks_and_the_layout(project):
    blocks = re.findall(r"<!-- block: (\S+) -->\n```turtle\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 2
    for name, block in blocks:
        with (project / name).open("a", encoding="utf-8") as file:
            file.write("\n" + block)

    names = [name for name, _ in blocks]

    checked = twinld("check", *names, cwd=project)
    assert checked.returncode == 0, checked.stdout
    assert twinld("fmt", "--check", *names, cwd=project).returncode == 0


@pytest.mark.parametrize("command", re.findall(r"^twinld (?:query|describe) .*$", PAGE, re.MULTILINE))
def test_the_look_ups_of_the_page_find_something(command, project):
    done = twinld(*shlex.split(command)[1:], cwd=project)

    assert done.returncode == 0
    assert done.stdout.strip()
    assert not done.stdout.endswith("\n0 rows\n")


def test_the_settings_of_the_page_make_an_agreement(project):
    command = re.search(r"^twinld new tw:Agreement --set.*?(?=\n```)", PAGE, re.MULTILINE | re.DOTALL)[0]

    done = twinld(*shlex.split(command.replace("\\\n", " "))[1:], cwd=project)

    assert (done.returncode, done.stderr) == (0, "")
    assert "a tw:Claim" in done.stdout
