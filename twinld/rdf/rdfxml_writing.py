"""RDF/XML that a strict XML parser reads: an element per subject, a property element per statement.

XML 1.0 has no control characters but tab, line feed and carriage return. In a literal the others become U+FFFD, the
replacement character, so that one bad character does not lose a portal the whole file; the other formats keep them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter

from twinld.rdf.terms import literal_parts
from twinld.rdf.writing import Quad, UnwritableError

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
REPLACEMENT = "\ufffd"
# https://www.w3.org/TR/xml/#charsets
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# https://www.w3.org/TR/xml-names/#NT-NCName
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = re.compile(rf"[{_START}][{_START}\-.0-9\u00b7\u0300-\u036f\u203f-\u2040]*")
_LOCAL = re.compile(rf"{_NAME.pattern}\Z")
_SPLIT = re.compile(rf"(?s)(.*?)({_NAME.pattern})\Z")
# https://www.w3.org/TR/rdf-syntax-grammar/#propertyElementURIs
_RESERVED = (
    "RDF",
    "Description",
    "ID",
    "about",
    "aboutEach",
    "bagID",
    "parseType",
    "resource",
    "nodeID",
    "datatype",
    "li",
)
_FORBIDDEN = frozenset(RDF + name for name in _RESERVED)


def rdfxml_lines(quads: Iterable[Quad], prefixes: Mapping[str, str]) -> Iterator[str]:
    """Yield the document of sorted triples. Raises `UnwritableError`, naming every predicate that has no XML name."""
    names, namespaces = _element_names({quad[1] for quad in quads}, prefixes)
    yield '<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF'
    yield "".join(f'\n    xmlns:{prefix}="{_attribute(each)}"' for prefix, each in sorted(namespaces.items()))
    yield ">\n"
    for subject, members in groupby(quads, key=itemgetter(0)):
        yield f"  <rdf:Description {_reference(subject, 'about')}>\n"
        yield from (_property(names[quad[1]], quad[2]) for quad in members)
        yield "  </rdf:Description>\n"
    yield "</rdf:RDF>\n"


def replaced(text: str) -> str:
    """Return a text with each character that XML 1.0 forbids replaced by U+FFFD."""
    return ILLEGAL.sub(REPLACEMENT, text)


def has_xml_name(predicate: str) -> bool:
    """Tell whether the key of a predicate can be written as the name of an element."""
    return _split(predicate[1:-1], {}) is not None


def _element_names(predicates: set[str], prefixes: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the qualified name of each predicate, and the namespaces by prefix that they need."""
    known = {each: prefix for prefix, each in sorted(prefixes.items(), reverse=True) if _can_be_prefix(prefix)}
    known[RDF] = "rdf"
    names: dict[str, str] = {}
    unnamed = []
    for key in sorted(predicates):
        split = _split(key[1:-1], known)
        if split is None:
            unnamed.append(key)
            continue
        prefix = known.setdefault(split[0], f"ns{len(known)}")
        names[key] = f"{prefix}:{split[1]}"
    if unnamed:
        raise UnwritableError(
            f"RDF/XML has no name for the predicate {', '.join(unnamed)}",
            hint="a predicate must end in a letter, followed by letters and digits; or take Turtle or JSON-LD",
        )
    used = {name.partition(":")[0] for name in names.values()} | {"rdf"}
    return names, {prefix: each for each, prefix in known.items() if prefix in used}


def _can_be_prefix(prefix: str) -> bool:
    generated = re.fullmatch(r"ns\d+", prefix)
    return bool(_NAME.fullmatch(prefix)) and not prefix.lower().startswith("xml") and prefix != "rdf" and not generated


def _split(iri: str, known: Mapping[str, str]) -> tuple[str, str] | None:
    """Return namespace and local name: at a known namespace if one fits, else the longest name at the end."""
    if iri in _FORBIDDEN or ILLEGAL.search(iri):
        return None
    fitting = [each for each in known if iri.startswith(each) and _LOCAL.match(iri, len(each))]
    if fitting:
        namespace = max(fitting, key=len)
        return namespace, iri[len(namespace) :]
    # The lazy first group leaves the longest name that the IRI ends with.
    match = _SPLIT.fullmatch(iri)
    return (match[1], match[2]) if match and match[1] else None


def _reference(key: str, attribute: str) -> str:
    if key[0] == "<":
        if ILLEGAL.search(key):
            raise UnwritableError(
                f"XML has no way to write a character of {key!r}", hint="percent-encode it in the IRI"
            )
        return f'rdf:{attribute}="{_attribute(key[1:-1])}"'
    return f'rdf:nodeID="{_node_id(key[2:])}"'


def _node_id(label: str) -> str:
    """Return a blank node's label as an XML name, different labels as different names."""
    return label if _NAME.fullmatch(label) and label[0] != "_" else f"_{label}"


def _property(name: str, key: str) -> str:
    if key[0] != '"':
        return f"    <{name} {_reference(key, 'resource')}/>\n"
    lexical, language, datatype = literal_parts(key)
    attribute = ""
    if language is not None:
        attribute = f' xml:lang="{language}"'
    elif not key.endswith('"'):
        attribute = f' rdf:datatype="{_attribute(datatype)}"'
    return f"    <{name}{attribute}>{_text(lexical)}</{name}>\n"


def _text(text: str) -> str:
    # A bare carriage return would reach the reader as a line feed.
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    return replaced(escaped)


def _attribute(iri: str) -> str:
    return iri.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
