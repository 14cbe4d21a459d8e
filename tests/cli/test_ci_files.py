"""What other people's CI takes from this repository does what docs/ci.md says: the shell steps are run here."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from twinld.cli.__main__ import COMMANDS

ROOT = Path(__file__).parents[2]
CONFIG = 'base-iri = "https://example.org/"\nignore = ["CFG001"]\n'
SOUND = "<https://example.org/a> <https://example.org/p> <https://example.org/a> .\n"
FOUND = "<https://example.org/a> <https://example.org/p> <https://example.org/gone> .\n"
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS = {step.get("name", step.get("uses")): step for step in ACTION["runs"]["steps"]}
PYTHON = Path(sys.executable)


def shell(script, cwd, env):
    """Run a step as GitHub and GitLab run it: bash that ends at the first failure."""
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]
    return subprocess.run(command, cwd=cwd, env={**os.environ, **env}, capture_output=True, text=True, check=False)


def run(*command, cwd, **env):
    return subprocess.run(
        list(map(str, command)), cwd=cwd, env={**os.environ, **env}, capture_output=True, text=True, check=False
    )


def checked(root, tmp_path, **inputs):
    """Run the action's check in a folder; return what it printed, its outputs and its summary."""
    runner = tmp_path / "runner temp"
    runner.mkdir(exist_ok=True)
    (runner / "twinld").write_text(f'#!/bin/sh\nexec "{PYTHON}" -m twinld.cli "$@"\n')
    (runner / "twinld").chmod(0o755)
    given = {name: each.get("default", "") for name, each in ACTION["inputs"].items()} | inputs
    step = STEPS["Check"]
    env = {name: _filled(value, given) for name, value in step["env"].items()}
    files = {"GITHUB_OUTPUT": runner / "output", "GITHUB_STEP_SUMMARY": runner / "summary"}
    github = {"RUNNER_TEMP": str(runner), "TWINLD": str(runner / "twinld"), "GITHUB_ACTIONS": "true"}
    done = shell(step["run"], root, env | github | {name: str(path) for name, path in files.items()})
    texts = [path.read_text("utf-8") if path.exists() else "" for path in files.values()]
    return done, dict(line.split("=", 1) for line in texts[0].splitlines()), texts[1]


def _filled(value, inputs):
    return re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: inputs[found[1]], value)


def test_the_action_annotates_writes_sarif_and_a_summary_and_fails_with_findings(write, tmp_path):
    root = write({"a project/twinld.toml": CONFIG, "a project/data/a.ttl": FOUND})

    done, outputs, summary = checked(root, tmp_path, project="a project")

    assert (done.returncode, done.stderr) == (1, "")
    assert "::error file=a project/data/a.ttl,line=1,col=49" in done.stdout
    assert json.loads(Path(outputs["sarif"]).read_text("utf-8"))["runs"][0]["results"][0]["ruleId"] == "IRI001"
    assert "IRI001" in summary


@pytest.mark.parametrize(
    ("files", "inputs", "code", "reported"),
    [
        ({"data/a.ttl": SOUND}, {}, 0, True),
        ({"data/a.ttl": FOUND}, {"fail-on": "never"}, 0, True),
        ({"data/a.ttl": SOUND, "shapes/s.ttl": "bad"}, {}, 1, True),
        ({"twinld.toml": "nope = 1"}, {}, 2, False),
        ({"data/a.ttl": SOUND}, {"changed-since": "no-such-commit"}, 2, False),
        ({"data/a.ttl": SOUND}, {"fail-on": '"; touch injected; "'}, 2, False),
    ],
)
def test_the_action_ends_as_the_check_ends(write, tmp_path, files, inputs, code, reported):
    root = write({"twinld.toml": CONFIG, **files})

    done, outputs, _ = checked(root, tmp_path, **inputs)

    assert (done.returncode, "sarif" in outputs) == (code, reported), done.stderr
    assert not (root / "injected").exists()


def test_the_action_passes_texts_of_a_workflow_through_the_environment_alone():
    for step in STEPS.values():
        assert "${{" not in step.get("run", "")
    assert STEPS["Upload"]["with"]["sarif_file"] == "${{ steps.check.outputs.sarif }}"
    assert ACTION["outputs"]["sarif"]["value"] == "${{ steps.check.outputs.sarif }}"
    assert STEPS["Check"]["id"] == "check"


@pytest.mark.conformance
def test_the_action_installs_the_version_that_it_is(tmp_path):
    env = {"RUNNER_TEMP": str(tmp_path), "GITHUB_ACTION_PATH": str(ROOT), "GITHUB_ENV": str(tmp_path / "env")}
    env["PATH"] = f"{PYTHON.parent}:{os.environ['PATH']}"

    done = shell(STEPS["Install twinld"]["run"], tmp_path, env)

    assert done.returncode == 0, done.stderr
    twinld = (tmp_path / "env").read_text("utf-8").strip().removeprefix("TWINLD=")
    assert subprocess.run([twinld, "--version"], capture_output=True, text=True, check=True).stdout.startswith(
        "twinld "
    )


def test_the_job_for_gitlab_writes_both_reports_and_ends_as_the_check_ends(write):
    job = yaml.safe_load((ROOT / "ci/gitlab.yml").read_text("utf-8"))["twinld"]
    root = write({"twinld.toml": CONFIG, "data/a.ttl": FOUND})
    variables = {**job["variables"], "CI_PROJECT_DIR": str(root), "PATH": f"{PYTHON.parent}:{os.environ['PATH']}"}

    done = shell("\n".join(job["script"]), root, variables)

    reports = job["artifacts"]["reports"]
    [entry] = json.loads((root / reports["codequality"]).read_text("utf-8"))
    assert done.returncode == 1
    assert (entry["check_name"], entry["location"]["path"]) == ("IRI001", "data/a.ttl")
    assert "IRI001" in (root / reports["junit"]).read_text("utf-8")


def test_the_hooks_run_commands_that_exist_on_the_files_that_they_read():
    hooks = {each["id"]: each for each in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}

    assert {each["entry"].split()[1] for each in hooks.values()} <= set(COMMANDS)
    for name in ("data/a.ttl", "sparql/q.rq", "twinld.toml", "sub/pyproject.toml", "a.jsonld"):
        assert re.search(hooks["twinld-check"]["files"], name)
    assert not re.search(hooks["twinld-check"]["files"], "README.md")
    assert not re.search(hooks["twinld-fmt"]["files"], "sparql/q.rq")


@pytest.mark.conformance
def test_pre_commit_runs_the_hooks_from_a_clone(write, tmp_path):
    """The real pre-commit, installed beside; it clones this repository at its last commit and installs it."""
    root = write({"p/twinld.toml": CONFIG, "p/data/a.ttl": FOUND}) / "p"
    tools = tmp_path / "tools"
    run(PYTHON, "-m", "venv", tools, cwd=tmp_path)
    installed = run(tools / "bin/pip", "install", "--quiet", "pre-commit", cwd=tmp_path)
    run("git", "init", "--quiet", cwd=root)
    run("git", "add", ".", cwd=root)

    command = [tools / "bin/pre-commit", "try-repo", f"file://{ROOT}"]
    check = run(*command, "twinld-check", "--all-files", cwd=root, PRE_COMMIT_HOME=str(tmp_path / "home"))
    fmt = run(*command, "twinld-fmt", "--all-files", cwd=root, PRE_COMMIT_HOME=str(tmp_path / "home"))

    assert installed.returncode == 0, installed.stderr
    assert check.returncode == 1, check.stdout + check.stderr
    assert "data/a.ttl:1:49: violation IRI001" in check.stdout
    assert fmt.returncode == 0, fmt.stdout + fmt.stderr
