"""Fixes mend what they can and never change what the data say."""

from __future__ import annotations

import random

import pytest

from twinld.checks.findings import Edit
from twinld.checks.fixes import edited, fixes, same_graph
from twinld.checks.run import run_checks
from twinld.source.project import open_project

UNUSED = "@prefix ex: <http://e/> .\n@prefix old: <http://old/> .\nex:a ex:p 1 .\n"


def fixed(write, text):
    root = write({"twinld.toml": "", "data/a.ttl": text})
    project = open_project(root)
    return [(fix.after, fix.findings) for fix in fixes(project, run_checks(project).findings)]


def test_an_unused_prefix_goes(write):
    assert fixed(write, UNUSED) == [("@prefix ex: <http://e/> .\nex:a ex:p 1 .\n", 1)]


def test_a_prefix_declared_twice_the_same_goes(write):
    text = "@prefix ex: <http://e/> .\n@prefix ex: <http://e/> .\nex:a ex:p 1 .\n"

    assert fixed(write, text) == [("@prefix ex: <http://e/> .\nex:a ex:p 1 .\n", 1)]


def test_a_statement_that_is_repeated_on_a_line_of_its_own_goes(write):
    text = "@prefix ex: <http://e/> .\nex:a ex:p 1 ;\n    ex:p 1 ;\n    ex:q 2 .\nex:b ex:p 1 , 1 .\n"

    assert fixed(write, text) == [("@prefix ex: <http://e/> .\nex:a ex:p 1 ;\n    ex:q 2 .\nex:b ex:p 1 , 1 .\n", 1)]


@pytest.mark.parametrize(
    "line",
    [
        "@prefix old: <http://old/> . ex:a ex:p 1 .",
        "@prefix old: <http://old/> . # why",
        "@prefix\nold: <http://old/> .",
    ],
)
def test_a_line_with_more_on_it_stays(write, line):
    assert fixed(write, f"@prefix ex: <http://e/> .\n{line}\nex:a ex:p 1 .\n") == []


def test_line_ends_of_windows_and_the_byte_order_mark_stay(write):
    text = "\ufeff" + UNUSED.replace("\n", "\r\n")

    assert fixed(write, text) == [("\ufeff@prefix ex: <http://e/> .\r\nex:a ex:p 1 .\r\n", 1)]


def test_a_change_that_overlaps_another_waits():
    changes = [(Edit(0, 2, ""),), (Edit(1, 3, "x"),), (Edit(3, 4, "y"),)]

    assert edited("abcd", changes) == ("cy", 2)


def test_a_change_of_the_graph_is_seen(write):
    project = open_project(write({"twinld.toml": "", "data/a.ttl": UNUSED}))
    [file] = project.files

    assert same_graph(UNUSED, UNUSED.replace("@prefix old: <http://old/> .\n", ""), file)
    assert not same_graph(UNUSED, UNUSED.replace(" 1 ", " 2 "), file)
    assert not same_graph(UNUSED, UNUSED.replace("@prefix ex: <http://e/> .\n", ""), file)


def test_fixes_of_random_files_keep_the_graph(write):
    chance = random.Random(5)
    lines = [
        "@prefix ex: <http://e/> .",
        "@prefix old: <http://old/> .",
        "ex:a ex:p 1 .",
        "ex:a ex:p [ ex:q 1 ;\n    ex:q 1 ;\n    ex:r 2 ] .",
        'ex:b ex:p "@prefix old: <http://old/> .",\n  """\n@prefix x: <http://x/> .\n""" .',
        "# @prefix old: <http://old/> .",
    ]
    for _ in range(20):
        text = "\n".join(["@prefix ex: <http://e/> .", *chance.choices(lines, k=6)]) + "\n"
        root = write({"twinld.toml": "", "data/a.ttl": text})
        project = open_project(root)

        made = fixes(project, run_checks(project).findings)

        assert all(same_graph(fix.before, fix.after, fix.file) for fix in made)
