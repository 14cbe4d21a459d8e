"""Properties with their values as HTML: the part of a page that is longest, put together without a template.

A page has hundreds of values; as macros of a template they took half of its time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from twinld.publish.pages.languages import Text, Words, marked
from twinld.publish.pages.resource import Property, Value

if TYPE_CHECKING:
    from twinld.publish.pages.view import View

NAMES_SHOWN = 12
CONCLUDED = marked("Concluded by a rule from other statements; nobody stated it.")


@dataclass(frozen=True, slots=True)
class Listing:
    """How values are listed: in the language of a page, with footnotes where several files speak of the thing."""

    language: str
    words: Words
    footnoted: bool

    def properties(self, found: Iterable[Property]) -> Markup:
        """Return properties with their values as a list of definitions."""
        return Markup(f'<dl class="properties">\n{"".join(map(self._property, found))}</dl>')

    def incoming(self, found: Iterable[Property]) -> Markup:
        """Return what points to a thing as a list of definitions: each property and whose it is."""
        word = self.words.gettext("of")
        of = f'<span class="of">{escape(word)}</span>'
        return Markup(f'<dl class="properties incoming">\n{"".join(self._pointing(each, of) for each in found)}</dl>')

    def names(self, found: Sequence[Text]) -> Markup:
        """Return the names of a thing with their languages; those after the first dozen fold away."""
        if not found:
            return Markup("")
        shown = f'<p class="names">\n{"".join(map(self._name, found[:NAMES_SHOWN]))}</p>\n'
        count = len(found) - NAMES_SHOWN
        if count > 0:
            summary = escape(self.words.ngettext("{n} more name", "{n} more names", count))
            rest = "".join(map(self._name, found[NAMES_SHOWN:]))
            shown += f'<details class="names"><summary>{summary}</summary><p class="names">\n{rest}</p></details>\n'
        return Markup(shown)

    def values(self, found: Sequence[Value]) -> Markup:
        """Return one value as it is, several as a list."""
        if len(found) == 1:
            return Markup(self._value(found[0]))
        return Markup(f"<ul>{''.join(f'<li>{self._value(value)}</li>' for value in found)}</ul>")

    def _pointing(self, shown: Property, of: str) -> str:
        inverse = f'<span class="inverse">{shown.node.link_to_meaning} {of}</span>'
        return f"<div>\n<dt>{inverse}</dt>\n<dd>{self.values(shown.first)}\n{self._rest(shown)}</dd>\n</div>\n"

    def _name(self, name: Text) -> str:
        tag = ""
        if name.language:
            title, language = escape(self.words.language_name(name.language)), escape(name.language)
            tag = f' <span class="tag" title="{title}">{language}</span>'
        return f"<span>{name.__html__()}{tag}</span>\n"

    def _rest(self, shown: Property) -> str:
        count = len(shown.rest)
        return self._folded("details", self.words.ngettext("{n} more", "{n} more", count), shown.rest) if count else ""

    def _property(self, shown: Property) -> str:
        count = len(shown.others)
        text = self.words.ngettext("in {n} other language", "in {n} other languages", count) if count else ""
        others = self._folded('details class="others"', text, shown.others)
        values = self.values(shown.first)
        said = f"{values}\n{self._rest(shown)}{others}"
        return f"<div>\n<dt>{shown.node.link_to_meaning}</dt>\n<dd>\n{said}</dd>\n</div>\n"

    def _folded(self, element: str, summary: str, found: Sequence[Value]) -> str:
        if not found:
            return ""
        return f"<{element}><summary>{escape(summary)}</summary>{self.values(found)}</details>\n"

    def _value(self, value: Value) -> str:
        if value.items:
            return f'<ol class="list">{"".join(f"<li>{self._value(item)}</li>" for item in value.items)}</ol>' + (
                self._marks(value)
            )
        if value.parts:
            return f'<div class="nested">{self.properties(value.parts)}</div>{self._marks(value)}'
        tag = value.node.tag
        foreign = f' <span class="tag">{escape(tag)}</span>' if tag and tag.lower() != self.language else ""
        return f"{value.node.__html__()}{foreign}{self._marks(value)}"

    def _marks(self, value: Value) -> str:
        derived = self._derived if value.derived else ""
        return derived + "".join(map(self._note, value.notes)) if self.footnoted else derived

    @property
    def _derived(self) -> str:
        title, text = escape(self.words.gettext(CONCLUDED)), escape(self.words.gettext("derived"))
        return f' <span class="badge derived" title="{title}">{text}</span>'

    def _note(self, number: int) -> str:
        label = escape(self.words.gettext("Source {n}", n=number))
        return f'<sup><a class="note" href="#source-{number}" aria-label="{label}">{number}</a></sup>'


def listing(view: View, *, footnoted: bool = False) -> Listing:
    """Return how the values of a page are listed."""
    return Listing(view.language, view.words, footnoted)


def listings_for(view: View) -> Mapping[str, Callable[..., Listing]]:
    """Return what a template calls: `listing(resource.footnoted).properties(resource.properties)`."""
    return {"listing": lambda footnoted=False: listing(view, footnoted=bool(footnoted))}
