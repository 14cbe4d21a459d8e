"""The command line itself: help, errors, interrupts."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.cli.command import twinld
from twinld.cli.__main__ import COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_examples(command):
    done = twinld(command, "--help")

    assert done.returncode == 0
    assert f"  twinld {command}" in done.stdout.partition("examples:")[2]
    assert "--project" in done.stdout


def test_the_help_names_every_command():
    done = twinld("--help")

    assert done.returncode == 0
    assert [name for name in COMMANDS if not re.search(rf"^    {name}\b", done.stdout, re.MULTILINE)] == []


def test_help_loads_no_heavy_library():
    code = "import sys; from twinld.cli.__main__ import parser; parser(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not {"rdflib", "pyshacl", "owlrl", "flask", "jinja2", "pyoxigraph", "gunicorn"} & set(loaded)


def test_a_wrong_option_ends_2_and_says_where_help_is():
    done = twinld("check", "--nonsense")

    assert (done.returncode, "twinld check --help" in done.stderr) == (2, True)


def test_a_wrong_configuration_is_no_traceback(write):
    done = twinld("check", cwd=write({"twinld.toml": "title = "}))

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "twinld.toml:1" in done.stderr
