"""`twinld check` in the life of a project: fixes, baselines, what is new, annotations, statistics, completion."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

UNUSED = "@prefix ex: <https://example.org/> .\n@prefix old: <http://old/> .\nex:a ex:p ex:a .\n"
GONE = "@prefix ex: <https://example.org/> .\nex:a ex:p ex:gone .\n"
CONFIG = 'base-iri = "https://example.org/"\nignore = ["CFG001"]\n'


def run(*command, cwd, env=None):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB", "CI_"))}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**environment, **(env or {})},
    )


def twinld(*arguments, cwd, env=None):
    return run(sys.executable, "-m", "twinld.cli", *arguments, cwd=cwd, env=env)


def test_diff_shows_what_fix_does_and_fix_does_it(write):
    root = write({"twinld.toml": CONFIG, "data/a.ttl": UNUSED})

    shown = twinld("check", "--diff", cwd=root)
    untouched = (root / "data/a.ttl").read_text()
    done = twinld("check", "--fix", "-q", cwd=root)

    assert (shown.returncode, untouched) == (1, UNUSED)
    assert "-@prefix old: <http://old/> ." in shown.stdout
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "1 mended in 1 file\n")
    assert "old:" not in (root / "data/a.ttl").read_text()
    assert twinld("check", "--diff", cwd=root).returncode == 0


def test_a_baseline_is_written_and_only_what_is_new_is_reported(write):
    root = write({"twinld.toml": CONFIG, "data/a.ttl": GONE})

    written = twinld("check", "--write-baseline", "known.json", cwd=root)
    known = twinld("check", "--baseline", "known.json", cwd=root)
    write({"data/b.ttl": GONE.replace("ex:a", "ex:b")})
    new = twinld("check", "--baseline", "known.json", cwd=root)

    assert written.returncode == 0
    assert (known.returncode, "hidden: 1 by the baseline" in known.stdout) == (0, True)
    assert (new.returncode, "data/b.ttl:2:11" in new.stdout, "data/a.ttl" in new.stdout) == (1, True, False)


def test_a_baseline_that_is_missing_ends_2(write):
    root = write({"twinld.toml": CONFIG, "data/a.ttl": GONE})

    assert twinld("check", "--baseline", "gone.json", cwd=root).returncode == 2


@pytest.fixture
def repository(write):
    root = write({"sub/twinld.toml": CONFIG, "sub/data/a.ttl": GONE})
    for command in ("init -q", "add .", "-c user.name=x -c user.email=x@example.org commit -qm first"):
        assert run("git", *command.split(), cwd=root).returncode == 0
    return root


def test_only_what_is_new_against_a_commit_is_reported(repository):
    before = twinld("check", "--changed-since", "HEAD", cwd=repository / "sub")
    (repository / "sub/data/b.ttl").write_text("\n\n" + GONE.replace("ex:a", "ex:b"))
    after = twinld("check", "--changed-since", "HEAD", "-f", "concise", cwd=repository / "sub")

    assert (before.returncode, "hidden: 1 known at HEAD" in before.stdout) == (0, True)
    assert after.returncode == 1
    assert [line.split(": ")[0] for line in after.stdout.splitlines()] == ["data/b.ttl:4:11"]


def test_a_commit_that_does_not_exist_ends_2_and_so_does_no_repository(repository, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "twinld.toml").write_text(CONFIG)

    unknown = twinld("check", "--changed-since", "nope", cwd=repository / "sub")
    outside = twinld("check", "--changed-since", "HEAD", cwd=elsewhere, env={"GIT_CEILING_DIRECTORIES": "/"})

    assert (unknown.returncode, "no such commit: nope" in unknown.stderr) == (2, True)
    assert (outside.returncode, "not a git repository" in outside.stderr) == (2, True)


def test_github_annotations_come_by_themselves_with_paths_from_the_repository(repository):
    env = {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(repository)}

    text = twinld("check", cwd=repository / "sub", env=env)
    document = twinld("check", "-f", "json", cwd=repository / "sub", env=env)
    asked = twinld("check", "-o", "github=out.txt", cwd=repository / "sub", env=env)

    annotation = "::error file=sub/data/a.ttl,line=2,col=11,"
    assert annotation in text.stdout
    assert annotation in document.stderr
    assert json.loads(document.stdout)["findings"][0]["file"] == "data/a.ttl"
    assert annotation not in asked.stdout
    assert annotation in (repository / "sub/out.txt").read_text()


def test_statistics_count_by_rule_and_stay_out_of_what_programs_read(write):
    root = write({"twinld.toml": CONFIG, "data/a.ttl": GONE})

    text = twinld("check", "--statistics", cwd=root)
    document = twinld("check", "--statistics", "-f", "json", cwd=root)

    assert "     1  IRI001 dangling-reference" in text.stdout
    assert "     1  IRI001 dangling-reference" in document.stderr
    assert json.loads(document.stdout)["summary"]["violation"] == 1


def test_the_second_run_is_the_first_one_kept_and_no_cache_keeps_nothing(write):
    root = write({"twinld.toml": CONFIG, "data/a.ttl": GONE})

    fresh = twinld("check", "--no-cache", "-f", "sarif", cwd=root)
    empty = (root / ".twinld-cache").exists()
    first, second = (twinld("check", "-f", "sarif", cwd=root) for _ in range(2))

    assert not empty
    assert fresh.stdout == first.stdout == second.stdout
    assert (fresh.returncode, first.returncode, second.returncode) == (1, 1, 1)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_commands_and_options(shell, tmp_path):
    done = twinld("completion", shell, cwd=tmp_path)

    assert done.returncode == 0
    assert "changed" in done.stdout
    assert "check" in done.stdout


def test_bash_reads_its_completion(tmp_path):
    script = twinld("completion", "bash", cwd=tmp_path).stdout
    (tmp_path / "twinld.bash").write_text(script)
    asked = (
        'source twinld.bash; COMP_WORDS=(twinld che); COMP_CWORD=1; "$(complete -p twinld | sed "s/.*-F //;s/ .*//")"'
    )

    done = run("bash", "-c", f'{asked}; echo "${{COMPREPLY[@]}}"', cwd=tmp_path)

    assert done.stdout.split() == ["check"]
