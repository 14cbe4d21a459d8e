"""Files beside the pages that programs read again and again: the feed of changes, and files made by templates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from twinld.publish.pages.edition import Edition, edition_of
from twinld.publish.pages.feeding import fed
from twinld.publish.pages.links import page_path
from twinld.publish.pages.render import Site, render, view_of
from twinld.publish.pages.templates import MEDIA_TYPES, Template
from twinld.publish.pages.view import View
from twinld.rdf.terms import literal_parts

if TYPE_CHECKING:
    from twinld.publish.publication import Publication

CHANGES = "changes.atom"
MODIFIED = "<http://purl.org/dc/terms/modified>"
NEWEST = 60
FOLD = 74  # octets of a line of iCalendar before it goes on in the next; RFC 5545, section 3.1

Maker = Callable[[], bytes]


def feeds(publication: Publication) -> Mapping[str, tuple[str, Maker]]:
    """Return media type and maker of each feed by its path; the feed of changes only where the data have dates."""
    edition = edition_of(publication)
    return edition.keep("feeds", lambda: dict(_feeds(edition)))


def _feeds(edition: Edition) -> Iterator[tuple[str, tuple[str, Maker]]]:
    if edition.publication.latest_modified is not None:
        yield CHANGES, ("application/atom+xml", partial(changes, edition))
    for template in edition.templates.files:
        extension = template.file.rpartition(".")[2]
        yield template.page or template.file, (MEDIA_TYPES[extension], partial(_of_template, edition, template))


def _of_template(edition: Edition, template: Template) -> bytes:
    view = view_of(edition, template.page or template.file, edition.languages[0])
    made = render(template.file, view, **fed(view, template))
    return folded(made) if template.file.endswith(".ics") else made


def folded(text: bytes) -> bytes:
    """Return a calendar with the line ends and the line lengths that iCalendar asks for; empty lines fall out."""
    lines = []
    for line in text.decode("utf-8").splitlines():
        rest, start = line.rstrip(), ""
        while rest:
            cut = len(rest.encode()[:FOLD].decode("utf-8", "ignore"))
            lines.append(start + rest[:cut])
            rest, start = rest[cut:], " "
    return ("\r\n".join(lines) + "\r\n").encode("utf-8")


def changes(edition: Edition) -> bytes:
    """Return the things that changed last as an Atom feed, by `dcterms:modified`, newest first.

    Source: https://www.rfc-editor.org/rfc/rfc4287
    """
    view = view_of(edition, CHANGES, edition.languages[0])
    root = edition.publication.public_url
    entries = [_entry(view, key, date) for date, key in _dated(edition)[:NEWEST]]
    latest = (edition.publication.latest_modified or "")[:10]
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>{escape(root + CHANGES)}</id>\n<title>{escape(Site(view).title)}</title>\n"
        f'<updated>{escape(latest)}T00:00:00Z</updated>\n<link rel="self" href={quoteattr(root + CHANGES)}/>\n'
        f"<link href={quoteattr(root)}/>\n<author><name>{escape(_author(view))}</name></author>\n"
        + "".join(entries)
        + "</feed>\n"
    ).encode("utf-8")


def _author(view: View) -> str:
    publisher = Site(view).config.publisher
    return (view.words_of(publisher.name) if publisher else "") or Site(view).title


def _dated(edition: Edition) -> list[tuple[str, str]]:
    """Return date and key of every thing that has a date of change, the newest first, then by key."""
    keys = edition.dataset.table.keys
    if edition.elsewhere is not None:
        return [(date, keys[number]) for date, number in edition.elsewhere.newest(NEWEST)]
    found = {(literal_parts(keys[o])[0], keys[s]) for s, o in edition.dataset.with_predicate(MODIFIED)}
    named = [(date, key) for date, key in found if key.startswith("<")]
    return sorted(sorted(named, key=lambda pair: pair[1]), key=lambda pair: pair[0], reverse=True)


def _entry(view: View, key: str, date: str) -> str:
    address = view.edition.publication.addresses.link(key[1:-1]).partition("#")[0]
    href = view.edition.publication.public_url + page_path(address, view.language, view.edition.languages)
    return (
        f"<entry><id>{escape(key[1:-1])}</id><title>{escape(view.node(key).text)}</title>"
        f"<updated>{escape(date[:10])}T00:00:00Z</updated><link href={quoteattr(href)}/></entry>\n"
    )
