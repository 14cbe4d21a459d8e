"""Numbers and terms in plain files, memory-mapped when opened: nothing is read before it is needed, nothing unpickled.

All processes that open the same files share their pages. Numbers stand in the byte order of the machine.
"""

from __future__ import annotations

import mmap
import os
import zlib
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import overload

from twinld.rdf.terms import Keys

ENCODING = ("utf-8", "surrogatepass")  # a key is any text
CHUNK_BYTES = 1 << 22


@dataclass(frozen=True, slots=True)
class Written:
    """What was written into a file: the type of its numbers (`B` for text), its size in bytes, its CRC-32."""

    type: str
    size: int
    crc: int


@dataclass
class Writer:
    """Writes files into a new folder and remembers what is in them, by name."""

    folder: Path
    written: dict[str, Written] = field(default_factory=dict)

    def column(self, name: str, numbers: Iterable[int], kind: str = "I") -> None:
        """Write a column of numbers."""
        self.pieces(name, [memoryview(array(kind, numbers)).cast("B")], kind)

    def pieces(self, name: str, pieces: Iterable[bytes | memoryview], kind: str = "B") -> None:
        """Write bytes, given in pieces."""
        size = crc = 0
        with (self.folder / name).open("xb") as stream:
            for piece in pieces:
                stream.write(piece)
                size, crc = size + len(piece), zlib.crc32(piece, crc)
            stream.flush()
            os.fsync(stream.fileno())
        self.written[name] = Written(kind, size, crc)


def crc_of(path: Path) -> int:
    """Return the CRC-32 of a file: what it takes is mostly the disk's time, the sum itself is 5 GB a second."""
    crc = 0
    with path.open("rb") as stream:
        while piece := stream.read(CHUNK_BYTES):
            crc = zlib.crc32(piece, crc)
    return crc


def mapped(path: Path) -> mmap.mmap | bytes:
    """Return a file as bytes that are read when they are used; an empty file, which cannot be mapped, as none."""
    with path.open("rb") as stream:
        if path.stat().st_size == 0:
            return b""
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)


def column_of(path: Path, kind: str = "I") -> memoryview[int]:
    """Return a file as a column of numbers."""
    return memoryview(mapped(path)).cast(kind)  # type: ignore[call-overload, no-any-return]  # the kind is no literal


class MappedKeys:
    """Keys of terms by number: one text and where each begins; terms that come later are kept beside."""

    __slots__ = ("later", "starts", "text")

    def __init__(self, text: mmap.mmap | bytes, starts: memoryview[int]) -> None:
        self.text, self.starts = text, starts
        self.later: list[str] = []

    def __len__(self) -> int:
        return len(self.starts) - 1 + len(self.later)

    def __getitem__(self, number: int, /) -> str:
        try:
            return self.text[self.starts[number] : self.starts[number + 1]].decode(*ENCODING)
        except IndexError:
            return self.later[number - len(self.starts) + 1]

    def __iter__(self) -> Iterator[str]:
        for start, end in pairwise(self.starts):
            yield self.text[start:end].decode(*ENCODING)
        yield from self.later

    def append(self, key: str, /) -> None:
        """Add the key with the next number, to this process only."""
        self.later.append(key)


class MappedIds:
    """Numbers of terms by key: a table with open addressing; terms that come later are kept beside.

    A slot holds a number and one, 0 where it is free. The slots are a power of two, at most half of them taken.
    """

    __slots__ = ("keys", "later", "slots")

    def __init__(self, keys: MappedKeys, slots: memoryview[int]) -> None:
        self.keys, self.slots = keys, slots
        self.later: dict[str, int] = {}

    @overload
    def get(self, key: str, /) -> int | None: ...

    @overload
    def get(self, key: str, default: int, /) -> int: ...

    def get(self, key: str, default: int | None = None, /) -> int | None:
        """Return the number of a key, else the default."""
        data = key.encode(*ENCODING)
        text, starts, slots = self.keys.text, self.keys.starts, self.slots
        mask = len(slots) - 1
        at = digest(data) & mask
        while taken := slots[at]:
            if text[starts[taken - 1] : starts[taken]] == data:
                return taken - 1
            at = at + 1 & mask
        return self.later.get(key, default)

    def __contains__(self, key: str, /) -> bool:
        return self.get(key) is not None

    def __getitem__(self, key: str, /) -> int:
        number = self.get(key)
        if number is None:
            raise KeyError(key)
        return number

    def __setitem__(self, key: str, number: int, /) -> None:
        self.later[key] = number


def digest(data: bytes) -> int:
    """Return the number that a key's slot is found by, the same on every machine, and not to be made to collide."""
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")


def write_terms(writer: Writer, keys: Keys) -> None:
    """Write the keys of a table: their text, where each begins, and the slots to look them up by."""
    starts, slots = array("Q", [0]), array("I", bytes(4 * slots_for(len(keys))))
    mask = len(slots) - 1

    def pieces() -> Iterator[bytes]:
        for number, key in enumerate(keys):
            data = key.encode(*ENCODING)
            starts.append(starts[-1] + len(data))
            at = digest(data) & mask
            while slots[at]:
                at = at + 1 & mask
            slots[at] = number + 1
            yield data

    writer.pieces("keys", pieces())
    writer.column("key-starts", starts, "Q")
    writer.column("key-slots", slots)


def slots_for(keys: int) -> int:
    """Return how many slots a table has for so many keys: a power of two, twice as many at least."""
    return 1 << (2 * keys).bit_length()


def terms_of(folder: Path) -> tuple[MappedKeys, MappedIds]:
    """Return the keys and numbers that `write_terms` wrote."""
    keys = MappedKeys(mapped(folder / "keys"), column_of(folder / "key-starts", "Q"))
    return keys, MappedIds(keys, column_of(folder / "key-slots"))
