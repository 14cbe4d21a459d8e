"""Answers of SELECT and ASK in the four formats of the W3C, whole or not at all.

JSON and TSV are Oxigraph's. Its CSV leaves an IRI with a comma unquoted, so CSV is ours; its XML writes
carriage returns and control characters as they are, so XML is checked on the way. Runs inside a worker.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import IO, TYPE_CHECKING, Protocol, cast

from twinld.query.errors import NotExpressible, QueryTooLarge

if TYPE_CHECKING:
    import pyoxigraph

    Term = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple
    Answered = pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean

ROWS = "rows"  # the format between the worker and Python callers: JSON arrays of term keys


@dataclass(frozen=True)
class ResultFormat:
    """A format of SPARQL results: its name, media types (the first is written), file extension."""

    name: str
    media_types: tuple[str, ...]
    extension: str


RESULT_FORMATS = (
    ResultFormat("json", ("application/sparql-results+json", "application/json"), "srj"),
    ResultFormat("xml", ("application/sparql-results+xml", "application/xml", "text/xml"), "srx"),
    ResultFormat("csv", ("text/csv",), "csv"),
    ResultFormat("tsv", ("text/tab-separated-values",), "tsv"),
)


def result_format(name: str) -> ResultFormat | None:
    """Return the format with this name, extension or media type (without parameters), `None` for none."""
    wanted = name.partition(";")[0].strip().lower()
    for known in RESULT_FORMATS:
        if wanted in (known.name, known.extension, *known.media_types):
            return known
    return None


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> int:
        """Take all of the bytes."""


class Bounded:
    """A sink that breaks off an answer when it grows over a limit in bytes."""

    def __init__(self, sink: Sink, limit: int) -> None:
        self.sink, self.limit, self.size = sink, limit, 0

    def write(self, data: bytes) -> int:
        """Pass the bytes on; raises QueryTooLarge."""
        self.size += len(data)
        if self.size > self.limit:
            raise QueryTooLarge(
                f"the answer is larger than {self.limit >> 20} MB",
                hint="Ask for less with LIMIT, a FILTER or fewer columns; the dumps hold everything.",
            )
        return self.sink.write(data)

    def flush(self) -> None:
        """Nothing is held back here."""


FORBIDDEN_IN_XML = rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]"


class CheckedXml:
    """A sink for Oxigraph's XML: carriage returns are escaped, what XML cannot carry is refused.

    Source: https://www.w3.org/TR/xml/#charsets
    """

    def __init__(self, sink: Sink) -> None:
        self.sink, self.held = sink, b""

    def write(self, data: bytes) -> int:
        """Pass checked bytes on; raises NotExpressible."""
        # a three-byte character may be cut between two writes
        whole = self.held + data
        cut = len(whole) - next((n for n in (2, 1) if whole[-n:].startswith(b"\xef")), 0)
        self.held = whole[cut:]
        self._pass(whole[:cut])
        return len(data)

    def flush(self) -> None:
        """Pass on what was held back at the end of a character."""
        self._pass(self.held)
        self.held = b""

    def _pass(self, data: bytes) -> None:
        if _forbidden().search(data):
            raise NotExpressible(
                "the answer holds a control character, which XML cannot carry",
                hint="Ask for application/sparql-results+json or text/csv; for graphs, text/turtle.",
            )
        self.sink.write(data.replace(b"\r", b"&#xD;"))


@cache
def _forbidden() -> re.Pattern[bytes]:
    return re.compile(FORBIDDEN_IN_XML)


def write_results(answer: Answered, name: str, sink: Sink) -> None:
    """Write an answer of SELECT or ASK in the format with this name.

    Raises NotExpressible (XML) and what the sink raises; then nothing of what was written is to be sent.
    """
    import pyoxigraph

    formats = pyoxigraph.QueryResultsFormat
    if name == "xml":
        checked = CheckedXml(sink)
        _serialize(answer, checked, formats.XML)
        checked.flush()
    elif name in (ROWS, "csv") and isinstance(answer, pyoxigraph.QuerySolutions):
        (_write_rows if name == ROWS else _write_csv)(answer, sink)
    else:
        _serialize(
            answer,
            sink,
            {"json": formats.JSON, ROWS: formats.JSON, "csv": formats.CSV, "tsv": formats.TSV}[name],
        )


def _serialize(answer: Answered, sink: Sink, format: pyoxigraph.QueryResultsFormat) -> None:
    answer.serialize(cast("IO[bytes]", sink), format=format)


def _write_csv(answer: pyoxigraph.QuerySolutions, sink: Sink) -> None:
    """Write CSV. Source: https://www.w3.org/TR/sparql11-results-csv-tsv/#csv and RFC 4180."""
    names = [variable.value for variable in answer.variables]
    _in_parts((",".join(_quoted(text) for text in row) + "\r\n" for row in _csv_rows(names, answer)), sink)


def _csv_rows(names: list[str], answer: Iterable[Iterable[Term]]) -> Iterator[Iterable[str]]:
    yield names
    for solution in answer:
        yield (_plain(term) for term in solution)


def _plain(term: Term | None) -> str:
    """Return a term as CSV has it: the IRI, the label, the lexical form, nothing for unbound."""
    if term is None:
        return ""
    value = getattr(term, "value", None)
    if value is None:
        return str(term)  # a triple term
    return f"_:{value}" if type(term).__name__ == "BlankNode" else str(value)


def _quoted(text: str) -> str:
    if any(mark in text for mark in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


PART_ROWS = 500  # rows joined before they are written, so that writing costs little and memory stays small


def _in_parts(lines: Iterable[str], sink: Sink) -> None:
    part: list[str] = []
    for line in lines:
        part.append(line)
        if len(part) == PART_ROWS:
            sink.write("".join(part).encode())
            part = []
    sink.write("".join(part).encode())


def _write_rows(answer: pyoxigraph.QuerySolutions, sink: Sink) -> None:
    """Write a JSON array of rows, each an array of term keys (`null` for unbound)."""
    lines = (json.dumps([term_key(term) for term in row], ensure_ascii=False) for row in answer)
    sink.write(b"[")
    _in_parts((("," if number else "") + line for number, line in enumerate(lines)), sink)
    sink.write(b"]")


def term_key(term: Term | None) -> str | None:
    """Return the key of a term: N-Triples without escapes, `None` for unbound."""
    if term is None:
        return None
    import pyoxigraph

    if isinstance(term, pyoxigraph.NamedNode):
        return f"<{term.value}>"
    return _literal_key(term) if isinstance(term, pyoxigraph.Literal) else str(term)


XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


def _literal_key(literal: pyoxigraph.Literal) -> str:
    if literal.language:
        return f'"{literal.value}"@{literal.language}'
    datatype = literal.datatype.value
    return f'"{literal.value}"' if datatype == XSD_STRING else f'"{literal.value}"^^<{datatype}>'
