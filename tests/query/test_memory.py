"""The memory of answers: within its bound, the longest unused goes first."""

from __future__ import annotations

import pytest

from twinld.query.memory import Memory


def test_what_was_made_is_not_made_again():
    memory, made = Memory(100, len), []

    def make() -> str:
        made.append(1)
        return "ten chars."

    assert [memory.get("a", make), memory.get("a", make)] == ["ten chars."] * 2
    assert len(made) == 1


def test_the_longest_unused_goes_when_the_room_is_full():
    memory = Memory(40, len)
    for key in "abcd":
        memory.get(key, lambda: "x" * 10)
    memory.get("a", lambda: "never made")
    memory.get("e", lambda: "x" * 10)

    assert memory.taken == 40
    assert memory.get("a", lambda: "again") == "x" * 10
    assert memory.get("b", lambda: "again") == "again"


def test_what_is_too_large_or_fails_is_not_kept():
    memory = Memory(40, len)
    memory.get("large", lambda: "x" * 11)
    with pytest.raises(ZeroDivisionError):
        memory.get("failing", lambda: str(1 / 0))

    assert memory.taken == 0
    assert memory.get("failing", lambda: "well") == "well"
