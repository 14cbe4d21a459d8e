"""One page while it is made: terms with their labels and links, seen from where the page stands and in its language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup, escape

from twinld.publish.pages.edition import Edition, Shared
from twinld.publish.pages.languages import Text, Words, best_text
from twinld.publish.pages.links import page_path, relative, safe_href
from twinld.publish.pages.literals import date_html, literal_html, point_of, readable_date, sort_year
from twinld.rdf.terms import literal_parts

GEO = "http://www.opengis.net/ont/geosparql#"
WGS = "http://www.w3.org/2003/01/geo/wgs84_pos#"
LATITUDE = f"<{WGS}lat>|<https://schema.org/latitude>|<http://schema.org/latitude>"
LONGITUDE = f"<{WGS}long>|<https://schema.org/longitude>|<http://schema.org/longitude>"
TO_PLACE = (
    "<https://schema.org/geo>|<http://schema.org/geo>|<https://schema.org/location>|<http://purl.org/dc/terms/spatial>"
)
WKT = f"<{GEO}asWKT>|<http://www.w3.org/ns/locn#geometry>"
TO_WKT = f"<{GEO}hasGeometry>|<{GEO}hasDefaultGeometry>|<http://www.w3.org/ns/locn#geometry>"


@dataclass(frozen=True)
class View:
    """A page of an edition: its path without language, its language, and what it links to by relative addresses.

    A page that is shown wherever something went wrong has its path `as_it_is`.
    """

    edition: Edition
    path: str
    language: str
    as_it_is: bool = False

    @cached_property
    def own_path(self) -> str:
        """The path of the page in its language, which relative links start from."""
        return self.path if self.as_it_is else page_path(self.path, self.language, self.edition.languages)

    @cached_property
    def shared(self) -> Shared:
        """What this page shares with those beside it."""
        return self.edition.shared(self.own_path.rpartition("/")[0], self.language)

    @cached_property
    def words(self) -> Words:
        """The words of the interface."""
        return self.edition.words(self.language)

    def href(self, path: str) -> str:
        """Return the relative link to a path below the root, as it is (a static file, a dump, a feed)."""
        return relative(self.own_path, path)

    def page(self, path: str) -> str:
        """Return the relative link to a page below the root in the language of this page; a query or fragment stays."""
        bare, mark, rest = _split(path)
        return self.href(page_path(bare, self.language, self.edition.languages) + mark + rest)

    def page_path(self, path: str) -> str:
        """Return the path below the root of a page in the language of this page."""
        return page_path(path, self.language, self.edition.languages)

    def link(self, iri: str) -> str:
        """Return the relative link to the page about an IRI, with its fragment where it has one."""
        found = self.shared.links.get(iri)
        if found is None:
            found = self.shared.links[iri] = self.page(self.edition.publication.addresses.link(iri))
        return found

    def node(self, name: str) -> Node:
        """Return the thing of an IRI or a CURIE; a name that the data never use is a thing without statements."""
        return Node(self, f"<{self.edition.iri(name)}>")

    def nodes(self, numbers: Iterable[int]) -> list[Node]:
        """Return things by their numbers in the table of terms."""
        keys = self.edition.dataset.table.keys
        return [Node(self, keys[number], number) for number in numbers]

    def things(self, class_name: str) -> list[Node]:
        """Return the things of a class and its subclasses, by label."""
        return in_order(self.nodes(self.edition.things_of(self.edition.iri(class_name))))

    def words_of(self, texts: Mapping[str, str]) -> str:
        """Return one of several texts by language, such as the configuration has them."""
        found = best_text([(text, tag) for tag, text in texts.items()], self.language, self.edition.languages)
        return found.text if found else ""

    def date(self, lexical: str) -> Markup:
        """Return a date as a language writes it, or the text as it is."""
        return date_html(lexical, readable_date(lexical, self.words) or lexical)


class Node:
    """A term on a page: an IRI, a blank node or a literal, with what the data say of it.

    In a template it writes itself: an IRI as a link with its label, a literal by its datatype, all escaped.
    """

    __slots__ = ("key", "number", "view")

    def __init__(self, view: View, key: str, number: int | None = None) -> None:
        self.view = view
        self.key = key
        self.number = view.edition.dataset.table.ids.get(key) if number is None else number
        """The number in the table of terms, `None` where the data never use the term."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"Node({self.key})"

    def __str__(self) -> str:
        return self.text

    def __html__(self) -> Markup:
        kept = self.view.shared.html
        found = kept.get(self.key)
        if found is None:
            found = kept[self.key] = self._html()
        return found

    def _html(self) -> Markup:
        if self.is_literal:
            return literal_html(self.key, self.view.language, self.view.words)
        if self.is_blank:
            return escape(self.label)
        if self.number is None or self.is_only_a_name:
            return _element("span", "title", self.iri, self.label)
        if not self.known and not self.own and (outward := self.outward):
            href, text = escape(outward), escape(self._outward_text())
            return Markup(f'<a class="outward" href="{href}"{self.label.attributes}>{text}</a>')
        return _element("a", "href", self.href, self.label)

    def _outward_text(self) -> str:
        return self.iri if self.iri.startswith(("http", "mailto:")) and len(self.iri) < 70 else self.label.text

    @property
    def is_iri(self) -> bool:
        """Whether the term is an IRI."""
        return self.key.startswith("<")

    @property
    def is_blank(self) -> bool:
        """Whether the term is a blank node."""
        return self.key.startswith("_:")

    @property
    def is_literal(self) -> bool:
        """Whether the term is a literal."""
        return self.key.startswith('"')

    @property
    def iri(self) -> str:
        """The IRI, or an empty text."""
        return self.key[1:-1] if self.is_iri else ""

    @property
    def known(self) -> bool:
        """Whether the data say anything of the term: only then it has a page worth going to."""
        number = self.number
        return number is not None and self.view.edition.dataset.quads.speaks_of(number)

    @property
    def own(self) -> bool:
        """Whether the IRI is under the base of the project."""
        return self.view.edition.publication.addresses.owns(self.iri)

    @property
    def is_only_a_name(self) -> bool:
        """Whether an own IRI is neither subject nor object: the name of a graph that nothing is said of has no page."""
        number = self.number
        if number is None or not self.own or self.known:
            return False
        return not self.view.edition.dataset.quads.points_to(number)

    @property
    def label(self) -> Text:
        """What the thing is called in the language of the page, by fallback."""
        return self.view.edition.label(self.key, self.view.language)

    @property
    def text(self) -> str:
        """The lexical form of a literal, the label of anything else."""
        return literal_parts(self.key)[0] if self.is_literal else self.label.text

    @property
    def tag(self) -> str | None:
        """The language tag of a literal, `None` without one."""
        return literal_parts(self.key)[1] if self.is_literal else None

    @property
    def datatype(self) -> str:
        """The datatype IRI of a literal."""
        return literal_parts(self.key)[2] if self.is_literal else ""

    @property
    def curie(self) -> str:
        """The CURIE, or the IRI where no prefix fits."""
        return self.view.edition.curie(self.iri) or self.iri

    @property
    def href(self) -> str:
        """The relative link to the page about the thing."""
        return self.view.link(self.iri)

    @property
    def link_to_meaning(self) -> Markup:
        """The label of a term, as a link to its page where the data define it; else the label with the IRI on hover."""
        kept = self.view.shared.meanings
        found = kept.get(self.key)
        if found is None:
            found = kept[self.key] = self._meaning()
        return found

    def _meaning(self) -> Markup:
        label = self.label
        if not self.known:
            return Markup(f'<span title="{escape(self.iri)}">{escape(label.text)}</span>')
        href, curie = escape(self.href), escape(self.curie)
        return Markup(f'<a href="{href}" title="{curie}"{label.attributes}>{escape(label.text)}</a>')

    @property
    def link_to_list(self) -> Markup:
        """The label of a class, as a link to the list of its things where there is one; else as to its meaning."""
        from twinld.publish.pages.browse import class_slugs

        slug = class_slugs(self.view.edition).get(self.number or 0)
        if slug is None:
            return self.link_to_meaning
        return _element("a", "href", self.view.page(f"browse/{slug}/"), self.label)

    @property
    def outward(self) -> str | None:
        """The IRI as an address on the web, `None` unless it is http, https or mailto."""
        return safe_href(self.iri)

    @property
    def slug(self) -> str:
        """The end of the IRI, as a name for an element or a parameter."""
        return self.iri.rstrip("/").replace("#", "/").rpartition("/")[2]

    def all(self, path: str) -> list[Node]:
        """Return what a path leads to, in the order of the files."""
        number = self.number
        return [] if number is None else self.view.nodes(self.view.edition.follow_one(number, path))

    def sorted(self, path: str) -> list[Node]:
        """Return what a path leads to, by label."""
        return in_order(self.all(path))

    def one(self, path: str) -> Node | None:
        """Return the first that a path leads to, of several texts the one in the reader's language; else `None`."""
        found = self.all(path)
        if len(found) > 1 and all(each.tag for each in found):
            best = best_text([(each.key, each.tag) for each in found], self.view.language, self.view.edition.languages)
            return Node(self.view, best.text) if best else None
        return found[0] if found else None

    def has(self, path: str) -> bool:
        """Tell whether a path leads anywhere."""
        return bool(self.all(path))

    def is_a(self, class_name: str) -> bool:
        """Tell whether the thing is of a class or of one below it."""
        number = self.number
        wanted = self.view.edition.dataset.table.ids.get(f"<{self.view.edition.iri(class_name)}>")
        return number is not None and wanted in self.view.edition.classes_of(number)

    @property
    def year(self) -> float | None:
        """The time of a date as years with a fraction, `None` for what has no year."""
        return sort_year(literal_parts(self.key)[0]) if self.is_literal else None

    @property
    def names(self) -> list[Text]:
        """The labels in all languages."""
        number = self.number
        known = self.view.edition.names(number) if number is not None else ()
        return [Text(text, tag, self.view.language) for text, tag in known]

    @property
    def place(self) -> tuple[float, float] | None:
        """Longitude and latitude of the thing or of the place that it names, `None` where the data give none."""
        number = self.number
        if number is None:
            return None
        return self.view.edition.keep(("place", number), lambda: _place(self))


def _element(name: str, attribute: str, value: str, text: Text) -> Markup:
    """Return an element with one attribute and a text; put together by hand, for a page has hundreds of them."""
    return Markup(f'<{name} {attribute}="{escape(value)}"{text.attributes}>{escape(text.text)}</{name}>')


def _place(node: Node) -> tuple[float, float] | None:
    return next((found for each in (node, *node.all(TO_PLACE)) if (found := located(each))), None)


def located(node: Node) -> tuple[float, float] | None:
    """Return longitude and latitude that a thing has itself, `None` where it has none."""
    latitude, longitude = node.one(LATITUDE), node.one(LONGITUDE)
    if latitude is not None and longitude is not None:
        return pair(longitude.text, latitude.text)
    for literal in (*node.all(WKT), *node.all(f"({TO_WKT})/({WKT})")):
        point = point_of(literal.text) if literal.is_literal else None
        if point is not None:
            return point
    return None


def pair(longitude: str, latitude: str) -> tuple[float, float] | None:
    """Return a place from two numbers as text, degrees; `None` where they are no place on the earth."""
    try:
        x, y = float(longitude), float(latitude)
    except ValueError:
        return None
    return (x, y) if -180 <= x <= 180 and -90 <= y <= 90 else None


def in_order(nodes: Sequence[Node]) -> list[Node]:
    """Return things by label, letters with and without accents together."""
    from unicodedata import normalize

    return sorted(nodes, key=lambda node: (normalize("NFKD", node.text).casefold(), node.key))


def unique(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield each term once."""
    yield from dict.fromkeys(nodes)


def _split(path: str) -> tuple[str, str, str]:
    if "#" not in path and "?" not in path:
        return path, "", ""
    for at, character in enumerate(path):
        if character in "?#":
            return path[:at], character, path[at + 1 :]
    return path, "", ""
