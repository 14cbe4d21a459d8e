"""What stands in the head of a page: its addresses in other languages and formats, and what machines read there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from twinld.publish.pages.languages import Text
from twinld.publish.pages.links import page_path
from twinld.publish.pages.resource import Resource
from twinld.publish.pages.view import View

RDF_FORMATS: Mapping[str, tuple[str, str]] = {
    "ttl": ("text/turtle", "Turtle"),
    "jsonld": ("application/ld+json", "JSON-LD"),
    "rdf": ("application/rdf+xml", "RDF/XML"),
    "nt": ("application/n-triples", "N-Triples"),
}
"""Extension, media type and name of the RDF that every resource is served in."""


@dataclass(frozen=True, slots=True)
class Alternate:
    """Another representation of the same page: where, in which format or language."""

    href: str
    name: str
    media_type: str | None = None
    language: str | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The addresses of a page. `canonical` is absolute, as search engines want it; the others are relative.

    `default` is the page for readers of no language of ours: not the address that negotiates, which a bare host lacks.
    """

    canonical: str
    languages: tuple[Alternate, ...]
    formats: tuple[Alternate, ...] = ()
    default: str = ""


def head_of(view: View, *, formats: bool = False) -> Head:
    """Return the addresses of a page in its languages, and in RDF where it has any."""
    edition = view.edition
    root = edition.publication.public_url
    return Head(
        canonical=root + view.own_path,
        languages=tuple(_language(view, language) for language in edition.languages),
        formats=tuple(_format(view, extension) for extension in RDF_FORMATS) if formats else (),
        default=view.href(page_path(view.path, edition.languages[0], edition.languages)),
    )


def _language(view: View, language: str) -> Alternate:
    path = page_path(view.path, language, view.edition.languages)
    name = view.words.language_name(language, own=True)
    return Alternate(view.href(path), name[:1].upper() + name[1:], None, language, language == view.language)


def _format(view: View, extension: str) -> Alternate:
    media_type, name = RDF_FORMATS[extension]
    stem = view.path + "index" if not view.path or view.path.endswith("/") else view.path
    return Alternate(view.href(f"{stem}.{extension}"), name, media_type)


def schema_org(resource: Resource, types: Mapping[str, str]) -> Markup:
    """Return schema.org JSON-LD about a resource, for search engines; safe inside a script element.

    `types` maps class IRIs to types of schema.org; what has none is a Thing.
    """
    kind = next((types[node.iri] for node in resource.types if node.iri in types), "Thing")
    said: dict[str, object] = {"@context": "https://schema.org", "@type": kind, "@id": resource.iri}
    said["name"] = [_text(name) for name in resource.node.names] or resource.title.text
    if resource.lead is not None:
        said["description"] = _text(resource.lead)
    place = resource.node.place
    if place is not None:
        said["geo"] = {"@type": "GeoCoordinates", "longitude": place[0], "latitude": place[1]}
    return script_json(said)


def _text(text: Text) -> object:
    return {"@language": text.language, "@value": text.text} if text.language else text.text


def script_json(value: object) -> Markup:
    """Return JSON that cannot end the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=False)
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def issue_link(repository: str, title: str, address: str) -> str:
    """Return the address that opens a new issue about a page."""
    path = "-/issues/new?issue[title]=" if "gitlab" in repository else "issues/new?title="
    return f"{repository.rstrip('/').removesuffix('.git')}/{path}{quote(title)}&body={quote(address)}"
