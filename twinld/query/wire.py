"""Frames on the sockets between caller, supervisor and workers.

A frame is a kind, a JSON object and a body of bytes. Large bodies stand in an open file that travels beside
the frame, so that the supervisor never copies them.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from dataclasses import dataclass
from typing import Any

HEADER = struct.Struct(">BII")
REQUEST, INLINE, IN_FILE, FAILED = range(4)
RETIRING = 0x80  # set by a worker that takes no further query after this answer
INLINE_BYTES = 192 * 1024  # below the default buffer of a Unix socket (208 KiB)


@dataclass(frozen=True)
class Frame:
    """One message: what kind it is, its plain values, its body (empty where the body is in a file)."""

    kind: int
    meta: dict[str, Any]
    body: bytes


def encode(kind: int, meta: dict[str, Any], body: bytes = b"") -> bytes:
    """Return a frame as bytes."""
    head = json.dumps(meta, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return HEADER.pack(kind, len(head), len(body)) + head + body


def frame_length(buffer: bytearray | bytes) -> int | None:
    """Return the length of the frame at the start of a buffer, `None` where even its header is not whole."""
    if len(buffer) < HEADER.size:
        return None
    _, head, body = HEADER.unpack_from(buffer)
    return HEADER.size + int(head) + int(body)


def decode(data: bytes | bytearray) -> Frame:
    """Return the frame that a whole buffer holds."""
    kind, head, _ = HEADER.unpack_from(data)
    end = HEADER.size + head
    meta = json.loads(data[HEADER.size : end].decode("utf-8", "surrogatepass"))
    return Frame(kind, meta, bytes(data[end:]))


def receive(sock: socket.socket) -> tuple[Frame, int | None] | None:
    """Return the next frame of a blocking socket and the file that came with it, `None` at the end."""
    first, descriptors, _, _ = socket.recv_fds(sock, 1 << 18, 1)
    buffer = bytearray(first)
    file = descriptors[0] if descriptors else None
    while buffer and ((length := frame_length(buffer)) is None or len(buffer) < length):
        more = sock.recv(1 << 18)
        if not more:
            break
        buffer += more
    if not buffer or frame_length(buffer) != len(buffer):
        if file is not None:
            os.close(file)
        return None
    return decode(buffer), file


def read_file(file: int, size: int) -> bytes:
    """Return the first `size` bytes of an open file and close it."""
    with os.fdopen(file, "rb") as stream:
        stream.seek(0)
        return stream.read(size)
