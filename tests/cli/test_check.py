"""`twinld check` as its users run it: the real command, real files, exit codes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest

from tests.cli.command import twinld

GOOD = '<https://example.org/a> <http://www.w3.org/2000/01/rdf-schema#label> "A"@en .\n'
SHAPE = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
<https://example.org/S> sh:targetNode <https://example.org/a> ;
    sh:property [ sh:path <https://example.org/p> ; sh:minCount 1 ; sh:severity sh:Warning ; sh:message "Say p." ] .
"""


def test_a_sound_project_ends_0(write):
    root = write({"twinld.toml": 'title = "x"', "data/a.ttl": GOOD})

    done = twinld("check", cwd=root)

    assert done.returncode == 0
    assert "1 info" in done.stdout


def test_findings_end_1_with_file_line_column_and_a_caret(write):
    root = write({"twinld.toml": "", "data/a.ttl": GOOD + "<https://example.org/ä友> <x:p> bad .\n"})

    done = twinld("check", cwd=root)

    assert done.returncode == 1
    assert "data/a.ttl:2:32: violation TTL001 syntax-error:" in done.stdout
    assert "     2 | <https://example.org/ä友> <x:p> bad ." in done.stdout


def test_no_project_ends_2_with_a_hint(tmp_path):
    done = twinld("check", cwd=tmp_path)

    assert done.returncode == 2
    assert "hint:" in done.stderr
    assert "twinld init" in done.stderr


def test_a_path_that_matches_nothing_ends_2(write):
    root = write({"twinld.toml": "", "data/a.ttl": GOOD})

    done = twinld("check", "data/b.ttl", cwd=root)

    assert (done.returncode, "data/b.ttl" in done.stderr) == (2, True)


def test_an_unknown_rule_ends_2(write):
    done = twinld("check", "--ignore", "NOPE", cwd=write({"twinld.toml": "", "data/a.ttl": GOOD}))

    assert (done.returncode, "NOPE" in done.stderr) == (2, True)


def test_an_unreadable_file_ends_3_even_beside_findings_and_never_0(write):
    root = write({"twinld.toml": "", "data/a.ttl": "bad", "data/b.ttl": GOOD})
    (root / "data/b.ttl").unlink()
    (root / "data/b.ttl").symlink_to("gone")

    plain = twinld("check", cwd=root)
    zero = twinld("check", "--exit-zero", cwd=root)
    partial = twinld("check", "--allow-partial", cwd=root)
    both = twinld("check", "--allow-partial", "--exit-zero", cwd=root)

    assert [run.returncode for run in (plain, zero, partial, both)] == [3, 3, 1, 0]
    assert "not checked: data/b.ttl: No such file or directory" in plain.stdout


@pytest.mark.parametrize(("fail_on", "code"), [("violation", 0), ("warning", 1), ("info", 1), ("never", 0)])
def test_fail_on_is_the_least_grave_finding_that_ends_1(write, fail_on, code):
    root = write({"a.ttl": GOOD, "s.ttl": SHAPE})

    done = twinld("check", "a.ttl", "--shapes", "s.ttl", "--fail-on", fail_on, cwd=root)

    assert (done.returncode, "Say p." in done.stdout) == (code, True)


def test_standard_input_is_checked_against_shapes(write):
    root = write({"s.ttl": SHAPE.replace("sh:Warning", "sh:Violation")})

    done = twinld("check", "-", "--shapes", "s.ttl", "--stdin-filename", "feed.ttl", cwd=root, stdin=GOOD)

    assert done.returncode == 1
    assert done.stdout.startswith("feed.ttl:1:1: violation SHC004")


def test_json_is_one_document_with_findings_and_a_summary(write):
    root = write({"a.ttl": GOOD, "s.ttl": SHAPE})

    done = twinld("check", "a.ttl", "--shapes", "s.ttl", "--format", "json", cwd=root)

    document = json.loads(done.stdout)
    [finding] = document["findings"]
    assert document["version"] == 1
    assert (finding["code"], finding["severity"], finding["file"]) == ("SHC004", "warning", "a.ttl")
    assert finding["start"] == {"line": 1, "column": 1}
    assert finding["shape"]["file"] == "s.ttl"
    assert document["summary"]["warning"] == 1
    assert document["summary"]["complete"] is True


def test_a_report_can_go_to_a_file_beside_the_one_on_the_terminal(write):
    root = write({"a.ttl": GOOD, "s.ttl": SHAPE})

    twinld("check", "a.ttl", "--shapes", "s.ttl", "-o", "json=out.json", "-o", "concise=out.txt", cwd=root)

    assert json.loads((root / "out.json").read_text())["summary"]["warning"] == 1
    assert (root / "out.txt").read_text() == "a.ttl:1:1: warning SHC004 Say p.\n"


def test_there_is_no_colour_in_a_pipe_unless_asked_for(write):
    root = write({"a.ttl": "bad"})

    assert "\x1b" not in twinld("check", "a.ttl", cwd=root).stdout
    assert "\x1b" in twinld("check", "a.ttl", "--color", "always", cwd=root).stdout


def test_only_the_named_files_of_a_project_are_reported_and_the_others_are_known(write):
    root = write(
        {
            "twinld.toml": 'base-iri = "https://example.org/"',
            "data/a.ttl": "<https://example.org/a> <x:p> <https://example.org/b> .",
            "data/b.ttl": "<https://example.org/b> <x:p> <https://example.org/gone> .",
        }
    )

    assert twinld("check", "data/a.ttl", "-q", cwd=root).stdout == ""
    assert "IRI001" in twinld("check", "data/b.ttl", cwd=root).stdout


@pytest.mark.parametrize("also", [["--fix"], ["-"], ["--endpoint", "http://localhost:9"]])
def test_watching_refuses_what_makes_no_sense_with_it(write, also):
    done = twinld("check", "--watch", *also, cwd=write({"twinld.toml": "", "data/a.ttl": GOOD}), stdin="")

    assert (done.returncode, "--watch looks at files" in done.stderr) == (2, True)


def test_watching_checks_again_when_a_file_changes_and_ends_130_by_an_interrupt(write):
    root = write({"twinld.toml": 'ignore = ["CFG001"]\n', "data/a.ttl": GOOD})
    command = [sys.executable, "-m", "twinld.cli", "check", "--watch", "-f", "concise"]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(1)
        (root / "data/a.ttl").write_text("bad\n")
        first = process.stdout.readline()
        (root / "twinld.toml").write_text("nope = 1\n")
        second = process.stderr.readline()
        (root / "twinld.toml").write_text("")
        third = process.stdout.readline()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)

    assert first.startswith("data/a.ttl:1:1: violation TTL001")
    assert "twinld.toml: the configuration is wrong" in second
    assert third == first
    assert process.returncode == 130
