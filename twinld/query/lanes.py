"""Who runs next: lanes with places and queues. Plain bookkeeping, no process and no socket."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from twinld.query.limits import Limits

if TYPE_CHECKING:
    from twinld.query.channel import Channel
    from twinld.query.pool import Worker

SHORT_BYTES = 4096
CLIENTS = 10_000  # remembered
LEAST_QUANTUM = 0.005  # seconds; five times what an ASK needs


def digest(text: str) -> str:
    """Return the hash by which a log names a query without telling its text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


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
    who: str = ""  # the client, as the web server knows it; clients take turns

    @cached_property
    def digest(self) -> str:
        """The hash by which a log names the query."""
        return digest(str(self.meta.get("query", "")))


@dataclass(eq=False)
class Lane:
    """Places of one kind, who has them, who waits for them."""

    name: str
    places: int
    room: int
    running: set[Worker] = field(default_factory=set)
    queue: deque[Query] = field(default_factory=deque)
    turn: int = 0
    turns: dict[str, int] = field(default_factory=dict)  # when each client had its last, the longest ago first

    @property
    def has_place(self) -> bool:
        """Whether one more can run."""
        return len(self.running) < self.places

    def put(self, query: Query) -> Query | None:
        """Let a query wait. Where there is no room, return who gives way: the last of the client with the most."""
        self.queue.append(query)
        if len(self.queue) <= self.room:
            return None
        (greedy, _), *_ = Counter(each.who for each in self.queue).most_common(1)
        last = next(each for each in reversed(self.queue) if each.who == greedy)
        self.queue.remove(last)
        return last

    def take_next(self) -> Query:
        """Return who runs next, no longer in the queue: of the short queries, else of all, that whose client has had
        the fewest places: now, then for the longest time.

        People and programs send short queries; reading one of 200 KB alone takes longer than answering a hundred.
        """
        if len(self.queue) == 1:
            return self._served(self.queue.popleft())
        held = self.holders()
        short = [query for query in self.queue if len(query.frame) <= SHORT_BYTES]
        chosen = min(short or self.queue, key=lambda query: (held[query.who], self.turns.get(query.who, 0)))
        self.queue.remove(chosen)
        return self._served(chosen)

    def _served(self, query: Query) -> Query:
        self.turns.pop(query.who, None)
        self.turn += 1
        self.turns[query.who] = self.turn
        if len(self.turns) > CLIENTS:
            del self.turns[next(iter(self.turns))]
        return query

    def holders(self) -> Counter[str]:
        """Return how many places each client has."""
        return Counter(each.query.who for each in self.running if each.query)

    def overtaken(self) -> Worker | None:
        """Return whom a client without any place may end: the youngest of one with several, `None` if there is none."""
        held = self.holders()
        if self.has_place or all(query.who in held for query in self.queue):
            return None
        greedy, number = held.most_common(1)[0]
        theirs = [each for each in self.running if each.query and each.query.who == greedy]
        return max(theirs, key=lambda each: each.started) if number > 1 else None

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
