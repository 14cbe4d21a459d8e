"""The walls around a worker: memory, files, network, life. Set in the forked child before it takes a query.

The supervisor moves into an empty network namespace where the system permits it, and all workers inherit
that. The wall that stands everywhere is RLIMIT_NOFILE 0: a process that can open no descriptor opens no file
and no socket.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal

CLONE_NEWNET = 0x40000000
CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38


def leave_network() -> bool:
    """Move this process into a network namespace without any interface; `False` where that is not permitted.

    Unix sockets with a path go on working. Without root a user namespace is needed, which some forbid.
    """
    flags = CLONE_NEWNET if os.geteuid() == 0 else CLONE_NEWNET | CLONE_NEWUSER
    try:
        return bool(_libc().unshare(flags) == 0)
    except (OSError, AttributeError):
        return False  # not Linux


def die_with(parent: int) -> None:
    """Have the kernel end this process when its parent ends, and end at once if that has happened."""
    try:
        _libc().prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        _libc().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    except (OSError, AttributeError):
        return  # not Linux: an idle worker still ends with its socket, a busy one with its query
    if os.getppid() != parent:
        os._exit(1)


def confine(*, memory: int, file_size: int, no_new_files: bool) -> None:
    """Cap the growth of this process (bytes of address space) and what it writes or opens."""
    allowed = address_space() + memory
    resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    if no_new_files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def address_space() -> int:
    """Return the size of this process's address space in bytes; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123  (called once per fork: keep it cheap)
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
