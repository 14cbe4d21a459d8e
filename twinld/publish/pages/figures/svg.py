"""Numbers and pieces of SVG that all drawings use."""

from __future__ import annotations

from markupsafe import Markup

ALLOWED_KINDS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789- ")


def number(value: float) -> str:
    """Return a coordinate with one decimal, and none where it is whole."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def css_class(kind: str) -> str:
    """Return names that are safe as classes: lower case letters, digits, hyphens and blanks, others left out."""
    return "".join(character for character in kind.lower() if character in ALLOWED_KINDS)


def joined(parts: list[Markup]) -> Markup:
    """Return pieces one after the other."""
    return Markup("".join(parts))
