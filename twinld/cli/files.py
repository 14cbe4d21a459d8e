"""What commands write: files whole or not at all, and a standard output that nobody may be reading."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from twinld.errors import UsageError


def write_whole(path: Path, content: str | bytes) -> None:
    """Write beside and rename, so that the file appears whole or not at all; its permissions stay.

    Raises `UsageError` where it cannot be written.
    """
    beside = path.with_name(path.name + ".part")
    try:
        beside.write_bytes(content.encode() if isinstance(content, str) else content)
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from error


def nobody_reads() -> None:
    """Let go of a standard output whose reader went away (`| head`), so that Python does not complain at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
