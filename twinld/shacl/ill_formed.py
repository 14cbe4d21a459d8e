"""The one exception of compiling: a parameter that says nothing, or nothing that this engine does."""

from __future__ import annotations


class IllFormed(Exception):
    """Raised for a parameter that cannot be read; `foreign` where it is right but left to pySHACL."""

    def __init__(self, reason: str, *, foreign: bool = False) -> None:
        super().__init__(reason)
        self.foreign = foreign
