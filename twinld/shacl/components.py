"""SHACL-SPARQL as text: `sh:sparql` constraints, constraint components, their prefixes and `$PATH`.

Source: https://www.w3.org/TR/shacl/#sparql-constraints and https://www.w3.org/TR/shacl/#sparql-constraint-components
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from twinld.rdf.terms import literal_parts
from twinld.shacl.graph import Graph
from twinld.shacl.ill_formed import IllFormed
from twinld.shacl.paths import Path, path_text
from twinld.shacl.plan import Sparql
from twinld.shacl.vocabulary import RDF_TYPE, RDFS_SUBCLASS, XSD, sh

_PATH = re.compile(r"[$?]PATH\b")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a component: `name` is the variable that it is bound to."""

    predicate: int
    name: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Component:
    """A constraint component of the shapes graph, with the node that declares each kind of validator."""

    number: int
    parameters: tuple[Parameter, ...]
    validator: int | None
    node_validator: int | None
    property_validator: int | None

    def constraints(self, graph: Graph, shape: int, path: Path | None) -> Iterator[Sparql]:
        """Yield the component's constraint if a shape has all its mandatory parameters."""
        given = [(each, graph.values(shape, graph.table.keys[each.predicate])) for each in self.parameters]
        if not given or any(not values and not parameter.optional for parameter, values in given):
            return
        if all(not values for _, values in given):
            return
        validator = (self.property_validator if path is not None else self.node_validator) or self.validator
        if validator is None:
            raise IllFormed("its constraint component has no validator of SPARQL", foreign=True)
        for bound in _combinations(given):
            yield self._constraint(graph, validator, path, bound)

    def _constraint(
        self, graph: Graph, validator: int, path: Path | None, bound: tuple[tuple[str, int], ...]
    ) -> Sparql:
        ask = graph.value(validator, sh("ask"))
        query = graph.value(validator, sh("select")) if ask is None else ask
        if query is None:
            raise IllFormed("its constraint component has no validator of SPARQL", foreign=True)
        messages = graph.values(validator, sh("message")) or graph.values(self.number, sh("message"))
        return Sparql(
            component="",
            parameter=bound[0][1],
            node=None,
            component_iri=graph.table.keys[self.number][1:-1],
            query=_whole(graph, validator, query, path),
            ask=ask is not None,
            bound=bound,
            messages=tuple(sorted(graph.table.keys[each] for each in messages)),
        )


def _combinations(given: list[tuple[Parameter, list[int]]]) -> Iterator[tuple[tuple[str, int], ...]]:
    """Yield one binding per value: only components of one parameter may have several (SHACL section 6.2.1)."""
    if len(given) == 1:
        parameter, values = given[0]
        yield from (((parameter.name, each),) for each in values)
    else:
        yield tuple((parameter.name, values[0]) for parameter, values in given if values)


def read_components(graph: Graph) -> tuple[Component, ...]:
    """Return the constraint components that a shapes graph declares."""
    types = graph.backward(graph.number(RDF_TYPE))
    subclasses = graph.backward(graph.number(RDFS_SUBCLASS))
    component = graph.number(sh("ConstraintComponent"))
    kinds = {component, *subclasses.get(component, ())}
    numbers = {node for kind in kinds for node in types.get(kind, ())}
    found = (_component(graph, each) for each in sorted(numbers))
    return tuple(each for each in found if each is not None)


def _component(graph: Graph, number: int) -> Component | None:
    validators = [graph.value(number, sh(name)) for name in ("validator", "nodeValidator", "propertyValidator")]
    parameters = tuple(sorted(_parameters(graph, number), key=lambda each: (each.optional, each.name)))
    return Component(number, parameters, *validators) if parameters else None


def _parameters(graph: Graph, number: int) -> Iterator[Parameter]:
    for node in graph.values(number, sh("parameter")):
        predicate = graph.value(node, sh("path"))
        if predicate is not None:
            optional = graph.value(node, sh("optional"))
            name = re.split(r"[#/:]", graph.table.keys[predicate][1:-1])[-1]
            is_optional = optional is not None and literal_parts(graph.table.keys[optional])[0] in ("true", "1")
            yield Parameter(predicate, name, is_optional)


def read_sparql(graph: Graph, node: int, path: Path | None) -> tuple[Sparql, ...]:
    """Return the constraint of an `sh:sparql`; nothing if it is deactivated."""
    deactivated = graph.value(node, sh("deactivated"))
    if deactivated is not None and graph.table.keys[deactivated] == f'"true"^^<{XSD}boolean>':
        return ()
    select = graph.values(node, sh("select"))
    if len(select) != 1:
        raise IllFormed("it needs exactly one sh:select")
    constraint = Sparql(
        component="SPARQL",
        parameter=node,
        node=node,
        component_iri=sh("SPARQLConstraintComponent")[1:-1],
        query=_whole(graph, node, select[0], path),
        ask=False,
        bound=(),
        messages=tuple(sorted(graph.table.keys[each] for each in graph.values(node, sh("message")))),
    )
    return (constraint,)


def _whole(graph: Graph, owner: int, query: int, path: Path | None) -> str:
    """Return a query with its prefixes before it and `$PATH` replaced."""
    key = graph.table.keys[query]
    if key[0] != '"':
        raise IllFormed("the query is no literal")
    text = literal_parts(key)[0]
    if path is not None:
        text = _PATH.sub(lambda _: path_text(graph.table.keys, path), text)
    return _prefixes(graph, owner) + text


def _prefixes(graph: Graph, owner: int) -> str:
    """Return the PREFIX lines that `sh:prefixes` gives, imported declarations included (SHACL section 5.2.1)."""
    imports = "<http://www.w3.org/2002/07/owl#imports>"
    found: dict[str, str] = {}
    waiting, seen = list(graph.values(owner, sh("prefixes"))), set[int]()
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        waiting.extend(graph.values(each, imports))
        for declaration in graph.values(each, sh("declare")):
            prefix, namespace = (graph.value(declaration, sh(name)) for name in ("prefix", "namespace"))
            if prefix is not None and namespace is not None:
                _declare(found, *(literal_parts(graph.table.keys[number])[0] for number in (prefix, namespace)))
    return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in sorted(found.items()))


def _declare(found: dict[str, str], prefix: str, namespace: str) -> None:
    if found.setdefault(prefix, namespace) != namespace:
        raise IllFormed(f"the prefix {prefix}: is declared with two namespaces")
