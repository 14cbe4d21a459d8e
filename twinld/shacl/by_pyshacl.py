"""Validation by pySHACL, the reference: what the native engine does not cover, and the other side of comparisons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from twinld.errors import IncompleteError
from twinld.rdf.statements import Statements
from twinld.rdf.terms import TermTable
from twinld.shacl.rdflib_terms import key_of_node, node_of
from twinld.shacl.report import Report, Result, in_order
from twinld.shacl.vocabulary import SH

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node


def validate_by_pyshacl(table: TermTable, data: Sequence[Statements], shapes: Sequence[Statements]) -> Report:
    """Return pySHACL's report in the table's numbers; raises `IncompleteError` where pySHACL gives up."""
    import pyshacl

    terms = _Terms(table)
    shapes_graph = terms.graph(shapes)
    data_graph = shapes_graph if data is shapes else terms.graph(data)
    try:
        _, graph, text = pyshacl.validate(
            data_graph,
            shacl_graph=shapes_graph,
            inference="none",
            advanced=True,
            meta_shacl=False,
            do_owl_imports=False,
            inplace=True,
        )
    except Exception as error:
        raise _gave_up(error) from error
    if not hasattr(graph, "triples"):
        raise IncompleteError(f"pySHACL could not validate: {text}", hint="Mend the shapes graph.")
    return Report(in_order(list(_results(graph, terms)), table), "pyshacl")


def _gave_up(error: Exception) -> IncompleteError:
    sentence = str(error).strip().partition("\n")[0] or type(error).__name__
    return IncompleteError(f"pySHACL could not validate: {sentence}", hint="Mend the shapes, or use --engine native.")


class _Terms:
    """rdflib's terms and the table's numbers, both ways; a number comes back as it went out, lexical form and all."""

    def __init__(self, table: TermTable) -> None:
        self.table = table
        self._made: dict[int, Node] = {}
        self._numbers: dict[Node, int] = {}

    def graph(self, parts: Sequence[Statements]) -> rdflib.Graph:
        import rdflib

        graph = rdflib.Graph(bind_namespaces="none")
        for part in parts:
            for subject, predicate, value, _ in part:
                graph.add((self.node(subject), self.node(predicate), self.node(value)))
        return graph

    def node(self, number: int) -> Node:
        node = self._made.get(number)
        if node is None:
            node = self._made[number] = node_of(self.table.keys[number])
            self._numbers.setdefault(node, number)
        return node

    def number(self, node: Node) -> int:
        known = self._numbers.get(node)
        return self.table.intern(key_of_node(node)) if known is None else known


def _results(graph: rdflib.Graph, terms: _Terms) -> Iterable[Result]:
    from rdflib import RDF, Namespace

    sh = Namespace(SH)
    details = set(graph.objects(None, sh.detail))
    for node in graph.subjects(RDF.type, sh.ValidationResult):
        if node not in details:
            yield _result(graph, node, terms)


def _result(graph: rdflib.Graph, node: Node, terms: _Terms) -> Result:
    from rdflib import Namespace

    sh = Namespace(SH)

    def one(name: str) -> int | None:
        found = graph.value(node, sh[name])
        return None if found is None else terms.number(found)

    return Result(
        focus=one("focusNode") or 0,
        path=one("resultPath"),
        value=one("value"),
        component=str(graph.value(node, sh.sourceConstraintComponent)),
        source_shape=one("sourceShape") or 0,
        severity=str(graph.value(node, sh.resultSeverity)),
        messages=tuple(sorted(key_of_node(each) for each in graph.objects(node, sh.resultMessage))),
        details=tuple(_result(graph, each, terms) for each in graph.objects(node, sh.detail)),
        source_constraint=one("sourceConstraint"),
    )
