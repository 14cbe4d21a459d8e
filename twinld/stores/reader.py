"""Questions to a store on behalf of a request: within its deadline, and not too many at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from twinld.stores.answers import Row
from twinld.stores.client import Store
from twinld.stores.errors import StoreBusyError, StoreTimeoutError

LOOKUP_SECONDS = 10.0  # of a request's look-ups together, where it has set no deadline itself
PLACES = 16  # look-ups of one process that run at a time; more only wait in the store
WAIT_SECONDS = 2.0
_UNTIL: ContextVar[float | None] = ContextVar("until", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Give all look-ups in the block so many seconds together; a deadline that is set already stays."""
    if _UNTIL.get() is not None:
        yield
        return
    token = _UNTIL.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _UNTIL.reset(token)


def seconds_left(otherwise: float) -> float:
    """Return the seconds that are left of the request's deadline. Raises `StoreTimeoutError` for none."""
    until = _UNTIL.get()
    if until is None:
        return otherwise
    left = until - time.monotonic()
    if left <= 0:
        raise StoreTimeoutError("the store took too long", hint="try again in a moment")
    return left


@dataclass(frozen=True)
class Gate:
    """So many may be inside at a time; who comes waits a little, then is sent away."""

    places: int
    wait_seconds: float
    _free: threading.BoundedSemaphore = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_free", threading.BoundedSemaphore(self.places))

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Hold a place for the block. Raises `StoreBusyError`."""
        if not self._free.acquire(timeout=min(self.wait_seconds, seconds_left(self.wait_seconds))):
            raise StoreBusyError("too many requests wait for the store", hint="try again in a moment")
        try:
            yield
        finally:
            self._free.release()


@dataclass(frozen=True)
class Reader:
    """A store as it is read for pages. Safe for threads."""

    store: Store
    gate: Gate = field(default_factory=lambda: Gate(PLACES, WAIT_SECONDS))

    def rows(self, query: str, *, seconds: float | None = None) -> list[Row]:
        """Return the solutions of a SELECT; `seconds` where the request's deadline is not what counts."""
        with self.gate.inside():
            return self.store.select(query, seconds=seconds or seconds_left(LOOKUP_SECONDS), mended=True)
