"""A dataset with how it is addressed and queried: what every page, document, dump and catalogue is made from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from twinld.graph.dataset import Dataset, Elsewhere
from twinld.graph.description import Description, describe
from twinld.graph.prefixes import prefix_map
from twinld.publish.addresses import Addresses
from twinld.publish.representation import Representation
from twinld.query import Endpoint
from twinld.query.canned import CannedQuery, read_all
from twinld.rdf.terms import literal_parts

if TYPE_CHECKING:
    from twinld.publish.dumps import Dump
    from twinld.publish.tables import Outcome
    from twinld.query import Rows

CONTEXT_FILE = "ontology/context.jsonld"
MODIFIED = "<http://purl.org/dc/terms/modified>"
VERSION_IRI = "<http://www.w3.org/2002/07/owl#versionIRI>"


@dataclass(frozen=True, eq=False)
class Publication:
    """All that is published. `endpoint` runs SPARQL, `None` where there is none (a built site has no explore pages).

    `public_url` is the absolute URL of the deployment's root with a final slash; pages link relative to it, the
    catalogue writes it out. `found` are answers of canned queries for a publication without an endpoint.
    """

    dataset: Dataset
    public_url: str
    queries: Mapping[str, CannedQuery]
    endpoint: Endpoint | None = None
    found: Mapping[str, Rows] = field(default_factory=dict)
    found_others: Mapping[str, Outcome] = field(default_factory=dict)

    @classmethod
    def of(cls, dataset: Dataset, *, public_url: str | None = None, endpoint: Endpoint | None = None) -> Publication:
        """Return the publication of a dataset with the canned queries of its project.

        Raises `MalformedQuery` for a canned query whose header is wrong.
        """
        folder = dataset.project.folder("sparql")
        files = ((f"sparql/{path.name}", path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.rq")))
        queries = read_all(files, base=dataset.base_iri, prefixes=prefix_map(dataset))
        return cls(dataset, public_url or dataset.base_iri, queries, endpoint)

    def with_window(self, dataset: Dataset, endpoint: Endpoint) -> Publication:
        """Return this publication with data that are elsewhere; what the project's own files say stays worked out."""
        from twinld.publish.pages.edition import edition_of, succeed

        made = replace(self, dataset=dataset, endpoint=endpoint)
        own = ("addresses", "prefixes", "fragments", "versions", "_own_fragments")
        vars(made).update({name: getattr(self, name) for name in own})  # where cached_property keeps it
        succeed(edition_of(made), edition_of(self))
        return made

    @property
    def elsewhere(self) -> Elsewhere | None:
        """What is counted of data that are elsewhere and cannot be gone through; `None` where they are here."""
        return self.dataset.quads.elsewhere

    def for_site(self) -> Publication:
        """Return what a built site publishes: no endpoint, but the answers of the queries without parameters."""
        return replace(self, endpoint=None, found=self.answers, found_others=self.outcomes)

    @property
    def static(self) -> bool:
        """Whether this is a built site: without an endpoint there are no services and no pages that need one."""
        return self.endpoint is None

    @cached_property
    def addresses(self) -> Addresses:
        """Where things are served."""
        return Addresses(self.dataset.base_iri, self.dataset.project.config.languages, frozenset(self.fragments))

    @property
    def answerable(self) -> Iterable[CannedQuery]:
        """The canned queries that a reader can have answered: in a built site those that were."""
        return [
            query
            for name, query in self.queries.items()
            if not self.static or name in self.found or name in self.found_others
        ]

    @cached_property
    def answers(self) -> Mapping[str, Rows]:
        """The rows of each canned SELECT that needs no value, by its name; a built site has those found for it."""
        from twinld.publish.tables import answers

        if self.elsewhere is not None:
            return {}
        return self.found if self.endpoint is None else answers(self)

    @cached_property
    def outcomes(self) -> Mapping[str, Outcome]:
        """The answers of the other canned queries that need no value: yes or no, or RDF."""
        from twinld.publish.tables import outcomes

        return {} if self.elsewhere is not None else self.found_others if self.endpoint is None else outcomes(self)

    @cached_property
    def dumps(self) -> tuple[Dump, ...]:
        """Every dump in order of path; each is written when it is asked for."""
        from twinld.publish.dumps import all_dumps

        return all_dumps(self) if self.elsewhere is None else ()

    @cached_property
    def latest_modified(self) -> str | None:
        """The latest `dcterms:modified` that the data give, as written; `None` where they give none."""
        if self.elsewhere is not None:
            return self.elsewhere.newest_date
        dates = {date for _, date in self.dataset.with_predicate(MODIFIED)}
        keys = (self.dataset.table.keys[date] for date in dates)
        return max((literal_parts(key)[0] for key in keys if key.startswith('"')), default=None)

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """The one prefix map: `sh:declare` in the ontology, then the prefixes of the files, first come."""
        return prefix_map(self.dataset)

    @cached_property
    def context(self) -> Mapping[str, Any] | None:
        """The project's JSON-LD context (`ontology/context.jsonld`), `None` where it has none.

        It is written into each document: readers never have to fetch it.
        """
        path = self.dataset.project.root / CONTEXT_FILE
        if not path.is_file():
            return None
        found = json.loads(path.read_text(encoding="utf-8")).get("@context")
        return found if isinstance(found, dict) else None

    @cached_property
    def fragments(self) -> Mapping[str, tuple[str, ...]]:
        """The IRIs with a fragment that are subjects, by the document under the base that they stand in.

        The version IRI of an ontology is a document of the same terms.
        """
        found = self._own_fragments
        return found | {version: found[ontology] for version, ontology in self.versions.items()}

    @cached_property
    def versions(self) -> Mapping[str, str]:
        """The document of each ontology by its version IRI, where both are under the base and nothing else is said.

        Source: https://www.w3.org/TR/owl2-syntax/#Ontology_IRI_and_Version_IRI
        """
        keys, quads, own = self.dataset.table.keys, self.dataset.quads, self._own_fragments
        pairs = {(o, s) for s, o in self.dataset.with_predicate(VERSION_IRI) if not quads.rows_of_subject(o)}
        versions = {keys[o][1:-1]: keys[s][1:-1] for o, s in sorted(pairs, reverse=True)}
        return {
            version: ontology
            for version, ontology in versions.items()
            if ontology in own and version.startswith(self.dataset.base_iri) and "#" not in version
        }

    @cached_property
    def _own_fragments(self) -> dict[str, tuple[str, ...]]:
        keys = self.dataset.table.keys
        found: dict[str, list[str]] = {}
        for number in self.dataset.fragments:
            key = keys[number]
            found.setdefault(key[1:].partition("#")[0], []).append(key[1:-1])
        for document, parts in found.items():
            if f"<{document}>" in self.dataset.table.ids:
                parts.insert(0, document)
        return {document: tuple(parts) for document, parts in found.items()}

    @cached_property
    def files(self) -> Mapping[str, Callable[[], Representation]]:
        """What makes each file at a fixed address, by its path."""
        from twinld.publish.files import files

        return files(self)

    @cached_property
    def negotiated(self) -> Mapping[str, Mapping[str, str]]:
        """The addresses that choose among files by media type: for each the path by media type."""
        from twinld.publish.files import negotiated

        return negotiated(self)

    def has_document(self, iri: str) -> bool:
        """Tell whether a document about an IRI is published: whether the data say anything of it."""
        number = self.dataset.table.ids.get(f"<{iri}>")
        return number is not None and self.dataset.quads.speaks_of(number)

    def prepare(self) -> None:
        """Work out now what every answer needs: the indexes, and which files there are. They are shared by forks."""
        quads = self.dataset.quads
        quads.rows_of_subject(0)
        quads.rows_of_object(0)
        assert self.files is not None
        assert self.addresses.documents is not None

    def expect(self, iris: Iterable[str]) -> None:
        """Take note that these IRIs will be asked about together, which data that are elsewhere make use of."""
        if self.elsewhere is not None:
            self.dataset.quads.expect(self.dataset.table.ids[f"<{iri}>"] for iri in iris)

    def is_known(self, iri: str) -> bool:
        """Tell whether there is a document about an IRI: the data speak of it, point to it, or it has fragments."""
        number = self.dataset.table.ids.get(f"<{iri}>")
        quads = self.dataset.quads
        if number is None:
            return iri in self.fragments
        return iri in self.fragments or quads.speaks_of(number) or quads.points_to(number)

    def describe(self, iri: str, *, offset: int = 0) -> Description | None:
        """Return the description of an IRI; a document that holds hash IRIs is described with all of them."""
        return describe(self.dataset, iri, offset=offset)
