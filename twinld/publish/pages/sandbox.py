"""The environment of templates: no way into Python. Imported when the first page is made, for Jinja takes its time."""

from __future__ import annotations

from typing import Any

from jinja2.sandbox import ImmutableSandboxedEnvironment


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, which asks the same of the same types again and again: its answers are kept by type and name.

    A page of a city asks 3,000 times; Jinja works out the answer with a dozen calls each, a third of the page's time.
    """

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - handed on to Jinja as they are
        super().__init__(*args, **options)
        self._safe: dict[tuple[type, str], bool] = {}

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Tell whether a template may read an attribute; Jinja's rules look at the type and the name only."""
        key = (type(obj), attr)
        known = self._safe.get(key)
        if known is None:
            known = self._safe[key] = super().is_safe_attribute(obj, attr, value)
        return known
