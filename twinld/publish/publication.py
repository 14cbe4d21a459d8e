"""A dataset with how it is addressed and queried: what every page, document, dump and catalogue is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from twinld.graph.dataset import Dataset
from twinld.graph.description import Description, describe
from twinld.publish.addresses import Addresses
from twinld.query.canned import CannedQuery
from twinld.query.client import Endpoint


@dataclass(frozen=True)
class Publication:
    """All that is published. `endpoint` runs SPARQL, `None` where there is none (a built site has no explore pages).

    `public_url` is the absolute URL of the deployment's root with a final slash; pages link relative to it, the
    catalogue writes it out.
    """

    dataset: Dataset
    public_url: str
    queries: Mapping[str, CannedQuery]
    endpoint: Endpoint | None = None

    @cached_property
    def addresses(self) -> Addresses:
        """Where things are served."""
        return Addresses(self.dataset.base_iri, self.dataset.project.config.languages)

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """The one prefix map: `sh:declare` in the ontology, then the prefixes of the files, first come."""
        return prefix_map(self.dataset)

    @cached_property
    def fragments(self) -> Mapping[str, tuple[str, ...]]:
        """The IRIs with a fragment that are subjects, by the document under the base that they stand in."""
        keys, base = self.dataset.table.keys, f"<{self.dataset.base_iri}"
        found: dict[str, list[str]] = {}
        for number in sorted(set(self.dataset.quads.subject)):
            key = keys[number]
            if "#" in key and key.startswith(base):
                found.setdefault(key[1:].partition("#")[0], []).append(key[1:-1])
        for document, parts in found.items():
            if f"<{document}>" in self.dataset.table.ids:
                parts.insert(0, document)
        return {document: tuple(parts) for document, parts in found.items()}

    def has_document(self, iri: str) -> bool:
        """Tell whether a document about an IRI is published: whether the data say anything of it."""
        number = self.dataset.table.ids.get(f"<{iri}>")
        return number is not None and len(self.dataset.quads.rows_of_subject(number)) > 0

    def describe(self, iri: str, *, offset: int = 0) -> Description | None:
        """Return the description of an IRI; a document that holds hash IRIs is described with all of them."""
        return describe(self.dataset, iri, offset=offset)


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
