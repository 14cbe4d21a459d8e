"""What `twinld check` ends with, and which code counts where several hold: 130, 2, 3, 1, 0."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

from twinld.cli.__main__ import main

CONFIG = 'base-iri = "https://example.org/"\nignore = ["CFG001"]\n'
SOUND = "<https://example.org/a> <https://example.org/p> <https://example.org/a> .\n"
FOUND = "<https://example.org/a> <https://example.org/p> <https://example.org/gone> .\n"
UNREADABLE = None
PARTIAL_SHAPE = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
<https://example.org/S> sh:targetNode <https://example.org/a> ; sh:sparql [ sh:select "SELECT nonsense" ] .
"""


def twinld(*arguments, cwd, env=None):
    return subprocess.run(
        [sys.executable, "-m", "twinld.cli", "check", *arguments],
        cwd=cwd,
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, **(env or {})},
    )


def project(write, *contents, config=CONFIG, shapes=None):
    files = {f"data/{number}.ttl": text for number, text in enumerate(contents) if text is not None}
    root = write({"twinld.toml": config, **files, **({"shapes/s.ttl": shapes} if shapes else {})})
    for number, text in enumerate(contents):
        if text is UNREADABLE:
            (root / "data").mkdir(exist_ok=True)
            (root / f"data/{number}.ttl").symlink_to("gone")
    return root


@pytest.mark.parametrize(
    ("contents", "arguments", "code"),
    [
        ([SOUND], [], 0),
        ([FOUND], [], 1),
        (["bad", SOUND], [], 1),
        ([FOUND], ["--exit-zero"], 0),
        ([FOUND], ["--fail-on", "never"], 0),
        ([SOUND, UNREADABLE], [], 3),
        ([FOUND, UNREADABLE], [], 3),
        ([FOUND, UNREADABLE], ["--exit-zero"], 3),
        ([FOUND, UNREADABLE], ["--fail-on", "never"], 3),
        ([FOUND, UNREADABLE], ["--allow-partial"], 1),
        ([SOUND, UNREADABLE], ["--allow-partial"], 1),  # that it cannot be read is a finding as well
        ([SOUND, UNREADABLE], ["--allow-partial", "--exit-zero"], 0),
        ([FOUND, UNREADABLE], ["--select", "NOPE"], 2),
        ([FOUND, UNREADABLE], ["-o", "nope=x"], 2),
        ([FOUND, UNREADABLE], ["--write-baseline", "b.json"], 3),
    ],
)
def test_the_code(write, contents, arguments, code):
    assert twinld(*arguments, cwd=project(write, *contents)).returncode == code


@pytest.mark.parametrize("name", ["text", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown", "shacl"])
def test_no_format_makes_a_partial_run_end_0(write, name):
    assert twinld("-f", name, cwd=project(write, SOUND, UNREADABLE)).returncode == 3


def test_a_shape_that_cannot_be_evaluated_is_a_partial_run_and_a_wrong_configuration_counts_more(write):
    partial = twinld(cwd=project(write, FOUND, shapes=PARTIAL_SHAPE))
    wrong = twinld(cwd=project(write, FOUND, shapes=PARTIAL_SHAPE, config="nope = 1"))

    assert (partial.returncode, b"not checked:" in partial.stdout) == (3, True)
    assert wrong.returncode == 2


def test_a_partial_run_is_partial_the_second_time_too(write):
    root = project(write, SOUND, UNREADABLE)

    assert [twinld(cwd=root).returncode for _ in range(2)] == [3, 3]


class _Interrupted(io.RawIOBase):
    """Standard input at which somebody presses Ctrl-C."""

    def readable(self):
        return True

    def readinto(self, buffer):
        raise KeyboardInterrupt


def test_an_interrupt_ends_130(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(_Interrupted())))

    assert main(["check", "-"]) == 130


def test_a_console_that_lacks_characters_gets_escapes_and_programs_get_utf_8(write):
    root = project(write, '<https://example.org/友> <https://example.org/p> "ä " .\n')
    env = {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}

    text = twinld(cwd=root, env=env)
    document = twinld("-f", "json", cwd=root, env=env)

    assert (text.returncode, rb"\u53cb" in text.stdout, b'"\xe4 "' in text.stdout) == (0, True, True)
    assert "友".encode() in document.stdout
    assert b"\r" not in document.stdout
