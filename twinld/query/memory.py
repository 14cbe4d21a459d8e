"""What was computed once and stays true as long as the data do: a memory with a bound."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")
SHARE = 4  # one thing may take this part of the room; what is larger is not kept


class Memory(Generic[T]):
    """Values by key, of which the longest unused go when their sizes together exceed the room. Safe for threads."""

    def __init__(self, room: int, size: Callable[[T], int]) -> None:
        self.room, self.size, self.taken = room, size, 0
        self._kept: dict[Hashable, T] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the value of a key, made now if it is not kept. What `make` raises is raised and not kept."""
        with self._lock:
            if key in self._kept:
                self._kept[key] = self._kept.pop(key)  # now the last to go
                return self._kept[key]
        made = make()
        if self.size(made) * SHARE <= self.room:
            self._keep(key, made)
        return made

    def _keep(self, key: Hashable, made: T) -> None:
        with self._lock:
            if key in self._kept:
                return  # another thread was faster
            self._kept[key] = made
            self.taken += self.size(made)
            while self.taken > self.room:
                self.taken -= self.size(self._kept.pop(next(iter(self._kept))))
