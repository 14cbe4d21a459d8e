"""Memory that is let go goes back to the system: glibc keeps what threads have freed, each thread apart.

Measured on a server with eight visitors at a time: 115 MB without, 90 MB with it. Elsewhere than on glibc nothing is
done, and nothing is missing but that.
"""

from __future__ import annotations

import ctypes
import gc

ARENA_MAX = -8  # M_ARENA_MAX of malloc.h
ARENAS = 2


def keep_together() -> None:
    """Let threads share their memory; to be called before they begin."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(ARENA_MAX, ARENAS)


def give_back() -> None:
    """Collect what nobody needs any more, and return it to the system."""
    gc.collect()  # a window and its pages refer to each other: they would stay until much more is thrown away
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)
