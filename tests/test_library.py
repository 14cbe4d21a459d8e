"""`import twinld`: what Python users get."""

from __future__ import annotations

import subprocess
import sys

import pytest

import twinld


@pytest.mark.parametrize("name", twinld.__all__)
def test_every_public_name_is_there_and_documented(name):
    assert getattr(twinld, name).__doc__


def test_importing_the_package_loads_no_room():
    code = "import sys, twinld; print(*(name for name in sys.modules if name.startswith('twinld')))"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert loaded == ["twinld"]


def test_a_folder_is_opened_loaded_checked_and_described(write):
    root = write(
        {"twinld.toml": 'base-iri = "https://example.org/"', "data/a.ttl": "<https://example.org/a> <x:p> 1 ."}
    )

    dataset = twinld.load(twinld.open_project(root))

    assert twinld.run_checks(dataset.project, dataset=dataset, select=["TTL"]).findings == ()
    assert [s.object[:3] for s in twinld.describe(dataset, "https://example.org/a").outgoing] == ['"1"']


def test_a_function_is_not_hidden_by_a_room_of_its_name():
    """`twinld.derive` is the function, also when something has imported the room `twinld/derive/`."""
    code = "from twinld.derive.rules import derive as at_home; import twinld; print(twinld.derive is at_home)"

    ended = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert ended.stdout == "True\n"
