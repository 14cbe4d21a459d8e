"""Check, publish and query a folder of RDF.

The names below are the library; each is imported when it is first used, so that `import twinld` costs nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twinld.checks.report import CheckReport
    from twinld.checks.run import run_checks
    from twinld.checks.validation import Validation, validate
    from twinld.derive.rules import derive
    from twinld.errors import TwinldError
    from twinld.graph.dataset import Dataset, load
    from twinld.graph.description import Description, describe
    from twinld.publish.publication import Publication
    from twinld.publish.site import build
    from twinld.serve.app import create_app
    from twinld.serve.opening import opened, published
    from twinld.source.project import Project, open_files, open_project

_HOMES = {
    "CheckReport": "twinld.checks.report",
    "Dataset": "twinld.graph.dataset",
    "Description": "twinld.graph.description",
    "Project": "twinld.source.project",
    "Publication": "twinld.publish.publication",
    "TwinldError": "twinld.errors",
    "Validation": "twinld.checks.validation",
    "build": "twinld.publish.site",
    "create_app": "twinld.serve.app",
    "derive": "twinld.derive.rules",
    "describe": "twinld.graph.description",
    "load": "twinld.graph.dataset",
    "open_files": "twinld.source.project",
    "open_project": "twinld.source.project",
    "opened": "twinld.serve.opening",
    "published": "twinld.serve.opening",
    "run_checks": "twinld.checks.run",
    "validate": "twinld.checks.validation",
}

__all__ = [
    "CheckReport",
    "Dataset",
    "Description",
    "Project",
    "Publication",
    "TwinldError",
    "Validation",
    "build",
    "create_app",
    "derive",
    "describe",
    "load",
    "open_files",
    "open_project",
    "opened",
    "published",
    "run_checks",
    "validate",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - what is looked up has the type of its home
    """Return a public name from its home. Source: PEP 562."""
    if name not in _HOMES:
        raise AttributeError(f"module 'twinld' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


class _Library(ModuleType):
    """The module itself: the room `derive` does not take the place of the function when something imports it."""

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401 - an attribute of any type
        """Bind a name, but for a room that is called as a public name is."""
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Library
