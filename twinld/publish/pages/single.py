"""The page of one thing: a resource, a document of many terms, the answer of a canned query, an error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from twinld.graph.description import Description
from twinld.publish.pages.edition import Edition, edition_of
from twinld.publish.pages.feeding import fed
from twinld.publish.pages.head import Head, head_of, schema_org
from twinld.publish.pages.languages import marked
from twinld.publish.pages.render import render, view_of
from twinld.publish.pages.resource import Resource
from twinld.publish.pages.search import near
from twinld.publish.pages.view import View

if TYPE_CHECKING:
    from twinld.publish.publication import Publication

TITLES = {
    400: marked("This cannot be read"),
    404: marked("There is nothing here"),
    405: marked("Not in this way"),
    406: marked("Not in that format"),
    410: marked("This was withdrawn"),
    413: marked("Too much"),
    503: marked("Not just now"),
    504: marked("This took too long"),
}
OTHERWISE = marked("Something went wrong")
SCHEMA = ("https://schema.org/", "http://schema.org/")


def resource_page(publication: Publication, description: Description, language: str) -> bytes:
    """Return the page about one resource in a language, from the template of its most specific class."""
    edition = edition_of(publication)
    view = view_of(edition, publication.addresses.document(description.iri), language)
    resource = Resource(description, view)
    template = edition.template_for(description.iri)
    return render(
        template.file if template else _package_template(resource),
        view,
        head=head_of(view, formats=True),
        resource=resource,
        iri=description.iri,
        **(fed(view, template, iri=description.iri) if template else {}),
        schema_org=schema_org(resource, schema_types(edition)),
    )


def _package_template(resource: Resource) -> str:
    """Return the package's template: one for concepts, one for their schemes, else the general one."""
    if resource.node.is_a("http://www.w3.org/2004/02/skos/core#ConceptScheme"):
        return "scheme.html"
    if resource.node.is_a("http://www.w3.org/2004/02/skos/core#Concept"):
        return "concept.html"
    return "resource.html"


def schema_types(edition: Edition) -> Mapping[str, str]:
    """Return for each class the type of schema.org that the ontology puts it under."""
    found: Mapping[str, str] = edition.keep("schema types", lambda: _schema_types(edition))
    return found


def _schema_types(edition: Edition) -> dict[str, str]:
    keys = edition.dataset.table.keys
    found = {}
    for number in edition.class_sizes:
        above = edition.follow([number], "<http://www.w3.org/2000/01/rdf-schema#subClassOf>*")
        names = [keys[each][1:-1] for each in above]
        known = next((name for name in names if name.startswith(SCHEMA)), None)
        if known is not None:
            found[keys[number][1:-1]] = known.rpartition("/")[2]
    return found


def error_page(
    publication: Publication,
    status: int,
    detail: str | None,
    hint: str | None,
    language: str,
    *,
    title: str | None = None,
    path: str = "",
) -> bytes:
    """Return the page of an error: what is wrong and what to do.

    `path` is where it is shown, without leading slash, so that its relative links work. Without a `title` the status
    gives one.
    """
    view = view_of(edition_of(publication), path, language)
    shown = View(view.edition, path, view.language, as_it_is=True)
    return render(
        "error.html",
        shown,
        head=Head(publication.public_url, ()),
        status=status,
        title=title or view.words.gettext(TITLES.get(status, OTHERWISE)),
        detail=detail,
        hint=hint,
        near=near(view, path) if status == 404 else (),
    )
