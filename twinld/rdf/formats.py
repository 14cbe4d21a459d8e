"""The one table of RDF formats: names, media types, file extensions, and what each can carry."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

import pyoxigraph as ox


@dataclass(frozen=True, slots=True)
class RdfFormat:
    """One RDF syntax.

    `name` is what people type (`turtle`), `extensions` are without the dot, the usual one first; `has_graphs` says
    whether the syntax can name graphs.
    """

    name: str
    label: str
    media_type: str
    extensions: tuple[str, ...]
    pyoxigraph: ox.RdfFormat
    has_graphs: bool
    other_media_types: tuple[str, ...] = ()

    @property
    def extension(self) -> str:
        """The usual file extension, without the dot."""
        return self.extensions[0]


TURTLE = RdfFormat("turtle", "Turtle", "text/turtle", ("ttl", "turtle"), ox.RdfFormat.TURTLE, False)
TRIG = RdfFormat("trig", "TriG", "application/trig", ("trig",), ox.RdfFormat.TRIG, True)
N_TRIPLES = RdfFormat("ntriples", "N-Triples", "application/n-triples", ("nt",), ox.RdfFormat.N_TRIPLES, False)
N_QUADS = RdfFormat("nquads", "N-Quads", "application/n-quads", ("nq",), ox.RdfFormat.N_QUADS, True)
RDF_XML = RdfFormat(
    "rdfxml",
    "RDF/XML",
    "application/rdf+xml",
    ("rdf", "owl", "xml"),
    ox.RdfFormat.RDF_XML,
    False,
    ("application/xml", "text/xml"),
)
JSON_LD = RdfFormat(
    "jsonld",
    "JSON-LD",
    "application/ld+json",
    ("jsonld", "json"),
    ox.RdfFormat.JSON_LD,
    True,
    ("application/json",),
)

FORMATS = (TURTLE, TRIG, N_TRIPLES, N_QUADS, RDF_XML, JSON_LD)


def format_of_path(path: str | PurePath) -> RdfFormat | None:
    """Return the format that a file's extension names, `None` if it names none.

    >>> format_of_path("data/a.ttl").name
    'turtle'
    """
    extension = PurePath(path).suffix.lower().removeprefix(".")
    return next((each for each in FORMATS if extension in each.extensions), None)


def format_of_name(name: str) -> RdfFormat | None:
    """Return the format of that name or usual extension (`turtle`, `ttl`), `None` if there is none."""
    wanted = name.lower()
    return next((each for each in FORMATS if wanted == each.name or wanted in each.extensions), None)


def format_of_media_type(media_type: str) -> RdfFormat | None:
    """Return the format of a media type, parameters ignored, `None` if it is no RDF."""
    wanted = media_type.partition(";")[0].strip().lower()
    return next((each for each in FORMATS if wanted in (each.media_type, *each.other_media_types)), None)
