"""Loads one state of a project over another, killed at the n-th file operation for every n: a line of JSON each.

A process of its own, which opens no store itself: those of the engine have threads, and this one forks.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from twinld.graph.dataset import Dataset
from twinld.serve.opening import dataset_of
from twinld.serve.storage import open_directory, write
from twinld.source.project import open_project

OPERATIONS = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree", "fcntl.flock", "mmap.__new__")


def main(old: str, new: str, directory: str) -> None:
    """Say for every load: at which operation it was killed, how it ended, what is there afterwards."""
    before, after = dataset_of(open_project(old)), dataset_of(open_project(new))
    target = Path(directory)
    assert forked(lambda: load(before, target, at=0)) == 0
    ended = -1
    for number in range(1, 10_000):
        ended = forked(lambda number=number: load(after, target, at=number))  # type: ignore[misc]
        found = open_directory(target)
        assert found.stored is not None
        queried = forked(lambda found=found: count(found))  # type: ignore[misc]
        state = {"killed_at": number, "ended": ended, "title": title(found), "queried": queried}
        del found
        print(json.dumps(state), flush=True)
        if ended == 0:
            break
        if state["title"] != title(before):
            assert forked(lambda: load(before, target, at=0)) == 0
    print(json.dumps(sorted(path.name for path in target.iterdir())))


def forked(work: Callable[[], None]) -> int:
    """Run something in a forked process; return how that ended."""
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1]
    try:
        work()
    except BaseException as error:  # noqa: BLE001 - it must end here
        print(repr(error), file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


def load(dataset: Dataset, directory: Path, *, at: int) -> None:
    """Load; die by SIGKILL before the n-th file operation in the directory, 0 for none."""
    count = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event in OPERATIONS and (str(directory) in str(arguments) or event == "fcntl.flock"):
            count += 1
            if count == at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    write(dataset, directory, public_url=None, tell=lambda _: None)


def count(dataset: Dataset) -> None:
    """Fail where the store for queries does not have what the dataset has, but for the descriptions of queries."""
    assert dataset.stored is not None
    store = ox.Store.read_only(str(dataset.stored.sparql))
    described = ox.NamedNode(dataset.base_iri + "graph/queries")
    named = {quad for quad in store if not isinstance(quad.graph_name, ox.DefaultGraph)}
    assert len([quad for quad in named if quad.graph_name != described]) == len(dataset.quads)


def title(dataset: Dataset) -> str:
    """Return what the seventh pump is called."""
    ids, keys = dataset.table.ids, dataset.table.keys
    rows = dataset.quads.rows_of_subject(ids["<https://example.org/pumps/id/pump/7>"])
    return next(keys[dataset.quads.object[row]] for row in rows if keys[dataset.quads.object[row]].endswith("@en"))


if __name__ == "__main__":
    main(*sys.argv[1:])
