"""A template and a view become bytes: what every template may use is gathered here, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from markupsafe import Markup

from twinld.publish.pages.edition import Edition
from twinld.publish.pages.head import Head, head_of, issue_link
from twinld.publish.pages.languages import best_text, is_right_to_left, marked
from twinld.publish.pages.view import Node, View
from twinld.source.config import Config

NAVIGATION = (("browse/", marked("Browse"), 10), ("queries/", marked("Queries"), 40), ("data/", marked("Data"), 50))
ONTOLOGY = "http://www.w3.org/2002/07/owl#Ontology"
_CREATIVE_COMMONS = re.compile(r"//creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/([\d.]+)")
_BLANK_LINES = re.compile(rb"\n\s*\n+")


NO_HEAD = Head("", ())


@dataclass(frozen=True, slots=True)
class Way:
    """An entry of the navigation."""

    href: str
    name: str
    current: bool


@dataclass(frozen=True)
class Site:
    """What a template may say of the whole site. In templates: `site`."""

    view: View

    @cached_property
    def title(self) -> str:
        """What the site is called in the language of the page; the base IRI where no title is configured."""
        return self._text("title") or self.view.edition.dataset.base_iri

    @cached_property
    def description(self) -> str:
        """What it holds, in a sentence or two; empty where nothing is configured."""
        return self._text("description")

    @property
    def base_iri(self) -> str:
        """What the canonical IRIs begin with."""
        return self.view.edition.dataset.base_iri

    @property
    def live(self) -> bool:
        """Whether a server answers queries: search, explore and the editor are there only then."""
        return not self.view.edition.publication.static

    @property
    def config(self) -> Config:
        """The project's configuration."""
        return self.view.edition.dataset.project.config

    @property
    def has_changes(self) -> bool:
        """Whether there is a feed of changes."""
        return self.view.edition.publication.latest_modified is not None

    @property
    def triples(self) -> int:
        """How many statements there are."""
        elsewhere = self.view.edition.elsewhere
        return len(self.view.edition.dataset.quads) if elsewhere is None else elsewhere.triples

    @cached_property
    def ways(self) -> list[Way]:
        """The navigation: the package's entries and those that templates ask for, by their number."""
        found = self.view.edition.keep("navigation", lambda: _navigation(self.view.edition))
        words = self.view.words
        return [
            Way(self.view.page(path), words.gettext(name), self.view.path.startswith(path or "index"))
            for path, name in found
        ]

    @property
    def bar(self) -> Markup:
        """The beginning of the bar above each page: the title and the navigation."""
        return self._framed("_bar.html", *(way.name for way in self.ways if way.current))

    @property
    def dataset(self) -> Markup | None:
        """The data set as search engines read it, on the pages about the whole; `None` on others."""
        from twinld.publish.pages.dataset import dataset_json

        return dataset_json(self.view)

    @property
    def foot(self) -> Markup:
        """The end of each page."""
        return self._framed("_foot.html")

    def _framed(self, template: str, *current: str) -> Markup:
        """Return what is the same on all pages of a folder in a language; made for the first of them."""
        view = self.view
        key = (template, view.language, view.own_path.rpartition("/")[0], *current)
        return view.edition.frame(key, lambda: Markup(render(template, view, head=NO_HEAD).decode()))

    def address(self, path: str) -> str:
        """Return the absolute address of a path below the root, for what is read elsewhere."""
        return self.view.edition.publication.public_url + path

    @property
    def licence(self) -> str:
        """What the licence is called for short, such as "CC BY 4.0"; its address where that is not known."""
        address = self.config.licence or ""
        known = _CREATIVE_COMMONS.search(address)
        if known is None:
            return address
        return f"CC {known[1].upper()} {known[2]}" if known[1] != "zero" else f"CC0 {known[2]}"

    @property
    def vocabularies(self) -> list[Node]:
        """The project's own ontologies that are documents with terms."""
        edition = self.view.edition
        numbers: list[int] = edition.keep("vocabularies", lambda: [*edition.things_of(ONTOLOGY)])
        return [node for node in self.view.nodes(numbers) if node.iri in edition.publication.fragments]

    def report_link(self, title: str, address: str) -> str | None:
        """Return where an error of a page is reported: in the configured repository, else by mail, else nowhere."""
        if self.config.repository:
            return issue_link(self.config.repository, title, address)
        contact = self.config.contact
        if contact is None or contact.email is None:
            return None
        return f"mailto:{contact.email}?subject={quote(title)}&body={quote(address)}"

    def _text(self, key: str) -> str:
        texts: Mapping[str, str] = getattr(self.view.edition.dataset.project.config, key)
        found = best_text([(text, tag) for tag, text in texts.items()], self.view.language, self.view.edition.languages)
        return found.text if found else ""


def _navigation(edition: Edition) -> list[tuple[str, str]]:
    """Return path and name of each entry of the navigation, in order."""
    found = list(NAVIGATION)
    if not any(edition.publication.answerable):
        found.remove(NAVIGATION[1])
    for template in edition.templates.pages:
        if template.nav is not None and (not edition.publication.static or not template.live):
            found.append((template.page or "", template.title or template.page or "", template.nav))
    return [(path, name) for path, name, _ in sorted(found, key=lambda each: each[2])]


def render(template: str, view: View, *, head: Head | None = None, **values: object) -> bytes:
    """Return a page from a template, with what every template may use and the values given besides."""
    from twinld.publish.pages import concepts, facets
    from twinld.publish.pages.figures import figures_for
    from twinld.publish.pages.listing import listings_for

    environment, site = view.edition.templates.environment, Site(view)
    context = {
        "_": view.words.gettext,
        "ngettext": view.words.ngettext,
        "words": view.words,
        "language": view.language,
        "rtl": is_right_to_left(view.language),
        "page": view,
        "site": site,
        "head": head or head_of(view),
        "node": view.node,
        "things": view.things,
        **concepts.FOR_TEMPLATES,
        **facets.FOR_TEMPLATES,
        **figures_for(view),
        **listings_for(view),
        **values,
    }
    text = environment.get_template(template).render(context)
    return _BLANK_LINES.sub(b"\n", text.encode("utf-8"))


def view_of(edition: Edition, path: str, language: str) -> View:
    """Return the view of a page, in the default language where the asked one is none of the project's."""
    return View(edition, path, language if language in edition.languages else edition.languages[0])
