"""The Oxigraph server, run for real on a free port of the loopback."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

START_SECONDS = 20


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class OxigraphServer:
    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/query"

    def start(self) -> None:
        program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
        if program is None:
            pytest.skip("the Oxigraph server is not installed (pip install oxigraph)")
        arguments = [program, "serve", "--location", str(self.folder), "--bind", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        pytest.fail("the Oxigraph server did not start")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OxigraphServer]:
    """A server of its own, empty, with its data on disk so that it can be killed and started again."""
    server = OxigraphServer(tmp_path_factory.mktemp("oxigraph"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def shared_oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OxigraphServer]:
    """One server for a file's tests: each pushes a project of its own, which replaces the one before."""
    server = OxigraphServer(tmp_path_factory.mktemp("oxigraph"))
    server.start()
    yield server
    server.kill()


VIRTUOSO_INI = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = {sql}
DisableUnixSocket = 1
ServerThreads = 10
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = 10000
"""
PASSWORD = "dba"  # as Virtuoso comes


@dataclass
class VirtuosoServer:
    """A Virtuoso (Debian's virtuoso-opensource-7) of its own; user dba, `PASSWORD`."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        program = shutil.which("virtuoso-t")
        if program is None:
            pytest.skip("Virtuoso is not installed (apt install virtuoso-opensource-7)")
        (self.folder / "virtuoso.ini").write_text(VIRTUOSO_INI.format(sql=f"127.0.0.1:{free_port()}", http=self.port))
        (self.folder / "virtuoso.lck").unlink(missing_ok=True)  # it stays after a kill
        arguments = [program, "+foreground", "+configfile", "virtuoso.ini"]
        nowhere = subprocess.DEVNULL
        self.process = subprocess.Popen(arguments, cwd=self.folder, stdout=nowhere, stderr=nowhere)
        wait_for(self.port, self.process)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Virtuoso for a file's tests."""
    server = VirtuosoServer(tmp_path_factory.mktemp("virtuoso"))
    server.start()
    yield server.url
    server.kill()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 3 * START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the store did not start")


@pytest.fixture
def as_dba(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWINLD_STORE_USER", "dba")
    monkeypatch.setenv("TWINLD_STORE_PASSWORD", PASSWORD)


@pytest.fixture(scope="session")
def world(repository: Path, third_party: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of examples/world with all of its data, to be copied by whoever changes it."""
    folder = Path(shutil.copytree(repository / "examples/world", tmp_path_factory.mktemp("world") / "world"))
    sources = [third_party / "wikidata-p190-2016", third_party / "natural-earth"]
    sheet = subprocess.run([sys.executable, folder / "sheet.py", *sources], capture_output=True, check=True).stdout
    (folder / "cities.csv").write_bytes(sheet)
    command = [sys.executable, "-m", "twinld.cli.__main__", "import", "--project", str(folder)]
    arguments = [str(folder / "cities.csv"), "-o", str(folder / "data/cities.ttl")]
    subprocess.run([*command, *arguments], capture_output=True, check=True)
    return folder
