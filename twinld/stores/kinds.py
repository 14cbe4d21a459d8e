"""What kinds of stores do differently: where their protocols are, and what must be mended of their answers.

One row a store. Everything else in this room speaks plain SPARQL 1.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of store. `server` is how its `Server` header begins, in lower case.

    `query`, `update` and `graph_store` are the last steps of the paths, `others` what people may give instead;
    `ask_variable` is the variable in which an ASK comes as a SELECT. `cut_header` stands in an answer that the store
    has cut, `cuts_graphs` says that it does not stand in RDF that was cut, and `late` is in what it says of a query
    that ran out of time. `mended` are pieces of its answers and what they should be. Where blank nodes may be asked
    about in a later query, `blank_scheme` begins the IRIs by which that is done. What follows `chatter` in its words
    about a query is of no use to anybody.
    """

    name: str
    server: str
    query: str
    update: str
    graph_store: str
    ask_variable: str | None = None
    others: tuple[str, ...] = ()
    by_sweep: bool = False
    pages_outside: bool = False
    cut_header: str | None = None
    late: str | None = None
    cuts_graphs: bool = False
    mended: tuple[tuple[bytes, bytes], ...] = ()
    blank_scheme: str | None = None
    chatter: str | None = None

    def addresses(self, url: str) -> Addresses:
        """Return where the three protocols are, from the address of any one of them or of the store."""
        parts = urlsplit(url)
        path = parts.path.rstrip("/")
        for step in (*self.steps, *self.others):
            if path.endswith("/" + step):
                path = path[: -len(step) - 1]
                break
        made = (urlunsplit((parts.scheme, parts.netloc, f"{path}/{step}", "", "")) for step in self.steps)
        return Addresses(*made)

    def mend(self, content: bytes) -> bytes:
        """Return an answer, or a line of one, as it should be."""
        for wrong, right in self.mended:
            content = content.replace(wrong, right)
        return content

    def blank_iri(self, key: str) -> str:
        """Return the key by which a blank node is asked about later, where that can be done."""
        return f"<{self.blank_scheme}{key[2:]}>"

    def cut(self, headers: Mapping[str, str]) -> str | None:
        """Return what an answer says of itself where the store has cut it, `None` for a whole one."""
        return headers.get(self.cut_header) if self.cut_header else None

    def said(self, content: bytes) -> str:
        """Return what a store says of a query, in one line."""
        words = " ".join(content.decode(errors="replace").split())
        return words.partition(self.chatter)[0].strip() if self.chatter else words

    def says_late(self, said: str) -> bool:
        """Tell whether the words of a store mean that it ran out of time."""
        return self.late is not None and self.late in said

    @property
    def steps(self) -> tuple[str, str, str]:
        """The last steps of the three addresses: query, update, graph store."""
        return self.query, self.update, self.graph_store


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a store takes queries, updates and whole graphs; the last two are `None` where they are not offered."""

    query: str
    update: str | None = None
    graph_store: str | None = None


_XSD, _GEO = b"http://www.w3.org/2001/XMLSchema#", b"http://www.opengis.net/ont/geosparql#"
_DATATYPE = b'"datatype": "'  # a quotation mark within a value is escaped, so this stands in no value
_BOOLEAN = _DATATYPE + _XSD + b'boolean", "value": '
OXIGRAPH = Kind("Oxigraph", "oxigraph", "query", "update", "store", by_sweep=True)
PLAIN = Kind("a store", "", "query", "update", "data")
FUSEKI = Kind("Fuseki", "apache jena fuseki", "query", "update", "data")
VIRTUOSO = Kind(
    "Virtuoso",
    "virtuoso",
    "sparql-auth",
    "sparql-auth",
    "sparql-graph-crud-auth",
    "__ASK_RETVAL",
    ("sparql",),
    cut_header="x-sparql-maxrows",
    late="S1T00",
    pages_outside=True,
    cuts_graphs=True,
    mended=(
        (b'"type": "bnode", "value": "nodeID://', b'"type": "bnode", "value": "'),
        (_DATATYPE + b"http://www.openlinksw.com/schemas/virtrdf#Geometry", _DATATYPE + _GEO + b"wktLiteral"),
        (b'"^^<http://www.openlinksw.com/schemas/virtrdf#Geometry>', b'"^^<' + _GEO + b"wktLiteral>"),
        (_BOOLEAN + b'"1"', _BOOLEAN + b'"true"'),
        (_BOOLEAN + b'"0"', _BOOLEAN + b'"false"'),
        (b'"1"^^<' + _XSD + b"boolean>", b'"true"^^<' + _XSD + b"boolean>"),
        (b'"0"^^<' + _XSD + b"boolean>", b'"false"^^<' + _XSD + b"boolean>"),
    ),
    blank_scheme="nodeID://",
    chatter=" SPARQL query: ",
)
KINDS = (OXIGRAPH, FUSEKI, VIRTUOSO)


def kind_of(server: str | None) -> Kind | None:
    """Return the kind that a `Server` header names, `None` for one that needs nothing special."""
    name = (server or "").lower()
    return next((kind for kind in KINDS if name.startswith(kind.server)), None)
