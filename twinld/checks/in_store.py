"""The project's shapes run inside a store that is elsewhere; each finding is called by its focus node, it has no file.

Only shapes are run there: the other rules are about files.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from twinld.checks.constraints import SHAPE_CODES, finding_of, rule_of, shapes_of
from twinld.checks.findings import Finding, Place
from twinld.checks.locate import locate
from twinld.checks.report import CheckReport
from twinld.checks.rules import RULES, selected
from twinld.checks.run import load_rules
from twinld.errors import UsageError
from twinld.graph.dataset import Dataset, load
from twinld.rdf.terms import literal_parts
from twinld.shacl.in_store import validate_in_store
from twinld.source.project import Project
from twinld.stores.client import Store


def check_in_store(
    project: Project,
    store: Store,
    graphs: Sequence[str] = (),
    *,
    default_graph: bool = False,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    languages: Sequence[str] = (),
    tell: Callable[[str], None] = lambda _: None,
) -> CheckReport:
    """Return what the project's shapes find in a store.

    `graphs` are the IRIs of the graphs looked at, as one; without them they are the project's own if the store has
    any, else the store's default graph, as with `default_graph` in any case. Raises `UsageError` where the project has
    no shapes or the store lacks one of `graphs`, `StoreError`.
    """
    started = time.perf_counter()
    load_rules()
    codes = (
        selected(RULES, select, [*ignore, *project.config.ignore], extend=project.config.extend_select) & SHAPE_CODES
    )
    asked = replace(project, files=tuple(file for file in project.files if file.role in ("shapes", "ontology")))
    if not asked.of_role("shapes"):
        raise UsageError("there are no shapes to check by", hint="give some: --shapes shapes/")
    dataset = load(asked)
    looked_at = [] if default_graph else list(graphs) or _own_graphs(store, project)
    _refuse_missing(store, graphs)
    report = validate_in_store(store, dataset.table, shapes_of(dataset), looked_at, tell)
    keys = dataset.table.keys
    shape_files = [file.parsed for file in dataset.of_role("shapes", "ontology")]
    results = [each for each in report.results if rule_of(each).code in codes]
    spots = locate(dataset.table, [], shape_files, results)
    wanted = languages or project.config.languages
    findings = [
        finding_of(keys, result, replace(spot, place=Place(keys[result.focus].strip("<>")), related=()), wanted)
        for result, spot in zip(results, spots, strict=True)
    ]
    where = f"{len(looked_at)} graphs" if looked_at else "the default graph"
    return CheckReport(
        findings=tuple(sorted(dict.fromkeys(findings), key=Finding.order)),
        project=asked,
        triples=_triples(store, looked_at),
        shapes=report.shapes,
        shapes_without_target=tuple(keys[number].strip("<>") for number in report.shapes_without_target),
        incomplete=(
            *_wrong(dataset),
            *(f"{keys[each.shape].strip('<>')}: {each.reason}" for each in report.unevaluated),
        ),
        engine=report.engine,
        seconds=time.perf_counter() - started,
        notes=(f"{store.queries} queries on {where} of {store.addresses.query}",),
    )


def _wrong(dataset: Dataset) -> list[str]:
    return [f"{file.parsed.path}: it cannot be read whole" for file in dataset.files if file.parsed.errors]


def _own_graphs(store: Store, project: Project) -> list[str]:
    """Return the graphs of the project's ontology and data that a store has."""
    base = project.config.base_iri
    own = [f"{base}{file.graph_path}" for file in project.files if file.role in ("ontology", "data")] if base else []
    return sorted(_there(store, own))


def _refuse_missing(store: Store, graphs: Sequence[str]) -> None:
    """Refuse to find nothing in a graph that is not there."""
    missing = sorted(set(graphs) - _there(store, graphs))
    if missing:
        raise UsageError(
            f"the store has no graph {', '.join(missing)}", hint="SELECT DISTINCT ?g { GRAPH ?g {} } lists them"
        )


def _there(store: Store, graphs: Sequence[str]) -> set[str]:
    """Return those of the graphs that a store has triples in."""
    if not graphs:
        return set()
    values = " ".join(f"<{graph}>" for graph in graphs)
    there = f"SELECT ?g WHERE {{ VALUES ?g {{ {values} }} FILTER EXISTS {{ GRAPH ?g {{ ?s ?p ?o }} }} }}"
    return {row["g"][1:-1] for row in store.select(there)}


def _triples(store: Store, graphs: Sequence[str]) -> int:
    rows = store.select("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", graphs)
    return int(literal_parts(rows[0]["n"])[0]) if rows else 0
