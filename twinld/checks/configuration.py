"""CFG: what the project's own settings lack."""

from __future__ import annotations

from collections.abc import Iterator

from twinld.checks.columns import at_object, subjects, with_predicate
from twinld.checks.findings import Finding, Severity, top_of
from twinld.checks.rules import RULES, Rule, rule
from twinld.checks.suppression import matches
from twinld.checks.vocabulary import short
from twinld.graph.dataset import Dataset

OWL_IMPORTS = "http://www.w3.org/2002/07/owl#imports"


@rule("CFG001", Severity.INFO)
def no_catalogue(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """A project that is to be harvested says its title, description, publisher and contact.

    Without them the catalogue is left out: nothing is made up.

    Bad:
        # twinld.toml
        title = "Pumps"
    Good:
        # twinld.toml
        title = "Pumps"
        description = "The pumps of the city and their flow."
        licence = "http://creativecommons.org/licenses/by/4.0/"
        publisher = { name = "City of Example" }
        contact = { name = "Open data team", email = "data@example.org" }
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

    Bad:
        # ontology/pumps.ttl
        <https://example.org/ns> owl:imports <http://www.w3.org/ns/org#> .
    Good:
        # twinld.toml
        base-iri = "https://example.org/"
        imports = { "http://www.w3.org/ns/org#" = "imports/org.ttl" }
        # ontology/pumps.ttl
        <https://example.org/ns> owl:imports <http://www.w3.org/ns/org#> .
    """
    keys = dataset.table.keys
    mapped = {f"<{iri}>" for iri in dataset.project.config.imports}
    known = subjects(dataset)
    for row in with_predicate(dataset, OWL_IMPORTS):
        number = row[0].parsed.statements.object[row[1]]
        if keys[number] not in mapped and number not in known:
            yield self.finding(
                f"{short(keys[number])} is imported and not mapped to a local file; it was not read",
                place=at_object(row),
                value=keys[number],
            )


@rule("CFG003", Severity.WARNING)
def pattern_without_file(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each pattern of `per-file-ignores` names a file of the project.

    One that does not is misspelt, or left over from a file that was renamed.

    Bad:
        # twinld.toml
        per-file-ignores = { "data/old/*.ttl" = ["LNG"] }
        # data/new/pumps.ttl
        id:p1 a ex:Pump .
    Good:
        # twinld.toml
        per-file-ignores = { "data/new/*.ttl" = ["LNG"] }
        # data/new/pumps.ttl
        id:p1 a ex:Pump .
    """
    config = dataset.project.config
    names = [file.name for file in dataset.project.files]
    queries = dataset.project.folder("sparql")
    names += [f"sparql/{path.relative_to(queries).as_posix()}" for path in sorted(queries.rglob("*.rq"))]
    for pattern in config.per_file_ignores:
        if config.path and not any(matches(name, pattern) for name in (*names, config.path.name)):
            message = f"per-file-ignores: no file is called {pattern}"
            yield self.finding(message, place=top_of(config.path.name), value=f'"{pattern}"')


@rule("CFG004", Severity.WARNING)
def unknown_rule(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each code in `per-file-ignores` is that of a rule.

    Bad:
        # twinld.toml
        per-file-ignores = { "data/*.ttl" = ["LNG999"] }
    Good:
        # twinld.toml
        per-file-ignores = { "data/*.ttl" = ["LNG"] }
    """
    config = dataset.project.config
    for pattern, codes in config.per_file_ignores.items():
        for code in codes:
            if config.path and not any(each.code.startswith(code) or each.name == code for each in RULES.values()):
                message = f"per-file-ignores: {pattern}: no rule is called {code}"
                yield self.finding(message, place=top_of(config.path.name), value=f'"{code}"')
