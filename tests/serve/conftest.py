"""A real server over a socket, started once as a user starts it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def served(*arguments: object, cwd: Path) -> Iterator[str]:
    """Run `twinld serve` and hand out its URL; SIGTERM ends it, and it must end with 0."""
    command = [sys.executable, "-m", "twinld.cli", "serve", *map(str, arguments)]
    process = subprocess.Popen(command, cwd=cwd, stderr=subprocess.PIPE, text=True)
    said: list[str] = []
    try:
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line)
            found = re.search(r"at (http://\S+/)", line)
            if found:
                yield found[1]
                break
        else:
            pytest.fail("the server did not start:\n" + "".join(said))
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=20)
    if code != 0:
        pytest.fail(f"the server ended with {code}:\n" + "".join(said))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The built-in project, served."""
    with served(cwd=tmp_path_factory.mktemp("empty")) as url:
        yield url
