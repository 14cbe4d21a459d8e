"""The life of a worker: a child of the supervisor that takes queries from a socket pair, one at a time.

It inherits the loaded store by fork. It may end at any moment (memory, stack, deadline): the supervisor
answers for it.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from twinld.query import wire
from twinld.query.engine import Job, Written, execute
from twinld.query.errors import QueryError, QueryOutOfMemory, error_fields
from twinld.query.limits import MEGABYTE, Limits

if TYPE_CHECKING:
    import pyoxigraph

GROWTH_PAGES = 32 * MEGABYTE // 4096  # a worker that grew beyond this is replaced
SERVED_AT_MOST = 1000  # a worker is replaced now and then, so that no leak lasts


class Spool:
    """Collects an answer: in memory while it is small, in the worker's file when it grows."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.size, self.in_file = file, 0, False
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        self.size += len(data)
        self.parts.append(bytes(data))
        if self.in_file or self.size > wire.INLINE_BYTES:
            self.in_file = True
            self.file.write(b"".join(self.parts))
            self.parts.clear()
        return len(data)


@dataclass(frozen=True)
class Work:
    """What every worker has: the data, the limits, the prefixes of the data."""

    store: pyoxigraph.Store
    limits: Limits
    prefixes: Mapping[str, str]


def serve(work: Work, sock: socket.socket, file: BinaryIO, statm: int | None) -> None:
    """Answer queries until the socket ends, the worker has grown, or an answer went into the file.

    `statm` is an open /proc/self/statm, read to see the growth (no file can be opened any more).
    """
    start = _resident(statm)
    for number in range(1, SERVED_AT_MOST + 1):
        message = wire.receive(sock)
        if message is None:
            return
        spool = Spool(file)
        reply = _answer(message[0].meta, spool, work)
        retiring = spool.in_file or number == SERVED_AT_MOST or _resident(statm) - start > GROWTH_PAGES
        if retiring:
            reply = bytes([reply[0] | wire.RETIRING]) + reply[1:]
        sock.sendall(reply)
        if retiring:
            return


def _resident(statm: int | None) -> int:
    return int(os.pread(statm, 200, 0).split()[1]) if statm is not None else 0


def _answer(meta: dict[str, Any], spool: Spool, work: Work) -> bytes:
    """Return the frame that answers a request; a large body is in the worker's file."""
    try:
        written = execute(work.store, Job.from_meta(meta), spool, work.limits, work.prefixes)
        if spool.in_file:
            spool.file.flush()
    except QueryError as error:
        return wire.encode(wire.FAILED, error_fields(error))
    except MemoryError:
        return wire.encode(wire.FAILED, error_fields(out_of_memory(work.limits)))
    fields = _fields(written, spool.size)
    if spool.in_file:
        return wire.encode(wire.IN_FILE, fields)
    return wire.encode(wire.INLINE, fields, b"".join(spool.parts))


def _fields(written: Written, size: int) -> dict[str, Any]:
    return {
        "kind": written.kind,
        "media_type": written.media_type,
        "variables": written.variables,
        "size": size,
    }


def out_of_memory(limits: Limits) -> QueryOutOfMemory:
    """Return the error of a query that hit the memory cap."""
    return QueryOutOfMemory(
        f"the query needed more than {limits.memory_mb} MB of memory",
        hint="Sort, group or join fewer rows; add triple patterns that share variables.",
    )
