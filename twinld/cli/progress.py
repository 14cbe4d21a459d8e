"""One line on a terminal that says how far a long run is; nothing anywhere else, and nothing for short runs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

QUIET_SECONDS = 0.5  # a run that is over by then says nothing


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Hand out a function that shows what is being done; the line is wiped at the end."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    started = time.monotonic()
    shown = False

    def tell(text: str) -> None:
        nonlocal shown
        if time.monotonic() - started > QUIET_SECONDS:
            shown = True
            sys.stderr.write(f"\r{text[:78]}\x1b[K")
            sys.stderr.flush()

    try:
        yield tell
    finally:
        if shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
