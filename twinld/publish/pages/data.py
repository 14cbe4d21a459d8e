"""The page about the data: what to download, how large it is, under which licence, how to cite it, code that runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twinld.publish.pages.edition import Edition
from twinld.publish.pages.languages import marked
from twinld.publish.pages.links import safe_href
from twinld.publish.pages.render import Site, render, view_of
from twinld.publish.pages.view import View
from twinld.source.config import Agent

if TYPE_CHECKING:
    from twinld.publish.dumps import Dump
    from twinld.publish.extracts import Extract

MEASURED = 200_000
"""Statements up to which sizes and checksums are on the page: to know them each dump is written once (1 s for 100,000).
Larger data have them in the catalogue and in `manifest.json`."""
NAMES: Mapping[str, str] = {
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "nquads": "N-Quads",
    "trig": "TriG",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF/XML",
}
TITLES: Mapping[str, str] = {
    "whole": marked("Everything"),
    "vocabulary": marked("The vocabulary"),
    "shapes": marked("The shapes"),
    "concepts": marked("The concepts"),
}


@dataclass(frozen=True, slots=True)
class File:
    """A file to download: its size in bytes and checksum, `None` where the data are too large to measure at once."""

    href: str
    name: str
    media_type: str
    size: int | None
    checksum: str | None


@dataclass(frozen=True, slots=True)
class Download:
    """A set of files that say the same in several formats."""

    title: str
    triples: int
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """A piece of code that asks for the data."""

    name: str
    code: str


def data_page(edition: Edition, language: str) -> bytes:
    """Return the page about the data."""
    view = view_of(edition, "data/", language)
    config = edition.dataset.project.config
    return render(
        "data.html",
        view,
        downloads=_downloads(view, graphs=False),
        graphs=_downloads(view, graphs=True),
        tables=[(view.href(path), path.rpartition("/")[2]) for path in _tables(view)],
        catalogue=_catalogue(view),
        publisher=_agent(view, config.publisher),
        contact=_agent(view, config.contact),
        citation=_citation(view),
        samples=samples(view),
    )


def _downloads(view: View, *, graphs: bool) -> list[Download]:
    by_extract: dict[str, list[Dump]] = {}
    for dump in view.edition.publication.dumps:
        if (dump.extract.graph is not None) == graphs:
            by_extract.setdefault(dump.extract.name, []).append(dump)
    found = [_download(view, dumps) for dumps in by_extract.values()]
    return sorted(found, key=lambda each: -each.triples)


def _download(view: View, dumps: Sequence[Dump]) -> Download:
    extract = dumps[0].extract
    return Download(_title(view, extract), extract.size, tuple(_file(view, dump) for dump in dumps))


def _title(view: View, extract: Extract) -> str:
    if extract.graph is not None:
        return view.node(f"<{extract.graph}>").text
    return view.words.gettext(TITLES.get(extract.kind, extract.name))


def _file(view: View, dump: Dump) -> File:
    size, checksum = _measured(view.edition, dump)
    name = NAMES.get(dump.format.name, dump.format.name) + (" · gzip" if dump.gzipped else "")
    return File(view.href(dump.path), name, dump.media_type, size, checksum)


def _measured(edition: Edition, dump: Dump) -> tuple[int | None, str | None]:
    """Return size and SHA-256 of a dump; of single graphs and of large data neither."""
    if len(edition.dataset.quads) > MEASURED or dump.extract.graph is not None:
        return None, None
    return dump.measured


def _tables(view: View) -> list[str]:
    files = view.edition.publication.files
    return sorted(path for path in files if path.startswith("dumps/tables/") or path.endswith(".geojson"))


def _catalogue(view: View) -> list[tuple[str, str]]:
    files = view.edition.publication.files
    names = {"ttl": "Turtle", "rdf": "RDF/XML", "jsonld": "JSON-LD", "nt": "N-Triples"}
    return [
        (view.href(f"{stem}.{extension}"), f"{title} · {name}")
        for stem, title in (("catalog", "DCAT"), ("void", "VoID"))
        for extension, name in names.items()
        if f"{stem}.{extension}" in files
    ]


def _agent(view: View, agent: Agent | None) -> dict[str, str | None] | None:
    if agent is None:
        return None
    href = agent.homepage or (f"mailto:{agent.email}" if agent.email else None)
    return {"name": view.words_of(agent.name) or href or "", "href": safe_href(href) if href else None}


def _citation(view: View) -> str:
    """Return how to cite the data: who, what, which version, when, where; what is not configured is left out."""
    config = view.edition.dataset.project.config
    site = Site(view)
    version = view.words.gettext("version {version}", version=config.version) if config.version else None
    parts = [
        view.words_of(config.publisher.name) if config.publisher else None,
        site.title + (f", {version}" if version else ""),
        config.modified or config.issued,
        site.base_iri,
    ]
    return ". ".join(part for part in parts if part)


def samples(view: View) -> list[Sample]:
    """Return code that asks this deployment for data; without a server only the file is asked for."""
    publication = view.edition.publication
    root = publication.public_url
    whole = [each for each in publication.dumps if each.path.endswith(".ttl") and each.extract.graph is None]
    dump = max(whole, key=lambda each: each.extract.size, default=None)
    found = []
    if dump is not None:
        found.append(Sample("curl", f"curl -LO {root}{dump.path}"))
        found.append(
            Sample(
                "Python · rdflib",
                f'import rdflib\n\ngraph = rdflib.Graph().parse("{root}{dump.path}")\nprint(len(graph))',
            )
        )
    if not publication.static:
        found += _query_samples(root + "sparql")
    return found


def _query_samples(endpoint: str) -> list[Sample]:
    query = "SELECT ?class (COUNT(?thing) AS ?things) WHERE { ?thing a ?class } GROUP BY ?class"
    values: dict[str, Any] = {"endpoint": endpoint, "query": query}
    return [Sample(name, _filled(code, values)) for name, code in _SAMPLES]


def _filled(code: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        code = code.replace(f"<{name}>", value)
    return code


_SAMPLES = (
    ("curl · SPARQL", "curl <endpoint> -H 'Accept: text/csv' --data-urlencode 'query=<query>'"),
    (
        "Python · SPARQL",
        'import json, urllib.parse, urllib.request\n\nquery = "<query>"\nrequest = urllib.request.Request(\n'
        '    "<endpoint>", urllib.parse.urlencode({"query": query}).encode(),\n'
        '    {"Accept": "application/sparql-results+json"})\n'
        'for row in json.load(urllib.request.urlopen(request))["results"]["bindings"]:\n'
        '    print(row["class"]["value"], row["things"]["value"])',
    ),
    (
        "JavaScript · SPARQL",
        'const query = "<query>";\nconst answer = await fetch("<endpoint>", {\n  method: "POST",\n'
        '  headers: { Accept: "application/sparql-results+json" },\n  body: new URLSearchParams({ query }),\n});\n'
        "console.table((await answer.json()).results.bindings);",
    ),
    (
        "R · SPARQL",
        'query <- "<query>"\nread.csv(paste0("<endpoint>?format=csv&query=", URLencode(query, reserved = TRUE)))',
    ),
)
