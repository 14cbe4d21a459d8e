"""What all tests share: the repository, the suites by others, and small projects written on the spot."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def repository() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def third_party() -> Path:
    folder = Path(os.environ.get("TWINLD_THIRD_PARTY", ROOT / "../shared/third_party")).resolve()
    if not folder.is_dir():
        if os.environ.get("TWINLD_CONFORMANCE"):
            pytest.fail(f"the suites by others are not at {folder}; TWINLD_THIRD_PARTY names their folder")
        pytest.skip(f"the suites by others are not at {folder}")
    return folder


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write files given by name and text, and return their folder."""

    def write_files(files: dict[str, str | bytes]) -> Path:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return write_files
