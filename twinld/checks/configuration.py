"""CFG: what the project's own settings lack."""

from __future__ import annotations

from collections.abc import Iterator

from twinld.checks.findings import Finding, Severity, place_at, top_of
from twinld.checks.rules import Rule, rule
from twinld.checks.vocabulary import short
from twinld.graph.dataset import Dataset

OWL_IMPORTS = "<http://www.w3.org/2002/07/owl#imports>"


@rule("CFG001", Severity.INFO)
def no_catalogue(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """A project that is to be harvested says its title, description, publisher and contact.

    Without them the catalogue is left out: nothing is made up.

    Bad:  title = "Pumps"
    Good: title = "Pumps", publisher = { name = "City of Example" }, contact = { name = "Open data team", ... }
    """
    config = dataset.project.config
    if config.path is None:
        return
    missing = [key for key in ("title", "description", "publisher", "contact", "licence") if not getattr(config, key)]
    if missing:
        yield self.finding(
            f"no catalogue is published: {', '.join(missing)} not configured",
            place=top_of(config.path.name),
            suggestion="docs/configuration.md has an example of each",
        )


@rule("CFG002", Severity.INFO)
def import_not_mapped(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each `owl:imports` names an ontology that the project holds, or maps to a local file.

    Nothing is fetched: an import that is not mapped is not part of the data.

    Bad:  <https://example.org/> owl:imports <http://www.w3.org/ns/org#> .
    Good: imports = { "http://www.w3.org/ns/org#" = "imports/org.ttl" }   (in twinld.toml)
    """
    keys = dataset.table.keys
    mapped = {f"<{iri}>" for iri in dataset.project.config.imports}
    known = {keys[number] for file in dataset.files for number in set(file.parsed.statements.subject)}
    imports = dataset.table.ids.get(OWL_IMPORTS)
    for file in dataset.files:
        columns = file.parsed.statements
        for row, predicate in enumerate(columns.predicate):
            key = keys[columns.object[row]]
            if predicate == imports and key not in mapped and key not in known:
                yield self.finding(
                    f"{short(key)} is imported and not mapped to a local file; it was not read",
                    place=place_at(file.parsed, columns.object_at[row]),
                    value=key,
                )
