"""A folder that is replaced whole: interrupted anywhere, it is the old one or the new one."""

from __future__ import annotations

import fcntl
import json
import os
import resource
import signal
import sys
from pathlib import Path

import pytest

from twinld.errors import UsageError
from twinld.publish.folder import FolderError, replacing

FILES = ("index.html", "a/one.ttl", "a/two.ttl", "b/three.ttl")
OPERATIONS = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree", "twinld.exchange")


def write(out: Path, text: str) -> None:
    """Replace a folder by one whose every file has this text, the manifest last."""
    with replacing(out) as folder:
        for name in FILES:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        (folder / "manifest.json").write_text(json.dumps({"generator": "twinld", "text": text}), encoding="utf-8")


def whole(out: Path) -> str:
    """Return the text of a folder after making sure that nothing is missing, mixed or left over."""
    text = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["text"]
    found = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert found == {*FILES, "manifest.json"}
    assert {(out / name).read_text(encoding="utf-8") for name in FILES} == {text}
    return text


def in_child(action) -> int:
    """Run an action in a forked process and return how it ended."""
    pid = os.fork()
    if pid == 0:
        try:
            action()
        except FolderError:
            os._exit(3)
        except BaseException:  # noqa: BLE001 - a child of a test must end here
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def killed_at(number: int, out: Path):
    """Return an action that writes a new folder and dies by SIGKILL before its n-th file operation."""

    def action() -> None:
        count = 0

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal count
            if event in OPERATIONS and str(out.parent) in str(arguments):
                count += 1
                if count == number:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        write(out, "new")

    return action


def test_a_build_killed_before_any_file_operation_leaves_a_whole_folder(tmp_path):
    out = tmp_path / "public"
    ended = []
    for number in range(1, 200):
        write(out, "old")
        ended.append(in_child(killed_at(number, out)))
        assert whole(out) in ("old", "new"), f"killed at operation {number}"
        if ended[-1] == 0:
            break

    assert ended[-1] == 0
    assert len(ended) > 15
    assert set(ended[:-1]) == {signal.SIGKILL}
    write(out, "after")
    assert [each.name for each in tmp_path.iterdir()] == ["public"]


def test_a_build_killed_between_two_renames_is_mended_by_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr("twinld.publish.folder._exchange", lambda first, second: False)  # a file system without it
    out = tmp_path / "public"
    for number in range(1, 200):
        write(out, "old")
        if in_child(killed_at(number, out)) == 0:
            break
        with pytest.raises(RuntimeError), replacing(out):
            assert whole(out) in ("old", "new")
            raise RuntimeError("only to see what the next build finds")
        assert whole(out) in ("old", "new")


def test_a_failed_build_leaves_the_last_one_and_nothing_else(tmp_path):
    out = tmp_path / "public"
    write(out, "old")

    with pytest.raises(ZeroDivisionError), replacing(out) as folder:
        (folder / "half").write_text("x")
        raise ZeroDivisionError

    assert whole(out) == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["public"]


def test_a_folder_that_twinld_did_not_make_is_left_alone(tmp_path):
    (tmp_path / "holiday.jpg").write_bytes(b"precious")

    with pytest.raises(UsageError, match="did not make"):
        write(tmp_path, "new")

    assert [each.name for each in tmp_path.iterdir()] == ["holiday.jpg"]


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "public").write_text("x")

    with pytest.raises(UsageError, match="is a file"):
        write(tmp_path / "public", "new")


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "public").mkdir()

    write(tmp_path / "public", "new")

    assert whole(tmp_path / "public") == "new"


def test_a_link_to_a_folder_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "public").symlink_to(tmp_path / "real")

    write(tmp_path / "public", "new")

    assert (tmp_path / "public").is_symlink()
    assert whole(tmp_path / "real") == "new"


def test_two_builds_at_once_do_not_mix(tmp_path):
    out = tmp_path / "public"
    write(out, "old")

    with replacing(out) as folder, pytest.raises(UsageError, match="another process"):
        (folder / "manifest.json").write_text("{}")
        write(out, "second")


def test_a_lock_left_by_a_dead_process_does_not_hinder(tmp_path):
    beside = tmp_path / ".public.twinld"
    beside.mkdir()
    (beside / "lock").touch()
    (beside / "new").mkdir()
    (beside / "new/half").write_text("x")

    write(tmp_path / "public", "new")

    assert whole(tmp_path / "public") == "new"
    assert not beside.exists()


def test_a_lock_file_removed_by_its_holder_is_no_lock(tmp_path, monkeypatch):
    out, lock = tmp_path / "public", tmp_path / ".public.twinld/lock"
    real, stolen = fcntl.flock, []

    def flock(descriptor, operation):
        if not stolen:
            stolen.append(True)
            lock.unlink()  # the one before ended between our open and our lock
        real(descriptor, operation)

    monkeypatch.setattr("twinld.publish.folder.fcntl.flock", flock)
    write(out, "new")

    assert whole(out) == "new"


def test_a_full_disk_is_said_and_leaves_the_last_folder(tmp_path):
    out = tmp_path / "public"
    write(out, "old")

    def action() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))  # a write beyond fails as on a full disk
        try:
            write(out, "n" * 4_000)
        except FolderError as error:
            os._exit(7 if "disk is full" in error.message and "nothing was changed" in error.message else 8)

    assert os.waitstatus_to_exitcode(in_child(action)) == 7
    assert whole(out) == "old"
