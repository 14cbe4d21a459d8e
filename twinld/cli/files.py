"""Files that commands write: whole or not at all."""

from __future__ import annotations

import shutil
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
        beside.unlink(missing_ok=True)
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from error
