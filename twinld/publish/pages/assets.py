"""The files that pages need: the style sheet, the little JavaScript, fonts, land outlines, the SPARQL editor."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

STATIC = Path(__file__).parent / "static"


def static_files() -> Mapping[str, bytes]:
    """Return the static files by their path below the root, in order of path."""
    files = sorted(path for path in STATIC.rglob("*") if path.is_file())
    return {f"static/{path.relative_to(STATIC).as_posix()}": path.read_bytes() for path in files}
