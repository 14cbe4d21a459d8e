"""The environment of templates: no way into Python. Imported when the first page is made, for Jinja takes its time."""

from __future__ import annotations

from types import MethodType
from typing import Any

from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, which asks the same of the same types again and again: its answers are kept by type and name.

    A page of a city asks 3,000 times; Jinja works out the answer with a dozen calls each, a third of the page's time.
    """

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - handed on to Jinja as they are
        super().__init__(*args, **options)
        self._safe: dict[tuple[type, str], bool] = {}
        self._ours: set[tuple[type, str]] = set()
        self._methods: set[object] = set()

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - as Jinja has it
        """Return an attribute; of the package's own classes at once, where Jinja found it safe before."""
        key = (type(obj), attribute)
        if key in self._ours:
            return getattr(obj, attribute)
        found = super().getattr(obj, attribute)
        if self._safe.get(key) and type(obj).__module__.startswith("twinld."):
            self._ours.add(key)
        return found

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Call an object; macros and the package's own methods at once, the latter where Jinja found them safe."""
        if type(__obj) is Macro:
            kwargs.pop("_loop_vars", None)
            kwargs.pop("_block_vars", None)
            return __obj(__context.eval_ctx, *args, **kwargs)
        if type(__obj) is MethodType and __obj.__func__ in __self._methods:
            kwargs.pop("_loop_vars", None)
            kwargs.pop("_block_vars", None)
            return __obj(*args, **kwargs)
        if type(__obj) is MethodType and __self._is_ours(__obj):
            __self._methods.add(__obj.__func__)
        return super().call(__context, __obj, *args, **kwargs)

    def _is_ours(self, method: MethodType) -> bool:
        """Tell whether a method is the package's, safe, and asks for nothing of the template around it."""
        function = method.__func__
        ours = str(getattr(function, "__module__", "")).startswith("twinld.")
        return ours and self.is_safe_callable(method) and not hasattr(function, "jinja_pass_arg")

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Tell whether a template may read an attribute; Jinja's rules look at the type and the name only."""
        key = (type(obj), attr)
        known = self._safe.get(key)
        if known is None:
            known = self._safe[key] = super().is_safe_attribute(obj, attr, value)
        return known
