"""rdflib's terms and the keys of the term table, one into the other; rdflib is imported when the first is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twinld.rdf.terms import literal_key, literal_parts

if TYPE_CHECKING:
    from rdflib.term import Node


def node_of(key: str) -> Node:
    """Return the rdflib term of a key, its lexical form kept."""
    from rdflib import BNode, Literal, URIRef

    if key[0] == "<":
        return URIRef(key[1:-1])
    if key[0] == "_":
        return BNode(key[2:])
    lexical, language, datatype = literal_parts(key)
    if language is not None:
        return Literal(lexical, lang=language)
    if key.endswith('"'):
        return Literal(lexical)
    return Literal(lexical, datatype=URIRef(datatype), normalize=False)


def key_of_node(node: Node) -> str:
    """Return the key of an rdflib term; rdflib has rewritten some literals when it read them."""
    from rdflib import BNode, Literal

    if isinstance(node, BNode):
        return f"_:{node}"
    if not isinstance(node, Literal):
        return f"<{node}>"
    if node.language:
        return literal_key(str(node), node.language)
    return literal_key(str(node)) if node.datatype is None else literal_key(str(node), None, str(node.datatype))
