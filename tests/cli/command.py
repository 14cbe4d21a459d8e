"""The command as a user runs it: a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def twinld(
    *arguments: object, cwd: Path | None = None, stdin: str = "", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `twinld` with some arguments; return its exit code and what it said."""
    command = [sys.executable, "-m", "twinld.cli", *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, input=stdin, env=env, capture_output=True, text=True, check=False, timeout=120
    )
