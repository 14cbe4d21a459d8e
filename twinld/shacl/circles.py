"""Which shapes refer to which, and the circles among them: shapes that refer to themselves by any way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from twinld.shacl import plan
from twinld.shacl.plan import Constraint, Shape


def referred_shapes(constraint: Constraint) -> tuple[int, ...]:
    """Return the shapes that a constraint hands values to."""
    match constraint:
        case plan.Logical(shapes=shapes):
            return shapes
        case plan.Property(parameter=shape):
            return (shape,)
        case plan.Qualified(shape=shape, siblings=siblings):
            return (shape, *siblings)
    return ()


def circles(shapes: Mapping[int, Shape]) -> dict[int, int]:
    """Return, for each shape on a circle, the number of its circle (Kosaraju: two walks, no recursion)."""
    below = {
        number: [each for constraint in shape.constraints for each in referred_shapes(constraint) if each in shapes]
        for number, shape in shapes.items()
    }
    above: dict[int, list[int]] = {number: [] for number in shapes}
    for number, inner in below.items():
        for each in inner:
            above[each].append(number)
    found: dict[int, int] = {}
    seen: set[int] = set()
    for number in reversed(_finished(below)):
        members = list(_reached(number, above, seen))
        if len(members) > 1 or number in below[number]:
            found.update(dict.fromkeys(members, number))
    return found


def _finished(below: Mapping[int, list[int]]) -> list[int]:
    """Return the shapes in the order in which a walk in depth leaves them."""
    order: list[int] = []
    seen: set[int] = set()
    for start in below:
        if start in seen:
            continue
        seen.add(start)
        stack = [(start, iter(below[start]))]
        while stack:
            number, rest = stack[-1]
            onward = next((each for each in rest if each not in seen), None)
            if onward is None:
                order.append(number)
                stack.pop()
            else:
                seen.add(onward)
                stack.append((onward, iter(below[onward])))
    return order


def _reached(start: int, edges: Mapping[int, list[int]], seen: set[int]) -> Iterator[int]:
    waiting = [] if start in seen else [start]
    seen.add(start)
    while waiting:
        each = waiting.pop()
        yield each
        for onward in edges[each]:
            if onward not in seen:
                seen.add(onward)
                waiting.append(onward)
