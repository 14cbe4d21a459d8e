"""Who runs next: lanes with places and queues. Plain bookkeeping, no process and no socket."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from twinld.query.limits import Limits

if TYPE_CHECKING:
    from twinld.query.channel import Channel
    from twinld.query.pool import Worker

SHORT_BYTES = 4096
LEAST_QUANTUM = 0.005  # seconds; five times what an ASK needs


@dataclass(eq=False)
class Query:
    """A query on its way through the lanes; times are monotonic seconds."""

    client: Channel
    frame: bytes
    meta: dict[str, Any]
    arrived: float
    timeout: float
    give_up: float  # when it is answered "busy" if it still waits
    losses: int = 0

    @cached_property
    def digest(self) -> str:
        """The hash by which a log names the query without telling its text."""
        text = str(self.meta.get("query", ""))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(eq=False)
class Lane:
    """Places of one kind, who has them, who waits for them."""

    name: str
    places: int
    room: int
    running: set[Worker] = field(default_factory=set)
    queue: deque[Query] = field(default_factory=deque)

    @property
    def has_place(self) -> bool:
        """Whether one more can run."""
        return len(self.running) < self.places

    @property
    def is_full(self) -> bool:
        """Whether no more can wait."""
        return len(self.queue) >= self.room

    def take_next(self) -> Query:
        """Return who runs next, no longer in the queue: the first short query, else the first.

        People and programs send short queries; reading one of 200 KB alone takes longer than answering a hundred.
        """
        chosen = next((query for query in self.queue if len(query.frame) <= SHORT_BYTES), self.queue[0])
        self.queue.remove(chosen)
        return chosen

    def take_overdue(self, now: float) -> list[Query]:
        """Return those who waited too long, no longer in the queue."""
        overdue = [query for query in self.queue if query.give_up <= now]
        for query in overdue:
            self.queue.remove(query)
        return overdue


@dataclass(frozen=True)
class Lanes:
    """The three lanes, most urgent first."""

    reserved: Lane
    quick: Lane
    long: Lane

    def __iter__(self) -> Iterator[Lane]:
        return iter((self.reserved, self.quick, self.long))


def lanes_for(limits: Limits) -> Lanes:
    """Return empty lanes with the places that the limits give."""
    return Lanes(
        Lane("reserved", limits.reserved, limits.queue * 4),
        Lane("quick", limits.quick, limits.queue * 4),  # passes in milliseconds, so it may be long
        Lane("long", limits.workers, limits.queue),
    )


def quantum(limits: Limits, waiting: int) -> float:
    """Return the seconds of a quick place: shorter when many wait, so that a burst passes quickly."""
    return max(LEAST_QUANTUM, limits.quantum / (1 + waiting))
