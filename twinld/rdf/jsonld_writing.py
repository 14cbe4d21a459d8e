"""JSON-LD: one node object a line, flat, with its context inside the document, never a remote one.

Literals keep their lexical form because every value is a JSON string, never a number. Terms of a given context are
used where they mean the same; whatever they do not cover is written by prefix or as a whole IRI.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from twinld.rdf.terms import literal_parts
from twinld.rdf.writing import Quad

_ENCODER = json.JSONEncoder(ensure_ascii=False)
_USUAL = ("<https://", "<http://")
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
DELIMITERS = (":", "/", "?", "#", "[", "]", "@")
"""What a namespace must end with to be a prefix by a plain term definition (JSON-LD 1.1, section 4.1.5)."""


def jsonld_lines(
    quads: Iterable[Quad], prefixes: Mapping[str, str], context: Mapping[str, Any] | None = None
) -> Iterator[str]:
    """Yield the document of sorted quads; named graphs are objects with a `@graph` of their own."""
    given = dict(context or {})
    whole = _without_schemes({**_usable(prefixes, given), **given}, quads)
    written = json.dumps(whole, ensure_ascii=False, sort_keys=True)
    terms = _context(written)
    yield f'{{\n"@context": {written},\n"@graph": ['
    separator = "\n"
    for graph, members in groupby(quads, key=itemgetter(3)):
        if graph:
            yield f'{separator}{{"@id": {_json(terms.reference(graph))}, "@graph": ['
            yield from _separated(_nodes(members, terms), "\n")
            yield "\n]}"
        else:
            yield from _separated(_nodes(members, terms), separator)
        separator = ",\n"
    yield "\n]\n}\n"


def _separated(nodes: Iterable[str], before: str) -> Iterator[str]:
    for node in nodes:
        yield before + node
        before = ",\n"


def _nodes(quads: Iterable[Quad], terms: _Context) -> Iterator[str]:
    for subject, members in groupby(quads, key=itemgetter(0)):
        node: dict[str, Any] = {}
        for predicate, statements in groupby(members, key=itemgetter(1)):
            terms.add(node, predicate, [statement[2] for statement in statements])
        types = {"@type": node.pop("@type")} if "@type" in node else {}
        yield _json({"@id": terms.reference(subject), **types, **node})


def _json(value: object) -> str:
    return _ENCODER.encode(value)


@lru_cache(maxsize=256)  # documents of one kind have the same context, and reading it takes longer than a document
def _context(text: str) -> _Context:
    return _Context.of(json.loads(text))


def _usable(prefixes: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, str]:
    return {
        prefix: namespace
        for prefix, namespace in prefixes.items()
        if prefix and prefix not in given and namespace.endswith(DELIMITERS)
    }


def _without_schemes(context: dict[str, Any], quads: Iterable[Quad]) -> dict[str, Any]:
    """Return a context without terms that a whole IRI could be taken for: `urn` would change `urn:isbn:1`."""
    names = {name for name in context if not name.startswith("@")}
    iris = (key for quad in quads for key in quad if key[:1] == "<" and not key.startswith(_USUAL))
    parts = (key[1:].partition(":") for key in iris)
    clashing = {scheme for scheme, _, rest in parts if scheme in names and not rest.startswith("//")}
    return {name: value for name, value in context.items() if name not in clashing}


@dataclass(frozen=True, slots=True)
class _Term:
    """A term definition: its name, to what type its strings are coerced, whether its values go by language."""

    name: str
    coercion: str | None = None
    by_language: bool = False


@dataclass(frozen=True, slots=True)
class _Context:
    namespaces: Mapping[str, str]
    properties: Mapping[str, _Term]
    types: Mapping[str, str]
    plain_strings: bool

    @classmethod
    def of(cls, context: Mapping[str, Any]) -> _Context:
        """Read the definitions that are understood; what is not (lists, nesting, scoped contexts) is not used."""
        simple = {name: value for name, value in context.items() if isinstance(value, str) and name[0] != "@"}
        namespaces = {value: name for name, value in sorted(simple.items()) if value.endswith(DELIMITERS)}
        properties: dict[str, _Term] = {}
        types: dict[str, str] = {}
        for name, value in sorted(context.items()):
            if name.startswith("@") or name in namespaces.values() or ":" in name:
                continue
            definition = {"@id": value} if isinstance(value, str) else dict(value or {})
            term = _term(name, definition, simple)
            if term is not None:
                iri = f"<{_expanded(definition['@id'], simple)}>"
                properties.setdefault(iri, term)
                if definition.keys() == {"@id"}:
                    types.setdefault(iri, name)
        return cls(namespaces, properties, types, "@language" not in context)

    def reference(self, key: str) -> str:
        """Return an IRI by its prefix where there is one, a blank node as it is."""
        if key[0] == "_":
            return key
        iri = key[1:-1]
        for cut in (iri.rfind("#") + 1, iri.rfind("/") + 1):
            prefix = self.namespaces.get(iri[:cut]) if cut else None
            if prefix and cut < len(iri):
                return f"{prefix}:{iri[cut:]}"
        return iri

    def add(self, node: dict[str, Any], predicate: str, values: list[str]) -> None:
        """Put the values of a predicate into a node object."""
        if predicate == TYPE and all(value[0] != '"' for value in values):
            node["@type"] = _single([self.types.get(value) or self.reference(value) for value in values])
            return
        term = self.properties.get(predicate) or _Term(self.reference(predicate))
        if term.by_language:
            if all(literal_language(value) for value in values):
                node[term.name] = _by_language(values)
                return
            term = _Term(self.reference(predicate))
        node[term.name] = _single([self._value(value, term) for value in values])

    def _value(self, key: str, term: _Term) -> object:
        if key[0] != '"':
            return self.reference(key) if term.coercion == "@id" else {"@id": self.reference(key)}
        lexical, language, datatype = literal_parts(key)
        if language is not None:
            return {"@value": lexical, "@language": language}
        if key.endswith('"'):
            return lexical if term.coercion is None and self.plain_strings else {"@value": lexical}
        if term.coercion == datatype:
            return lexical
        return {"@value": lexical, "@type": self.reference(f"<{datatype}>")}


def literal_language(key: str) -> str | None:
    """Return the language tag of a literal's key, `None` for any other term."""
    return literal_parts(key)[1] if key[0] == '"' else None


def _by_language(values: list[str]) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    for value in values:
        lexical, language, _ = literal_parts(value)
        found.setdefault(language or "", []).append(lexical)
    return {language: _single(texts) for language, texts in sorted(found.items())}


def _single(values: list[Any]) -> object:
    return values[0] if len(values) == 1 else values


def _term(name: str, definition: Mapping[str, Any], simple: Mapping[str, str]) -> _Term | None:
    """Return a term that can be written plainly, `None` for one with features that change its values."""
    iri = definition.get("@id")
    if not isinstance(iri, str) or iri.startswith("@") or definition.keys() - {"@id", "@type", "@container"}:
        return None
    container = definition.get("@container")
    coercion = definition.get("@type")
    if container not in (None, "@set", "@language") or coercion in ("@json", "@none", "@vocab"):
        return None
    if coercion is not None and coercion != "@id":
        coercion = _expanded(coercion, simple)
    return _Term(name, coercion, container == "@language")


def _expanded(iri: str, simple: Mapping[str, str]) -> str:
    prefix, colon, local = iri.partition(":")
    if colon and prefix in simple and not local.startswith("//"):
        return _expanded(simple[prefix], simple) + local
    return iri
