"""The queries by which a window is filled, as text. Every IRI in them was checked by whoever calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

REST = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>"
ROWS_OF_A_NAME = 300
DEPTHS = (2, 6)  # how deep blank nodes are followed at first, and where that was not enough; a list is one step


@dataclass(frozen=True, slots=True)
class Scope:
    """Which statements of a store are the project's.

    `graphs` are the keys of its named graphs that are not in memory here, `None` for a store that is asked without
    GRAPH. Queries see all that are `asked`, and the union of `default` as the default graph. `default_graph` stands
    for the graph of what is in none.
    """

    graphs: frozenset[str] | None
    asked: frozenset[str]
    default: frozenset[str]
    default_graph: str

    def holds(self, graph: str) -> bool:
        """Tell whether a graph is the project's."""
        return self.graphs is None or graph in self.graphs

    def within(self, pattern: str) -> str:
        """Return a graph pattern as it is asked of the store; ?g is the graph."""
        return pattern if self.graphs is None else f"GRAPH ?g {{ {pattern} }}"

    @property
    def shown(self) -> str:
        """The variable of the graph, where there is one."""
        return "" if self.graphs is None else " ?g"


def _values(variable: str, keys: Sequence[str]) -> str:
    return f"VALUES {variable} {{ {' '.join(keys)} }}"


def about(scope: Scope, keys: Sequence[str], limit: int) -> str:
    """Return the query for all statements from some things."""
    body = f"{_values('?s', keys)} {scope.within('?s ?p ?o .')}"
    return f"SELECT ?s ?p ?o{scope.shown} WHERE {{ {body} }} LIMIT {limit}"


def with_predicates(scope: Scope, keys: Sequence[str], predicates: Sequence[str], limit: int) -> str:
    """Return the query for the statements from some things by some predicates.

    A filter, not a second VALUES: Oxigraph would then go through every statement with one of the predicates.
    """
    body = f"{_values('?s', keys)} {scope.within('?s ?p ?o .')} FILTER(?p IN ({', '.join(predicates)}))"
    return f"SELECT ?s ?p ?o{scope.shown} WHERE {{ {body} }} LIMIT {limit}"


def predicates(scope: Scope, key: str) -> str:
    """Return the query for the predicates that a thing has."""
    return f"SELECT DISTINCT ?p WHERE {{ {scope.within(f'{key} ?p ?o .')} }}"


def values(scope: Scope, key: str, predicate: str, limit: int) -> str:
    """Return the query for some values of one property of a thing."""
    body = f"{_values('?p', [predicate])} {scope.within(f'{key} ?p ?o .')}"
    return f"SELECT ?p ?o{scope.shown} WHERE {{ {body} }} LIMIT {limit}"


def closure(scope: Scope, key: str, depth: int, limit: int) -> str:
    """Return the query for the statements of a thing and of the blank nodes below it, a list being one step."""
    parts = [scope.within(f"{key} ?p ?o .") + f" BIND({key} AS ?s)"]
    path, tests = "", []
    start = key
    for level in range(1, depth + 1):
        path += f"{start} ?p{level} ?b{level} . ?b{level} {REST}* ?c{level} . "
        tests += [f"isBlank(?b{level})", f"isBlank(?c{level})"]
        start = f"?c{level}"
        parts.append(scope.within(f"{path}{start} ?p ?o . FILTER({' && '.join(tests)})") + f" BIND({start} AS ?s)")
    body = " UNION ".join(f"{{ {part} }}" for part in parts)
    return f"SELECT DISTINCT ?s ?p ?o{scope.shown} WHERE {{ {body} }} LIMIT {limit}"


def below(scope: Scope, blank: Mapping[str, str]) -> str:
    """Return the query for the statements of blank nodes, given by name (a literal's key, ?b) with the IRI for each."""
    parts = [f"{{ {scope.within(f'{iri} ?p ?o .')} BIND({name} AS ?b) }}" for name, iri in blank.items()]
    return f"SELECT ?b ?p ?o{scope.shown} WHERE {{ {' UNION '.join(parts)} }}"


def into(scope: Scope, keys: Sequence[str], predicate: str, limit: int) -> str:
    """Return the query for what points to some things by a predicate."""
    body = f"{_values('?o', keys)} {scope.within(f'?s {predicate} ?o .')}"
    return f"SELECT ?s ?o{scope.shown} WHERE {{ {body} }} LIMIT {limit}"


def incoming(scope: Scope, key: str, offset: int, limit: int) -> str:
    """Return the query for some of the statements that point to a thing."""
    body = _own(scope, f"?s ?p {key} .")
    return f"SELECT ?s ?p{scope.shown} WHERE {{ {body} }} LIMIT {limit} OFFSET {offset}"


def count_incoming(scope: Scope, key: str) -> str:
    """Return the query for how many statements point to a thing."""
    return f"SELECT (COUNT(*) AS ?n) WHERE {{ {_own(scope, f'?s ?p {key} .')} }}"


def _own(scope: Scope, pattern: str) -> str:
    """Return a pattern in the project's graphs alone, for what is counted or cut in the store."""
    if scope.graphs is None:
        return pattern
    return f"{_values('?g', sorted(scope.graphs))} {scope.within(pattern)}"


def spoken_of(scope: Scope, keys: Sequence[str]) -> str:
    """Return the query for those of some things that are subjects."""
    return f"SELECT ?x WHERE {{ {_values('?x', keys)} FILTER EXISTS {{ {_own(scope, '?x ?p ?o .')} }} }}"


def pointed_to(scope: Scope, keys: Sequence[str]) -> str:
    """Return the query for those of some things that are objects."""
    return f"SELECT ?x WHERE {{ {_values('?x', keys)} FILTER EXISTS {{ {_own(scope, '?s ?p ?x .')} }} }}"


def count(scope: Scope, pattern: str) -> str:
    """Return the query for how often a pattern of ?s, ?p and ?o fits."""
    return f"SELECT (COUNT(*) AS ?n) WHERE {{ {_own(scope, pattern)} }}"


def class_sizes(scope: Scope, rdf_type: str) -> str:
    """Return the query for how many things with an IRI each class has."""
    body = f"{_own(scope, f'?s {rdf_type} ?c .')} FILTER(isIRI(?s))"
    return f"SELECT ?c (COUNT(DISTINCT ?s) AS ?n) WHERE {{ {body} }} GROUP BY ?c"


def members(scope: Scope, rdf_type: str, classes: Sequence[str], offset: int, limit: int) -> str:
    """Return the query for some of the things with an IRI of any of the classes."""
    body = f"{_values('?c', classes)} {_own(scope, f'?s {rdf_type} ?c .')} FILTER(isIRI(?s))"
    return f"SELECT DISTINCT ?s WHERE {{ {body} }} LIMIT {limit} OFFSET {offset}"


def count_members(scope: Scope, rdf_type: str, classes: Sequence[str]) -> str:
    """Return the query for how many things with an IRI any of the classes has."""
    body = f"{_values('?c', classes)} {_own(scope, f'?s {rdf_type} ?c .')} FILTER(isIRI(?s))"
    return f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ {body} }}"


def newest(scope: Scope, predicate: str, limit: int) -> str:
    """Return the query for the things with the greatest values of a predicate."""
    body = f"{_own(scope, f'?s {predicate} ?o .')} FILTER(isIRI(?s))"
    return f"SELECT DISTINCT ?s ?o WHERE {{ {body} }} ORDER BY DESC(STR(?o)) ?s LIMIT {limit}"


def names_like(scope: Scope, predicates: Sequence[str], pattern: str, limit: int) -> str:
    """Return the query for names that fit a regular expression, which is in small letters and written as a literal."""
    test = f"FILTER(isIRI(?s) && REGEX(LCASE(STR(?o)), {pattern}))"
    body = f"{_values('?p', predicates)} {_own(scope, '?s ?p ?o .')} {test}"
    return f"SELECT DISTINCT ?s ?p ?o WHERE {{ {body} }} LIMIT {limit}"


def named(scope: Scope, predicates: Sequence[str], names: Sequence[str]) -> str:
    """Return the query for what has just one of these names, given as literals."""
    body = f"{_values('?o', names)} {scope.within('?s ?p ?o .')} FILTER(?p IN ({', '.join(predicates)}))"
    return f"SELECT DISTINCT ?s ?p ?o{scope.shown} WHERE {{ {body} FILTER(isIRI(?s)) }} LIMIT {ROWS_OF_A_NAME}"


def having(scope: Scope, predicates: Sequence[str], limit: int) -> str:
    """Return the query for some things that have one of the predicates."""
    body = f"{_values('?p', predicates)} {_own(scope, '?s ?p ?o .')} FILTER(isIRI(?s))"
    return f"SELECT DISTINCT ?s WHERE {{ {body} }} LIMIT {limit}"


def predicate_uses(scope: Scope) -> str:
    """Return the query for how many statements each predicate has."""
    return f"SELECT ?p (COUNT(*) AS ?n) WHERE {{ {_own(scope, '?s ?p ?o .')} }} GROUP BY ?p"
