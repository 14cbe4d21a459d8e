"""Terms in memory-mapped files are those that were written; what comes later stays in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from twinld.graph.mapped import MappedIds, MappedKeys, Writer, column_of, crc_of, slots_for, terms_of, write_terms
from twinld.rdf.terms import TermTable

KEYS = ["", "<https://example.org/a>", '"a"', '"a"@en', '"ä\n"@sv-FI', "_:f1_x", '"\ud800"', '"' + "x" * 70_000 + '"']


@pytest.fixture
def table(tmp_path: Path) -> TermTable:
    writer = Writer(tmp_path)
    write_terms(writer, KEYS)
    return TermTable(*terms_of(tmp_path))


def test_every_key_has_its_number_and_every_number_its_key(table: TermTable) -> None:
    assert [table.keys[number] for number in range(len(KEYS))] == KEYS
    assert [table.ids[key] for key in KEYS] == list(range(len(KEYS)))
    assert (list(table.keys), len(table.keys)) == (KEYS, len(KEYS))


@pytest.mark.parametrize("key", ['"b"', "<https://example.org/>", '"a"@EN', "_:f1_", "\udc80"])
def test_a_key_that_was_not_written_has_no_number(table: TermTable, key: str) -> None:
    assert table.ids.get(key) is None
    assert table.ids.get(key, 7) == 7
    assert key not in table.ids
    with pytest.raises(KeyError):
        table.ids[key]


def test_terms_that_come_later_follow_on(table: TermTable) -> None:
    first, second = table.intern('"later"'), table.intern('"latest"')

    assert (first, second, table.intern('"later"')) == (len(KEYS), len(KEYS) + 1, len(KEYS))
    assert (table.keys[first], table.keys[second]) == ('"later"', '"latest"')
    assert list(table.keys) == [*KEYS, '"later"', '"latest"']


def test_a_number_that_nothing_has_is_an_error(table: TermTable) -> None:
    with pytest.raises(IndexError):
        table.keys[len(KEYS)]


def test_keys_that_share_a_slot_are_told_apart(tmp_path: Path) -> None:
    """Thousands of keys in a table of few slots meet each other all the time."""
    keys = ["", *(f"<https://example.org/{number}>" for number in range(5_000))]
    writer = Writer(tmp_path)
    write_terms(writer, keys)
    _, ids = terms_of(tmp_path)

    assert all(ids[key] == number for number, key in enumerate(keys))
    assert not any(f"<https://example.org/{number}>" in ids for number in range(5_000, 20_000))


@pytest.mark.parametrize(("keys", "slots"), [(1, 4), (2, 8), (1_000, 2_048), (1_024, 4_096)])
def test_at_most_half_of_the_slots_are_taken(keys: int, slots: int) -> None:
    assert slots_for(keys) == slots >= 2 * keys


def test_a_column_is_what_was_written(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.column("some", [3, 0, 4_294_967_295])
    writer.column("large", [1 << 40], "Q")
    writer.column("none", [])

    assert list(column_of(tmp_path / "some")) == [3, 0, 4_294_967_295]
    assert list(column_of(tmp_path / "large", "Q")) == [1 << 40]
    assert list(column_of(tmp_path / "none")) == []
    assert {name: each.size for name, each in writer.written.items()} == {"some": 12, "large": 8, "none": 0}
    assert writer.written["some"].crc == crc_of(tmp_path / "some")


def test_a_table_of_no_later_terms_is_one_of_files_only(tmp_path: Path) -> None:
    write_terms(Writer(tmp_path), [""])
    keys, ids = terms_of(tmp_path)

    assert isinstance(keys, MappedKeys)
    assert isinstance(ids, MappedIds)
    assert (list(keys), ids[""]) == ([""], 0)
