"""The event stream (LDES): every version of every resource, in pages that never change once they are written.

A member is a resource at one time: its statements stand in a named graph of the member's IRI. The first build has all
resources as created; each later one appends pages with what changed. The pages of earlier builds are taken over as
they are.

Source: https://w3id.org/ldes/specification and https://w3id.org/tree/specification
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from twinld.publish.catalogue.terms import TYPE, count, iri, iris, say
from twinld.publish.changes import Difference
from twinld.publish.publication import Publication
from twinld.publish.representation import Representation
from twinld.rdf.formats import TRIG, TURTLE
from twinld.rdf.terms import literal_key
from twinld.rdf.writing import Quad, Triple, write

ROOT = "stream.ttl"
STATE = "stream/pages.json"
MEMBERS = 500  # in a page
LDES, TREE, AS = "https://w3id.org/ldes#", "https://w3id.org/tree#", "https://www.w3.org/ns/activitystreams#"
POSITION = "https://schema.org/position"
DATE_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"
EVENTS = {"new": "Create", "changed": "Update", "gone": "Delete"}
PREFIXES = {
    "as": AS,
    "dcterms": "http://purl.org/dc/terms/",
    "ldes": LDES,
    "schema": "https://schema.org/",
    "tree": TREE,
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its path, the moment of its members, and the number of the first and of the one after the last."""

    path: str
    moment: str
    first: int
    end: int


def stream_files(
    publication: Publication, difference: Difference | None, everything: Difference, moment: str, last: Path
) -> Iterator[Representation]:
    """Yield the stream: the pages of earlier builds as they were, those of what changed since, and their root.

    `difference` is what changed since the last build. Without one, or where the last build had no stream,
    `everything` is created now.
    """
    known = _known(last) if difference is not None else []
    for page in known:
        yield Representation(page.path, (last / page.path).read_bytes(), TRIG.media_type)
    change = difference if known and difference is not None else everything
    moment = max([moment, *(page.moment for page in known)])
    added = list(_pages(change, moment, known[-1].end if known else 0))
    for page, members in added:
        yield Representation(page.path, _written(publication, page, members, change), TRIG.media_type)
    pages = [*known, *(page for page, _ in added)]
    yield Representation(STATE, (json.dumps([asdict(page) for page in pages]) + "\n").encode(), "application/json")
    yield Representation(ROOT, write(_root(publication, pages), TURTLE, PREFIXES), TURTLE.media_type)


def _known(last: Path) -> list[Page]:
    """Return the pages of the last build; none where one is missing: then the stream begins anew."""
    try:
        found = [Page(**page) for page in json.loads((last / STATE).read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return []
    return found if all((last / page.path).is_file() for page in found) else []


def _pages(change: Difference, moment: str, first: int) -> Iterator[tuple[Page, list[tuple[str, str]]]]:
    """Yield each new page with its members: key and kind of change of a resource."""
    members = list(change.resources())
    for start in range(0, len(members), MEMBERS):
        some = members[start : start + MEMBERS]
        at = first + start
        yield Page(f"stream/{at}.trig", moment, at, at + len(some)), some


def _written(publication: Publication, page: Page, members: list[tuple[str, str]], change: Difference) -> bytes:
    prefixes = {**publication.prefixes, **PREFIXES}
    return write(_page(publication, page, members, change), TRIG, prefixes)


def _page(publication: Publication, page: Page, members: list[tuple[str, str]], change: Difference) -> Iterator[Quad]:
    own = publication.public_url + page.path
    yield from _plain(_about_stream(publication))
    yield from _plain(say(iri(own), (TYPE, iris(TREE + "Node")), (LDES + "immutable", [_true()])))
    for at, (key, kind) in enumerate(members, start=page.first):
        member = f"<{own}#{at}>"
        yield from _plain(say(_stream(publication), (TREE + "member", [member])))
        yield from _plain(_member(member, key, kind, at, page.moment))
        for triple in change.new.described(key):
            s, p, o = (f"_:m{at}{term[2:]}" if term.startswith("_:") else term for term in triple)
            yield s, p, o, member


def _member(member: str, key: str, kind: str, at: int, moment: str) -> Iterator[Triple]:
    yield from say(
        member,
        (TYPE, iris(AS + EVENTS[kind])),
        ("dct:isVersionOf", [key]),
        ("dct:created", [literal_key(moment, datatype=DATE_TIME)]),
        (POSITION, count(at)),
    )


def _root(publication: Publication, pages: list[Page]) -> Iterator[Triple]:
    """Yield the first page: what the stream is, and where the pages of each time are."""
    own = iri(publication.public_url + ROOT)
    yield from _about_stream(publication)
    yield from say(_stream(publication), (TREE + "view", [own]))
    yield from say(own, (TYPE, iris(TREE + "Node")))
    for page in pages:
        moment = [literal_key(page.moment, datatype=DATE_TIME)]
        for kind in ("GreaterThanOrEqualToRelation", "LessThanOrEqualToRelation"):
            relation = f"_:{kind}{page.first}"
            yield from say(own, (TREE + "relation", [relation]))
            yield from say(
                relation,
                (TYPE, iris(TREE + kind)),
                (TREE + "node", iris(publication.public_url + page.path)),
                (TREE + "path", iris("dct:created")),
                (TREE + "value", moment),
            )


def _about_stream(publication: Publication) -> Iterator[Triple]:
    yield from say(
        _stream(publication),
        (TYPE, iris(LDES + "EventStream")),
        (LDES + "timestampPath", iris("dct:created")),
        (LDES + "sequencePath", iris(POSITION)),
        (LDES + "versionOfPath", iris("dct:isVersionOf")),
        (LDES + "versionCreateObject", iris(AS + "Create")),
        (LDES + "versionUpdateObject", iris(AS + "Update")),
        (LDES + "versionDeleteObject", iris(AS + "Delete")),
    )


def _stream(publication: Publication) -> str:
    return iri(f"{publication.public_url}{ROOT}#stream")


def _true() -> str:
    return literal_key("true", datatype="http://www.w3.org/2001/XMLSchema#boolean")


def _plain(triples: Iterator[Triple]) -> Iterator[Quad]:
    return ((s, p, o, "") for s, p, o in triples)
