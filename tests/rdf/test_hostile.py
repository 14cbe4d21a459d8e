"""Files that are no RDF, or RDF of a shape that nobody expects, end in findings: no traceback, no hang."""

from __future__ import annotations

import os
import subprocess
import sys
from random import Random

import pytest

from twinld.rdf.formats import FORMATS, JSON_LD, N_TRIPLES, RDF_XML, TURTLE
from twinld.rdf.reading import read

MEGABYTES = 50_000_000


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
@pytest.mark.parametrize(
    "source",
    [
        Random(1).randbytes(20_000),
        bytes(range(256)) * 20,
        "@prefix ex: <http://e/> .".encode("utf-16"),
        b"\x00" * 5_000,
        "𝕏\ud7ff\u0301".encode() * 2_000,
    ],
    ids=["random", "every byte", "UTF-16", "zeros", "signs"],
)
def test_what_is_no_rdf_is_one_or_more_syntax_errors(format, source):
    parsed = read(source, format=format, base="http://e/")

    assert parsed.errors
    assert len(parsed.statements) == 0


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("a" * MEGABYTES, TURTLE),
        ("a:" * (MEGABYTES // 2), TURTLE),
        ('"' * MEGABYTES, TURTLE),
        ("<" + "a" * MEGABYTES, TURTLE),
        ("[" * MEGABYTES, JSON_LD),
        ("a" * MEGABYTES, N_TRIPLES),
    ],
    ids=["letters", "prefixes", "quotes", "IRI", "brackets", "N-Triples"],
)
def test_a_line_of_50_megabytes_is_read_in_one_pass(text, format):
    assert read(text, format=format, base="http://e/").errors


def test_a_literal_of_ten_megabytes_on_one_line_is_read():
    parsed = read('<http://e/s> <http://e/p> """' + 'a "quoted" word ' * 600_000 + '""" .', format=TURTLE)

    assert parsed.errors == ()
    assert len(parsed.statements) == 1


def test_xml_nested_deeper_than_a_thousand_elements_is_refused():
    head = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
    parsed = read(head + "<e:C><e:p>" * 50_000 + "</e:p></e:C>" * 50_000 + "</rdf:RDF>", format=RDF_XML)

    assert [each.message for each in parsed.errors] == ["The XML is nested deeper than 1000 elements"]


def test_a_truncated_file_gives_what_stands_before_the_cut():
    text = "@prefix ex: <http://e/> .\nex:a ex:p ex:b .\nex:c ex:p 'x"
    for length in range(len(text)):
        parsed = read(text[:length], format=TURTLE)

        assert len(parsed.statements) == (length >= 39)
        assert bool(parsed.errors) is (length not in (0, 25, 26, 42, 43))


@pytest.fixture
def folder(tmp_path):
    """A folder with a good file, a pipe, a link to itself, a folder that leads into itself, a file of no bytes."""
    (tmp_path / "good.ttl").write_text("@prefix ex: <http://e/> .\nex:a ex:p ex:b .\n", "utf-8")
    (tmp_path / "empty.ttl").write_bytes(b"")
    os.mkfifo(tmp_path / "pipe.ttl")
    (tmp_path / "loop.ttl").symlink_to("loop.ttl")
    (tmp_path / "self").symlink_to(".")
    return tmp_path


def check(folder, *arguments):
    command = [sys.executable, "-m", "twinld.cli", "check", *arguments, "-f", "concise"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_a_folder_with_a_pipe_and_links_in_a_circle_is_checked_and_said_to_be_incomplete(folder):
    done = check(folder, ".")

    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert "pipe.ttl" in done.stdout
    assert "loop.ttl" in done.stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_that_may_not_be_read_makes_the_check_incomplete(folder):
    (folder / "good.ttl").chmod(0)

    assert check(folder, "good.ttl").returncode == 3
