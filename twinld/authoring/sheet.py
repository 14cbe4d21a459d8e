"""A spreadsheet as rows of text: CSV in the encodings and with the separators that offices write, and .xlsx.

Row numbers are those that the spreadsheet program shows; the header is a row too.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from twinld.errors import UsageError

SEPARATORS = {";": "semicolons", ",": "commas", "\t": "tabs"}
REASON = "why refused"  # the column that a file of refused rows has in front, ignored when it comes back
LARGEST_FILE = 100_000_000  # bytes; a table of more is no work of a person, and is held in memory


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the spreadsheet, from 1, and its cells, in Unicode's composed form and trimmed."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its header, the rows below that are not empty, and in words how the file was read."""

    name: str
    header: Row
    rows: tuple[Row, ...]
    read_as: str


def read_sheet(
    path: Path, headers: Collection[str] = (), *, encoding: str | None = None, worksheet: str | None = None
) -> Sheet:
    """Return the table in a .csv, .tsv, .txt or .xlsx file.

    Of the possible separators the one is taken that makes the most of the wanted `headers` (folded by `plain`).
    `encoding` overrides what is found: a byte order mark, else UTF-8, else Windows-1252. Raises `UsageError` for a
    file that is not there, is no table, or holds no row.
    """
    content = _bytes(path)
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        rows, read_as = _xlsx_rows(path, content, worksheet)
    else:
        text, name = _decoded(path, content, encoding)
        separator, lines = _separated(path, text, headers)
        rows, read_as = [tuple(map(clean, line)) for line in lines], f"{name}, separated by {SEPARATORS[separator]}"
    filled = [Row(number, cells) for number, cells in enumerate(rows, start=1) if any(cells)]
    if not filled:
        raise UsageError(
            f"{path}: there is no row in it", hint="the first row has the headers, each further row a thing"
        )
    return Sheet(path.name, filled[0], tuple(filled[1:]), read_as)


def plain(header: str) -> str:
    """Return a header as it is compared: letters and digits only, in lower case."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", header).casefold())


def clean(cell: str) -> str:
    """Return the text of a cell, composed (NFC), without space around it and without characters that nobody sees."""
    text = unicodedata.normalize("NFC", cell).replace("\u00a0", " ").replace("\r\n", "\n")
    return re.sub(r"[\u200b\u200e\u200f\ufeff\u00ad]", "", text).strip()


def letter(column: int) -> str:
    """Return the letter of a column counted from 0: A, B, ... Z, AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def written(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV that spreadsheet programs open by a double click: a byte order mark, and semicolons."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=";").writerows(rows)
    return "\ufeff" + stream.getvalue()


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UsageError(f"{path} is larger than {LARGEST_FILE // 1_000_000} MB", hint="split it")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error


def _decoded(path: Path, content: bytes, encoding: str | None) -> tuple[str, str]:
    if content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise UsageError(f"{path} is a workbook, not CSV", hint="give it the extension .xlsx, or save it as CSV UTF-8")
    marks = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    marked = next((name for mark, name in marks.items() if content.startswith(mark)), None)
    names = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
    for candidate in (encoding,) if encoding else (marked,) if marked else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(candidate), names.get(candidate, candidate)
        except LookupError:
            raise UsageError(f"no encoding is called {encoding}", hint="such as utf-8, cp1252, cp1250") from None
        except UnicodeDecodeError:
            continue
    raise UsageError(f"{path} is neither UTF-8 nor Windows-1252", hint="save it as CSV UTF-8, or say --encoding NAME")


def _separated(path: Path, text: str, headers: Collection[str]) -> tuple[str, list[list[str]]]:
    """Return the separator that explains the header best, and the rows that it makes."""
    said = re.match(r"sep=(.)\r?\n", text)
    if said and said[1] in SEPARATORS:
        return said[1], [[], *_records(path, text[said.end() :], said[1])]
    wanted = {plain(header) for header in headers}

    def worth(separator: str) -> tuple[int, int]:
        cells = next((row for row in _records(path, text, separator, strict=False) if any(map(str.strip, row))), [])
        return len(wanted & {plain(cell) for cell in cells}), len(cells)

    best = max(SEPARATORS, key=worth)
    return best, list(_records(path, text, best))


def _records(path: Path, text: str, separator: str, *, strict: bool = True) -> Iterator[list[str]]:
    # Strict, because a quotation mark that is never closed swallows the rows below it.
    records = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        yield from records
    except csv.Error as error:
        if strict:
            message = f"{path}: line {records.line_num} is not CSV: {error}"
            hint = "look for a quotation mark that is not closed, or save it as CSV UTF-8 again"
            raise UsageError(message, hint=hint) from error


def _xlsx_rows(path: Path, content: bytes, worksheet: str | None) -> tuple[list[tuple[str, ...]], str]:
    import zipfile

    try:
        from openpyxl import load_workbook
    except ImportError as error:
        raise UsageError(
            "reading .xlsx needs openpyxl", hint="pip install 'twinld[xlsx]', or save the sheet as CSV UTF-8"
        ) from error
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        if worksheet is not None and worksheet not in book.sheetnames:
            raise UsageError(f"{path} has no sheet {worksheet}", hint=f"it has {', '.join(book.sheetnames)}")
        sheet = book[worksheet] if worksheet else book.worksheets[0]
        rows = [tuple(clean(_cell_text(cell)) for cell in row) for row in sheet.iter_rows()]
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise UsageError(f"{path} is no workbook that can be read: {error}", hint="save it as CSV UTF-8") from error
    return rows, f"sheet {sheet.title}"


def _cell_text(cell: object) -> str:
    value: object = getattr(cell, "value", None)
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return _date_text(value, str(getattr(cell, "number_format", "")))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _date_text(value: datetime | date, number_format: str) -> str:
    """Return a date no more exact than the cell shows it: a cell that shows `Sep 90` holds the first of September."""
    codes = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", number_format).lower()
    if isinstance(value, datetime) and value.time() != time():
        return value.isoformat()
    if "d" in codes or "y" not in codes:
        return f"{value:%Y-%m-%d}"
    return f"{value:%Y-%m}" if "m" in codes else f"{value:%Y}"
