"""The publishing checks, run against a deployment over HTTP: the conformance suite of docs/publishing.md.

Each check says which column of the table there a host reaches: `server` (full), `rules` (a static host that reads our
rules) or `bare` (any file server). What a column does not promise is no fault; less than `bare` is one.
"""

from __future__ import annotations

import enum
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from functools import cached_property
from http.client import HTTPException
from urllib.parse import quote, urljoin, urlsplit

import pyoxigraph as ox

from twinld.errors import IncompleteError, UsageError
from twinld.publish.addresses import Addresses
from twinld.rdf.formats import FORMATS, format_of_media_type

SECONDS = 10  # what the quality method of data.europa.eu waits
SIZE_LIMIT = 50_000_000  # bytes; what CKAN reads of a catalogue
JSON_LD = "application/ld+json"
VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
COMUNICA = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,"
    "text/turtle;q=0.6,application/rdf+xml;q=0.5,text/n3;q=0.35,application/xml;q=0.3,text/html;q=0.2"
)


class Column(enum.IntEnum):
    """What a host can do, less first; `FAULT` is less than a bare file server does."""

    FAULT = 0
    BARE = 1
    RULES = 2
    SERVER = 3


@dataclass(frozen=True, slots=True)
class Line:
    """The outcome of one check: the column reached, and what was seen."""

    name: str
    column: Column
    seen: str

    @property
    def ok(self) -> bool:
        """Whether some column of the table promises no more than this."""
        return self.column is not Column.FAULT


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: status, headers in lower case, body. Status 0 is no answer at all, `body` then says why."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class _Straight(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the answers themselves are what is looked at."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Return no request to follow with."""
        return


@dataclass(frozen=True)
class Deployment:
    """A deployment at a URL with a final slash, and what it says of itself."""

    url: str
    _answers: dict[tuple[str, str, str], Answer] = field(default_factory=dict)

    def get(self, path: str, accept: str | None = None, *, method: str = "GET", **headers: str) -> Answer:
        """Return the answer to one request, redirects not followed; answers to plain requests are kept."""
        key = (method, path, accept or "")
        if headers or key not in self._answers:
            answer = _request(urljoin(self.url, path), method, {**({"Accept": accept} if accept else {}), **headers})
            if headers:
                return answer
            self._answers[key] = answer
        return self._answers[key]

    def local(self, url: str) -> str:
        """Return a URL of the catalogue as a path of the deployment that is probed."""
        public = self.public_url
        return url[len(public) :] if public and url.startswith(public) else url

    @cached_property
    def void(self) -> ox.Store:
        """What `/.well-known/void` says, redirects followed as its registration allows; empty if it is no RDF."""
        path = ".well-known/void"
        answer = self.get(path, "text/turtle")
        for _ in range(5):
            if answer.status not in (301, 302, 303, 307, 308):
                break
            path = urljoin(urljoin(self.url, path), answer.headers.get("location", ""))
            answer = self.get(path, "text/turtle")
        return parsed(answer)

    def said(self, name: str) -> tuple[str, ...]:
        """Return the values of a VoID property of the data set itself, sorted; its partitions have them too."""
        topics = list(_pattern(self.void, "http://xmlns.com/foaf/0.1/primaryTopic"))
        subject = topics[0].object if topics else None
        node = subject if isinstance(subject, ox.NamedNode) else None
        quads = self.void.quads_for_pattern(node, ox.NamedNode(VOID + name), None, None)
        return tuple(sorted(_text(quad.object) for quad in quads))

    @cached_property
    def base(self) -> str | None:
        """The base IRI, by `void:uriSpace`."""
        return next(iter(self.said("uriSpace")), None)

    @cached_property
    def examples(self) -> tuple[str, ...]:
        """The example resources that VoID names, those under the base."""
        return tuple(each for each in self.said("exampleResource") if self.base and each.startswith(self.base))

    @cached_property
    def catalogue(self) -> ox.Store:
        """The catalogue as Turtle."""
        return parsed(self.get("catalog.ttl"))

    @cached_property
    def public_url(self) -> str | None:
        """Where the deployment says that it stands, by the URL of its first dump."""
        dump = next(iter(self.said("dataDump")), None)
        return dump[: dump.index("dumps/")] if dump and "dumps/" in dump else None

    @property
    def thing(self) -> tuple[str, str]:
        """The paths of an example thing and of its document. Raises `LookupError` without an example."""
        if self.base is None or not self.examples:
            raise LookupError("VoID names no void:uriSpace and void:exampleResource under it")
        addresses = Addresses(self.base)
        for iri in self.examples:
            if "#" not in iri and addresses.thing(iri) != addresses.document(iri):
                return addresses.thing(iri), addresses.document(iri)
        raise LookupError("VoID names no example that is a thing")


Check = Callable[[Deployment], tuple[Column, str]]


def probe(url: str) -> Iterator[Line]:
    """Yield the outcome of every check against the deployment at a URL.

    Raises `UsageError` for what is no URL of the web, `IncompleteError` where nothing answers.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise UsageError(f"{url} is no http or https URL", hint="such as http://127.0.0.1:8000/")
    deployment = Deployment(url if url.endswith("/") else url + "/")
    first = deployment.get("")
    if first.status == 0:
        raise IncompleteError(f"{url}: nothing answers there ({first.body.decode()})", hint="is the address right?")
    for name, check in CHECKS.items():
        try:
            column, seen = check(deployment)
        except LookupError as error:
            column, seen = Column.FAULT, str(error)
        yield Line(name, column, seen)


def parsed(answer: Answer) -> ox.Store:
    """Return the RDF of an answer as a store; empty if it is none."""
    store = ox.Store()
    rdf_format = format_of_media_type(answer.media_type)
    if answer.status == 200:
        try:
            store.load(answer.body, rdf_format.pyoxigraph if rdf_format else ox.RdfFormat.TURTLE)
        except SyntaxError:
            return ox.Store()
    return store


def _request(url: str, method: str, headers: Mapping[str, str]) -> Answer:
    if urlsplit(url).scheme not in ("http", "https"):
        return Answer(0, {}, f"not fetched: {url}".encode())
    request = urllib.request.Request(quote(url, safe="/:?#[]@!$&'()*+,;=%-._~"), method=method, headers=dict(headers))
    try:
        with urllib.request.build_opener(_Straight).open(request, timeout=SECONDS) as response:
            return Answer(response.status, _lower(response.headers), response.read(SIZE_LIMIT))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, _lower(error.headers), error.read(SIZE_LIMIT))
    except (OSError, HTTPException) as error:
        return Answer(0, {}, str(getattr(error, "reason", error)).encode())


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _text(term: object) -> str:
    return str(getattr(term, "value", term))


def void_is_found(site: Deployment) -> tuple[Column, str]:
    """`/.well-known/void` leads to a description with numbers and dumps."""
    triples = site.said("triples")
    return (Column.SERVER, f"{triples[0]} triples") if triples else (Column.FAULT, "no void:triples there")


def a_thing_leads_to_its_document(site: Deployment) -> tuple[Column, str]:
    """A thing is answered with 303 to its document; on a bare host by a page that leads on."""
    thing, document = site.thing
    answer = site.get(thing)
    if answer.status == 303:
        target = urlsplit(urljoin(urljoin(site.url, thing), answer.headers.get("location", ""))).path
        good = target == urlsplit(urljoin(site.url, document)).path
        return (Column.SERVER if good else Column.FAULT), f"303 to {target}"
    page = answer if answer.status == 200 else site.get(thing + "/index.html")
    refresh = re.search(rb'http-equiv="refresh" content="0; url=([^"]+)"', page.body)
    if page.status == 200 and refresh and b'rel="canonical"' in page.body:
        return Column.BARE, f"a page that leads to {refresh[1].decode()}"
    return Column.FAULT, f"{thing} is answered with {answer.status}"


def every_extension_answers(site: Deployment) -> tuple[Column, str]:
    """The document is there as .ttl, .jsonld, .rdf, .nt and .html, each readable as what it is."""
    _, document = site.thing
    counts = set()
    for extension in ("ttl", "jsonld", "rdf", "nt"):
        answer = site.get(f"{document}.{extension}")
        rdf_format = next(each for each in FORMATS if each.extension == extension)
        try:
            counts.add(sum(1 for _ in ox.parse(answer.body, rdf_format.pyoxigraph)))
        except SyntaxError as error:
            return Column.FAULT, f".{extension}: {error}"
        if answer.status != 200:
            return Column.FAULT, f".{extension} is answered with {answer.status}"
    page = site.get(f"{document}.html")
    same = len(counts) == 1 and page.status == 200
    return (Column.SERVER if same else Column.FAULT), "five formats" if same else "the formats differ"


def turtle_says_its_charset(site: Deployment) -> tuple[Column, str]:
    """Turtle is `text/turtle; charset=utf-8`: udata takes it for Latin-1 otherwise."""
    _, document = site.thing
    found = site.get(f"{document}.ttl").headers.get("content-type", "nothing")
    if found.replace(" ", "").lower() == "text/turtle;charset=utf-8":
        return Column.SERVER, found
    return Column.BARE, f"{found}; use the RDF/XML catalogue with portals that decode by the header"


def negotiation(site: Deployment) -> tuple[Column, str]:
    """The bare document answers each Accept header as docs/publishing.md lists them."""
    _, document = site.thing
    wrong = [name for name, accept, wanted in VECTORS if not _answers(site.get(document, accept), wanted)]
    main = {name for name, _, _ in VECTORS[:MAIN_VECTORS]}
    if not wrong:
        return Column.SERVER, f"{len(VECTORS)} vectors"
    if not main & set(wrong):
        return Column.RULES, f"{len(VECTORS) - len(wrong)} of {len(VECTORS)} vectors; not {', '.join(wrong)}"
    none = all(site.get(document, accept).status in (200, 404) for _, accept, _ in VECTORS)
    return (Column.BARE, "by extension only") if none else (Column.FAULT, f"wrong: {', '.join(wrong)}")


def _answers(answer: Answer, wanted: str) -> bool:
    if wanted == "406":
        return answer.status == 406
    return answer.status == 200 and answer.media_type == wanted


VECTORS = (
    ("Turtle", "text/turtle", "text/turtle"),
    ("JSON-LD", "application/ld+json", "application/ld+json"),
    ("RDF/XML", "application/rdf+xml", "application/rdf+xml"),
    ("N-Triples", "application/n-triples", "application/n-triples"),
    ("a browser", BROWSER, "text/html"),
    ("anything", "*/*", "text/turtle"),
    ("nothing that there is", "image/png", "406"),
    (
        "JSON-LD with a profile",
        'application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"',
        "application/ld+json",
    ),
    ("Turtle with a charset", "text/turtle;charset=utf-8", "text/turtle"),
    ("application/xml", "application/xml", "application/rdf+xml"),
    ("q-values", "text/turtle;q=0.5, application/ld+json;q=0.9", "application/ld+json"),
    ("q=0", "text/turtle;q=0, application/rdf+xml", "application/rdf+xml"),
    ("HTML over Turtle", "text/turtle;q=0.5, text/html", "text/html"),
    ("Comunica", COMUNICA, "application/ld+json"),
)
MAIN_VECTORS = 7
"""Of these the first are those that rules can tell apart; the others need q-values."""


def head_is_like_get(site: Deployment) -> tuple[Column, str]:
    """HEAD has the status and Content-Type of GET: CKAN asks it first."""
    _, document = site.thing
    for path in (f"{document}.ttl", f"{document}.html", "catalog.ttl", "catalog.rdf"):
        head, get = site.get(path, method="HEAD"), site.get(path)
        if (head.status, head.media_type) != (get.status, get.media_type):
            return Column.FAULT, f"HEAD {path}: {head.status} {head.media_type}"
    return Column.SERVER, "four addresses"


def any_origin_may_read(site: Deployment) -> tuple[Column, str]:
    """Scripts of other sites may read RDF, and may ask first (preflight)."""
    _, document = site.thing
    if site.get(f"{document}.ttl").headers.get("access-control-allow-origin") != "*":
        return Column.BARE, "no Access-Control-Allow-Origin"
    preflight = site.get(
        f"{document}.ttl", method="OPTIONS", Origin="https://example.org", **{"Access-Control-Request-Method": "GET"}
    )
    if preflight.status in (200, 204) and preflight.headers.get("access-control-allow-origin") == "*":
        return Column.SERVER, "preflight too"
    return Column.RULES, "reading, without preflight"


def what_is_unchanged_is_not_sent_again(site: Deployment) -> tuple[Column, str]:
    """A request with the ETag of what one has is answered with 304."""
    _, document = site.thing
    tag = site.get(f"{document}.ttl").headers.get("etag")
    if not tag:
        return Column.BARE, "no ETag"
    again = site.get(f"{document}.ttl", **{"If-None-Match": tag})
    return (Column.SERVER, "304") if again.status == 304 else (Column.BARE, f"{again.status} in spite of the ETag")


def the_unknown_is_not_found(site: Deployment) -> tuple[Column, str]:
    """An unknown address is 404, with a problem in JSON for machines where a server answers."""
    answer = site.get("doc/no/such/thing-whatsoever", "application/json")
    if answer.status != 404:
        return Column.FAULT, f"{answer.status} instead of 404"
    return (Column.SERVER, answer.media_type) if "problem" in answer.media_type else (Column.RULES, "404")


def the_catalogue_is_harvested(site: Deployment) -> tuple[Column, str]:
    """`/catalog` and its three files are answered without a redirect, and carry the same catalogue."""
    sizes = set()
    for extension in ("ttl", "rdf", "jsonld"):
        answer = site.get(f"catalog.{extension}")
        if answer.status != 200:
            return Column.FAULT, f"catalog.{extension} is answered with {answer.status}"
        rdf_format = next(each for each in FORMATS if each.extension == extension)
        sizes.add(sum(1 for _ in ox.parse(answer.body, rdf_format.pyoxigraph)))
    if len(sizes) != 1:
        return Column.FAULT, "the three files differ"
    negotiated = [site.get("catalog", accept) for accept in ("*/*", "application/rdf+xml")]
    if [each.media_type for each in negotiated if each.status == 200] == ["text/turtle", "application/rdf+xml"]:
        return Column.SERVER, f"{sizes.pop()} triples, negotiated too"
    return Column.BARE, f"{sizes.pop()} triples; register catalog.rdf or catalog.ttl with portals"


def every_download_is_there(site: Deployment) -> tuple[Column, str]:
    """Each distribution answers HEAD within ten seconds, and has the size that the catalogue says."""
    store = site.catalogue
    urls = {quad.subject: _text(quad.object) for quad in _pattern(store, DCAT + "downloadURL")}
    sizes = {quad.subject: int(_text(quad.object)) for quad in _pattern(store, DCAT + "byteSize")}
    if not urls:
        return Column.FAULT, "the catalogue names no download"
    for distribution, url in urls.items():
        answer = site.get(site.local(url), method="HEAD", **{"Accept-Encoding": "identity"})
        length = answer.headers.get("content-length")
        if answer.status != 200:
            return Column.FAULT, f"{url} is answered with {answer.status}"
        if length is not None and int(length) != sizes.get(distribution):
            return Column.FAULT, f"{url} has {length} bytes, the catalogue says {sizes.get(distribution)}"
    return Column.SERVER, f"{len(urls)} files"


def _pattern(store: ox.Store, predicate: str) -> Iterator[ox.Quad]:
    return store.quads_for_pattern(None, ox.NamedNode(predicate), None, None)


def sparql_is_answered(site: Deployment) -> tuple[Column, str]:
    """The endpoint answers an ASK and describes itself; a built site neither has nor names one."""
    named = next(iter(site.said("sparqlEndpoint")), None)
    if named is None:
        return (Column.RULES if len(site.void) else Column.FAULT), "no endpoint is named"
    answer = site.get(site.local(named) + "?query=ASK%20%7B%7D", "application/sparql-results+json")
    described = site.get(site.local(named), "text/turtle")
    if answer.status == 200 and b"true" in answer.body and len(parsed(described)):
        return Column.SERVER, "answers, and describes itself"
    return Column.FAULT, f"ASK is answered with {answer.status}, the description with {described.status}"


def a_page_leads_to_its_data(site: Deployment) -> tuple[Column, str]:
    """A page names its RDF by `rel=alternate`; a server does so in the header too."""
    _, document = site.thing
    page = site.get(f"{document}.html")
    if b'type="text/turtle"' not in page.body:
        return Column.FAULT, "the page has no rel=alternate to Turtle"
    header = page.headers.get("link", "")
    return (Column.SERVER, "in the header too") if "alternate" in header else (Column.BARE, "in the page")


def caches_are_told(site: Deployment) -> tuple[Column, str]:
    """What is negotiated varies by Accept, so that a cache gives nobody the other format."""
    _, document = site.thing
    answer = site.get(document, "text/turtle")
    if answer.status != 200 or answer.media_type != "text/turtle":
        return Column.BARE, "nothing is negotiated"
    varies = "accept" in answer.headers.get("vary", "").lower()
    return (Column.SERVER, answer.headers["vary"]) if varies else (Column.FAULT, "no Vary: Accept")


CHECKS: Mapping[str, Check] = {
    check.__name__.replace("_", "-"): check
    for check in (
        void_is_found,
        a_thing_leads_to_its_document,
        every_extension_answers,
        turtle_says_its_charset,
        negotiation,
        head_is_like_get,
        any_origin_may_read,
        what_is_unchanged_is_not_sent_again,
        the_unknown_is_not_found,
        the_catalogue_is_harvested,
        every_download_is_there,
        sparql_is_answered,
        a_page_leads_to_its_data,
        caches_are_told,
    )
}
