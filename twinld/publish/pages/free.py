"""The pages that are no resource: home, lists, search, the editor, statements, and those of the project's templates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from twinld.publish.pages import browse
from twinld.publish.pages.answers import entries, queries_page
from twinld.publish.pages.data import data_page
from twinld.publish.pages.edition import Edition, edition_of
from twinld.publish.pages.feeding import fed
from twinld.publish.pages.head import script_json
from twinld.publish.pages.languages import best_text
from twinld.publish.pages.render import render, view_of
from twinld.publish.pages.search import search_page
from twinld.publish.pages.statistics import statistics_page
from twinld.publish.pages.templates import Template
from twinld.publish.pages.view import View

if TYPE_CHECKING:
    from twinld.publish.publication import Publication

Parameters = Mapping[str, Sequence[str]]
"""The parameters of an address: every value of every name."""

NONE: Parameters = {}
EXAMPLE = """SELECT ?class (COUNT(?thing) AS ?things)
WHERE {
  ?thing a ?class .
}
GROUP BY ?class
ORDER BY DESC(?things)
"""


@dataclass(frozen=True, slots=True)
class FreePage:
    """A page of its own. A live one takes parameters and is left out of a built site."""

    render: Callable[[str, Parameters], bytes]
    live: bool = False

    def __call__(self, language: str, parameters: Parameters = NONE) -> bytes:
        """Return the page in a language; only a live page looks at the parameters."""
        return self.render(language, parameters)


def free_pages(publication: Publication) -> Mapping[str, FreePage]:
    """Return the pages that are no resource, by their path below the root; a project's template goes before ours."""
    edition = edition_of(publication)
    found: Mapping[str, FreePage] = edition.keep("free pages", lambda: dict(_free_pages(edition)))
    return found


def _free_pages(edition: Edition) -> Iterator[tuple[str, FreePage]]:
    for path, file, context in _PLAIN:
        yield path, FreePage(partial(_plain, edition, path, file, context))
    if any(edition.publication.answerable):
        yield "queries/", FreePage(partial(_without_parameters, partial(queries_page, edition)))
    yield "data/", FreePage(partial(_without_parameters, partial(data_page, edition)))
    yield "statistics/", FreePage(partial(_without_parameters, partial(statistics_page, edition)))
    for path, make in browse.pages(edition):
        yield path, FreePage(partial(_without_parameters, make))
    if not edition.publication.static:
        yield "search/", FreePage(partial(search_page, edition), live=True)
        yield "sparql", FreePage(partial(_plain, edition, "sparql", "sparql.html", editor_context), live=True)
    for template in edition.templates.pages:
        if not edition.publication.static or not template.live:
            yield template.page or "", FreePage(partial(_of_template, edition, template), live=template.live)


def _without_parameters(make: Callable[[str], bytes], language: str, _: Parameters) -> bytes:
    return make(language)


def _plain(
    edition: Edition,
    path: str,
    template: str,
    context: Callable[[View], Mapping[str, Any]],
    language: str,
    _: Parameters,
) -> bytes:
    view = view_of(edition, path, language)
    return render(template, view, **context(view))


def _of_template(edition: Edition, template: Template, language: str, parameters: Parameters) -> bytes:
    view = view_of(edition, template.page or "", language)
    return render(
        template.file,
        view,
        parameters={name: list(values) for name, values in parameters.items()} if template.live else {},
        classes=browse.classes(view),
        **fed(view, template, parameters=parameters),
    )


def home_context(view: View) -> Mapping[str, Any]:
    """Return what the first page needs: the classes with their numbers, and things with a place for the map."""
    return {"classes": browse.classes(view), "placed": browse.placed(view)}


def contact_context(view: View) -> Mapping[str, Any]:
    """Return how to reach whoever answers, by the configuration; `None` where it names nobody."""
    agent = view.edition.dataset.project.config.contact
    if agent is None:
        return {"contact": None}
    name = best_text([(text, tag) for tag, text in agent.name.items()], view.language, view.edition.languages)
    href = f"mailto:{agent.email}" if agent.email else agent.homepage
    return {"contact": {"name": name.text if name else href, "href": href} if href else None}


def editor_context(view: View) -> Mapping[str, Any]:
    """Return what the editor needs: where the endpoint is, prefixes, a first query, the canned ones."""
    prefixes = view.edition.publication.prefixes
    return {
        "endpoint": view.edition.publication.public_url + "sparql",
        "example": "".join(f"PREFIX {p}: <{n}>\n" for p, n in prefixes.items() if _is_frequent(view, n)) + EXAMPLE,
        "prefixes_json": script_json(dict(prefixes)),
        "queries": entries(view),
    }


def _is_frequent(view: View, namespace: str) -> bool:
    """Tell whether a prefix is declared in the first query: the project's own terms, and labels."""
    own = view.edition.publication.fragments
    return namespace.rstrip("#") in own or namespace.endswith(("/rdf-schema#", "/skos/core#"))


_PLAIN: tuple[tuple[str, str, Callable[[View], Mapping[str, Any]]], ...] = (
    ("", "home.html", home_context),
    ("accessibility/", "accessibility.html", contact_context),
    ("privacy/", "privacy.html", contact_context),
)
