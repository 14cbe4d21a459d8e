"""A report as RDF: an rdflib graph with one `sh:ValidationReport`, for those who come from pySHACL.

Source: https://www.w3.org/TR/shacl/#validation-report
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twinld.rdf.terms import TermTable
from twinld.shacl.graph import Graph
from twinld.shacl.rdflib_terms import node_of
from twinld.shacl.report import Report, Result
from twinld.shacl.vocabulary import SH

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node


def report_graph(report: Report, table: TermTable, shapes: Graph) -> rdflib.Graph:
    """Return the graph of a report; the paths of its results are copied from the shapes graph."""
    from rdflib import RDF, BNode, Literal, Namespace
    from rdflib import Graph as RdflibGraph

    sh = Namespace(SH)
    graph = RdflibGraph()
    graph.bind("sh", sh)
    top = BNode()
    graph.add((top, RDF.type, sh.ValidationReport))
    graph.add((top, sh.conforms, Literal(report.conforms)))
    for each in report.results:
        graph.add((top, sh.result, _result(graph, each, table, shapes)))
    return graph


def _result(graph: rdflib.Graph, result: Result, table: TermTable, shapes: Graph) -> Node:
    from rdflib import RDF, BNode, Namespace, URIRef

    sh, node = Namespace(SH), BNode()
    graph.add((node, RDF.type, sh.ValidationResult))
    graph.add((node, sh.resultSeverity, URIRef(result.severity)))
    graph.add((node, sh.sourceConstraintComponent, URIRef(result.component)))
    numbers = {
        "focusNode": result.focus,
        "value": result.value,
        "sourceShape": result.source_shape,
        "sourceConstraint": result.source_constraint,
        "resultPath": result.path,
    }
    for name, number in numbers.items():
        if number is not None:
            graph.add((node, sh[name], node_of(table.keys[number])))
    for message in result.messages:
        graph.add((node, sh.resultMessage, node_of(message)))
    for detail in result.details:
        graph.add((node, sh.detail, _result(graph, detail, table, shapes)))
    if result.path is not None:
        _copy_path(graph, result.path, table, shapes)
    return node


def _copy_path(graph: rdflib.Graph, path: int, table: TermTable, shapes: Graph) -> None:
    """Copy what a path that is no IRI says of itself."""
    waiting, seen = [path], set[int]()
    described = _described(shapes)
    while waiting:
        each = waiting.pop()
        if each in seen or table.keys[each][0] != "_":
            continue
        seen.add(each)
        for predicate, value in described.get(each, ()):
            graph.add((node_of(table.keys[each]), node_of(table.keys[predicate]), node_of(table.keys[value])))
            waiting.append(value)


def _described(shapes: Graph) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    for subject, predicate, value in shapes.triples():
        if shapes.table.keys[subject][0] == "_":
            found.setdefault(subject, []).append((predicate, value))
    return found
