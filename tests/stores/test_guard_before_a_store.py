"""What is refused before a store sees it, and what it is told to do: the same as with data at hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.stores.conftest import OxigraphServer
from tests.stores.test_push import answering, reply
from twinld.query.limits import Limits
from twinld.serve.elsewhere import Windows, app_of, windows
from twinld.serve.opening import dataset_of
from twinld.source.project import open_project
from twinld.stores.client import connect
from twinld.stores.connections import Host
from twinld.stores.credentials import Credentials
from twinld.stores.errors import StoreError
from twinld.stores.push import push

SAMPLE = Path(__file__).parents[1] / "backends/sample"
GRAPH = "https://example.org/pumps/graph/"


@pytest.fixture(scope="module")
def opened(shared_oxigraph: OxigraphServer) -> Iterator[Windows]:
    with connect(shared_oxigraph.url) as store:
        push(store, dataset_of(open_project(SAMPLE)))
        store.update("INSERT DATA { GRAPH <https://example.net/private> { <urn:a> <urn:b> 'secret' } }")
    made = windows(open_project(SAMPLE), shared_oxigraph.url, limits=Limits(timeout=2))
    yield made
    made.close()


@pytest.fixture(scope="module")
def client(opened: Windows) -> FlaskClient:
    return app_of(opened).test_client()


REFUSED = {
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }": (403, "query-refused"),
    "SELECT * { S\\u0045RVICE <http://127.0.0.1:1/> { ?s ?p ?o } }": (400, "query-syntax"),
    "INSERT DATA { <urn:a> <urn:b> <urn:c> }": (403, "query-refused"),
    "LOAD <http://127.0.0.1:1/>": (403, "query-refused"),
    "SELECT * FROM <https://example.net/private> { ?s ?p ?o }": (403, "query-refused"),
    "SELECT * FROM NAMED <https://example.net/private> { GRAPH ?g { ?s ?p ?o } }": (403, "query-refused"),
    'DEFINE get:soft "replace" SELECT * { ?s ?p ?o }': (400, "query-syntax"),
    "PREFIX bif: <bif:> SELECT (bif:file_to_string('/etc/passwd') AS ?x) {}": (400, "query-syntax"),
    "SELECT (<\\u0062if:file_to_string>('/etc/passwd') AS ?x) {}": (400, "query-syntax"),
    "BASE <bif:x> SELECT (<file_to_string>('/etc/passwd') AS ?x) {}": (400, "query-syntax"),
    "SELECT * { ?s ?p ?o OPTION (TRANSITIVE) }": (400, "query-syntax"),
    "SELECT * { " + "{" * 400 + "}" * 400 + " }": (400, "query-too-complex"),
    "SELECT * { ?s ?p ?o } " + "# " * 200_000: (400, "query-too-complex"),
}


@pytest.mark.parametrize("query", REFUSED)
def test_what_may_not_be_asked_never_reaches_the_store(query: str, client: FlaskClient, opened: Windows) -> None:
    client.get("/health")
    before = opened.remote.store.queries
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": "application/json"})
    status, kind = REFUSED[query]

    assert (answer.status_code, answer.json["type"].rpartition(":")[2]) == (status, kind)
    assert opened.remote.store.queries == before


def test_a_syntax_error_has_its_line_and_column(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": "SELECT *\n{ ?s ?p }"})

    assert (answer.status_code, answer.json["line"], answer.json["column"]) == (400, 2, 9)


def test_graphs_of_others_in_the_same_store_are_not_seen(client: FlaskClient) -> None:
    query = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    everything = client.get("/sparql", query_string={"query": query, "format": "csv"})
    page = client.get("/doc/iri/urn/a.ttl")
    asked = client.get("/sparql", query_string={"query": "ASK {}", "default-graph-uri": "https://example.net/private"})

    assert "secret" not in everything.get_data(as_text=True)
    assert len(everything.get_data().splitlines()) > 100
    assert page.status_code == 404
    assert asked.status_code == 403


def test_one_graph_can_be_asked_for(client: FlaskClient) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    from_it = {"query": query.replace("{", f"FROM <{GRAPH}data/plan> {{", 1)}
    by_protocol = {"query": query, "default-graph-uri": GRAPH + "data/plan"}
    answers = [client.get("/sparql", query_string={**asked, "format": "csv"}) for asked in (from_it, by_protocol)]

    assert [answer.get_data(as_text=True).split() for answer in answers] == [["n", "1"]] * 2


def test_a_query_that_takes_too_long_is_given_up_at_the_deadline(client: FlaskClient) -> None:
    join = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(6))
    answer = client.get("/sparql", query_string={"query": f"SELECT (COUNT(*) AS ?n) {{ {join} }}", "timeout": "500ms"})

    assert (answer.status_code, answer.json["type"]) == (504, "urn:problem-type:twinld:query-timeout")


def test_an_address_cannot_smuggle_a_query_into_the_store(client: FlaskClient) -> None:
    answer = client.get("/doc/iri/urn/x%3E%20%3Fp%20%3Fo%20%7D%20%23.ttl")

    assert answer.status_code == 404


@pytest.mark.parametrize("credentials", [Credentials("user", "hunter2"), Credentials("user", "hunter2", plain=True)])
def test_a_password_goes_over_plain_http_only_where_that_is_wished(
    credentials: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loopback stands in for a host elsewhere: no test needs a network."""
    monkeypatch.setattr("twinld.stores.connections._LOOPBACK", ())
    seen: list[str | None] = []

    def wants_basic(handler):  # type: ignore[no-untyped-def]
        seen.append(handler.headers.get("Authorization"))
        if seen[-1] is None:
            reply(handler, 401, b"", WWW_Authenticate='Basic realm="r"')
        else:
            reply(handler, 200, b"yes")

    with answering(wants_basic) as url:
        host = Host(url.removesuffix("/query"), credentials)
        if credentials.plain:
            assert host.request("GET", "/query", {}, seconds=2, repeatable=True).status == 200
            return
        with pytest.raises(StoreError, match="plain http") as refused:
            host.request("GET", "/query", {}, seconds=2, repeatable=True)

        assert seen == [None]
        assert "hunter2" not in f"{refused.value} {refused.value.hint}"


def test_a_store_that_is_away_is_not_named_to_visitors(opened: Windows, monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(lambda handler: reply(handler, 503, b"overloaded at 10.0.0.7")) as url:
        monkeypatch.setattr(opened.remote.store, "addresses", type(opened.remote.store.addresses)(url))
        monkeypatch.setattr(
            opened.remote.store, "hosts", {url.removesuffix("/query"): Host(url.removesuffix("/query"))}
        )
        client = app_of(opened).test_client()
        answers = [client.get(path) for path in ("/doc/id/pump/nobody", "/sparql?query=ASK%7B%7D")]

    for answer in answers:
        assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (503, True)
        assert "10.0.0.7" not in answer.get_data(as_text=True)
        assert "127.0.0.1" not in answer.get_data(as_text=True)
