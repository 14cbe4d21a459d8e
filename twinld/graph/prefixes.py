"""The one prefix map of a project, which queries, pages, dumps and messages read."""

from __future__ import annotations

from twinld.graph.dataset import Dataset

SH_PREFIX = "<http://www.w3.org/ns/shacl#prefix>"
SH_NAMESPACE = "<http://www.w3.org/ns/shacl#namespace>"


def prefix_map(dataset: Dataset) -> dict[str, str]:
    """Return namespaces by prefix: those declared by `sh:declare`, then those that the files use."""
    table, quads = dataset.table, dataset.quads
    declared: dict[int, dict[str, str]] = {}
    wanted = {table.ids.get(SH_PREFIX): "prefix", table.ids.get(SH_NAMESPACE): "namespace"}
    for s, p, o in zip(quads.subject, quads.predicate, quads.object, strict=True):
        if p in wanted:
            declared.setdefault(s, {})[wanted[p]] = table.keys[o].partition('"')[2].partition('"')[0]
    found = {part["prefix"]: part["namespace"] for part in declared.values() if len(part) == 2}
    for file in dataset.files:
        for prefix, namespace in file.parsed.prefixes.items():
            if prefix and namespace not in found.values():
                found.setdefault(prefix, namespace)
    return dict(sorted(found.items()))
