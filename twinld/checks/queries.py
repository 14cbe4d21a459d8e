"""QRY: the canned queries and rules of the project."""

from __future__ import annotations

from collections.abc import Iterator

from twinld.checks.findings import Finding, Place, Position, Severity
from twinld.checks.rules import Rule, rule
from twinld.graph.dataset import Dataset


@rule("QRY001", Severity.VIOLATION)
def malformed_query(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each canned query in `sparql/` has a header as docs/canned-queries.md says, and is SPARQL.

    A query with a broken header is no page, no form and no web service.

    Bad:
        # sparql/pumps.rq
        #+ titel: Pumps by flow
        SELECT ?pump WHERE { ?pump ex:flow ?flow }
    Good:
        # sparql/pumps.rq
        #+ title: Pumps by flow
        SELECT ?pump WHERE { ?pump ex:flow ?flow }
    """
    paths = sorted(dataset.project.folder("sparql").glob("*.rq"))
    if not paths:
        return
    from twinld.graph.prefixes import prefix_map
    from twinld.query.headers import inspect_canned

    prefixes = prefix_map(dataset)
    for path in paths:
        name = f"sparql/{path.name}"
        _, problems = inspect_canned(path.read_text(encoding="utf-8"), name, base=dataset.base_iri, prefixes=prefixes)
        for problem in problems:
            start = Position(problem.line, problem.column)
            place = Place(name, start, Position(problem.line, problem.column + problem.end - problem.offset))
            yield self.finding(problem.message, place=place, suggestion=problem.hint)
