"""Two processes that hold the same data: one serves, the other takes its place in the moment it ends.

Whoever serves forks the other. Each holds one end of a line and finds it closed when the other ends, by whatever
signal. So the data are read once, and they are lost only if both are killed in one moment.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import socket
from collections.abc import Callable


class StandBy(BaseException):
    """Raised in a fork: unwinds what the serving process was doing, down to `serve_always`."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line


class Standby:
    """The process that stands by, as the serving one sees it: its line is readable when it ended."""

    def __init__(self) -> None:
        """Fork it; there StandBy is raised. This process must have one thread only."""
        self.line, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            self.line.close()
            raise StandBy(theirs)
        theirs.close()

    def bury(self) -> None:
        """Let go of one that ended."""
        self.line.close()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


def serve_always(lifeline: int, serve: Callable[[], None]) -> None:
    """Serve here, and there should this process end; returns in both when the lifeline closes.

    `serve` makes a Standby before anything else, and another when that one ends.
    """
    while True:
        try:
            serve()
            return
        except StandBy as order:
            line = order.line
        gc.collect()  # what the serving process had opened since is not for this one: it closes here
        if not _is_needed(lifeline, line):
            return


def _is_needed(lifeline: int, line: socket.socket) -> bool:
    """Wait until the serving process or the lifeline ends; tell whether to serve."""
    with line:
        ended(lifeline, line.fileno(), seconds=None)
    return lifeline not in ended(lifeline, seconds=0)


def ended(*pipes: int, seconds: float | None) -> set[int]:
    """Return those of some pipes whose other end is closed, at the latest after some seconds; `None` waits for one."""
    poll = select.poll()  # unlike select.select it takes descriptors above 1023
    for pipe in pipes:
        poll.register(pipe, select.POLLIN)
    return {pipe for pipe, _ in poll.poll(None if seconds is None else seconds * 1000)}
