"""The native engine from end to end: compile, evaluate, and hand over to pySHACL what is not covered."""

from __future__ import annotations

from collections.abc import Sequence

from twinld.errors import IncompleteError
from twinld.rdf.statements import Growing, Statements
from twinld.rdf.terms import TermTable
from twinld.shacl.compile import compile_shapes
from twinld.shacl.evaluate import Evaluator, predicates_needed
from twinld.shacl.graph import Graph
from twinld.shacl.plan import Plan
from twinld.shacl.report import Report, Result, Unevaluated, in_order
from twinld.shacl.vocabulary import RDF_TYPE, RDFS_SUBCLASS, sh

_TARGETS = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf", "target")


def validate_natively(
    table: TermTable, data: Sequence[Statements], shapes: Sequence[Statements], *, auto: bool, seconds: float
) -> Report:
    """Return the native engine's report; see `validate`."""
    shapes_graph = Graph(table, shapes)
    plan, problems = compile_shapes(shapes_graph)
    targeted = [number for number, shape in plan.shapes.items() if shape.targets or number in plan.foreign]
    own = [number for number in targeted if number not in plan.foreign]
    data_graph = Graph(table, data)
    data_graph.prepare({table.intern(RDF_TYPE), table.intern(RDFS_SUBCLASS), *predicates_needed(plan)} if own else ())
    evaluator = Evaluator(plan, data_graph, shapes_graph, seconds)
    results, unevaluated = evaluator.run(own)
    foreign, notes = _foreign(plan, targeted), evaluator.store.notes
    engine = "native"
    if foreign and auto:
        more, failed = _by_pyshacl(table, data, shapes, set(own), foreign)
        results += more
        unevaluated += failed
        engine = "native+pyshacl"
        notes += [f"left to pySHACL: {table.keys[each.shape]}, for {each.reason}" for each in foreign]
    elif foreign:
        unevaluated += foreign
    return Report(
        in_order(results, table),
        engine,
        (*problems, *unevaluated),
        plan.untargeted,
        len(plan.shapes),
        tuple(dict.fromkeys(notes)),
    )


def _foreign(plan: Plan, targeted: Sequence[int]) -> list[Unevaluated]:
    return [Unevaluated(number, plan.foreign[number]) for number in targeted if number in plan.foreign]


def _by_pyshacl(
    table: TermTable,
    data: Sequence[Statements],
    shapes: Sequence[Statements],
    own: set[int],
    foreign: list[Unevaluated],
) -> tuple[list[Result], list[Unevaluated]]:
    """Return pySHACL's results of the foreign shapes; what it could not do stays unevaluated."""
    from twinld.shacl.by_pyshacl import validate_by_pyshacl

    try:
        rest = [_without_targets(table, part, own) for part in shapes]
        return list(validate_by_pyshacl(table, data, rest).results), []
    except IncompleteError as error:
        return [], [Unevaluated(each.shape, f"{each.reason}; {error.message}") for each in foreign]


def _without_targets(table: TermTable, part: Statements, shapes: set[int]) -> Statements:
    """Return the statements without those that make some shapes have targets, so that pySHACL leaves them alone."""
    dropped = {table.ids.get(sh(name)) for name in _TARGETS}
    type_number = table.ids.get(RDF_TYPE)
    kept = Growing()
    for subject, predicate, value, graph in part:
        is_class = predicate == type_number and not table.keys[value].startswith(sh("")[:-1])
        if subject not in shapes or not (predicate in dropped or is_class):
            for column, number in zip(
                (kept.subject, kept.predicate, kept.object, kept.graph), (subject, predicate, value, graph), strict=True
            ):
                column.append(number)
    return kept.whole()
