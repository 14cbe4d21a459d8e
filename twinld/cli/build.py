"""`twinld build`: everything that `serve` answers, as files for any host."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from twinld.cli.options import Subparsers, command, count, http_url, iri

if TYPE_CHECKING:
    from twinld.graph.dataset import Dataset
    from twinld.publish.publication import Publication
    from twinld.publish.site import Progress, Site
    from twinld.source.project import Project

EXAMPLES = """\
  twinld build                                         the project around the current folder, to public/
  twinld build --out /srv/www/data --public-url https://data.example.org/
  twinld build --check-only                            whether it would build; writes nothing
  twinld build some.ttl other.ttl                      any RDF files as they are
"""
SECONDS_BETWEEN_LINES = 2.0
SHOWN = 50  # violations; who has more reads them in twinld check


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = command(commands, "build", "write the site as static files", EXAMPLES)
    parser.add_argument("paths", nargs="*", metavar="FOLDER|FILE", help="a project's folder, or RDF files")
    parser.add_argument("-o", "--out", default="public", metavar="DIR", help="folder to write (default: public)")
    parser.add_argument("--base-iri", type=iri, metavar="IRI", help="what the IRIs begin with")
    parser.add_argument(
        "--public-url", type=http_url, metavar="URL", help="where the site will stand (default: the base IRI)"
    )
    parser.add_argument("--force", action="store_true", help="build in spite of violations; the manifest says so")
    parser.add_argument("--check-only", action="store_true", help="do everything but replace the folder")
    parser.add_argument("--processes", type=count, metavar="N", help="processes that write (default: one a core)")
    parser.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Build, or end 1 where the data have violations."""
    from twinld.query.limits import Limits
    from twinld.serve.opening import opened

    started = time.perf_counter()
    dataset, violations = _checked(_project(options), options)
    if violations and not options.force:
        sys.stderr.write("nothing was built; mend the violations, or build all the same: --force\n")
        return 1
    with opened(dataset, public_url=options.public_url, limits=Limits()) as publication:
        _say_where(publication, options)
        if _catalogue_is_refused(publication) and not options.force:
            sys.stderr.write("nothing was built; mend the catalogue, or build all the same: --force\n")
            return 1
        site = _build(publication, options, forced=bool(violations))
    if not options.quiet:
        _summary(site, options, time.perf_counter() - started)
    return 0


def _project(options: argparse.Namespace) -> Project:
    from dataclasses import replace

    from twinld.source.project import open_files, open_project

    if len(options.paths) == 1 and Path(options.paths[0]).is_dir():
        project = open_project(options.paths[0])
    elif options.paths:
        project = open_files(options.paths)
    else:
        project = open_project(options.project)
    if options.base_iri:
        project = replace(project, config=replace(project.config, base_iri=options.base_iri))
    return project


def _checked(project: Project, options: argparse.Namespace) -> tuple[Dataset, int]:
    """Return the loaded data with what rules derive, and the number of violations, which are reported."""
    from dataclasses import replace

    from twinld.checks.findings import Severity
    from twinld.checks.reports.text import write
    from twinld.checks.run import run_checks
    from twinld.derive.rules import derive
    from twinld.graph.dataset import load

    dataset = load(project)
    report = run_checks(project, dataset=dataset)
    violations = tuple(f for f in report.findings if f.severity is Severity.VIOLATION)
    if violations:
        sys.stderr.write(write(replace(report, findings=violations[:SHOWN])))
    if len(violations) > SHOWN:
        sys.stderr.write(f"and {len(violations) - SHOWN} violations more: twinld check lists them all\n")
    if not options.quiet:
        sys.stderr.write(f"checked {len(dataset.quads)} statements in {len(dataset.files)} files\n")
    return derive(dataset), len(violations)


def _say_where(publication: Publication, options: argparse.Namespace) -> None:
    from twinld.publish.catalogue import missing

    config = publication.dataset.project.config
    if options.quiet:
        return
    if not options.public_url and not config.public_url:
        sys.stderr.write(f"links in the catalogue are to {publication.public_url} (the base IRI); see --public-url\n")
    lacking = missing(publication)
    if lacking:
        sys.stderr.write(f"no catalogue: {', '.join(lacking)} not configured (docs/catalogue.md)\n")


def _catalogue_is_refused(publication: Publication) -> bool:
    """Tell whether harvesters would drop something of the catalogue; each reason is said once."""
    from twinld.publish.catalogue import has_catalogue
    from twinld.publish.catalogue.guard import reasons

    found = reasons(publication.for_site()) if has_catalogue(publication) else ()
    for fatal, text in dict.fromkeys((reason.fatal, str(reason)) for reason in found):
        sys.stderr.write(f"catalogue: {'' if fatal else 'warning: '}{text}\n")
    return any(reason.fatal for reason in found)


def _build(publication: Publication, options: argparse.Namespace, *, forced: bool) -> Site:
    import tempfile

    from twinld.publish.site import build

    progress = None if options.quiet else _progress()
    if not options.check_only:
        return build(publication, Path(options.out), forced=forced, progress=progress, processes=options.processes)
    with tempfile.TemporaryDirectory(prefix="twinld-") as folder:
        out = Path(folder) / "site"
        return build(publication, out, forced=forced, progress=progress, processes=options.processes)


def _progress() -> Progress:
    """Return what says how far the build is: a line that is written over on a terminal, else one every few seconds."""
    last = time.monotonic()

    def tell(total: int, done: int) -> None:
        nonlocal last
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{100 * done // total:3} %" + ("\r     \r" if done == total else ""))
        elif time.monotonic() - last > SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            sys.stderr.write(f"{100 * done // total} %\n")

    return tell


def _summary(site: Site, options: argparse.Namespace, seconds: float) -> None:
    for reason in site.left_out:
        sys.stderr.write(f"left out: {reason}\n")
    where = "would be" if options.check_only else f"in {options.out}"
    sys.stderr.write(f"{len(site.files)} files, {site.bytes / 1e6:.1f} MB {where}, {seconds:.1f} s\n")
