"""Bars with their numbers, as a table that a style sheet draws: nothing but text without one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from twinld.publish.pages.figures.svg import joined, number

if TYPE_CHECKING:
    from twinld.publish.pages.view import View


def bars(view: View, rows: Iterable[Sequence[object]], *, caption: object = "") -> Markup:
    """Return pairs of a name and a number as bars; a name may be a term, which is then a link. Empty without rows."""
    pairs = [(row[0], float(str(row[1]))) for row in rows]
    if not pairs:
        return Markup("")
    most = max(value for _, value in pairs) or 1.0
    return Markup('<table class="bars">{}<tbody>{}</tbody></table>').format(
        Markup("<caption>{}</caption>").format(caption) if caption else Markup(""),
        joined([_bar(name, value, most, view.words.number(value)) for name, value in pairs]),
    )


def _bar(name: object, value: float, most: float, written: str) -> Markup:
    return Markup(
        '<tr><th scope="row">{}</th><td><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="10"/></svg></td><td class="number">{}</td></tr>'
    ).format(escape(name), number(100 * value / most), written)
