"""Texts by language: which of several a reader gets, which way it runs, and the interface's own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from babel import Locale
    from babel.messages.catalog import Catalog

RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ku-arab", "ps", "sd", "ug", "ur", "yi"})
RIGHT, NOTHING = Markup(' dir="rtl"'), Markup("")
LOCALES = {"en": "en-GB"}  # day before month, as most readers of English outside of the United States write it
LOCALE_FOLDER = Path(__file__).parent / "locale"


def marked(message: str) -> str:
    """Mark a message of a table for extraction; it is translated where it is shown."""
    return message


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its language, `None` where the data name none; `wished` is the language of the page around it.

    In a template it escapes itself, inside an element with `lang` and `dir` where the language is not the page's.
    """

    text: str
    language: str | None = None
    wished: str | None = None

    def __str__(self) -> str:
        return self.text

    def __html__(self) -> Markup:
        if not self.language or self.language == self.wished:
            return escape(self.text)
        return Markup(f'<span lang="{escape(self.language)}"{self.direction}>{escape(self.text)}</span>')

    @property
    def foreign(self) -> bool:
        """Whether the text is in another language than the page."""
        return bool(self.language) and self.language != self.wished

    @property
    def direction(self) -> Markup:
        """The `dir` attribute that the language needs, with a space before it."""
        return RIGHT if is_right_to_left(self.language or "") else NOTHING

    @property
    def attributes(self) -> Markup:
        """The `lang` and `dir` attributes, each with a space before it; empty in the page's own language."""
        return Markup(f' lang="{escape(self.language)}"{self.direction}') if self.foreign else NOTHING


def is_right_to_left(language: str) -> bool:
    """Tell whether a language tag names a script that runs from right to left."""
    low = language.lower()
    if "-" not in low:
        return low in RIGHT_TO_LEFT
    parts = low.split("-")
    if "arab" in parts or "hebr" in parts:
        return True
    return parts[0] in RIGHT_TO_LEFT and "latn" not in parts and "cyrl" not in parts


def best_text(texts: Iterable[tuple[str, str | None]], language: str, fallback: Sequence[str]) -> Text | None:
    """Return the text that a reader of `language` is served best with, `None` where there is none.

    First the language, then a region or script of it, then the other languages of the project in their order, then
    text without a language, then English, then the first there is.
    """
    known: dict[str, str] = {}
    for text, tag in texts:
        known.setdefault((tag or "").lower(), text)
    if not known:
        return None
    for wish in (language, *fallback, "", "mul", "en"):
        for tag, text in known.items():
            if tag == wish.lower() or (wish and tag.startswith(wish.lower() + "-")):
                return Text(text, tag or None, language)
    tag, text = next(iter(known.items()))
    return Text(text, tag or None, language)


@dataclass(frozen=True)
class Words:
    """The words of the interface in one language: messages, dates, numbers, names of languages.

    Messages are looked up in the project's catalogue first, then in the package's; what neither has stays English.
    """

    language: str
    folders: tuple[Path, ...] = (LOCALE_FOLDER,)

    @cached_property
    def _catalogues(self) -> tuple[Catalog, ...]:
        files = (folder / f"{self.language}.po" for folder in self.folders)
        return tuple(_read_catalogue(file) for file in files if file.is_file())

    @cached_property
    def dates(self) -> dict[str, str | None]:
        """Dates as this language writes them, by their lexical form; kept, for CLDR takes its time."""
        return {}

    @cached_property
    def _known(self) -> dict[str, str]:
        return {}

    def gettext(self, message: str, **values: object) -> str:
        """Return a message in this language, with `{name}` replaced by the values."""
        found = self._known.get(message)
        if found is None:
            found = self._known[message] = self._find(message) or message
        return _filled(found, values) if values else found

    def ngettext(self, one: str, many: str, count: int, **values: object) -> str:
        """Return the form of a message that a number asks for; `{n}` is the number, written as the language does."""
        values = {"n": self.number(count), **values}
        for catalogue in self._catalogues:
            message = catalogue.get(one)
            if message is not None and isinstance(message.string, tuple) and all(message.string):
                form = message.string[self.locale.plural_form(count) != "one"]
                return _filled(form, values)
        return _filled(one if count == 1 else many, values)

    def _find(self, message: str) -> str | None:
        for catalogue in self._catalogues:
            found = catalogue.get(message)
            if found is not None and found.string:
                return found.string if isinstance(found.string, str) else found.string[0]
        return None

    @cached_property
    def locale(self) -> Locale:
        """The CLDR data of the language; English where CLDR has none."""
        from babel import Locale, UnknownLocaleError

        try:
            return Locale.parse(LOCALES.get(self.language, self.language), sep="-")
        except (UnknownLocaleError, ValueError):
            return Locale("en")

    def number(self, value: float) -> str:
        """Return a number with the separators of the language."""
        if value not in self._numbers:
            self._numbers[value] = self._number(value)
        return self._numbers[value]

    @cached_property
    def _numbers(self) -> dict[float, str]:
        return {}

    def _number(self, value: float) -> str:
        from babel.numbers import format_decimal

        return format_decimal(value, locale=self.locale)

    def size(self, count: int) -> str:
        """Return a number of bytes in a unit that a person reads easily."""
        for unit, power in (("MB", 1_000_000), ("kB", 1_000)):
            if count >= power:
                return f"{self.number(round(count / power, 1 if count < 10 * power else 0))} {unit}"
        return f"{self.number(count)} B"

    def language_name(self, tag: str, *, own: bool = False) -> str:
        """Return the name of a language, in this language or in its own; the tag itself where CLDR has no name."""
        key = (tag, own)
        if key not in self._language_names:
            self._language_names[key] = self._language_name(tag, own=own)
        return self._language_names[key]

    @cached_property
    def _language_names(self) -> dict[tuple[str, bool], str]:
        return {}

    def _language_name(self, tag: str, *, own: bool) -> str:
        from babel import Locale, UnknownLocaleError

        try:
            locale = Locale.parse(tag.replace("_", "-"), sep="-")
        except (UnknownLocaleError, ValueError):
            return tag
        return (locale.get_display_name(locale if own else self.locale) or tag).replace("  ", " ")

    def joined(self, texts: Sequence[str]) -> str:
        """Return texts as a list in a sentence."""
        from babel.lists import format_list

        return format_list(list(texts), locale=self.locale) if texts else ""


def _filled(message: str, values: dict[str, Any]) -> str:
    for name, value in values.items():
        message = message.replace("{" + name + "}", str(value))
    return message


@lru_cache(maxsize=64)
def _read_catalogue(path: Path) -> Catalog:
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return read_po(file, locale=path.stem, domain="messages")
