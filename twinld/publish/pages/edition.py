"""What all pages of one publication share: names, classes, templates and words, each looked up once and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from markupsafe import Markup

from twinld.graph.dataset import Dataset, Elsewhere
from twinld.graph.description import labels_of
from twinld.publish.pages.known_terms import plain_words, term_words
from twinld.publish.pages.languages import LOCALE_FOLDER, Text, Words, best_text
from twinld.publish.pages.literals import readable_date
from twinld.publish.pages.paths import Path as DataPath
from twinld.publish.pages.paths import expand, follow, parse_path
from twinld.publish.pages.templates import Template, TemplateSet, read_templates
from twinld.rdf.terms import literal_parts

if TYPE_CHECKING:
    from twinld.publish.publication import Publication


Kept = TypeVar("Kept")
LISTED_LIMIT = 1_000  # things of a class that a template gets where the data are elsewhere
FRAMES_LIMIT = 500  # of 3 kB each: a folder of pages in a language has two
SHARED_LIMIT = 20_000  # terms that the pages of a folder keep as HTML, about 10 MB
REACHED_LIMIT = 200_000  # paths from single things that are kept, about 40 MB
NAMED_LIMIT = 100_000  # things whose names are kept, about 50 MB


@dataclass(frozen=True, slots=True)
class Shared:
    """What the pages of one folder share in a language: relative links by IRI, terms as HTML, terms as names."""

    links: dict[str, str] = field(default_factory=dict)
    html: dict[str, Markup] = field(default_factory=dict)
    meanings: dict[str, Markup] = field(default_factory=dict)


@dataclass(frozen=True)
class Edition:
    """The pages of one publication, in all languages. Everything here is worked out from the publication alone."""

    publication: Publication
    _names: dict[int, tuple[tuple[str, str | None], ...]] = field(default_factory=dict)
    _labels: dict[tuple[str, str], Text] = field(default_factory=dict)
    _steps: dict[str, DataPath] = field(default_factory=dict)
    _reached: dict[tuple[int, str], list[int]] = field(default_factory=dict)
    _frames: dict[tuple[str, ...], Markup] = field(default_factory=dict)
    _shared: dict[tuple[str, str], Shared] = field(default_factory=dict)
    _kept: dict[Any, Any] = field(default_factory=dict)

    @property
    def dataset(self) -> Dataset:
        """The data."""
        return self.publication.dataset

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the pages, the default first."""
        return self.publication.addresses.languages

    @cached_property
    def templates(self) -> TemplateSet:
        """The templates of the project and of the package."""
        return read_templates(self.project_templates)

    @property
    def project_templates(self) -> Path:
        """The project's folder of templates, whether it exists or not; files without a configuration have none."""
        project = self.dataset.project
        return project.folder("templates") if project.config.path else project.root / "no templates"

    def words(self, language: str) -> Words:
        """Return the words of the interface in a language; the project's come before the package's."""
        folders = (self.project_templates / "locale", LOCALE_FOLDER)
        return self.keep(("words", language), lambda: Words(language, folders))

    def keep(self, key: object, make: Callable[[], Kept]) -> Kept:
        """Return what was kept under a key, made now if it never was."""
        if key not in self._kept:
            self._kept[key] = make()
        kept: Kept = self._kept[key]
        return kept

    def frame(self, key: tuple[str, ...], make: Callable[[], Markup]) -> Markup:
        """Return what was kept of the frame around pages, made now if it never was; some hundreds are kept."""
        found = self._frames.get(key)
        if found is None:
            if len(self._frames) > FRAMES_LIMIT:
                self._frames.clear()
            found = self._frames[key] = make()
        return found

    def shared(self, folder: str, language: str) -> Shared:
        """Return what the pages of a folder share in a language; when they have become many, they begin anew."""
        found = self._shared.get((folder, language))
        if found is None or len(found.html) > SHARED_LIMIT:
            if len(self._shared) > FRAMES_LIMIT:
                self._shared.clear()
            found = self._shared[folder, language] = Shared()
        return found

    def iri(self, name: str) -> str:
        """Return the IRI of a CURIE by the project's prefix map. Raises `TwinldError` for an unknown prefix."""
        return expand(name, self.publication.prefixes)

    def curie(self, iri: str) -> str | None:
        """Return the shortest CURIE of an IRI, `None` where no prefix fits."""
        fits = [
            (len(namespace), f"{prefix}:{iri[len(namespace) :]}")
            for prefix, namespace in self.publication.prefixes.items()
            if iri.startswith(namespace) and "/" not in iri[len(namespace) :] and "#" not in iri[len(namespace) :]
        ]
        return max(fits)[1] if fits else None

    def follow(self, starts: Iterable[int], path: str) -> list[int]:
        """Return the numbers that a path leads to. Raises `TwinldError` for a malformed path."""
        steps = self._steps.get(path)
        if steps is None:
            steps = self._steps[path] = parse_path(path, self.publication.prefixes, self.dataset)
        return follow(self.dataset, starts, steps)

    def follow_one(self, number: int, path: str) -> list[int]:
        """Return the numbers that a path leads to from one thing; kept, for the lists of many pages ask the same."""
        found = self._reached.get((number, path))
        if found is None:
            if len(self._reached) > REACHED_LIMIT:
                self._reached.clear()
            found = self._reached[number, path] = self.follow([number], path)
        return found

    def names(self, number: int) -> tuple[tuple[str, str | None], ...]:
        """Return the labels of a thing with their language tags, of the first label property that it has."""
        found = self._names.get(number)
        if found is None:
            if len(self._names) > NAMED_LIMIT:
                self._names.clear()
            statements = labels_of(self.dataset, number)
            parts = [literal_parts(s.object) for s in statements if s.object.startswith('"')]
            found = self._names[number] = tuple((text, tag) for text, tag, _ in parts if text.strip())
        return found

    def label(self, key: str, language: str) -> Text:
        """Return what a thing is called in a language: its label by fallback, else a name by its template.

        Else its CURIE stands for it, or the end of its IRI.
        """
        known = self._labels.get((key, language))
        if known is None:
            if len(self._labels) > NAMED_LIMIT:
                self._labels.clear()
            known = self._labels[key, language] = self._find_label(key, language)
        return known

    def _find_label(self, key: str, language: str) -> Text:
        number = self.dataset.table.ids.get(key)
        found = best_text(self.names(number), language, self.languages) if number is not None else None
        if found is not None:
            return found
        stand_in = self._labels[key, language] = Text(self.words(language).gettext(self.nameless(key)), None, language)
        return self._made_name(key, language) or stand_in

    def _made_name(self, key: str, language: str) -> Text | None:
        """Return a name made of what the paths lead to that the template of the thing's class has for this."""
        if not key.startswith("<") or not any(template.naming for template in self.templates.by_class):
            return None
        template = self.template_for(key[1:-1])
        ends = [self.follow_one(self.dataset.table.ids[key], path)[:1] for path in template.naming] if template else []
        parts = [self._said(self.dataset.table.keys[number], language) for end in ends for number in end]
        return Text(" · ".join(parts), None, language) if parts else None

    def _said(self, key: str, language: str) -> str:
        if not key.startswith('"'):
            return self.label(key, language).text
        lexical = literal_parts(key)[0]
        return readable_date(lexical, self.words(language)) or lexical

    def nameless(self, key: str) -> str:
        """Return what stands for a thing without a label: the words of its name, its CURIE, or the end of its IRI."""
        if not key.startswith("<"):
            return "…" if key.startswith("_:") else literal_parts(key)[0]
        iri = key[1:-1]
        return term_words(iri) or plain_words(iri) or self.curie(iri) or _last_part(iri)

    @property
    def steps_kept(self) -> int:
        """How many paths from single things are kept."""
        return len(self._reached)

    @property
    def class_sizes(self) -> Mapping[int, int]:
        """How many things with an IRI each class has, by the class's number."""
        if self.elsewhere is not None:
            return self.keep("class sizes", self._counted)
        return {number: len(members) for number, members in self.things.items()}

    def _counted(self) -> Mapping[int, int]:
        assert self.elsewhere is not None
        sizes = self.elsewhere.class_sizes()
        self.dataset.quads.expect(sizes)
        return sizes

    @property
    def elsewhere(self) -> Elsewhere | None:
        """What is counted of data that cannot be gone through."""
        return self.publication.elsewhere

    @property
    def things(self) -> Mapping[int, Sequence[int]]:
        """The things of each class that have an IRI, by the class's number, in the order of the files.

        Of data that are elsewhere nothing: `class_sizes` and `things_of` ask for them.
        """
        return self.dataset.things if self.elsewhere is None else {}

    def things_of(self, class_iri: str) -> list[int]:
        """Return the things of a class and of its subclasses, each once."""
        wanted = self.dataset.table.ids.get(f"<{class_iri}>")
        if wanted is None:
            return []
        found: dict[int, None] = {}
        classes = list(dict.fromkeys([wanted, *self.subclasses(wanted)]))
        if self.elsewhere is not None:
            members = self.elsewhere.members(classes, 0, LISTED_LIMIT)
            self.dataset.quads.expect(members)
            return members
        for number in classes:
            found.update(dict.fromkeys(self.things.get(number, ())))
        return list(found)

    def count_of(self, class_iri: str) -> int:
        """Return how many things a class and its subclasses have."""
        if self.elsewhere is None:
            return len(self.things_of(class_iri))
        wanted = self.dataset.table.ids[f"<{class_iri}>"]
        return self.elsewhere.count_members([wanted, *self.subclasses(wanted)])

    def page_of(self, class_iri: str, page: int, per_page: int) -> list[int]:
        """Return the things on one page of the list of a class whose data are elsewhere, in the store's order."""
        assert self.elsewhere is not None
        wanted = self.dataset.table.ids[f"<{class_iri}>"]
        members = self.elsewhere.members([wanted, *self.subclasses(wanted)], page * per_page, per_page)
        self.dataset.quads.expect(members)
        return members

    def subclasses(self, number: int) -> list[int]:
        """Return all classes below a class."""
        return self.follow([number], "^<http://www.w3.org/2000/01/rdf-schema#subClassOf>+")

    def classes_of(self, number: int) -> list[int]:
        """Return the classes of a thing, each before the classes above it."""
        return self.follow([number], "a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>*")

    def template_for(self, iri: str) -> Template | None:
        """Return the project's template for a thing, that of its most specific class; `None` where none fits."""
        number = self.dataset.table.ids.get(f"<{iri}>")
        by_class = self._templates_by_class
        if number is None or not by_class:
            return None
        fitting = [each for each in self.classes_of(number) if each in by_class]
        for each in fitting:
            below = set(self.subclasses(each))
            if not below.intersection(fitting):
                return by_class[each]
        return by_class[fitting[0]] if fitting else None

    @cached_property
    def _templates_by_class(self) -> dict[int, Template]:
        ids = self.dataset.table.ids
        found = {}
        for template in self.templates.by_class:
            for name in template.classes:
                number = ids.get(f"<{self.iri(name)}>")
                if number is not None:
                    found[number] = template
        return found


def succeed(edition: Edition, before: Edition) -> None:
    """Give an edition the templates and words of the one before it: they are the same, and take long to read."""
    vars(edition)["templates"] = before.templates  # where cached_property keeps it
    for language in before.languages:
        edition.keep(("words", language), lambda language=language: before.words(language))  # type: ignore[misc]


def edition_of(publication: Publication) -> Edition:
    """Return the edition of a publication, the same one every time."""
    kept: Edition | None = publication.__dict__.get("_edition")
    if kept is None:
        kept = publication.__dict__["_edition"] = Edition(publication)
    return kept


def _last_part(iri: str) -> str:
    from urllib.parse import unquote

    part = iri.rstrip("/#").replace("#", "/").rpartition("/")[2]
    return unquote(part) or iri
