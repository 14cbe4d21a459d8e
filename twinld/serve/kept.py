"""Representations that were made before, kept within a bound: with their validators and their compressed form.

Behind the front, which keeps whole answers by request: clients that ask for one thing in many ways (every browser has
an Accept header of its own) share what is kept here, and making it is what costs.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property

from twinld.publish.representation import Representation

KEPT_BYTES = 64 * 1024 * 1024  # a process; the built-in project with all pages in three languages takes about half
KEPT_ELSEWHERE = 8 * 1024 * 1024  # of data that are elsewhere, which are not looked at long
LARGEST_KEPT = 4 * 1024 * 1024  # a dump larger than this is made anew: it would push out a thousand pages
WORTH_COMPRESSING = 1_024  # bytes; below, gzip's own 20 bytes and the time do not pay
COMPRESSIBLE = ("text/", "application/json", "application/ld+json", "application/rdf+xml", "application/n-",
                "application/trig", "application/xml", "image/svg+xml", "application/sparql-results")  # fmt: skip


@dataclass(frozen=True)
class Prepared:
    """A representation ready to be sent: each encoding with a strong ETag of its own bytes."""

    representation: Representation

    @cached_property
    def etag(self) -> str:
        """The ETag of the bytes as they are, without quotation marks."""
        return _etag(self.representation.body)

    @cached_property
    def gzipped(self) -> tuple[bytes, str] | None:
        """The gzip form and its ETag; `None` where compression does not pay."""
        found = self.representation
        if len(found.body) < WORTH_COMPRESSING or not found.media_type.startswith(COMPRESSIBLE):
            return None
        packed = gzip.compress(found.body, 6, mtime=0)
        return packed, _etag(packed)


def _etag(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


@dataclass
class Kept:
    """The representations used last, by whatever names them; for the threads of one process."""

    limit: int = KEPT_BYTES
    _entries: OrderedDict[Hashable, Prepared] = field(default_factory=OrderedDict)
    _bytes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Hashable, make: Callable[[], Representation]) -> Prepared:
        """Return what is kept under a key, made now if it is not."""
        with self._lock:
            found = self._entries.get(key)
            if found is not None:
                self._entries.move_to_end(key)
                return found
        prepared = Prepared(make())
        if len(prepared.representation.body) <= LARGEST_KEPT:
            self._keep(key, prepared)
        return prepared

    def _keep(self, key: Hashable, prepared: Prepared) -> None:
        with self._lock:
            if key in self._entries:
                return
            self._entries[key] = prepared
            self._bytes += len(prepared.representation.body)
            while self._bytes > self.limit:
                _, oldest = self._entries.popitem(last=False)
                self._bytes -= len(oldest.representation.body)
