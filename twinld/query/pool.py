"""Workers as processes: forked from the supervisor with the loaded data, confined, ended."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from twinld.query import sandbox
from twinld.query.channel import Channel
from twinld.query.lanes import Lane, Query
from twinld.query.limits import MEGABYTE, Limits
from twinld.query.worker import Work

OPEN_FILES = 65536  # descriptors above this are not ours
LOWEST_PRIORITY = 19


@dataclass(eq=False)
class Worker:
    """A forked worker as the supervisor sees it; `until` is when its time in its lane is over."""

    pid: int
    file: BinaryIO
    channel: Channel | None = None
    query: Query | None = None
    lane: Lane | None = None
    started: float = 0.0
    cpu: float = 0.0  # what it had used when it got its query, in seconds
    until: float = 0.0


@dataclass(frozen=True)
class Life:
    """What a worker does: `open` its data, then, behind the walls, `serve` them.

    `serve` takes the worker's socket, its file for large answers, and its open /proc/self/statm. `files` is the
    highest descriptor that it may have in use; 0 if it opens none.
    """

    open: Callable[[], Work]
    serve: Callable[[Work, socket.socket, BinaryIO, int | None], None]
    files: int = 0


def fork_worker(limits: Limits, life: Life) -> tuple[Worker, socket.socket]:
    """Return a new worker and the supervisor's end of its socket. This process must have one thread only."""
    ours, theirs = socket.socketpair()
    file = _answer_file()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _live(theirs, file, parent, limits, life)
    theirs.close()
    return Worker(pid, file), ours


def _answer_file() -> BinaryIO:
    """Return a file without a name: in memory where the system can, else among the temporary files."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("answer"), "w+b")
    return tempfile.TemporaryFile()


def _live(theirs: socket.socket, file: BinaryIO, parent: int, limits: Limits, life: Life) -> None:
    """Be the child: confine it, run it, never return."""
    status = 1
    try:
        sandbox.die_with(parent)
        statm = _prepare(theirs.fileno(), file.fileno())
        work = life.open()
        sandbox.confine(
            memory=limits.memory_mb * MEGABYTE, file_size=(limits.result_mb + 1) * MEGABYTE, files=life.files
        )
        life.serve(work, theirs, file, statm)
        status = 0
    except BaseException:  # noqa: BLE001  (nothing may return to the supervisor's code)
        os.write(1, traceback.format_exc().encode())
    finally:
        os._exit(status)


def _prepare(*kept: int) -> int | None:
    """Close all descriptors but those kept; standard error goes to nowhere, 1 is the log from here on."""
    os.dup2(2, 1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 2)  # the engine writes a line there when it runs out of memory
    statm = None
    with contextlib.suppress(OSError):
        adjust = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
        os.write(adjust, b"1000")  # if the machine runs out of memory, a worker goes first
        os.close(adjust)
        statm = os.open("/proc/self/statm", os.O_RDONLY)
    start = 3
    for number in sorted({*kept, *(() if statm is None else (statm,))}):
        os.closerange(start, number)
        start = number + 1
    os.closerange(start, OPEN_FILES)
    return statm


def end(worker: Worker) -> None:
    """Kill a worker and wait for the kernel to have ended it."""
    if worker.channel:
        worker.channel.close()
    worker.file.close()
    with contextlib.suppress(ProcessLookupError):
        os.kill(worker.pid, signal.SIGKILL)


def cpu_seconds(pid: int) -> float | None:
    """Return the seconds that a process was on a processor; `None` where the system does not tell."""
    try:
        with open(f"/proc/{pid}/schedstat", "rb") as file:  # noqa: PTH123  (called for every query: keep it cheap)
            return int(file.read().split()[0]) / 1e9
    except (OSError, ValueError, IndexError):
        return None


def lower_priority(worker: Worker) -> None:
    """Give a worker the lowest priority; it keeps that until it ends."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, worker.pid, LOWEST_PRIORITY)


def ended_by(pid: int) -> int:
    """Wait for an ended child and return the signal that ended it, 0 if none."""
    try:
        status = os.waitpid(pid, 0)[1]
    except ChildProcessError:
        return 0
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
