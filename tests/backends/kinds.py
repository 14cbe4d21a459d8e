"""Where the data can be while they are served: one function each, from a project's folder to its publication."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from twinld.publish.publication import Publication
from twinld.serve.opening import dataset_of, opened
from twinld.source.project import open_project

PUBLIC_URL = "https://data.example.org/"
Opener = Callable[[Path, Path], AbstractContextManager[Publication]]
"""From the folder of a project, and an empty folder to put things in, to what is served."""


@dataclass(frozen=True)
class Kind:
    """A place for the data. `literals` lists what it writes otherwise: how the author wrote it, and how it comes back.

    The keys are texts as they stand in answers, such as `"1.10"`. An empty list means: to the byte.
    """

    open: Opener
    literals: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def memory(project: Path, _: Path) -> Iterator[Publication]:
    """The data in memory, as `twinld serve` has them."""
    with opened(dataset_of(open_project(project)), public_url=PUBLIC_URL) as publication:
        yield publication


KINDS: Mapping[str, Kind] = {
    "memory": Kind(memory),
}
