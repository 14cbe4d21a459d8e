"""The data services of a catalogue: the SPARQL endpoint and the query API, where the deployment has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from twinld.publish.catalogue.authorities import EU, typed
from twinld.publish.catalogue.datasets import entries
from twinld.publish.catalogue.frame import Frame
from twinld.publish.catalogue.terms import TYPE, iri, iris, say, texts
from twinld.publish.catalogue.wording import worded
from twinld.rdf.writing import Triple


@dataclass(frozen=True, slots=True)
class Service:
    """A service: where it answers, what describes it, which standard it keeps to, in which formats it answers."""

    name: str
    endpoint: str
    description: str
    standard: str
    formats: tuple[str, ...]
    datasets: tuple[str, ...] | None = None


SPARQL = Service(
    "sparql",
    "sparql",
    "sparql",
    "https://www.w3.org/TR/sparql11-protocol/",
    ("JSON", "XML", "CSV", "TSV", "RDF_TURTLE", "JSON_LD"),
)
API = Service(
    "api", "query/", "openapi.json", "https://spec.openapis.org/oas/v3.1.0", ("JSON", "CSV", "TSV"), ("dataset",)
)


def service_facts(frame: Frame) -> Iterator[Triple]:
    """Yield the services; a built site has none."""
    if frame.publication.static:
        return
    yield from _service(frame, SPARQL)
    if frame.publication.queries:
        yield from _service(frame, API)


def _service(frame: Frame, service: Service) -> Iterator[Triple]:
    title = frame.config.title
    key = frame.part(service.name)
    names = service.datasets or tuple(entry.name for entry in entries(frame))
    formats = [f"{EU}file-type/{name}" for name in service.formats]
    description = frame.url(service.description)
    yield from say(iri(frame.iri), ("dcat:service", [key]))
    yield from frame.common_facts(key, service.name)
    yield from say(
        key,
        (TYPE, iris("dcat:DataService")),
        ("dct:title", texts(worded(service.name, title))),
        ("dct:description", texts(worded(f"{service.name}-description", title))),
        ("dcat:endpointURL", iris(frame.url(service.endpoint))),
        ("dcat:endpointDescription", iris(description)),
        ("dcat:servesDataset", [frame.part(name) for name in names]),
        ("dct:conformsTo", iris(service.standard)),
        ("dct:license", iris(frame.licence)),
        ("dct:format", iris(*formats)),
        ("dcat:landingPage", iris(frame.url(""))),
    )
    yield from typed("dct:Standard", service.standard)
    yield from typed("dct:MediaTypeOrExtent", *formats)
