"""What is different on Windows and macOS, forced here: line ends, paths, consoles, names, modules that are missing."""

from __future__ import annotations

import json
import ntpath
import os
import subprocess
import sys
from pathlib import PureWindowsPath
from unicodedata import normalize

import pytest

from twinld.checks import report as reports
from twinld.source.project import open_project

CONFIG = 'base-iri = "https://example.org/"\nignore = ["CFG001"]\n'
DANGLING = '<https://example.org/ä> <https://example.org/p>\r\n    <https://example.org/gone> , "€ → 友 " .\r\n'
POSIX_ALONE = ("fcntl", "grp", "pwd", "resource", "termios", "tty", "posix_ipc", "readline", "gunicorn")
WITHOUT_POSIX = f"""
import os, signal, sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {POSIX_ALONE!r}:
            raise ModuleNotFoundError("No module named " + name, name=name)
sys.meta_path.insert(0, Missing())
for name in {POSIX_ALONE!r}:
    sys.modules.pop(name, None)
for name in ("fork", "forkpty", "getuid", "geteuid", "sched_getaffinity", "mkfifo", "waitpid", "kill"):
    vars(os).pop(name, None)
for name in ("SIGHUP", "SIGKILL", "SIGALRM", "alarm", "setitimer"):
    vars(signal).pop(name, None)
from twinld.cli.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def run(*command, cwd, **env):
    return subprocess.run(command, cwd=cwd, capture_output=True, check=False, timeout=60, env={**os.environ, **env})


def twinld(*arguments, cwd, **env):
    return run(sys.executable, "-m", "twinld.cli", *map(str, arguments), cwd=cwd, **env)


@pytest.fixture
def root(write):
    return write({"twinld.toml": CONFIG.replace("\n", "\r\n"), "data/ä 友.ttl": "\ufeff" + DANGLING})


@pytest.mark.parametrize(
    "command",
    [
        ["check"],
        ["check", "--fix", "--no-cache"],
        ["check", "-f", "sarif"],
        ["check", "--engine", "native"],
        ["fmt", "--check"],
        ["rule", "IRI001"],
        ["--help"],
    ],
)
def test_what_only_posix_has_is_not_needed(root, command):
    done = run(sys.executable, "-c", WITHOUT_POSIX, *command, cwd=root)

    assert (b"unexpected" in done.stderr, b"Traceback" in done.stderr) == (False, False), done.stderr
    assert done.returncode == {"rule": 0, "--help": 0}.get(command[0], 1)


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "cp850", "ascii", "utf-16", "shift_jis"])
@pytest.mark.parametrize("name", ["text", "concise", "markdown", "github", "json", "junit"])
def test_no_console_ends_a_check(root, encoding, name):
    done = twinld("check", "-f", name, "--statistics", cwd=root, PYTHONIOENCODING=encoding, PYTHONUTF8="0")

    assert (done.returncode, b"Traceback" in done.stderr) == (1, False), done.stderr


def test_lines_and_columns_count_the_same_with_the_line_ends_of_windows(root):
    found = json.loads(twinld("check", "-f", "json", "--select", "IRI001,LIT002", cwd=root).stdout)["findings"]

    assert [(each["code"], each["start"]) for each in found] == [
        ("IRI001", {"line": 2, "column": 5}),
        ("LIT002", {"line": 2, "column": 34}),
    ]


def test_the_line_that_is_shown_has_no_carriage_return(root):
    assert b"\r" not in twinld("check", cwd=root).stdout


def test_mending_keeps_line_ends_and_the_byte_order_mark(root):
    path = root / "data/ä 友.ttl"
    path.write_bytes(("\ufeffPREFIX gone: <https://example.org/gone>\r\n" + DANGLING).encode())

    twinld("check", "--fix", cwd=root)
    mended = path.read_bytes()
    twinld("fmt", cwd=root)

    assert mended == ("\ufeff" + DANGLING).encode()
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n") == 2


def test_paths_of_windows_are_shown_with_slashes(monkeypatch):
    monkeypatch.setattr(reports, "Path", PureWindowsPath)
    monkeypatch.setattr(reports.os, "path", ntpath)
    folder = PureWindowsPath(r"C:\work\project")

    inside = reports._from(folder, PureWindowsPath(r"C:\work\project\data\a.ttl"))
    above = reports._from(folder, PureWindowsPath(r"C:\work\other\a.ttl"))
    elsewhere = reports._from(folder, PureWindowsPath(r"D:\data\a.ttl"))

    assert (inside, above, elsewhere) == ("data/a.ttl", "../other/a.ttl", "D:/data/a.ttl")


def test_a_file_is_called_the_same_whichever_form_the_disk_gives_its_name(write):
    name = "data/Jyväskylä.ttl"
    config = CONFIG + f'per-file-ignores = {{ "{normalize("NFC", name)}" = ["LIT"] }}\n'
    root = write({"twinld.toml": config, normalize("NFD", name): DANGLING})

    done = twinld("check", "-f", "json", cwd=root)

    assert [file.name for file in open_project(root).files] == [normalize("NFC", name)]
    assert {each["code"] for each in json.loads(done.stdout)["findings"]} == {"IRI001"}


def test_extensions_in_capitals_are_those_in_small_letters(write):
    root = write({"twinld.toml": CONFIG, "data/A.TTL": DANGLING, "data/b.Nt": '<x:a> <x:b> " c" .\n'})

    assert [file.format.name for file in open_project(root).files] == ["turtle", "ntriples"]


def test_a_path_longer_than_windows_had_is_read(write):
    deep = "/".join(["a-folder-with-a-long-name"] * 12)
    root = write({"twinld.toml": CONFIG, f"data/{deep}/a.ttl": DANGLING})

    done = twinld("check", "-f", "concise", cwd=root)

    assert f"data/{deep}/a.ttl:2:5: violation IRI001".encode() in done.stdout


def test_no_home_is_needed(root):
    env = {name: value for name, value in os.environ.items() if name not in ("HOME", "USERPROFILE", "XDG_CACHE_HOME")}
    command = [sys.executable, "-m", "twinld.cli", "check"]

    done = subprocess.run(command, cwd=root, env=env, capture_output=True, check=False, timeout=60)

    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell that limits files is needed")
def test_a_disk_that_takes_nothing_changes_nothing(root):
    usual = twinld("check", "--no-cache", "-q", cwd=root)
    full = run("sh", "-c", f"ulimit -f 0; {sys.executable} -m twinld.cli check -q | cat", cwd=root)

    assert (full.stdout, full.stderr) == (usual.stdout, b"")
    assert [path.name for path in (root / ".twinld-cache").iterdir() if path.stat().st_size] == []


@pytest.mark.skipif(sys.platform == "win32", reason="a shell with pipes is needed")
def test_a_reader_that_goes_away_does_not_hide_the_findings(root):
    (root / "data/many.ttl").write_text("".join(f'<https://example.org/{n}> <x:p> " {n}" .\n' for n in range(5000)))

    done = run("bash", "-c", f"{sys.executable} -m twinld.cli check | head -1; exit ${{PIPESTATUS[0]}}", cwd=root)

    assert (done.returncode, done.stderr) == (1, b"")


def test_a_file_that_is_named_absolutely_is_the_one_of_the_project(root):
    done = twinld("check", root / "data" / "ä 友.ttl", "-f", "concise", cwd=root, PYTHONUTF8="1")

    assert [line.partition(": ")[0] for line in done.stdout.decode().splitlines()] == [
        "data/ä 友.ttl:2:5",
        "data/ä 友.ttl:2:34",
    ]
