"""The page of changes: what each build changed, in words, and the versions of the data that are kept.

Only a built site has it: a server knows no builds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from twinld.publish.pages.edition import edition_of
from twinld.publish.pages.languages import marked
from twinld.publish.pages.render import render, view_of

if TYPE_CHECKING:
    from twinld.publish.publication import Publication

PAGE = "changes/"
KINDS = {"changed": marked("changed"), "new": marked("new"), "gone": marked("gone")}


def builds_page(
    publication: Publication,
    entries: Sequence[Mapping[str, Any]],
    versions: Sequence[Mapping[str, Any]],
    language: str,
) -> bytes:
    """Return the page in a language; `entries` are those of the feed of builds, `versions` have href and facts."""
    view = view_of(edition_of(publication), PAGE, language)
    kinds = {kind: view.words.gettext(word) for kind, word in KINDS.items()}
    return render("builds.html", view, entries=entries, versions=versions, kinds=kinds)
