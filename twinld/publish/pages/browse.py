"""Lists of everything by class: the generic ways in, made from the data alone."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, groupby, islice
from unicodedata import normalize

from twinld.publish.pages.edition import Edition
from twinld.publish.pages.languages import Text, best_text
from twinld.publish.pages.render import render, view_of
from twinld.publish.pages.view import Node, View, in_order

PER_PAGE = 3_000  # names on one page; 3,000 of them are about 90 kB gzipped with their map
PLACES_LIMIT = 3_000
SOUGHT = 30_000  # things that are looked at for a place; the first page of a million would take minutes
ELSEWHERE_PER_PAGE = 500  # of data that are elsewhere, whose names are asked for as the page is made
ELSEWHERE_PAGES = 40  # of one list: a store counts its way to each page anew, and nobody reads a thousand of them
ELSEWHERE_PLACES = 300
LISTED, LISTED_CLASSES, LISTED_COUNTS = "listed-", "classes-listed", "counts-listed"  # columns of a stored data set
LOOKED_AT = 40  # things of a class by which the way to their places is found
DEFINITIONS = "<http://www.w3.org/2004/02/skos/core#definition>|<http://www.w3.org/2000/01/rdf-schema#comment>"
PLUMBING = (
    "http://www.w3.org/2002/07/owl#",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/ns/shacl#",
    "http://rdfs.org/ns/void#",
)
"""Namespaces whose classes are how data are described, not what they are about: listed last."""


@dataclass(frozen=True, slots=True)
class ClassEntry:
    """A class in a list: how many things it has, and where they are listed."""

    node: Node
    count: int
    href: str
    about: Text | None
    plumbing: bool


@dataclass(frozen=True, slots=True)
class PageLink:
    """One page of a list that has several."""

    href: str
    name: str
    current: bool


def classes(view: View) -> list[ClassEntry]:
    """Return the classes that have things, those that the data are about first, the largest first."""
    edition = view.edition
    keys = edition.dataset.table.keys
    found = []
    for number, slug in class_slugs(edition).items():
        node = Node(view, keys[number])
        count = edition.count_of(node.iri)
        found.append(
            ClassEntry(node, count, view.page(f"browse/{slug}/"), definition(node), node.iri.startswith(PLUMBING))
        )
    return sorted(found, key=lambda each: (each.plumbing, -each.count, each.node.text))


def definition(node: Node) -> Text | None:
    """Return the sentence that says what a term means, by fallback; `None` where the data have none."""
    found = [(each.text, each.tag) for each in node.all(DEFINITIONS) if each.is_literal]
    return best_text(found, node.view.language, node.view.edition.languages)


def class_slugs(edition: Edition) -> dict[int, str]:
    """Return for each class that has things the name of its list in addresses: its CURIE with a hyphen."""
    found: dict[int, str] = edition.keep("class slugs", lambda: _class_slugs(edition))
    return found


def _class_slugs(edition: Edition) -> dict[int, str]:
    keys = edition.dataset.table.keys
    found: dict[int, str] = {}
    for number in edition.class_sizes:
        if not keys[number].startswith("<"):
            continue
        name = (edition.curie(keys[number][1:-1]) or edition.nameless(keys[number])).replace(":", "-")
        slug = "".join(each if each.isalnum() or each in "-_." else "-" for each in name).strip(".") or "class"
        while slug in found.values():
            slug += "-"
        found[number] = slug
    return found


def placed(view: View) -> list[Node]:
    """Return things that have a place, for a map of everything."""
    edition = view.edition
    numbers: list[int] = edition.keep("placed", lambda: _placed(view))
    return view.nodes(numbers)


def _placed(view: View) -> list[int]:
    if view.edition.elsewhere is not None:
        members = view.edition.elsewhere.placed(ELSEWHERE_PLACES)
        view.edition.dataset.quads.expect(members)
        return members
    found: dict[int, None] = {}
    things = view.edition.things
    for node in view.nodes(islice(chain.from_iterable(map(things.__getitem__, class_slugs(view.edition))), SOUGHT)):
        if node.place and node.number:
            found[node.number] = None
        if len(found) == PLACES_LIMIT:
            break
    return list(found)


def pages(edition: Edition) -> Iterator[tuple[str, Callable[[str], bytes]]]:
    """Yield the list of classes and the lists of their things, in pages, by path."""
    yield "browse/", partial(index_page, edition)
    for number, slug in class_slugs(edition).items():
        iri = edition.dataset.table.keys[number][1:-1]
        for page in range(max(1, _page_count(edition, edition.count_of(iri)))):
            path = f"browse/{slug}/" + (f"{page + 1}/" if page else "")
            yield path, partial(class_page, edition, iri, f"browse/{slug}/", page)


def index_page(edition: Edition, language: str) -> bytes:
    """Return the list of all classes."""
    view = view_of(edition, "browse/", language)
    schemes = view.nodes(edition.things_of("http://www.w3.org/2004/02/skos/core#ConceptScheme"))
    return render("browse.html", view, classes=classes(view), schemes=in_order(schemes))


def class_page(edition: Edition, iri: str, path: str, page: int, language: str) -> bytes:
    """Return one page of the list of a class's things, by letter."""
    own_path = path + (f"{page + 1}/" if page else "")
    view = view_of(edition, own_path, language)
    node = Node(view, f"<{iri}>")
    count, per_page = edition.count_of(iri), _per_page(edition)
    if edition.elsewhere is None:
        shown = view.nodes(listed(view, iri)[page * per_page : (page + 1) * per_page])
    else:
        shown = in_order(view.nodes(edition.page_of(iri, page, per_page)))
    links = [
        PageLink(view.page(path + (f"{at + 1}/" if at else "")), view.words.number(at + 1), at == page)
        for at in range(_page_count(edition, count))
    ]
    return render(
        "class.html",
        view,
        listed=node,
        about=definition(node),
        count=count,
        members=shown,
        letters=by_letter(shown),
        pages=links,
        at=way_to_place(shown),
    )


def listed(view: View, iri: str) -> Sequence[int]:
    """Return the numbers of the things of a class by label: as they were stored, or put into order once."""
    stored = view.edition.dataset.stored
    if stored is None or LISTED + view.language not in stored.more:
        ordered: Sequence[int] = view.edition.keep(("listed", iri, view.language), lambda: _ordered(view, iri))
        return ordered
    classes, counts = list(stored.more[LISTED_CLASSES]), stored.more[LISTED_COUNTS]
    at = classes.index(view.edition.dataset.table.ids[f"<{iri}>"])
    start = sum(counts[:at])
    return stored.more[LISTED + view.language][start : start + counts[at]]


def _ordered(view: View, iri: str) -> array[int]:
    nodes = in_order(view.nodes(view.edition.things_of(iri)))
    return array("I", [node.number for node in nodes if node.number is not None])


def list_columns(edition: Edition) -> Iterator[tuple[str, str, Iterable[int]]]:
    """Yield the columns that `listed` reads in a stored data set: name, type of their numbers, numbers."""
    keys = edition.dataset.table.keys
    classes = {number: keys[number][1:-1] for number in class_slugs(edition)}
    yield LISTED_CLASSES, "I", classes
    yield LISTED_COUNTS, "I", [edition.count_of(iri) for iri in classes.values()]
    for language in edition.languages:
        view = view_of(edition, "browse/", language)
        yield LISTED + language, "I", chain.from_iterable(_ordered(view, iri) for iri in classes.values())


def _page_count(edition: Edition, things: int) -> int:
    pages = -(-things // _per_page(edition))
    return pages if edition.elsewhere is None else min(pages, ELSEWHERE_PAGES)


def _per_page(edition: Edition) -> int:
    return PER_PAGE if edition.elsewhere is None else ELSEWHERE_PER_PAGE


def way_to_place(members: Sequence[Node]) -> str | None:
    """Return the path from things to what has their coordinates: the property that most of the first ones share.

    `None` where they have coordinates themselves, or nothing near them has any.
    """
    looked_at = members[:LOOKED_AT]
    if any(node.place for node in looked_at):
        return None
    counts: Counter[str] = Counter()
    for node in looked_at:
        dataset = node.view.edition.dataset
        rows = dataset.quads.rows_of_subject(node.number or 0)
        ends = {(dataset.quads.predicate[row], dataset.quads.object[row]) for row in rows}
        near = {predicate for predicate, value in ends if Node(node.view, dataset.table.keys[value]).place}
        counts.update(dataset.table.keys[predicate] for predicate in near)
    return counts.most_common(1)[0][0] if counts else None


def by_letter(nodes: Sequence[Node]) -> list[tuple[str, list[Node]]]:
    """Return things grouped by the first letter of their label, accents apart; a short list is one group."""
    return [(letter, list(group)) for letter, group in groupby(nodes, key=_letter)]


def _letter(node: Node) -> str:
    first = normalize("NFKD", node.text.strip())[:1].upper()
    return first if first.isalpha() else "#"
