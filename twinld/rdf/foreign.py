"""RDF/XML and JSON-LD through pyoxigraph's parsers, with the line of the subject where the text shows it.

Nothing is fetched. XML entities that stand for a plain short text are expanded, since OWL editors write namespaces so;
a file that declares any other is refused with the reason. A JSON-LD context by address is taken from the local copies
given, or is an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from twinld.rdf.formats import JSON_LD, RdfFormat
from twinld.rdf.iri import resolve
from twinld.rdf.problems import SyntaxProblem
from twinld.rdf.reading import NOWHERE, Job, Parsed, line_starts, place
from twinld.rdf.statements import Growing
from twinld.rdf.terms import key_of

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

DEEPEST = 200  # levels of nesting; pyoxigraph's JSON-LD reader recurses, and 10,000 levels end the process
DEEPEST_XML = 1000  # elements; the time that pyoxigraph's XML reader takes grows with the square of the depth

_XML_TAG = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<(/?)[^<>]*?(/?)>", re.DOTALL)
_ENTITY = re.compile(r"<!ENTITY")
_PLAIN_ENTITY = re.compile(r"""<!ENTITY\s+([A-Za-z_][\w.\-]*)\s+(?:"([^"<&%]*)"|'([^'<&%]*)')\s*>""")
_REFERENCE = re.compile(r"&([A-Za-z_][\w.\-]*);")
LONGEST_ENTITY = 500  # characters; a namespace has less than a hundred
MOST_EXPANDED = 20_000_000  # characters that all references of a file may become together
_XML_SUBJECT = re.compile(r"""\b(about|ID|nodeID)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_XML_BASE = re.compile(r"""\bxml:base\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_XML_LANGUAGE = re.compile(r"""\bxml:lang\s*=\s*["']([^"']+)["']""")
_JSON_SUBJECT = re.compile(r'"(?:@id|id)"\s*:\s*"((?:[^"\\]|\\.)*)"')
_JSON_LANGUAGE = re.compile(r'"@language"\s*:\s*"([^"]+)"|"([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)+)"\s*:')


def read_foreign(job: Job) -> Parsed:
    """Return what an RDF/XML or JSON-LD text says; see `reading.read`. A syntax error ends the file."""
    text, format, base = job.text, job.format, job.base
    reader = _Rows(job)
    problem = _refused(text, format)
    if problem is None:
        try:
            source = _with_local_contexts(text, job.contexts) if format is JSON_LD else text
            for quad in ox.parse(source.encode(), format=format.pyoxigraph, base_iri=base):
                reader.add(quad)
        except (SyntaxError, ValueError, LookupError, MemoryError, TypeError, OSError, _UnknownContext) as error:
            problem = _problem(text, error)
    errors = () if problem is None else (problem,)
    return Parsed(job.path, text, format, reader.rows.whole(), (), base, errors, (), "line", frozenset())


class _UnknownContext(Exception):
    """A JSON-LD context by address, of which there is no local copy."""


class _Rows:
    """Quads to rows: blank nodes named by order, language tags as written, each subject at its place."""

    def __init__(self, job: Job) -> None:
        text, json_ld = job.text, job.format is JSON_LD
        self.table, self.prefix, self.rows = job.table, job.blank_prefix, Growing()
        self.blanks: dict[str, int] = {}
        self.places = dict(_json_places(text, job.base) if json_ld else _xml_places(text, job.base))
        languages = _JSON_LANGUAGE if json_ld else _XML_LANGUAGE
        self.tags = {tag.lower(): tag for each in languages.finditer(text) for tag in each.groups() if tag}

    def add(self, quad: ox.Quad) -> None:
        """Append one row."""
        rows = self.rows
        at = self.places.get(getattr(quad.subject, "value", ""), NOWHERE)
        if isinstance(quad.object, ox.BlankNode):  # an unnamed node stands where it is mentioned first
            self.places.setdefault(quad.object.value, at)
        default = isinstance(quad.graph_name, ox.DefaultGraph)
        rows.subject.append(self.number(quad.subject))
        rows.predicate.append(self.number(quad.predicate))
        rows.object.append(self.number(quad.object))
        rows.graph.append(0 if default else self.number(quad.graph_name))
        for column in (rows.subject_at, rows.predicate_at, rows.object_at):
            column.append(at)

    def number(self, term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | ox.DefaultGraph) -> int:
        """Return a term's number."""
        if isinstance(term, ox.BlankNode):
            number = self.blanks.get(term.value)
            if number is None:
                number = self.blanks[term.value] = self.table.intern(f"_:{self.prefix}n{len(self.blanks) + 1}")
            return number
        if isinstance(term, ox.Literal) and term.language in self.tags:
            return self.table.intern(f'"{term.value}"@{self.tags[term.language]}')
        assert isinstance(term, ox.NamedNode | ox.Literal)  # RDF 1.1: no other term comes here
        return self.table.intern(key_of(term))


def _refused(text: str, format: RdfFormat) -> SyntaxProblem | None:
    if format is JSON_LD:
        at = _too_deep(text)
        return None if at is None else _at(text, at, f"The JSON is nested deeper than {DEEPEST} levels", None)
    at = _bad_entity(text)
    if at is not None:
        hint = "Write it out in full; only a short text without < and & may be declared."
        return _at(text, at, "This XML entity is not expanded", hint)
    at = _too_deep_xml(text)
    return None if at is None else _at(text, at, f"The XML is nested deeper than {DEEPEST_XML} elements", None)


def _bad_entity(text: str) -> int | None:
    """Return the place of a declaration that is no plain short text, or of the reference that is one too many."""
    for each in _ENTITY.finditer(text):
        plain = _PLAIN_ENTITY.match(text, each.start())
        if plain is None or len(plain[2] or plain[3] or "") > LONGEST_ENTITY:
            return each.start()
    lengths = {name: len(value) for name, value in _entities(text).items()}
    left = MOST_EXPANDED
    for reference in _REFERENCE.finditer(text) if lengths else ():
        left -= lengths.get(reference[1], 0)
        if left < 0:
            return reference.start()
    return None


def _entities(text: str) -> dict[str, str]:
    return {each[1]: each[2] or each[3] or "" for each in _PLAIN_ENTITY.finditer(text)}


def _too_deep(text: str) -> int | None:
    depth = 0
    for each in re.finditer(r'"(?:[^"\\]++|\\.)*"|[\[{]|[\]}]', text):
        if each[0] in "[{":
            depth += 1
            if depth > DEEPEST:
                return each.start()
        elif each[0] in "]}":
            depth -= 1
    return None


def _too_deep_xml(text: str) -> int | None:
    depth = 0
    for each in _XML_TAG.finditer(text):
        if each[1] == "/":
            depth -= 1
        elif each[2] != "/" and each[0][1] not in "!?":
            depth += 1
            if depth > DEEPEST_XML:
                return each.start()
    return None


def _at(text: str, offset: int, message: str, hint: str | None) -> SyntaxProblem:
    return SyntaxProblem(message, hint, offset, offset + 1, *place(line_starts(text), offset))


def _problem(text: str, error: Exception) -> SyntaxProblem:
    line = getattr(error, "lineno", None) or 1
    column = getattr(error, "offset", None) or getattr(error, "colno", None) or 1
    starts = line_starts(text)
    offset = min(starts[min(line, len(starts)) - 1] + column - 1, len(text))
    message = re.sub(
        r"^Parser error at line .*?(?:column \d+|columns \d+ and \d+|line \d+ column \d+): ", "", str(error)
    )
    message = re.sub(r" \(line \d+\)$", "", message)
    return SyntaxProblem(message, None, offset, offset + 1, line, column)


def _xml_places(text: str, base: str | None) -> Iterator[tuple[str, int]]:
    """Pair each subject that an attribute names with its offset; the first mention comes last and wins in a dict."""
    found = _XML_BASE.search(text)
    entities = _entities(text)
    base = _plain(found[1] or found[2], entities) if found else base
    for each in reversed(list(_XML_SUBJECT.finditer(text))):
        value = each[2] if each[2] is not None else each[3]
        if each[1] == "nodeID":
            yield value, each.start()
        else:
            reference = f"#{value}" if each[1] == "ID" else _plain(value, entities)
            yield resolve(base, reference) if base else reference, each.start()


def _plain(value: str, entities: Mapping[str, str]) -> str:
    if entities:
        value = _REFERENCE.sub(lambda each: entities.get(each[1], each[0]), value)
    return value.replace("&quot;", '"').replace("&apos;", "'").replace("&lt;", "<").replace("&amp;", "&")


def _json_places(text: str, base: str | None) -> Iterator[tuple[str, int]]:
    prefixes = dict(re.findall(r'"([A-Za-z][\w\-]*)"\s*:\s*"([a-z]+:[^"\\]*[#/:])"', text))
    for each in reversed(list(_JSON_SUBJECT.finditer(text))):
        written = json.loads(f'"{each[1]}"', strict=False)
        prefix, colon, local = written.partition(":")
        if colon and prefix in prefixes and not local.startswith("//"):
            yield prefixes[prefix] + local, each.start()
        else:
            yield resolve(base, written) if base else written, each.start()


def _with_local_contexts(text: str, contexts: Mapping[str, str | Path]) -> str:
    """Return the JSON with every context given by address replaced by its local copy."""
    if not re.search(r'"@context"\s*:\s*(?:"|\[[^\]]*")|"@import"', text):
        return text
    document = json.loads(text)
    return json.dumps(_replaced(document, contexts, inside=False), ensure_ascii=False)


def _replaced(value: Json, contexts: Mapping[str, str | Path], *, inside: bool) -> Json:
    """Return a JSON value with the addresses of contexts replaced; `inside` says that it stands for a context."""
    if isinstance(value, list):
        return [_replaced(each, contexts, inside=inside) for each in value]
    if isinstance(value, dict):
        return {key: _replaced(each, contexts, inside=key == "@context") for key, each in value.items()}
    if inside and isinstance(value, str):
        if value not in contexts:
            raise _UnknownContext(f"The context {value} is not mapped to a local file; nothing is fetched")
        local = contexts[value]
        document: dict[str, Json] = json.loads(local.read_text("utf-8") if isinstance(local, Path) else local)
        return document["@context"]
    return value
