"""The service description of an endpoint, as triples of term keys: what it speaks, what it holds, what it allows.

Source: https://www.w3.org/TR/sparql11-service-description/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from twinld.query.endpoint import Endpoint
from twinld.query.limits import Limits

Triple = tuple[str, str, str]
SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
DCTERMS = "http://purl.org/dc/terms/"
FORMATS = "http://www.w3.org/ns/formats/"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
PREFIXES = {"sd": SD, "void": VOID, "dcterms": DCTERMS, "formats": FORMATS}
RESULT_NAMES = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "N-Quads",
    "TriG",
    "JSON-LD",
    "RDF_XML",
)
COUNTS = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
WHOLE = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def service_description(url: str, endpoint: Endpoint) -> tuple[Triple, ...]:
    """Return the triples that describe an endpoint at a URL; asks it for its graphs and their sizes."""
    whole = _number(endpoint.select(WHOLE).rows[0][0])
    graphs = {str(graph)[1:-1]: _number(count) for graph, count in endpoint.select(COUNTS).rows if graph}
    return tuple(_service(url, endpoint.limits)) + tuple(_dataset(whole, graphs))


def _number(key: str | None) -> int:
    return int((key or '"0"').split('"')[1])


def _service(url: str, limits: Limits) -> Iterator[Triple]:
    service = "_:service"
    yield service, RDF_TYPE, f"<{SD}Service>"
    yield service, f"<{SD}endpoint>", f"<{url}>"
    yield service, f"<{SD}supportedLanguage>", f"<{SD}SPARQL11Query>"
    yield service, f"<{SD}feature>", f"<{SD}UnionDefaultGraph>"
    yield service, f"<{SD}defaultDataset>", "_:dataset"
    yield service, f"<{DCTERMS}description>", f'"{limits_in_words(limits)}"@en'
    for name in RESULT_NAMES:
        yield service, f"<{SD}resultFormat>", f"<{FORMATS}{name}>"


def limits_in_words(limits: Limits) -> str:
    """Return what a query may use, as a sentence for the service description and the pages."""
    return (
        f"Read-only. A query may run {limits.timeout:g} seconds, use {limits.memory_mb} MB of memory and "
        f"answer {limits.result_mb} MB; answers are whole or refused, never cut. When busy the answer is "
        "503 with Retry-After. SERVICE and graphs from elsewhere are refused."
    )


def _dataset(whole: int, graphs: Mapping[str, int]) -> Iterator[Triple]:
    yield "_:dataset", RDF_TYPE, f"<{SD}Dataset>"
    yield "_:dataset", f"<{SD}defaultGraph>", "_:default"
    yield "_:default", RDF_TYPE, f"<{SD}Graph>"
    yield "_:default", f"<{VOID}triples>", _integer(whole)
    for number, (iri, count) in enumerate(sorted(graphs.items())):
        yield "_:dataset", f"<{SD}namedGraph>", f"_:named{number}"
        yield f"_:named{number}", RDF_TYPE, f"<{SD}NamedGraph>"
        yield f"_:named{number}", f"<{SD}name>", f"<{iri}>"
        yield f"_:named{number}", f"<{SD}graph>", f"_:graph{number}"
        yield f"_:graph{number}", RDF_TYPE, f"<{SD}Graph>"
        yield f"_:graph{number}", f"<{VOID}triples>", _integer(count)


def _integer(number: int) -> str:
    return f'"{number}"^^<http://www.w3.org/2001/XMLSchema#integer>'
