"""From focus nodes along a path to their values, on the data.

Source: https://www.w3.org/TR/shacl/#property-paths
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from twinld.shacl.graph import Edges, Graph
from twinld.shacl.paths import Alternative, Inverse, Path, Predicate, Repeat
from twinld.shacl.paths import Sequence as PathSequence

_Step = Callable[[int], Sequence[int]]


def edges_of(path: Path, nodes: Iterable[int], data: Graph) -> Edges:
    """Return the values of a path by node, each once; at least for the given nodes, and never an empty list."""
    if isinstance(path, Predicate):
        return data.forward(path.number)
    if isinstance(path, Inverse) and isinstance(path.path, Predicate):
        return data.backward(path.path.number)
    step = _step(path, data, forwards=True)
    return {node: list(found) for node in nodes if (found := step(node))}


def _step(path: Path, data: Graph, *, forwards: bool) -> _Step:
    """Return the function from one node to where a path leads from it."""
    match path:
        case Predicate(number):
            edges = data.forward(number) if forwards else data.backward(number)
            return lambda node: edges.get(node, ())
        case Inverse(inner):
            return _step(inner, data, forwards=not forwards)
        case Alternative(paths):
            return _any_of([_step(each, data, forwards=forwards) for each in paths])
        case PathSequence(paths):
            ordered = paths if forwards else paths[::-1]
            return _one_after_the_other([_step(each, data, forwards=forwards) for each in ordered])
        case Repeat(inner, least, many):
            return _again_and_again(_step(inner, data, forwards=forwards), least, many=many)


def _any_of(steps: list[_Step]) -> _Step:
    return lambda node: list(dict.fromkeys(value for step in steps for value in step(node)))


def _one_after_the_other(steps: list[_Step]) -> _Step:
    def walk(node: int) -> Sequence[int]:
        reached: Sequence[int] = (node,)
        for step in steps:
            reached = list(dict.fromkeys(value for each in reached for value in step(each)))
        return reached

    return walk


def _again_and_again(step: _Step, least: int, *, many: bool) -> _Step:
    def walk(node: int) -> Sequence[int]:
        reached: dict[int, None] = {node: None} if least == 0 else {}
        waiting = [node]
        while waiting:
            for value in step(waiting.pop()):
                if value not in reached:
                    reached[value] = None
                    if many:
                        waiting.append(value)
        return list(reached)

    return walk
