"""The one prefix map of a project, which queries, pages, dumps and messages read."""

from __future__ import annotations

from twinld.graph.dataset import Dataset

SH_PREFIX = "<http://www.w3.org/ns/shacl#prefix>"
SH_NAMESPACE = "<http://www.w3.org/ns/shacl#namespace>"


def prefix_map(dataset: Dataset) -> dict[str, str]:
    """Return namespaces by prefix: those declared by `sh:declare`, then those that the files use."""
    prefixes, namespaces = _texts(dataset, SH_PREFIX), _texts(dataset, SH_NAMESPACE)
    found = {prefixes[node]: namespaces[node] for node in prefixes if node in namespaces}
    for file in dataset.files:
        for prefix, namespace in file.parsed.prefixes.items():
            if prefix and namespace not in found.values():
                found.setdefault(prefix, namespace)
    return dict(sorted(found.items()))


def _texts(dataset: Dataset, predicate: str) -> dict[int, str]:
    """Return the text of a predicate by subject, the last one where there are several."""
    keys = dataset.table.keys
    return {s: keys[o].partition('"')[2].partition('"')[0] for s, o in dataset.with_predicate(predicate)}
