"""What a project's findings were at another commit, so that only new ones are reported."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from twinld.checks.report import CheckReport
from twinld.errors import IncompleteError, TwinldError, UsageError


def known_at(ref: str, root: Path, check: Callable[[Path], CheckReport]) -> Counter[str]:
    """Return how many findings of each fingerprint a project had at a commit; none where it did not exist then.

    `check` is given the folder of the project as it was. Raises `UsageError` where there is no repository or no such
    commit, `IncompleteError` where the project could not be checked whole as it was.
    """
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").decode().strip()
    prefix = _git(root, "rev-parse", "--show-prefix").decode().strip()
    if not _git(root, "ls-tree", "--full-tree", commit, f"{prefix}" if prefix else "."):
        return Counter()
    with tempfile.TemporaryDirectory(prefix="twinld-") as folder:
        with tarfile.open(fileobj=io.BytesIO(_git(root, "archive", "--format=tar", commit))) as archive:
            archive.extractall(folder, members=_plain(archive))
        return _fingerprints(ref, check, Path(folder))


def _plain(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Yield folders and files alone: no link leads out. The filter `data` of tarfile is not in Python before 3.11.4."""
    return (member for member in archive if member.isfile() or member.isdir())


def _fingerprints(ref: str, check: Callable[[Path], CheckReport], folder: Path) -> Counter[str]:
    try:
        report = check(folder)
    except TwinldError as error:
        raise UsageError(f"the project cannot be checked as it was at {ref}: {error}") from error
    if report.incomplete:
        raise IncompleteError(f"not all was checked at {ref}: {'; '.join(report.incomplete)}")
    return Counter(finding.fingerprint for finding in report.findings)


def _git(root: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except FileNotFoundError as error:
        raise UsageError("--changed-since needs git, which is not installed") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip() or f"no such commit: {arguments[-1].partition('^')[0]}"
        raise UsageError(f"--changed-since: {said}", hint="give a branch, a tag or a commit of this repository")
    return done.stdout
