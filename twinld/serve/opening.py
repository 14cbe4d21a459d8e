"""From what a command line names to a publication that can be served: loaded, checked, derived, with its endpoint."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path

from twinld.errors import TwinldError
from twinld.graph.dataset import Dataset, load
from twinld.publish.publication import Publication
from twinld.query.limits import Limits
from twinld.source.project import Project, open_files, open_project


class ViolatedError(TwinldError):
    """The data have violations: they are not put before the public."""

    exit_code = 1


def dataset_of(
    project: Project, *, base_iri: str | None = None, force: bool = False, tell: Callable[[str], None] = lambda _: None
) -> Dataset:
    """Return the loaded dataset of a project, or of RDF files taken as one, with what its rules derive.

    A configured project is checked first. Raises `ViolatedError` where it has violations, unless forced; files of no
    project are taken as they are, and what cannot be parsed in them is said on standard error. `tell` hears what is
    being done.
    """
    from twinld.derive.rules import derive

    if base_iri:
        project = replace(project, config=replace(project.config, base_iri=base_iri))
    tell("reading")
    dataset = load(project)
    if project.config.path is None:
        _warn_of_errors(dataset)
    elif not project.builtin:  # that one was checked before it was packed
        tell("checking")
        _refuse_violations(dataset, force=force)
    tell("deriving")
    return derive(dataset)


def project_of(paths: Sequence[str], project: str | None = None) -> Project:
    """Return the project that is meant: one folder, some files, or the one around (else the built-in one)."""
    if len(paths) == 1 and Path(paths[0]).is_dir():
        return open_project(paths[0])
    if paths:
        return open_files(paths)
    return open_project(project, builtin=True)


@contextmanager
def opened(dataset: Dataset, *, public_url: str | None = None, limits: Limits | None = None) -> Iterator[Publication]:
    """Hand out the publication of a dataset with a running query endpoint, which ends with the block."""
    publication = published(dataset, public_url=public_url, limits=limits)
    try:
        yield publication
    finally:
        if publication.endpoint is not None:
            publication.endpoint.close()


def published(dataset: Dataset, *, public_url: str | None = None, limits: Limits | None = None) -> Publication:
    """Return the publication of a dataset with a running query endpoint; whoever asks closes that.

    What every process that answers needs is worked out here, once, before it is forked.
    """
    from twinld.graph.store import nquads
    from twinld.query import start
    from twinld.query.describing import quads_of_queries

    config = dataset.project.config
    loaded = dataset.stored.public_url if dataset.stored is not None else None
    url = public_url or config.public_url or loaded or dataset.base_iri
    made = Publication.of(dataset, public_url=url if url.endswith("/") else url + "/")
    if dataset.stored is not None:
        endpoint = start((), limits, prefixes=made.prefixes, store=dataset.stored.sparql)
    else:
        queries = quads_of_queries(made.queries.values(), dataset.base_iri, made.public_url + "sparql")
        endpoint = start(chain(nquads(dataset), queries), limits, prefixes=made.prefixes)
    publication = replace(made, endpoint=endpoint)
    try:
        publication.prepare()
    except BaseException:
        endpoint.close()
        raise
    return publication


def title_of(dataset: Dataset) -> str:
    """Return what the project is called in its first language, else the name of its folder."""
    config = dataset.project.config
    return config.title.get(config.languages[0]) or next(iter(config.title.values()), dataset.project.root.name)


def _refuse_violations(dataset: Dataset, *, force: bool) -> None:
    from twinld.checks.cache import kept_or_new
    from twinld.checks.findings import Severity
    from twinld.checks.reports.text import write as text_report
    from twinld.checks.run import run_checks

    report = kept_or_new(dataset.project, {"by": "serve"}, lambda: run_checks(dataset.project, dataset=dataset))
    violations = tuple(f for f in report.findings if f.severity is Severity.VIOLATION)
    if violations:
        sys.stderr.write(text_report(replace(report, findings=violations)))
        if not force:
            raise ViolatedError(
                "the data have violations and are not served", hint="mend them, or serve them all the same: --force"
            )


def _warn_of_errors(dataset: Dataset) -> None:
    for file in dataset.files:
        for problem in file.parsed.errors:
            sys.stderr.write(f"{file.parsed.path}:{problem.line}:{problem.column}: {problem.message}\n")
