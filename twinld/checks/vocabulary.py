"""VOC and IRI: terms that nobody defined, and references that lead nowhere."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from twinld.checks.columns import at_object, iris, parts, rows_of, subjects, typed, with_object_in
from twinld.checks.findings import Finding, Severity, place_at
from twinld.checks.rules import Rule, rule
from twinld.graph.dataset import Dataset, LoadedFile, once

TERM_TYPES = frozenset(
    f"<{iri}>"
    for iri in (
        "http://www.w3.org/2002/07/owl#Class",
        "http://www.w3.org/2000/01/rdf-schema#Class",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#Property",
        "http://www.w3.org/2002/07/owl#ObjectProperty",
        "http://www.w3.org/2002/07/owl#DatatypeProperty",
        "http://www.w3.org/2002/07/owl#AnnotationProperty",
        "http://www.w3.org/2002/07/owl#NamedIndividual",
        "http://www.w3.org/2000/01/rdf-schema#Datatype",
    )
)
VERSIONS = frozenset(
    f"<http://www.w3.org/2002/07/owl#{name}>"
    for name in ("versionIRI", "priorVersion", "backwardCompatibleWith", "incompatibleWith")
)
"""Properties that name versions of an ontology, which are published beside it and described in it alone."""
OWL_ONTOLOGY = "<http://www.w3.org/2002/07/owl#Ontology>"
OWN_PATHS = ("graph/", "query/", "catalog", "dumps/", "doc/", "sparql")


@rule("VOC001", Severity.VIOLATION)
def undefined_term(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each term of the project's own namespaces is defined in `ontology/`.

    A misspelt property is valid RDF: the value is there and no query finds it. A term that stands in a file of the
    ontology with a syntax error may be defined there, and is not reported.

    Bad:
        # ontology/pumps.ttl
        ex:ratedFlow a owl:DatatypeProperty .
        # data/pumps.ttl
        id:p1 ex:ratedFlwo 3.5 .
    Good:
        # ontology/pumps.ttl
        ex:ratedFlow a owl:DatatypeProperty .
        # data/pumps.ttl
        id:p1 ex:ratedFlow 3.5 .
    """
    keys = dataset.table.keys
    defined = defined_terms(dataset)
    namespaces = {namespace_of(key) for key in defined}
    described = subjects(dataset)
    undefined = {
        number
        for number, key in iris(dataset)
        if number not in described and key not in defined and namespace_of(key) in namespaces
    }
    broken = "".join(file.parsed.text for file in dataset.of_role("ontology") if file.parsed.errors)
    undefined = {
        number
        for number in undefined
        if keys[number][:-1] not in namespaces and not (broken and _name(keys[number]) in broken)
    }
    candidates = Known(defined)
    for file, row, number, offset in _mentions(dataset, undefined):
        yield self.finding(
            f"{short(keys[number])} is not defined in the project's ontology",
            place=place_at(file.parsed, offset),
            focus=keys[file.parsed.statements.subject[row]],
            value=keys[number],
            suggestion=candidates.nearest(keys[number]),
        )


@rule("IRI001", Severity.VIOLATION)
def dangling_reference(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each IRI under the project's base that is referred to is described in the project.

    A link to a page that answers 404 is the commonest fault of linked data. Without a configured base IRI nothing is
    known to be the project's own, and nothing is reported.

    Bad:  id:p1 ex:locatedAt id:stie-1 . id:site-1 a owl:Thing .
    Good: id:p1 ex:locatedAt id:site-1 . id:site-1 a owl:Thing .
    """
    keys = dataset.table.keys
    if dataset.project.config.base_iri is None:
        return
    keys = dataset.table.keys
    base = f"<{dataset.base_iri}"
    known = {keys[number] for number in subjects(dataset)} | {keys[file.graph] for file in dataset.files}
    terms = {namespace_of(key) for key in defined_terms(dataset)}
    elsewhere = tuple(f"<{iri}" for iri in dataset.project.config.external) or "\0"
    dangling = {
        number
        for number, key in iris(dataset)
        if key.startswith(base) and key not in known and namespace_of(key) not in terms
    }
    dangling = {n for n in dangling if not keys[n].startswith(elsewhere) and not _is_document(keys[n], base, known)}
    candidates = Known(key for key in known if key.startswith("<"))
    for row in with_object_in(dataset, dangling):
        found = parts(dataset, row)
        if found["path"] not in VERSIONS:
            yield self.finding(
                f"{short(found['value'])} is referred to and described nowhere in the project",
                place=at_object(row),
                suggestion=candidates.nearest(found["value"]),
                **found,
            )


def _is_document(key: str, base: str, known: set[str]) -> bool:
    """Tell whether an IRI is the base, a namespace, or what twinld itself serves there."""
    return key[len(base) : -1].startswith(OWN_PATHS) or key == base + ">" or _is_namespace(key, known)


@once
def defined_terms(dataset: Dataset) -> frozenset[str]:
    """Return the keys of the classes, properties, datatypes and individuals that `ontology/` defines as its own.

    A term is the project's own under its base IRI, or in the namespace of an ontology that it holds; axioms about
    the terms of others (alignments) define nothing.
    """
    own = (f"<{dataset.base_iri}", *(key[:-1].rstrip("/#") for key in _typed(dataset, {OWL_ONTOLOGY})))
    return frozenset(key for key in _typed(dataset, TERM_TYPES) if key.startswith(own))


def _typed(dataset: Dataset, types: Iterable[str]) -> set[str]:
    keys = dataset.table.keys
    things = typed(dataset, *(key[1:-1] for key in types), roles=("ontology",))
    return {keys[thing] for thing in things if keys[thing].startswith("<")}


def namespace_of(key: str) -> str:
    """Return the beginning of an IRI's key up to its last `#` or `/`."""
    return key[: max(key.rfind("#"), key.rfind("/", 0, -1)) + 1]


def _name(key: str) -> str:
    return key[len(namespace_of(key)) : -1]


def short(key: str) -> str:
    """Return a key as a person reads it in a message: an IRI in angle brackets, cut to its end where it is long."""
    return key if len(key) < 80 or not key.startswith("<") else f"<…{key[-70:]}"


def _is_namespace(key: str, known: set[str]) -> bool:
    """A namespace is referred to in metadata (`vann:`, `sh:namespace`) without being described itself."""
    return key[-2] in "/#" or f"{key[:-1]}#>" in known


def _mentions(dataset: Dataset, wanted: set[int]) -> Iterator[tuple[LoadedFile, int, int, int]]:
    """Yield each use of a term as predicate or object: file, row, number of the term, offset of its token."""
    for file in dataset.files if wanted else ():
        columns = file.parsed.statements
        for column, offsets in ((columns.predicate, columns.predicate_at), (columns.object, columns.object_at)):
            for number in sorted(wanted.intersection(column)):
                yield from ((file, row, number, offsets[row]) for row in rows_of(column, number))


class Known:
    """Keys that exist, to be asked for the one that was meant.

    Names are compared within a namespace. After `COMPARISONS` no more is answered: a thousand dangling references into
    five thousand things would take a minute, and the first suggestions show the pattern.
    """

    COMPARISONS = 200_000

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = keys
        self._answers: dict[str, str | None] = {}
        self._left = self.COMPARISONS

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for key in sorted(self._keys):
            namespace = namespace_of(key)
            found[namespace].append(key[len(namespace) : -1])
        return found

    def nearest(self, key: str) -> str | None:
        """Return the question "did you mean" with the nearest key, `None` where none is near."""
        if key not in self._answers:
            self._answers[key] = self._look_for(key)
        return self._answers[key]

    def _look_for(self, key: str) -> str | None:
        namespace = namespace_of(key)
        names = self._names.get(namespace, [])
        self._left -= len(names)
        if self._left < 0:
            return None
        near = difflib.get_close_matches(key[len(namespace) : -1], names, n=1, cutoff=0.7)
        return f"did you mean {namespace}{near[0]}>?" if near else None
