"""Turtle and TriG in the house layout: a block per subject, `a` first, one value a line.

A blank node that one statement points to is written inside that statement, a list as a list; the others keep labels.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from twinld.rdf.terms import literal_parts
from twinld.rdf.writing import Quad, iri_reference, quoted

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE, FIRST, REST, NIL = f"<{RDF}type>", f"<{RDF}first>", f"<{RDF}rest>", f"<{RDF}nil>"
NESTING_LIMIT = 6  # deeper blank nodes keep their labels: nobody reads past the sixth indent, and recursion has an end
INDENT = "    "

# https://www.w3.org/TR/turtle/#grammar-production-PN_LOCAL without its escapes; \w less what PN_CHARS has not
_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHAR = rf"{_BASE}_0-9\-\u00b7\u0300-\u036f\u203f-\u2040"
LOCAL_NAME = rf"(?:[{_BASE}_0-9](?:[{_CHAR}.]*[{_CHAR}])?)?"
_INTEGER = re.compile("0|-?[1-9][0-9]*")
_LOCAL = re.compile(LOCAL_NAME)
_PREFIX = re.compile(rf"(?:[{_BASE}](?:[{_CHAR}.]*[{_CHAR}])?)?")

PredicateObjects = list[tuple[str, str]]


def turtle_lines(quads: Iterable[Quad], prefixes: Mapping[str, str]) -> Iterator[str]:
    """Yield the document of sorted quads; quads with a graph make it TriG."""
    prefixes = {prefix: namespace for prefix, namespace in prefixes.items() if _PREFIX.fullmatch(prefix)}
    yield from (f"@prefix {prefix}: {iri_reference(f'<{each}>')} .\n" for prefix, each in sorted(prefixes.items()))
    writer = _Writer(_term_writer(prefixes), _Blanks(quads).nested())
    first = not prefixes
    for graph, members in groupby(quads, key=itemgetter(3)):
        separator = "" if first else "\n"
        first = False
        if not graph:
            yield from _separated(writer.blocks(members, ""), separator)
            continue
        yield f"{separator}{writer.term(graph)} {{\n"
        yield from _separated(writer.blocks(members, INDENT), "")
        yield "}\n"


def _separated(blocks: Iterable[str], before: str) -> Iterator[str]:
    for block in blocks:
        yield before + block
        before = "\n"


@dataclass(frozen=True, slots=True)
class _Writer:
    """How terms are written, and the statements of the blank nodes that stand inside others."""

    term: Callable[[str], str]
    nested: Mapping[str, PredicateObjects]

    def blocks(self, quads: Iterable[Quad], indent: str) -> Iterator[str]:
        """Yield a block per subject that stands by itself."""
        for subject, members in groupby(quads, key=itemgetter(0)):
            pairs = [(quad[1], quad[2]) for quad in members]
            if subject not in self.nested:
                properties = self._properties(pairs, indent + INDENT)
                yield f"{indent}{self.term(subject)} {properties} .\n"

    def _properties(self, pairs: PredicateObjects, indent: str) -> str:
        pairs = sorted(pairs, key=lambda pair: pair[0] != TYPE)
        lines = (f"{'a' if p == TYPE else self.term(p)} {self._object(o, indent)}" for p, o in pairs)
        return f" ;\n{indent}".join(lines)

    def _object(self, key: str, indent: str) -> str:
        if key == NIL:
            return "()"
        pairs = self.nested.get(key)
        if pairs is None:
            return self.term(key)
        members = self._members(key)
        if members is not None:
            return f"( {' '.join(self._object(member, indent) for member in members)} )"
        inner = indent + INDENT
        return f"[\n{inner}{self._properties(pairs, inner)}\n{indent}]"

    def _members(self, key: str) -> list[str] | None:
        """Return the members of a well-formed list whose every node is written in place, else `None`."""
        members = []
        while key != NIL:
            pairs = self.nested.get(key, [])
            parts = dict(pairs)
            if len(pairs) != 2 or parts.keys() != {FIRST, REST}:
                return None
            members.append(parts[FIRST])
            key = parts[REST]
        return members


def _term_writer(prefixes: Mapping[str, str]) -> Callable[[str], str]:
    """Return what writes a term: an IRI by the prefix of the longest namespace that leaves a local name."""
    by_namespace = {namespace: prefix for prefix, namespace in sorted(prefixes.items(), reverse=True)}
    # No local name has a slash, hash or colon: a namespace that ends in one can only end at the last of an IRI.
    odd = sorted((each for each in by_namespace if each[-1:] not in ("/", "#", ":")), key=len, reverse=True)

    def iri(key: str) -> str:
        for namespace in odd:
            if key.startswith(namespace, 1) and _LOCAL.fullmatch(key, len(namespace) + 1, len(key) - 1):
                return f"{by_namespace[namespace]}:{key[len(namespace) + 1 : -1]}"
        end = max(key.rfind("/"), key.rfind("#"), key.rfind(":")) + 1
        prefix = by_namespace.get(key[1:end])
        if prefix is not None and _LOCAL.fullmatch(key, end, len(key) - 1):
            return f"{prefix}:{key[end:-1]}"
        return iri_reference(key)

    def term(key: str) -> str:
        if key[0] == "<":
            return iri(key)
        return _literal(key, iri) if key[0] == '"' else key

    return term


def _literal(key: str, iri: Callable[[str], str]) -> str:
    lexical, language, datatype = literal_parts(key)
    if language is not None:
        return f"{quoted(lexical)}@{language}"
    if key.endswith('"'):
        return quoted(lexical)
    if datatype == XSD + "integer" and _INTEGER.fullmatch(lexical):
        return lexical
    if datatype == XSD + "boolean" and lexical in ("true", "false"):
        return lexical
    return f"{quoted(lexical)}^^{iri(f'<{datatype}>')}"


class _Blanks:
    """The blank nodes of a document: what is said of them, and from where they are pointed to."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.parent: dict[str, Quad] = {}
        self.pairs: dict[str, PredicateObjects] = {}
        graphs: dict[str, set[str]] = {}
        uses: Counter[str] = Counter()
        for quad in quads:
            s, p, o, g = quad
            if o[0] == "_":
                uses[o] += 1
                self.parent[o] = quad
            if s[0] == "_":
                self.pairs.setdefault(s, []).append((p, o))
                graphs.setdefault(s, set()).add(g)
            if g[:1] == "_":
                uses[g] += 2  # a blank node that names a graph needs its label
        self.once = {node for node in self.pairs if uses[node] == 1 and graphs[node] == {self.parent[node][3]}}
        self.cells = {cell for node in self.once for cell in self._cells_above(node)}

    def nested(self) -> dict[str, PredicateObjects]:
        """Return the statements of each node that can stand inside the one statement that points to it."""
        return {node: self.pairs[node] for node in self.once if self._is_rooted(node)}

    def _cells_above(self, node: str) -> Iterator[str]:
        """Yield the cells of the well-formed list that ends with this node, from the last to the first."""
        rest = NIL
        while node in self.once and len(self.pairs[node]) == 2:
            parts = dict(self.pairs[node])
            if parts.keys() != {FIRST, REST} or parts[REST] != rest:
                return
            yield node
            node, rest = self.parent[node][0], node

    def _is_rooted(self, node: str) -> bool:
        """Tell whether the way up from a node ends, within the limit, at a subject that has a block of its own.

        Going along a well-formed list costs no depth: it is written on one level. Nodes in a ring have no end.
        """
        depth = 0
        seen = set()
        while node in self.once:
            if node in seen or depth > NESTING_LIMIT:
                return False
            seen.add(node)
            above, predicate, _, _ = self.parent[node]
            depth += not (predicate == REST and above in self.cells)
            node = above
        return depth <= NESTING_LIMIT
