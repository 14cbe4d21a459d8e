"""The walls around a worker: memory, files, network, life. Set in the forked child before it takes a query.

Three walls stand before the network, so that one is left where a system forbids the others: the supervisor moves
into an empty network namespace, a filter refuses the system call `socket`, and RLIMIT_NOFILE 0 lets a process open
no descriptor at all (only with the data in memory: a store on disk opens files of its own).
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal
import sys
from typing import ClassVar

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


# seccomp by its plain interface: four instructions that load architecture and number and refuse one call.
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
LOAD_WORD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
NUMBER_AT, ARCHITECTURE_AT = 0, 4  # offsets in struct seccomp_data
SOCKET_CALLS = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}


class _Instruction(ctypes.Structure):
    _fields_: ClassVar = [
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("value", ctypes.c_uint32),
    ]


class _Program(ctypes.Structure):
    _fields_: ClassVar = [("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(_Instruction))]


def refuse_sockets() -> bool:
    """Have the kernel refuse `socket` in this process from now on; `False` where it does not do that.

    Source: https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html
    """
    known = SOCKET_CALLS.get(os.uname().machine) if sys.platform == "linux" else None
    if known is None:
        return False
    architecture, number = known
    steps = (_Instruction * 6)(
        _Instruction(LOAD_WORD, 0, 0, ARCHITECTURE_AT),
        _Instruction(JUMP_IF_EQUAL, 0, 3, architecture),
        _Instruction(LOAD_WORD, 0, 0, NUMBER_AT),
        _Instruction(JUMP_IF_EQUAL, 0, 1, number),
        _Instruction(RETURN, 0, 0, REFUSE),
        _Instruction(RETURN, 0, 0, ALLOW),
    )
    program = _Program(len(steps), ctypes.cast(steps, ctypes.POINTER(_Instruction)))
    libc = _libc()
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return bool(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def die_with(parent: int) -> None:
    """Have the kernel end this process when its parent ends, and end at once if that has happened."""
    try:
        _libc().prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    except (OSError, AttributeError):
        return  # not Linux: an idle worker still ends with its socket, a busy one with its query
    if os.getppid() != parent:
        os._exit(1)


def confine(*, memory: int, file_size: int, files: int) -> None:
    """Cap the growth of this process (bytes of address space), what it writes, and its highest descriptor."""
    refuse_sockets()
    allowed = address_space() + memory
    resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))


def address_space() -> int:
    """Return the size of this process's address space in bytes; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123  (called once per fork: keep it cheap)
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
