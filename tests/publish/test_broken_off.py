"""A build broken off anywhere leaves a whole site: killed at every file operation, and at moments of a large one."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.publish.conftest import ROOT
from twinld.publish.folder import MANIFEST
from twinld.publish.publication import Publication
from twinld.publish.site import build

OPERATIONS = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree", "twinld.exchange")
KILLS = int(os.environ.get("TWINLD_SOAK_KILLS", "12"))


def version(out: Path) -> str:
    """Return the hash of a site's manifest after making sure that the site is what that says, and nothing else."""
    content = (out / MANIFEST).read_bytes()
    listed = {each["path"]: each["sha256"] for each in json.loads(content)["files"]}
    found = {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*")
        if path.is_file()
    }
    assert {name: digest for name, digest in found.items() if name != MANIFEST} == listed
    return hashlib.sha256(content).hexdigest()


def killed_at(number: int, publication: Publication, out: Path) -> int:
    """Build in a forked process that dies by SIGKILL before its n-th file operation; return how it ended."""
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1]
    count = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event in OPERATIONS and str(out.parent) in str(arguments):
            count += 1
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    try:
        build(publication, out, processes=1)
    except BaseException:  # noqa: BLE001 - a child of a test must end here
        os._exit(1)
    os._exit(0)


@pytest.mark.conformance
def test_a_build_killed_at_any_file_operation_leaves_a_whole_site(project, tmp_path):
    """A small project whose data changed since the last build: after each kill the site is the old or the new one."""
    out, kept = tmp_path / "site/public", tmp_path / "kept"
    out.parent.mkdir()
    old = project()
    new = changed(project, old)
    build(old, out, processes=1)
    shutil.copytree(out, kept)
    before = version(out)
    ended, versions = [-1], [before]
    while ended[-1] != 0:
        if versions[-1] != before:
            shutil.rmtree(out)
            shutil.copytree(kept, out)
        ended.append(killed_at(len(ended), new, out))
        versions.append(version(out))

    killed = ended[1:-1]
    assert len(killed) > 100
    assert set(killed) == {signal.SIGKILL}
    assert versions.count(before) > 100
    assert set(versions[versions.index(versions[-1]) :]) == {versions[-1]}
    assert [each.name for each in out.parent.iterdir()] == ["public"]


def changed(project: Callable[..., Publication], old: Publication) -> Publication:
    """Return the publication of the same project after its data changed."""
    file = old.dataset.project.root / "data/pumps.ttl"
    return project(data=file.read_text(encoding="utf-8").replace('"1.10"', '"2.20"'))


@pytest.mark.soak
def test_a_build_of_all_data_killed_at_any_moment_leaves_a_whole_site(tmp_path):
    """`kill -9` of the processes that write, at moments spread over the build; the next build leaves nothing behind."""
    out = tmp_path / "public"
    command = [sys.executable, "-m", "twinld.cli", "build", "--quiet", "--out", str(out)]
    started = time.monotonic()
    subprocess.run(command, cwd=ROOT, check=True)
    seconds = time.monotonic() - started
    before = version(out)
    moments = random.Random(6)
    killed = 0
    for each in range(KILLS):
        child = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
        try:
            child.wait(seconds * (each + moments.random()) / KILLS)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            killed += 1
        assert version(out) == before  # the same data: the old site and the new one are the same

    subprocess.run(command, cwd=ROOT, check=True)
    assert killed > KILLS // 2
    assert version(out) == before
    assert [each.name for each in tmp_path.iterdir()] == ["public"]
