"""What one query and all queries together may use: plain numbers for the supervisor and for users."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields, replace

MEGABYTE = 1 << 20
LEAST_MEMORY_MB = 64  # the engine itself needs about 20 MB for a query with a sort


@dataclass(frozen=True)
class Limits:
    """The limits of an endpoint; seconds, megabytes and counts.

    A query first has a *quick* place for `quantum` seconds. One that needs longer gives that place up and
    goes on (or waits) in one of the `workers` long places, at the lowest priority. So a hundred bad queries
    never keep a good one waiting. `reserved` places are for the pages and canned queries of the site itself; one of
    those that takes longer than `reserved_seconds` goes to the long places too.
    """

    timeout: float = 10.0  # seconds of a query, from the moment it has a long place
    memory_mb: int = 512  # private memory that a query may take beyond the data
    result_mb: int = 64  # size of one answer
    workers: int = 2  # long queries that run at the same time
    quick: int = 2  # short queries that run at the same time
    reserved: int = 2  # trusted queries that run at the same time
    queue: int = 32  # queries that may wait for a place, in each of the queues
    queue_seconds: float = 5.0  # the longest wait before "busy"
    reserved_seconds: float = 2.0  # in a reserved place; the slowest canned query takes about 0.4
    quantum: float = 0.1  # seconds in a quick place; an ASK needs 0.001, the slowest canned query about 0.4
    query_bytes: int = 256 * 1024  # length of a query in UTF-8
    nesting: int = 200  # depth of brackets; Oxigraph overflows its stack between 4,000 and 10,000
    slow_seconds: float = 1.0  # from here on a query is logged

    def to_json(self) -> str:
        """Return the limits as one line of JSON for the supervisor's command line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Limits:
        """Return the limits that `to_json` wrote; unknown keys are left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in json.loads(text).items() if key in known})

    @classmethod
    def for_machine(cls, **wishes: float) -> Limits:
        """Return limits that fit this machine: all places full leave half of its memory for the data."""
        limits = replace(cls(workers=max(1, os.cpu_count() or 1)), **wishes)  # type: ignore[arg-type]
        if "memory_mb" in wishes:
            return limits
        places = limits.workers + limits.quick + limits.reserved
        share = machine_memory_mb() // 2 // places
        return replace(limits, memory_mb=max(LEAST_MEMORY_MB, min(limits.memory_mb, share)))


def machine_memory_mb() -> int:
    """Return the physical memory of this machine in megabytes."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // MEGABYTE
