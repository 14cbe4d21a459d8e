"""What is served is the same wherever the data are: to the byte, but for the literals that are listed."""

from __future__ import annotations

from tests.backends.addresses import addresses
from tests.backends.conftest import Backend

UNSTEADY = ("Date",)
QUERIES = (
    "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o",
    "SELECT * { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "ASK { <https://example.org/pumps/id/pump/7> a ?class }",
    "SELECT ?pump { ?pump <https://example.org/pumps/ns#next>+ ?last FILTER(STRLEN(STR(?last)) > 5) } ORDER BY ?pump",
)


def answer(backend: Backend, path: str, accept: str | None) -> tuple[int, dict[str, str], bytes]:
    response = backend.client.get("/" + path, headers={"Accept": accept} if accept else {})
    headers = {name: value for name, value in response.headers.items() if name not in UNSTEADY}
    return response.status_code, headers, response.get_data()


def test_there_are_the_same_addresses(backend: Backend, reference: Backend) -> None:
    assert list(addresses(backend.publication)) == list(addresses(reference.publication))


def test_every_address_is_answered_with_the_same_bytes(backend: Backend, reference: Backend) -> None:
    other = []
    for path, accept in addresses(reference.publication):
        status, headers, body = answer(reference, path, accept)
        status_here, headers_here, body_here = answer(backend, path, accept)
        if backend.kind.literals:
            body, body_here = (backend.expected(each.decode()).encode() for each in (body, body_here))
            for name in ("ETag", "Content-Length"):
                headers.pop(name, None)
                headers_here.pop(name, None)
        if (status, headers, body) != (status_here, headers_here, body_here):
            other.append((path, accept, status, status_here))

    assert other == []


def test_the_endpoint_answers_the_same(backend: Backend, reference: Backend) -> None:
    for query in QUERIES:
        assert backend.sparql(query) == backend.expected(reference.sparql(query)), query
