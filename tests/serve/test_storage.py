"""`twinld load`: whole or not at all, refused where it would do harm, and told apart from what is no such store."""

from __future__ import annotations

import fcntl
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from twinld.graph.dataset import Dataset
from twinld.serve.opening import dataset_of
from twinld.serve.storage import StorageError, open_directory, write
from twinld.source.project import open_project

SAMPLE = Path(__file__).parents[1] / "backends/sample"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "pumps"))


@pytest.fixture
def load(project: Path, tmp_path: Path) -> Callable[[], Path]:
    """Load the project as it is now, and return the directory."""

    def run() -> Path:
        write(dataset_of(open_project(project)), tmp_path / "store", public_url=None, tell=lambda _: None)
        return tmp_path / "store"

    return run


def twinld(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "twinld.cli", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def said(dataset: Dataset) -> list[list[tuple[str, ...]]]:
    """Return the statements of each file with their places, those that are derived, and all with their graphs."""
    keys, quads = dataset.table.keys, dataset.quads
    parts = [*(file.parsed.statements for file in dataset.files), dataset.derived]
    return [
        *([(keys[s], keys[p], keys[o], keys[g]) for s, p, o, g in part] for part in parts),
        *([(str(at),) for at in (*part.subject_at, *part.predicate_at, *part.object_at)] for part in parts),
        [tuple(keys[number] for number in quads.row(row)) for row in range(len(quads))],
    ]


def says(dataset: Dataset, key: str) -> bool:
    return key in dataset.table.ids


def folders(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir() if path.is_dir())


def change(project: Path, number: int) -> None:
    path = project / "data/pumps.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace("Seventh", f"Seventh {number}"), encoding="utf-8")


def test_what_is_opened_is_what_was_read(load: Callable[[], Path], project: Path) -> None:
    read = dataset_of(open_project(project))
    opened = open_directory(load())

    assert said(opened) == said(read)
    assert [file.source.name for file in opened.files] == [file.source.name for file in read.files]
    assert opened.base_iri == read.base_iri
    for old, new in zip(read.files, opened.files, strict=True):
        for at in (0, 40, 400):
            assert new.parsed.position(at) == old.parsed.position(at)


def test_a_second_load_takes_the_place_of_the_first(load: Callable[[], Path], project: Path) -> None:
    load()
    change(project, 2)
    directory = load()

    assert says(open_directory(directory), '"Seventh 2"@en')
    assert folders(directory) == ["data-2"]


def test_who_serves_the_old_data_goes_on_while_new_are_loaded(load: Callable[[], Path], project: Path) -> None:
    old = open_directory(load())
    change(project, 2)
    directory = load()
    new = open_directory(directory)

    assert folders(directory) == ["data-1", "data-2"]
    assert (says(old, '"Seventh"@en'), says(new, '"Seventh 2"@en')) == (True, True)
    assert old.stored is not None
    assert (old.stored.sparql / "CURRENT").is_file()

    del old
    load()

    assert folders(directory) == ["data-2", "data-3"]


def test_a_directory_with_other_files_is_refused_and_left_alone(load: Callable[[], Path], tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store/thesis.txt").write_text("my only copy")

    with pytest.raises(StorageError, match="has files that twinld load did not write"):
        load()

    assert [path.name for path in (tmp_path / "store").iterdir()] == ["thesis.txt"]


def test_two_loads_into_one_directory_do_not_mix(load: Callable[[], Path]) -> None:
    directory = load()
    with (directory / "twinld-store.lock").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(StorageError, match="another twinld load writes into"):
            load()

    assert folders(directory) == ["data-1"]


def test_a_load_killed_at_any_file_operation_leaves_the_old_data_or_the_new(project: Path, tmp_path: Path) -> None:
    changed = Path(shutil.copytree(project, tmp_path / "changed"))
    change(changed, 2)
    command = [sys.executable, "-m", "tests.serve.broken_off_loads", project, changed, tmp_path / "store"]
    done = subprocess.run(command, cwd=SAMPLE.parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *loads, left = map(json.loads, done.stdout.splitlines())
    titles = [each["title"] for each in loads]

    assert len(loads) > 40
    assert {each["ended"] for each in loads[:-1]} == {signal.SIGKILL}
    assert {each["queried"] for each in loads} == {0}
    assert titles[0] == '"Seventh"@en'
    assert titles[-1] == '"Seventh 2"@en'
    assert titles == sorted(titles, key=titles.index), "the new data, once they are there, stay"
    assert [name for name in left if not name.startswith("data-")] == ["twinld-store.json", "twinld-store.lock"]
    assert len(left) == 3


@pytest.fixture
def damaged(load: Callable[[], Path]) -> Iterator[Callable[[str], Path]]:
    """Return a function that spoils one file of a store, by its name."""

    def spoil(name: str) -> Path:
        directory = load()
        path = directory / name
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        return directory

    return spoil


@pytest.mark.parametrize("name", ["keys", "key-slots", "subject", "object-order", "documents", "lines"])
def test_one_wrong_bit_is_seen(damaged: Callable[[str], Path], name: str) -> None:
    directory = damaged(f"data-1/{name}")

    with pytest.raises(StorageError, match=f"is damaged: data-1/{name} is not what was written") as said:
        open_directory(directory)

    assert said.value.hint == f"load the data again: twinld load --store {directory}"


def test_a_file_that_is_cut_short_or_missing_is_seen(load: Callable[[], Path]) -> None:
    directory = load()
    store = next((directory / "data-1/sparql").glob("*.sst"))
    store.write_bytes(store.read_bytes()[:-1])
    with pytest.raises(StorageError, match=f"sparql/{store.name} has not the size"):
        open_directory(directory)

    (directory / "data-1/keys").unlink()
    with pytest.raises(StorageError, match="data-1/keys has not the size"):
        open_directory(directory)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}'])
def test_a_manifest_that_is_none_is_seen(load: Callable[[], Path], text: str) -> None:
    directory = load()
    (directory / "twinld-store.json").write_text(text)

    with pytest.raises(StorageError, match="is damaged"):
        open_directory(directory)


@pytest.mark.parametrize("key", ["columns", "dataset", "more", "project", "settings", "sparql", "public_url"])
def test_a_manifest_that_lacks_something_is_seen(load: Callable[[], Path], key: str) -> None:
    directory = load()
    path = directory / "twinld-store.json"
    manifest = json.loads(path.read_text())
    del manifest[key]
    path.write_text(json.dumps(manifest))

    with pytest.raises(StorageError, match="is damaged: twinld-store"):
        open_directory(directory)


@pytest.mark.parametrize(("key", "value"), [("format", 99), ("byte_order", "middle")])
def test_another_version_is_refused_by_name(load: Callable[[], Path], key: str, value: object) -> None:
    directory = load()
    path = directory / "twinld-store.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))

    with pytest.raises(StorageError, match=r"in another format|another byte order"):
        open_directory(directory)


def test_settings_that_make_other_data_are_refused(load: Callable[[], Path], project: Path) -> None:
    directory = load()
    config = project / "twinld.toml"
    config.write_text(config.read_text() + 'private-paths = ["data/plan.trig"]\n')

    with pytest.raises(StorageError, match="loaded with another private-paths than the project has now"):
        open_directory(directory)


def test_settings_that_only_say_how_it_looks_are_those_of_today(load: Callable[[], Path], project: Path) -> None:
    directory = load()
    config = project / "twinld.toml"
    config.write_text(config.read_text().replace('en = "Pumps"', 'en = "All pumps"'))

    assert open_directory(directory).project.config.title["en"] == "All pumps"


def test_a_project_that_moved_is_named_anew(load: Callable[[], Path], project: Path, tmp_path: Path) -> None:
    directory = load()
    moved = project.rename(tmp_path / "elsewhere")

    with pytest.raises(StorageError, match="no longer there"):
        open_directory(directory)
    assert says(open_directory(directory, open_project(moved)), '"Seventh"@en')


def test_data_with_violations_are_not_loaded(load: Callable[[], Path], project: Path) -> None:
    directory = load()
    (project / "data/bad.ttl").write_text(
        "<https://example.org/pumps/id/pump/9> a <https://example.org/pumps/ns#Pump> .\n"
    )
    refused = twinld("load", "--store", directory, cwd=project)
    forced = twinld("load", "--store", directory, "--force", cwd=project)

    assert (refused.returncode, "Give the pump a name." in refused.stderr) == (1, True)
    assert forced.returncode == 0
    assert folders(directory) == ["data-2"]


def test_files_of_no_project_are_loaded_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "some.ttl").write_text("<https://a.example/x> <https://a.example/p> 1.50 .\n")
    loaded = twinld("load", "some.ttl", "--store", "store", cwd=tmp_path)
    answer = twinld("serve", "--store", "store", "--get", "doc/x.nt", cwd=tmp_path)

    assert (loaded.returncode, loaded.stdout.split(",")[0]) == (0, "1 statements in 1 graphs")
    assert '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>' in answer.stdout


def test_a_store_is_queried_from_the_command_line(load: Callable[[], Path], tmp_path: Path) -> None:
    directory = load()
    named = twinld("query", "--store", directory, "pumps", "-f", "csv", cwd=tmp_path)
    listed = twinld("query", "--store", directory, cwd=tmp_path)

    assert "https://example.org/pumps/id/pump/7,Seventh,1.1" in named.stdout.splitlines()
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["after", "pumps"]


def test_a_file_system_that_is_full_is_a_sentence(project: Path, load: Callable[[], Path]) -> None:
    """No file may be larger than 4,000 bytes here: the system refuses as it does on a full disk."""
    directory = load()
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000)); sys.argv[0] = 'twinld'; "
    command = limited + "from twinld.cli.__main__ import main; sys.exit(main())"
    arguments = ["-c", command, "load", "--store", str(directory)]
    done = subprocess.run([sys.executable, *arguments], cwd=project, capture_output=True, text=True, check=False)

    assert done.returncode == 2, done.stderr
    assert f"there is no room on the disk for {directory}" in done.stderr
    assert folders(directory) == ["data-1"]
    assert says(open_directory(directory), '"Seventh"@en')
