"""Concept schemes as trees, and the way from a scheme down to a concept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from twinld.publish.pages.browse import definition
from twinld.publish.pages.languages import Text
from twinld.publish.pages.view import Node, in_order

SKOS = "http://www.w3.org/2004/02/skos/core#"
IN_SCHEME = f"<{SKOS}inScheme>|<{SKOS}topConceptOf>"
BROADER = f"<{SKOS}broader>"
NARROWER = (f"^<{SKOS}broader>", f"<{SKOS}narrower>")
DEEPEST = 12  # levels; a circle of broader concepts ends here


@dataclass(frozen=True, slots=True)
class Branch:
    """A concept in its tree, with its definition and the concepts below it."""

    node: Node
    about: Text | None
    below: tuple[Branch, ...]


def tree(scheme: Node) -> list[Branch]:
    """Return the concepts of a scheme as a tree, top concepts first; one that is below several stands below each."""
    members = {node for path in (f"^<{SKOS}inScheme>", f"^<{SKOS}topConceptOf>", f"<{SKOS}hasTopConcept>")
               for node in scheme.all(path)}  # fmt: skip
    tops = [node for node in members if not any(above in members for above in broader_of(node))]
    return [_branch(node, members, 0) for node in in_order(tops)]


def _branch(node: Node, members: set[Node], depth: int) -> Branch:
    below = [each for each in narrower_of(node) if each in members] if depth < DEEPEST else []
    return Branch(node, definition(node), tuple(_branch(each, members, depth + 1) for each in below))


def broader_of(concept: Node) -> list[Node]:
    """Return the concepts right above one."""
    return list(dict.fromkeys([*concept.all(BROADER), *concept.all(f"^<{SKOS}narrower>")]))


def narrower_of(concept: Node) -> list[Node]:
    """Return the concepts right below one, by label."""
    return in_order(list(dict.fromkeys(node for path in NARROWER for node in concept.all(path))))


def trail(concept: Node) -> list[Node]:
    """Return the way down to a concept: its scheme, then the first broader concept of each level."""
    above: list[Node] = []
    at = concept
    while len(above) < DEEPEST and (broader := [node for node in broader_of(at) if node not in above]):
        at = broader[0]
        above.insert(0, at)
    schemes = concept.all(IN_SCHEME)
    return [*schemes[:1], *above]


FOR_TEMPLATES: Mapping[str, Callable[..., object]] = {"tree": tree, "trail": trail, "narrower_of": narrower_of}
