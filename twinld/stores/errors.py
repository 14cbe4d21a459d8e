"""What can go wrong with a store that is elsewhere; the status is what a server in front of it answers."""

from __future__ import annotations

from twinld.errors import IncompleteError


class StoreError(IncompleteError):
    """The store refuses, or answers what is no answer."""

    status = 502
    retry_after: int | None = None  # seconds


class StoreAwayError(StoreError):
    """Nothing answers at the store's address, or the connection is cut: it may be back in a moment."""

    status = 503
    retry_after = 1


class StoreTimeoutError(StoreError):
    """The store did not answer in time."""

    status = 504


class StoreBusyError(StoreError):
    """As many requests wait for the store already as may."""

    status = 503
    retry_after = 2


class StoreTooMuchError(StoreError):
    """The store's answer is longer than anybody reads here, or the store itself cuts it."""

    status = 503
