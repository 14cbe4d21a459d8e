"""From an IRI to its path and back: the one place that knows where things are served.

Paths are relative to the root of the deployment, without a leading slash, as they are written into a link: UTF-8
percent-encoded, an IRI's own percent signs left as they are. See docs/addresses.md for the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote

FOREIGN = "doc/iri/"
SAFE = "/:@!$&'()*+,;=~-._%"
PAGE = "html"
_DOTS = re.compile(r"(?<![^/])\.{1,2}(?![^/])")


@dataclass(frozen=True, slots=True)
class Target:
    """What a path asks for: the IRI, whether the document or the thing, and the extension and language named."""

    iri: str
    document: bool
    extension: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a project: its base IRI, and the languages of its pages, the default first.

    `documents` are the IRIs under the base whose fragments name things (`ns` for `ns#Term`): documents, not things.
    """

    base: str
    languages: tuple[str, ...] = ("en",)
    documents: frozenset[str] = frozenset()

    def thing(self, iri: str) -> str:
        """Return the path that an IRI itself is served at: under the base what follows it, else its document's."""
        if not self.owns(iri):
            return self.document(iri)
        return _quoted(iri[len(self.base) :].partition("#")[0])

    def document(self, iri: str, extension: str | None = None, language: str | None = None) -> str:
        """Return the path of the document about an IRI; with an extension that of one representation.

        >>> Addresses("https://w3id.org/x/").document("https://w3id.org/x/id/city/fi-seinäjoki", "ttl")
        'doc/id/city/fi-sein%C3%A4joki.ttl'
        """
        path = self._document_path(iri)
        if extension is None:
            return path
        tag = f".{language}" if language and language != self.languages[0] else ""
        stem = path + "index" if not path or path.endswith("/") else path
        return f"{stem}{tag}.{extension}"

    def link(self, iri: str) -> str:
        """Return the path of the document with the fragment that names the thing in it."""
        path = self.document(iri)
        fragment = iri.partition("#")[2] if self.owns(iri) else ""
        return f"{path}#{quote(fragment, safe=SAFE)}" if fragment else path

    def owns(self, iri: str) -> bool:
        """Tell whether an IRI is under the base."""
        return iri.startswith(self.base)

    def is_own_document(self, iri: str) -> bool:
        """Tell whether an IRI is a document by itself (answered with 200) and no thing (answered with 303)."""
        return self.owns(iri) and ("#" in iri or iri in self.documents or iri[len(self.base) :].startswith("doc/"))

    def targets(self, path: str, extensions: frozenset[str]) -> Iterator[Target]:
        """Yield what a path may mean, the likeliest first; which of them exists only the data can tell.

        `path` is as it came over the wire, percent-encoded or decoded, without leading slash.
        """
        for stem, extension, language in self._readings(path, extensions):
            for decoded in dict.fromkeys((stem, unquote(stem))):
                yield from self._meanings(decoded, extension, language)

    def _document_path(self, iri: str) -> str:
        if not self.owns(iri):
            scheme, _, rest = iri.partition(":")
            return FOREIGN + _quoted(f"{scheme}/{rest.removeprefix('//')}").replace("?", "%3F").replace("#", "%23")
        path = iri[len(self.base) :].partition("#")[0]
        return _quoted(path if self.is_own_document(iri) else "doc/" + path)

    def _readings(self, path: str, extensions: frozenset[str]) -> Iterator[tuple[str, str | None, str | None]]:
        yield path, None, None
        stem, dot, extension = path.rpartition(".")
        if not dot or extension not in extensions:
            return
        yield self._without_index(stem), extension, None
        inner, dot, language = stem.rpartition(".")
        if dot and extension == PAGE and language in self.languages[1:]:
            yield self._without_index(inner), extension, language

    @staticmethod
    def _without_index(stem: str) -> str:
        return stem[: -len("index")] if stem.endswith("/index") else stem

    def _meanings(self, path: str, extension: str | None, language: str | None) -> Iterator[Target]:
        if path.startswith(FOREIGN):
            scheme, _, rest = path[len(FOREIGN) :].partition("/")
            slashes = "" if scheme in ("urn", "mailto", "tel", "tag") else "//"
            yield Target(f"{scheme}:{slashes}{rest}", True, extension, language)
        elif path.startswith("doc/"):
            yield Target(self.base + path[len("doc/") :], True, extension, language)
            yield Target(self.base + path, True, extension, language)
        else:
            yield Target(self.base + path, extension is not None, extension, language)


@lru_cache(maxsize=1 << 14)  # a page asks for the same few hundred again and again
def _quoted(path: str) -> str:
    """Percent-encode a path; dot segments are encoded too, so that no file is ever written outside its folder."""
    encoded = quote(path, safe=SAFE)
    return _DOTS.sub(lambda dots: dots[0].replace(".", "%2E"), encoded) if "." in encoded else encoded
