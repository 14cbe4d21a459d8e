"""How many queries a process answers at a time, and how many of them for one client: the others are for the pages."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from twinld.query.errors import QueryBusy


@dataclass
class Turnstile:
    """Counts who is inside; for the threads of one process."""

    places: int = 52  # of the 64 threads of a process
    share: int = 40  # of one client
    _inside: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def place(self, client: str) -> Iterator[None]:
        """Hold a place for a client; raises QueryBusy where there is none."""
        with self._lock:
            if self._inside.total() >= self.places or self._inside[client] >= self.share:
                raise QueryBusy("too many queries at a time", hint=f"Try again in {QueryBusy.retry_after} seconds.")
            self._inside[client] += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside[client] -= 1
                if not self._inside[client]:
                    del self._inside[client]
