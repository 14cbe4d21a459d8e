"""Constraints that judge each value by itself: from a set of values to those that fail, each distinct value once.

Source: https://www.w3.org/TR/shacl/#core-components-value-type to #core-components-string
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from twinld.shacl import plan
from twinld.shacl.graph import Graph
from twinld.shacl.literals import compare, value_of, well_formed
from twinld.shacl.patterns import pattern_test
from twinld.shacl.vocabulary import RDF, RDF_TYPE, RDFS_SUBCLASS, XSD

Test = Callable[[Any, set[int], Graph], set[int]]


def _class(constraint: plan.Class, values: set[int], data: Graph) -> set[int]:
    return values - instances_of(constraint.parameter, data)


def instances_of(class_number: int, data: Graph) -> set[int]:
    """Return the SHACL instances of a class: `rdf:type`, then any number of `rdfs:subClassOf`."""
    types = data.backward(data.number(RDF_TYPE))
    return {node for each in subclasses_of(class_number, data) for node in types.get(each, ())}


def subclasses_of(class_number: int, data: Graph) -> set[int]:
    """Return a class and all its subclasses."""
    below = data.backward(data.number(RDFS_SUBCLASS))
    found, waiting = {class_number}, [class_number]
    while waiting:
        new = [each for each in below.get(waiting.pop(), ()) if each not in found]
        found.update(new)
        waiting.extend(new)
    return found


def _datatype(constraint: plan.Datatype, values: set[int], data: Graph) -> set[int]:
    keys, iri = data.table.keys, constraint.iri
    if iri == XSD + "string":
        return {each for each in values if (key := keys[each])[0] != '"' or not key.endswith('"')}
    if iri == RDF + "langString":
        return {each for each in values if not _has_language(keys[each])}
    ending, test = f'"^^<{iri}>', well_formed(iri)
    bad = {each for each in values if not keys[each].endswith(ending) or keys[each][0] != '"'}
    if test is not None:
        width = -len(ending)
        bad.update([each for each in values - bad if not test(keys[each][1:width])])
    return bad


def _has_language(key: str) -> bool:
    return key[0] == '"' and key[key.rindex('"') + 1 :].startswith("@")


def _node_kind(constraint: plan.NodeKind, values: set[int], data: Graph) -> set[int]:
    keys, allowed = data.table.keys, constraint.allowed
    return {each for each in values if keys[each][0] not in allowed}


def _range(constraint: plan.Range, values: set[int], data: Graph) -> set[int]:
    keys, limit, allowed = data.table.keys, value_of(data.table.keys[constraint.parameter]), constraint.allowed
    return {each for each in values if compare(value_of(keys[each]), limit) not in allowed}


def text_of(key: str) -> str | None:
    """Return what SPARQL's `str` gives for a key; `None` for a blank node."""
    if key[0] == "<":
        return key[1:-1]
    return None if key[0] == "_" else key[1 : key.rindex('"')]


def _length(constraint: plan.Length, values: set[int], data: Graph) -> set[int]:
    keys, least, most = data.table.keys, constraint.least, constraint.most
    return {
        each
        for each in values
        if (text := text_of(keys[each])) is None or len(text) < least or (most is not None and len(text) > most)
    }


def _pattern(constraint: plan.Pattern, values: set[int], data: Graph) -> set[int]:
    keys = data.table.keys
    texts = {each: text_of(keys[each]) for each in values}
    matches = pattern_test(constraint.pattern, constraint.flags, {text for text in texts.values() if text is not None})
    return {each for each, text in texts.items() if text is None or not matches(text)}


def _language_in(constraint: plan.LanguageIn, values: set[int], data: Graph) -> set[int]:
    keys, ranges = data.table.keys, constraint.ranges
    return {each for each in values if not _language_matches(keys[each], ranges)}


def _language_matches(key: str, ranges: Iterable[str]) -> bool:
    if not _has_language(key):
        return False
    tag = key[key.rindex('"') + 2 :].lower()
    return any(wanted in ("*", tag) or tag.startswith(wanted + "-") for wanted in ranges)


def _in(constraint: plan.In, values: set[int], data: Graph) -> set[int]:
    return values - constraint.allowed


VALUE_TESTS: dict[type[plan.Constraint], Test] = {
    plan.Class: _class,
    plan.Datatype: _datatype,
    plan.NodeKind: _node_kind,
    plan.Range: _range,
    plan.Length: _length,
    plan.Pattern: _pattern,
    plan.LanguageIn: _language_in,
    plan.In: _in,
}


def language_of(key: str) -> str | None:
    """Return a literal's language tag in lower case, `None` without one."""
    return key[key.rindex('"') + 2 :].lower() if _has_language(key) else None
