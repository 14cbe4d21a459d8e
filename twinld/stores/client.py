"""A client of one store: queries, updates, and whole graphs in and out.

Sources: https://www.w3.org/TR/sparql11-protocol/ and https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from twinld.stores.answers import Row, rows_of, truth_of
from twinld.stores.connections import CONNECT_SECONDS, MOST_BYTES, Body, Host, Reply, Spool
from twinld.stores.credentials import Credentials, credentials_from
from twinld.stores.errors import StoreAwayError, StoreError, StoreTimeoutError
from twinld.stores.kinds import Addresses, Kind, kind_of

QUERY_SECONDS = 60.0
WRITE_SECONDS = 600.0  # a graph of some million triples
SAID = 200  # characters of a store's own words in an error
JSON = "application/sparql-results+json"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Store:
    """A store that answers at `addresses`. Close it, or use it in a `with`."""

    addresses: Addresses
    kind: Kind | None
    hosts: Mapping[str, Host]
    seconds: float = QUERY_SECONDS
    queries: int = 0  # how many were sent

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        for host in self.hosts.values():
            host.close()

    def select(
        self, query: str, graphs: Sequence[str] = (), *, seconds: float | None = None, mended: bool = False
    ) -> list[Row]:
        """Return the solutions of a SELECT; with `graphs` (IRIs) its default graph is their union.

        `mended` are terms as they were before the store changed them, as far as that can be known.
        """
        content = self._query(query, graphs, seconds)
        if mended and self.kind is not None:
            content = self.kind.mend(content)
        return rows_of(content, self.addresses.query)

    def ask(self, query: str, graphs: Sequence[str] = ()) -> bool:
        """Return the answer to an ASK."""
        variable = None if self.kind is None else self.kind.ask_variable
        return truth_of(self._query(query, graphs, None), self.addresses.query, variable)

    def _query(self, query: str, graphs: Sequence[str], seconds: float | None) -> bytes:
        self.queries += 1
        form = urlencode([("query", query), *(("default-graph-uri", each) for each in graphs)])
        reply = self._form(self.addresses.query, form, repeatable=True, seconds=seconds or self.seconds)
        return good(reply, self.addresses.query).content

    def answer(self, fields: Sequence[tuple[str, str]], accept: str, spool: Spool, *, seconds: float) -> Reply:
        """Return the store's reply to a query operation, good or not; the content of a good one is in `spool`.

        `fields` are those of the protocol: `query`, `default-graph-uri`, `named-graph-uri`.
        """
        self.queries += 1
        url = self.addresses.query
        content = urlencode(fields).encode()
        body = Body(lambda: (content,), len(content), FORM)
        headers = {"Accept": accept}
        target = _target(url)
        return self._host(url).request("POST", target, headers, body, seconds=seconds, repeatable=True, spool=spool)

    def update(self, text: str) -> None:
        """Run a SPARQL Update. It is never sent twice: what it inserts may be blank nodes."""
        url = self.addresses.update
        if url is None:
            raise StoreError(f"{self.addresses.query}: this store takes no updates", hint="give --update URL")
        good(self._form(url, urlencode([("update", text)]), repeatable=False, seconds=WRITE_SECONDS), url)

    def put(self, graph: str, body: Body) -> None:
        """Put a graph in the place of what is there, by the Graph Store Protocol."""
        self._on_graph("PUT", graph, body)

    def delete(self, graph: str) -> None:
        """Remove a graph; one that is not there is as good as removed."""
        if self.addresses.graph_store is None:
            self.update(f"DROP SILENT GRAPH <{graph}>")
        else:
            self._on_graph("DELETE", graph, None)

    def _on_graph(self, method: str, graph: str, body: Body | None) -> None:
        url = self.addresses.graph_store
        assert url is not None  # callers look first
        target = f"{_target(url)}?{urlencode([('graph', graph)])}"
        reply = self._host(url).request(method, target, {}, body, seconds=WRITE_SECONDS, repeatable=True)
        if not (method == "DELETE" and reply.status == 404):
            good(reply, url)

    def _form(self, url: str, form: str, *, repeatable: bool, seconds: float) -> Reply:
        content = form.encode()
        body = Body(lambda: (content,), len(content), FORM)
        headers = {"Accept": JSON}
        return self._host(url).request("POST", _target(url), headers, body, seconds=seconds, repeatable=repeatable)

    def _host(self, url: str) -> Host:
        return self.hosts[_origin(url)]


def connect(
    url: str,
    *,
    update: str | None = None,
    graph_store: str | None = None,
    seconds: float = QUERY_SECONDS,
    connect_seconds: float = CONNECT_SECONDS,
    away_seconds: float = 0.0,
    most_bytes: int = MOST_BYTES,
    credentials: Credentials | None = None,
) -> Store:
    """Return the store at an address, having asked it one question to learn its kind.

    `url` is where it takes queries, or the root of a store whose kind is known. `update` and `graph_store` say where
    the other protocols are; what is not said is taken from the kind. A store that cannot be reached in
    `connect_seconds` is not tried again for `away_seconds`; no answer is longer than `most_bytes`. Credentials come
    from the environment. Raises `StoreError` where no store answers.
    """
    given = credentials_from(os.environ) if credentials is None else credentials
    origins = {_origin(each) for each in (url, update, graph_store) if each}
    hosts = {origin: Host(origin, given, most_bytes, connect_seconds, away_seconds) for origin in origins}
    plain = Addresses(url, update, graph_store)
    store = Store(plain, None, hosts, seconds)
    kind = kind_of(_server(store, url))
    if kind is not None:
        known = kind.addresses(url)
        query = known.query if _is_root(url) else url
        store.addresses = Addresses(query, update or known.update, graph_store or known.graph_store)
        store = replace(store, kind=kind)
    try:
        store.ask("ASK {}")
    except (StoreAwayError, StoreTimeoutError):
        raise
    except StoreError:
        store.close()
        raise
    return store


def _server(store: Store, url: str) -> str | None:
    """Return how the store calls itself, from its answer to a question at the address given."""
    target = _target(url) + "?query=ASK%7B%7D"
    with suppress(StoreError):
        reply = store._host(url).request("GET", target, {"Accept": JSON}, seconds=store.seconds, repeatable=True)
        return reply.headers.get("server")
    return None


def _is_root(url: str) -> bool:
    return urlsplit(url).path in ("", "/")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _target(url: str) -> str:
    return urlsplit(url).path or "/"


def good(reply: Reply, url: str) -> Reply:
    """Return a reply of success; raises an error that says what the store said."""
    if 200 <= reply.status < 300:
        return reply
    said = " ".join(reply.content.decode(errors="replace").split())[:SAID]
    message = f"{url}: the store answers {reply.status}" + (f": {said}" if said else "")
    match reply.status:
        case 401 | 403:
            hint = "set TWINLD_STORE_USER and TWINLD_STORE_PASSWORD, or TWINLD_STORE_TOKEN"
            raise StoreError(f"{url}: the store answers {reply.status}: it wants other credentials", hint=hint)
        case 502 | 503:
            raise StoreAwayError(message, hint="try again in a moment")
        case 408 | 504:
            raise StoreTimeoutError(message)
        case 301 | 302 | 307 | 308:
            raise StoreError(message, hint=f"give its new address: {reply.headers.get('location', 'it names none')}")
    raise StoreError(message)
