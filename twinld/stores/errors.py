"""What can go wrong with a store that is elsewhere; the status is what a server in front of it answers."""

from __future__ import annotations

from twinld.errors import IncompleteError


class StoreError(IncompleteError):
    """The store refuses, or answers what is no answer."""

    status = 502


class StoreAwayError(StoreError):
    """Nothing answers at the store's address, or the connection is cut: it may be back in a moment."""

    status = 503


class StoreTimeoutError(StoreError):
    """The store did not answer in time."""

    status = 504
