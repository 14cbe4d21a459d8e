"""Reading spreadsheets as offices write them."""

from __future__ import annotations

import datetime

import pytest

from twinld.authoring.sheet import letter, read_sheet
from twinld.errors import UsageError

HEADERS = ("City", "Größe")
ROWS = [("Seinäjoki", "1"), ("Åbo", "2")]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_separator_and_encoding_gives_the_same_rows(tmp_path, separator, encoding, end):
    path = tmp_path / "a.csv"
    path.write_bytes(end.join(separator.join(row) for row in (HEADERS, *ROWS)).encode(encoding))

    sheet = read_sheet(path, HEADERS)

    assert sheet.header.cells == HEADERS
    assert [row.cells for row in sheet.rows] == ROWS
    assert [row.number for row in sheet.rows] == [2, 3]


def test_the_separator_is_the_one_that_makes_the_wanted_headers(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('City;"Note, long, with, commas"\nA;b, c\n')

    sheet = read_sheet(path, ["City"])

    assert sheet.rows[0].cells == ("A", "b, c")


def test_a_first_line_that_says_the_separator_is_heeded(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("sep=;\nCity;Note\nA;b\n")

    sheet = read_sheet(path)

    assert (sheet.header.number, sheet.rows[0].cells) == (2, ("A", "b"))


def test_rows_keep_the_numbers_of_the_spreadsheet_over_empty_rows_and_lines_in_cells(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('City,Note\n,\nA,"two\nlines"\nB,c\n')

    sheet = read_sheet(path)

    assert [(row.number, row.cells) for row in sheet.rows] == [(3, ("A", "two\nlines")), (4, ("B", "c"))]


def test_cells_are_composed_trimmed_and_free_of_invisible_characters(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("City\n\u00a0Seina\u0308joki\u200b \n", encoding="utf-8")

    assert read_sheet(path).rows[0].cells == ("Seinäjoki",)


def test_text_in_an_encoding_that_is_named_is_read_by_it(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("Miasto\nŁódź\n".encode("cp1250"))

    assert read_sheet(path, encoding="cp1250").rows[0].cells == ("Łódź",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "there is no row"),
        (b"PK\x03\x04rest", "is a workbook"),
        (b'City,Note\nA,"open\nB,b\n', "line 3 is not CSV"),
        (b"a\n\x81\x8d\n", "neither UTF-8 nor Windows-1252"),
    ],
)
def test_what_is_no_table_is_said_with_what_to_do(tmp_path, content, message):
    path = tmp_path / "a.csv"
    path.write_bytes(content)

    with pytest.raises(UsageError, match=message) as caught:
        read_sheet(path)

    assert caught.value.hint


def test_columns_have_the_letters_of_a_spreadsheet():
    assert [letter(number) for number in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


@pytest.fixture
def workbook(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")

    def save(cells, formats=()):
        book = openpyxl.Workbook()
        for row in cells:
            book.active.append(row)
        for place, number_format in formats:
            book.active[place].number_format = number_format
        path = tmp_path / "a.xlsx"
        book.save(path)
        return path

    return save


def test_a_workbook_gives_the_text_of_its_cells(workbook):
    path = workbook([["City", "Year", "Part"], ["Seinäjoki", 1990, 1.5], [None, None, None], ["B", 1991.0, "x"]])

    sheet = read_sheet(path)

    assert [(row.number, row.cells) for row in sheet.rows] == [
        (2, ("Seinäjoki", "1990", "1.5")),
        (4, ("B", "1991", "x")),
    ]


@pytest.mark.parametrize(
    ("number_format", "text"),
    [
        ("yyyy-mm-dd", "1990-09-01"),
        ("d.m.yyyy", "1990-09-01"),
        ("mmm-yy", "1990-09"),
        ("yyyy", "1990"),
    ],
)
def test_a_date_is_no_more_exact_than_its_cell_shows(workbook, number_format, text):
    path = workbook([["Date"], [datetime.date(1990, 9, 1)]], [("A2", number_format)])

    assert read_sheet(path).rows[0].cells == (text,)


def test_a_broken_workbook_is_no_traceback(tmp_path):
    pytest.importorskip("openpyxl")
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"no zip")

    with pytest.raises(UsageError, match="no workbook"):
        read_sheet(path)
