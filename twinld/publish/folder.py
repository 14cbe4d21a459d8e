"""A folder that is replaced whole: written beside, then exchanged in one step, so that a crash leaves the last one.

Only `<out>` and `.<out>.twinld` beside it are touched. A folder that twinld did not make is never replaced.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from twinld.errors import TwinldError, UsageError

MANIFEST = "manifest.json"
GENERATOR = "twinld"
RENAME_EXCHANGE = 2  # linux/fs.h
AT_FDCWD = -100
NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NOT_EXCHANGEABLE = {errno.EINVAL, errno.ENOSYS}


class FolderError(TwinldError):
    """The folder could not be written; the last one is as it was."""

    exit_code = 3


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """Hand out an empty folder beside `out`; when the block ends well it takes the place of `out` in one step.

    Raises `UsageError` where `out` is a file, holds what twinld did not make, or is being built by another process;
    `FolderError` where the disk is full or refuses. Whatever happens, `out` is the old folder or the new one.
    """
    target = Path(os.path.realpath(out))
    _refuse_foreign(target)
    try:
        with _working_folder(target) as beside:
            new = beside / "new"
            _recover(target, beside)
            new.mkdir()
            yield new
            _put_in_place(new, target, beside)
    except OSError as error:
        raise _explained(error, out) from error


def _refuse_foreign(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target} is a file, not a folder", hint="name another folder by --out")
    if target.is_dir() and any(target.iterdir()) and not _is_ours(target):
        raise UsageError(
            f"{target} holds files that twinld did not make; it is left alone",
            hint="name another folder by --out, or empty that one yourself",
        )


def _is_ours(folder: Path) -> bool:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("generator") == GENERATOR


@contextmanager
def _working_folder(target: Path) -> Iterator[Path]:
    """Hold the lock of a target's working folder; the lock ends with the process, however it ends."""
    beside = target.parent / f".{target.name}.twinld"
    beside.mkdir(parents=True, exist_ok=True)
    lock = beside / "lock"
    descriptor = _locked(lock, target)
    try:
        yield beside
    finally:
        for leftover in ("new", "old"):
            shutil.rmtree(beside / leftover, ignore_errors=True)
        # Removed while still locked, so that no other process takes a lock that is about to vanish.
        with contextlib.suppress(OSError):
            lock.unlink()
            beside.rmdir()
        os.close(descriptor)


def _locked(lock: Path, target: Path) -> int:
    """Return a descriptor that holds the lock. A lock file removed by the one before is opened anew."""
    while True:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise UsageError(
                f"{target} is being built by another process", hint="wait for it, or name another folder by --out"
            ) from error
        if lock.exists() and os.fstat(descriptor).st_ino == lock.stat().st_ino:
            return descriptor
        os.close(descriptor)
        lock.parent.mkdir(exist_ok=True)


def _recover(target: Path, beside: Path) -> None:
    """Undo what a killed build left: half a new folder, or the old one between two renames."""
    if not target.exists() and (beside / "old").exists():
        (beside / "old").rename(target)
    for leftover in ("new", "old"):
        if (beside / leftover).exists():
            shutil.rmtree(beside / leftover)


def _put_in_place(new: Path, target: Path, beside: Path) -> None:
    if not target.exists():
        new.rename(target)
    elif not _exchange(new, target):
        target.rename(beside / "old")
        new.rename(target)


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two folders in one step; `False` where the system or file system cannot.

    Source: https://man7.org/linux/man-pages/man2/rename.2.html
    """
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    sys.audit("twinld.exchange", str(first), str(second))  # the one file operation that Python does not report
    if renameat2(AT_FDCWD, os.fsencode(first), AT_FDCWD, os.fsencode(second), RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in NOT_EXCHANGEABLE:
        return False
    raise OSError(code, os.strerror(code), str(second))


def _explained(error: OSError, out: Path) -> FolderError:
    reason = error.strerror or str(error)
    if error.errno in NO_SPACE:
        return FolderError(
            f"the disk is full ({reason}); nothing was changed in {out}",
            hint="make room, or name a folder on another disk by --out",
        )
    place = f" ({error.filename})" if error.filename else ""
    return FolderError(f"{out} could not be written: {reason}{place}; nothing was changed in it")
