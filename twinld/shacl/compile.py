"""From a shapes graph to a plan: each shape that a target reaches, with what is ill-formed or foreign named.

Source: https://www.w3.org/TR/shacl/#shapes-graph
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from twinld.rdf.terms import literal_parts
from twinld.shacl import plan
from twinld.shacl.circles import circles, referred_shapes
from twinld.shacl.components import read_components, read_sparql
from twinld.shacl.graph import Graph
from twinld.shacl.ill_formed import IllFormed
from twinld.shacl.paths import IllFormedPath, Path, read_path
from twinld.shacl.plan import Constraint, Plan, Shape, Targets
from twinld.shacl.report import VIOLATION, Unevaluated
from twinld.shacl.vocabulary import RDF_TYPE, RDFS_CLASS, RDFS_SUBCLASS, XSD, sh

_TARGETS = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")
_FOREIGN = {
    "target": "it has a target of SHACL Advanced Features",
    "rule": "it has a rule of SHACL Advanced Features",
    "expression": "it has an expression of SHACL Advanced Features",
    "js": "it has a constraint in JavaScript",
}
_KINDS = {
    "IRI": "<",
    "BlankNode": "_",
    "Literal": '"',
    "BlankNodeOrIRI": "_<",
    "BlankNodeOrLiteral": '_"',
    "IRIOrLiteral": '<"',
}
_MANY = 2**31  # more shapes than anybody lists in one sh:or


def compile_shapes(shapes: Graph) -> tuple[Plan, tuple[Unevaluated, ...]]:
    """Return the plan of a shapes graph, and each constraint that could not be read, with the reason."""
    return _Compiler(shapes).run()


@dataclass
class _Compiler:
    graph: Graph
    shapes: dict[int, Shape] = field(default_factory=dict)
    foreign: dict[int, str] = field(default_factory=dict)
    problems: list[Unevaluated] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)

    def run(self) -> tuple[Plan, tuple[Unevaluated, ...]]:
        graph = self.graph
        self.components = read_components(graph)
        self.classes = _classes(graph)
        declared = {node for name in ("NodeShape", "PropertyShape") for node in _instances(graph, sh(name))}
        roots = [each for each in self._candidates() | declared if self._targets(each) or self._is_foreign(each)]
        self.waiting = sorted(roots)
        while self.waiting:
            number = self.waiting.pop()
            if number not in self.shapes:
                self.shapes[number] = self._shape(number)
        untargeted = tuple(sorted(declared - self.shapes.keys() - self._referred(declared)))
        return Plan(self.shapes, self._foreign_closure(), untargeted, circles(self.shapes)), tuple(self.problems)

    def _candidates(self) -> set[int]:
        """Return the nodes with a target, and the classes that are shapes by a parameter."""
        graph = self.graph
        found = {node for name in (*_TARGETS, "target") for node in graph.forward(graph.number(sh(name)))}
        names = (*_BUILDERS, "sparql")
        by_parameter = {node for name in names for node in graph.forward(graph.number(sh(name)))}
        for component in self.components:
            for parameter in component.parameters:
                by_parameter.update(graph.forward(parameter.predicate))
        return found | (by_parameter & self.classes)

    def _referred(self, declared: set[int]) -> set[int]:
        """Return the shapes that other shapes mention: they need no target of their own."""
        graph, found = self.graph, set[int]()
        for name in ("property", "node", "not", "qualifiedValueShape"):
            found.update(graph.backward(graph.number(sh(name))))
        for name in ("and", "or", "xone"):
            for heads in graph.forward(graph.number(sh(name))).values():
                found.update(item for head in heads for item in graph.items(head) or ())
        return found & declared

    def _targets(self, node: int) -> Targets:
        nodes, classes, subjects_of, objects_of = (tuple(self.graph.values(node, sh(name))) for name in _TARGETS)
        if node in self.classes:
            classes = (*classes, node)
        return Targets(nodes, classes, subjects_of, objects_of)

    def _is_foreign(self, node: int) -> bool:
        return any(self.graph.values(node, sh(name)) for name in _FOREIGN)

    def _shape(self, number: int) -> Shape:
        graph = self.graph
        severity = graph.value(number, sh("severity"))
        messages = tuple(sorted(graph.table.keys[each] for each in graph.values(number, sh("message"))))
        iri = VIOLATION if severity is None else graph.table.keys[severity][1:-1]
        path_node, path = self._path(number)
        if self._is_true(number, "deactivated"):
            return Shape(number, path, path_node, iri, messages, Targets(), ())
        for name, reason in _FOREIGN.items():
            if graph.values(number, sh(name)):
                self.foreign.setdefault(number, reason)
        if path_node is not None and path is None:
            return Shape(number, None, None, iri, messages, Targets(), ())
        constraints = tuple(self._constraints(number, path))
        return Shape(number, path, path_node, iri, messages, self._targets(number), constraints)

    def _path(self, number: int) -> tuple[int | None, Path | None]:
        nodes = self.graph.values(number, sh("path"))
        if not nodes:
            return None, None
        try:
            if len(nodes) > 1:
                raise IllFormedPath("it has several sh:path")
            return nodes[0], read_path(self.graph, nodes[0])
        except IllFormedPath as error:
            self.problems.append(Unevaluated(number, f"its sh:path is ill-formed: {error}"))
            return nodes[0], None

    def _is_true(self, node: int, name: str) -> bool:
        found = self.graph.value(node, sh(name))
        return found is not None and self.graph.table.keys[found] == f'"true"^^<{XSD}boolean>'

    def _constraints(self, number: int, path: Path | None) -> Iterator[Constraint]:
        for name, build in _BUILDERS.items():
            for value in self.graph.values(number, sh(name)):
                yield from self._attempt(number, name, partial(build, self, number, value))
        for value in self.graph.values(number, sh("sparql")):
            yield from self._attempt(number, "sparql", partial(read_sparql, self.graph, value, path))
        for component in self.components:
            yield from self._attempt(number, "", partial(component.constraints, self.graph, number, path))

    def _attempt(
        self, number: int, name: str, build: Callable[[], Iterable[Constraint | None]]
    ) -> Iterator[Constraint]:
        """Yield what `build` gives; note what is ill-formed instead of failing for the whole graph."""
        try:
            yield from (each for each in build() if each is not None)
        except IllFormed as error:
            if error.foreign:
                self.foreign[number] = str(error)
            else:
                prefix = f"its sh:{name} is ill-formed: " if name else ""
                self.problems.append(Unevaluated(number, prefix + str(error)))

    # What the builders read with.

    def refer(self, shape: int) -> int:
        """Return a shape's number, and see to it that it is compiled."""
        if self.graph.table.keys[shape][0] == '"':
            raise IllFormed("a literal is no shape")
        self.waiting.append(shape)
        return shape

    def whole(self, number: int) -> int:
        """Return the value of an integer literal."""
        key = self.graph.table.keys[number]
        try:
            lexical, _, datatype = literal_parts(key)
            if datatype.startswith(XSD):
                return int(lexical)
        except ValueError:
            pass
        raise IllFormed(f"{key} is no integer")

    def text(self, number: int) -> str:
        """Return the lexical form of a literal."""
        key = self.graph.table.keys[number]
        if key[0] != '"':
            raise IllFormed(f"{key} is no literal")
        return literal_parts(key)[0]

    def items(self, head: int) -> list[int]:
        """Return the members of a list."""
        found = self.graph.items(head)
        if found is None:
            raise IllFormed("the list is not well-formed")
        return found

    def _foreign_closure(self) -> dict[int, str]:
        """Return the foreign shapes and those that refer to one, each with the reason."""
        owners: dict[int, set[int]] = {}
        for shape in self.shapes.values():
            for constraint in shape.constraints:
                for inner in referred_shapes(constraint):
                    owners.setdefault(inner, set()).add(shape.number)
        found, waiting = dict(self.foreign), list(self.foreign)
        while waiting:
            each = waiting.pop()
            for owner in owners.get(each, ()):
                if owner not in found:
                    found[owner] = found[each]
                    waiting.append(owner)
        return found


def _instances(graph: Graph, key: str) -> list[int]:
    return graph.backward(graph.number(RDF_TYPE)).get(graph.number(key), [])


def _classes(graph: Graph) -> set[int]:
    """Return the SHACL instances of rdfs:Class in the shapes graph."""
    subclasses = graph.backward(graph.number(RDFS_SUBCLASS))
    types = graph.backward(graph.number(RDF_TYPE))
    found, waiting, seen = set[int](), [graph.number(RDFS_CLASS)], set[int]()
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            found.update(types.get(each, ()))
            waiting.extend(subclasses.get(each, ()))
    return found


# One builder per parameter: from the value in the shapes graph to constraints.

_Built = Iterable[Constraint | None]
_Builder = Callable[[_Compiler, int, int], _Built]


def _class(c: _Compiler, shape: int, value: int) -> _Built:
    return [plan.Class("Class", value)]


def _datatype(c: _Compiler, shape: int, value: int) -> _Built:
    return [plan.Datatype("Datatype", value, c.graph.table.keys[value][1:-1])]


def _node_kind(c: _Compiler, shape: int, value: int) -> _Built:
    allowed = next((chars for name, chars in _KINDS.items() if c.graph.table.keys[value] == sh(name)), None)
    if allowed is None:
        raise IllFormed(f"{c.graph.table.keys[value]} is no node kind")
    return [plan.NodeKind("NodeKind", value, allowed)]


def _range(component: str, *allowed: int) -> _Builder:
    return lambda c, shape, value: [plan.Range(component, value, allowed)]


def _min_length(c: _Compiler, shape: int, value: int) -> _Built:
    return [plan.Length("MinLength", value, c.whole(value), None)]


def _max_length(c: _Compiler, shape: int, value: int) -> _Built:
    return [plan.Length("MaxLength", value, 0, c.whole(value))]


def _pattern(c: _Compiler, shape: int, value: int) -> _Built:
    flags = "".join(c.text(each) for each in c.graph.values(shape, sh("flags")))
    return [plan.Pattern("Pattern", value, c.text(value), flags)]


def _language_in(c: _Compiler, shape: int, value: int) -> _Built:
    return [plan.LanguageIn("LanguageIn", value, tuple(c.text(each).lower() for each in c.items(value)))]


def _unique_lang(c: _Compiler, shape: int, value: int) -> _Built:
    return [plan.UniqueLang("UniqueLang", value) if c._is_true(shape, "uniqueLang") else None]


def _min_count(c: _Compiler, shape: int, value: int) -> _Built:
    return [plan.Count("MinCount", value, c.whole(value), None)]


def _max_count(c: _Compiler, shape: int, value: int) -> _Built:
    return [plan.Count("MaxCount", value, 0, c.whole(value))]


def _less(component: str, *allowed: int) -> _Builder:
    return lambda c, shape, value: [plan.Less(component, value, allowed)]


def _in(c: _Compiler, shape: int, value: int) -> _Built:
    return [plan.In("In", value, frozenset(c.items(value)))]


def _not(c: _Compiler, shape: int, value: int) -> _Built:
    return [plan.Logical("Not", value, (c.refer(value),), 0, 0)]


def _node(c: _Compiler, shape: int, value: int) -> _Built:
    return [plan.Logical("Node", value, (c.refer(value),), 1, 1)]


def _listed(component: str, least: int | None, most: int) -> _Builder:
    def build(c: _Compiler, shape: int, value: int) -> _Built:
        shapes = tuple(c.refer(each) for each in c.items(value))
        return [plan.Logical(component, value, shapes, len(shapes) if least is None else least, most)]

    return build


def _property(c: _Compiler, shape: int, value: int) -> _Built:
    if not c.graph.values(value, sh("path")):
        raise IllFormed("the property shape has no sh:path")
    return [plan.Property("Property", c.refer(value))]


def _qualified(c: _Compiler, shape: int, value: int) -> _Built:
    least, most = (c.graph.value(shape, sh(name)) for name in ("qualifiedMinCount", "qualifiedMaxCount"))
    siblings = _siblings(c.graph, shape, value) if c._is_true(shape, "qualifiedValueShapesDisjoint") else ()
    inner = c.refer(value)
    for each in siblings:
        c.refer(each)
    if least is not None:
        yield plan.Qualified("QualifiedMinCount", least, inner, siblings, c.whole(least), None)
    if most is not None:
        yield plan.Qualified("QualifiedMaxCount", most, inner, siblings, 0, c.whole(most))


def _siblings(graph: Graph, shape: int, value: int) -> tuple[int, ...]:
    """Return the sibling shapes (SHACL section 4.7.3)."""
    parents = graph.backward(graph.number(sh("property"))).get(shape, [])
    shapes = (
        each
        for parent in parents
        for other in graph.values(parent, sh("property"))
        for each in graph.values(other, sh("qualifiedValueShape"))
    )
    return tuple(dict.fromkeys(each for each in shapes if each != value))


def _closed(c: _Compiler, shape: int, value: int) -> _Built:
    if not c._is_true(shape, "closed"):
        return
    ignored = [each for head in c.graph.values(shape, sh("ignoredProperties")) for each in c.items(head)]
    paths = (path for prop in c.graph.values(shape, sh("property")) for path in c.graph.values(prop, sh("path")))
    named = [each for each in paths if c.graph.table.keys[each][0] == "<"]
    yield plan.Closed("Closed", value, frozenset((*ignored, *named)))


_BUILDERS: dict[str, _Builder] = {
    "class": _class,
    "datatype": _datatype,
    "nodeKind": _node_kind,
    "minExclusive": _range("MinExclusive", 1),
    "minInclusive": _range("MinInclusive", 0, 1),
    "maxExclusive": _range("MaxExclusive", -1),
    "maxInclusive": _range("MaxInclusive", -1, 0),
    "minLength": _min_length,
    "maxLength": _max_length,
    "pattern": _pattern,
    "languageIn": _language_in,
    "uniqueLang": _unique_lang,
    "minCount": _min_count,
    "maxCount": _max_count,
    "hasValue": lambda c, shape, value: [plan.HasValue("HasValue", value)],
    "equals": lambda c, shape, value: [plan.Equals("Equals", value)],
    "disjoint": lambda c, shape, value: [plan.Disjoint("Disjoint", value)],
    "lessThan": _less("LessThan", -1),
    "lessThanOrEquals": _less("LessThanOrEquals", -1, 0),
    "in": _in,
    "not": _not,
    "node": _node,
    "and": _listed("And", None, _MANY),
    "or": _listed("Or", 1, _MANY),
    "xone": _listed("Xone", 1, 1),
    "property": _property,
    "qualifiedValueShape": _qualified,
    "closed": _closed,
}
