"""Recipes for terms: an IRI or a literal with gaps in braces that the values of a row fill.

    agreement:{sorted party1 party2}--{kind}[-{year}]        an IRI; what is in square brackets goes if a gap is empty
    "{party1@fi}–{party2@fi}"@fi                             a literal; names of things in Finnish
    "{3}-{2:02}-{1:02}"^^xsd:date                            groups of a pattern, padded with zeros

A gap is a name, or `sorted`, `slug` or `hash` and names. Filling puts in text or the ends of IRIs, never syntax.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from twinld.authoring.names import accentless, expanded, local_name
from twinld.rdf.terms import literal_key, literal_parts

Bindings = Mapping[str, tuple[str, ...]]
LabelOf = Callable[[str, str | None], str | None]

HASH_DIGITS = 10  # 40 bits: a clash among a million keys has a chance of one in two million for each new key
_GAP = re.compile(r"\{(?:(sorted|slug|hash) +)?([\w ]+?)(?:@([A-Za-z-]+))?(?::0([1-9]))?\}")
_LITERAL = re.compile(r'"(?P<text>.*)"(?:@(?P<tag>[\w{}-]+)|\^\^(?P<datatype>\S+))?', re.DOTALL)
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


class MalformedRecipe(ValueError):
    """A recipe that cannot be read, with the reason."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A place to fill: from which names, how (`sorted`, `slug`, `hash` or as it is), in which language, how wide."""

    names: tuple[str, ...]
    how: str | None
    language: str | None
    width: int


Parts = tuple["str | Gap | Optional", ...]


@dataclass(frozen=True, slots=True)
class Optional:
    """Parts that are left out together when one of their gaps is empty."""

    parts: Parts


@dataclass(frozen=True, slots=True)
class Recipe:
    """A term to make. `datatype` is an IRI; IRIs have neither `tag` nor `datatype`."""

    is_iri: bool
    parts: Parts
    tag: Parts = ()
    datatype: str | None = None

    @property
    def names(self) -> frozenset[str]:
        """The names that the gaps are filled from."""
        return frozenset(_names(self.parts)) | frozenset(_names(self.tag))

    def fill(self, bindings: Bindings, label_of: LabelOf) -> str | None:
        """Return the key of the term, `None` where a gap that is needed stays empty."""
        text = _joined(self.parts, _Filling(bindings, label_of, self.is_iri))
        if text is None:
            return None
        if self.is_iri:
            return f"<{text}>"
        tag = _joined(self.tag, _Filling(bindings, label_of, False))
        if self.tag:
            return None if tag is None else literal_key(text, tag)
        return literal_key(text, None, self.datatype) if self.datatype else literal_key(text)


def read_recipe(text: str, prefixes: Mapping[str, str]) -> Recipe:
    """Return the recipe that a text describes; raises `MalformedRecipe`."""
    literal = _LITERAL.fullmatch(text)
    if literal:
        datatype = literal["datatype"]
        iri = _iri(datatype, prefixes) if datatype else None
        return Recipe(False, _gaps(literal["text"]), _gaps(literal["tag"] or ""), iri)
    if text.startswith('"'):
        raise MalformedRecipe(f'{text}: a literal is written "text", "text"@en or "text"^^xsd:date')
    return Recipe(True, _with_options(_iri(text, prefixes)))


def _iri(text: str, prefixes: Mapping[str, str]) -> str:
    iri = expanded(text, prefixes)
    if not re.match(r"[A-Za-z][\w+.-]*:", iri) or (iri == text and "//" not in iri and not iri.startswith("urn:")):
        raise MalformedRecipe(f"{text} is no IRI: write <https://...>, or prefix:name with a prefix of the project")
    return iri


def _with_options(text: str) -> Parts:
    pieces = _OPTIONAL.split(text)
    return tuple(
        part
        for place, piece in enumerate(pieces)
        for part in ((Optional(_gaps(piece)),) if place % 2 else _gaps(piece))
    )


def _gaps(text: str) -> tuple[str | Gap | Optional, ...]:
    parts: list[str | Gap | Optional] = []
    at = 0
    for found in _GAP.finditer(text):
        parts += [text[at : found.start()]] if found.start() > at else []
        parts.append(Gap(tuple(found[2].split()), found[1], found[3], int(found[4] or 0)))
        at = found.end()
    rest = text[at:]
    if "{" in rest or any("{" in part for part in parts if isinstance(part, str)):
        raise MalformedRecipe(
            f"{text}: a gap is written {{name}}, {{name@fi}}, {{sorted a b}}, {{slug a}}, {{hash a b}}"
        )
    return (*parts, rest) if rest else tuple(parts)


def _names(parts: Parts) -> list[str]:
    found: list[str] = []
    for part in parts:
        if isinstance(part, Gap):
            found += part.names
        elif isinstance(part, Optional):
            found += _names(part.parts)
    return found


@dataclass(frozen=True, slots=True)
class _Filling:
    bindings: Bindings
    label_of: LabelOf
    into_iri: bool

    def gap(self, gap: Gap) -> str | None:
        """Return the text for a gap; `sorted` and `hash` do with the names that have a value."""
        values = [value for name in gap.names for value in self.bindings.get(name, ())]
        if not values or (gap.how is None and len(gap.names) > 1):
            return None
        if gap.how == "hash":
            return hashlib.sha256("\n".join(values).encode()).hexdigest()[:HASH_DIGITS]
        texts = [self._text(value, gap) for value in values]
        if gap.how == "sorted":
            return "--".join(sorted(dict.fromkeys(texts)))
        return ("-" if self.into_iri else ", ").join(texts)

    def _text(self, value: str, gap: Gap) -> str:
        if value[0] != '"':
            name = local_name(value)
            return name if self.into_iri else self.label_of(value, gap.language) or name
        lexical = literal_parts(value)[0]
        return slug(lexical) if self.into_iri or gap.how == "slug" else lexical.rjust(gap.width, "0")


def slug(text: str) -> str:
    """Return a text as the end of an IRI: lower case, without accents, hyphens for what is neither letter nor digit."""
    return re.sub(r"[\W_]+", "-", accentless(text)).strip("-")


def _joined(parts: Parts, filling: _Filling) -> str | None:
    texts = []
    for part in parts:
        if isinstance(part, Optional):
            texts.append(_joined(part.parts, filling) or "")
            continue
        text = filling.gap(part) if isinstance(part, Gap) else part
        if text is None:
            return None
        texts.append(text)
    return "".join(texts)
