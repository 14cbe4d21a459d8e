"""What is put before the public: bytes with a media type. The server adds headers, the built site a file name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Representation:
    """The bytes of one document in one format and language.

    `path` is where exactly this representation is served; `links` are pairs of target path or IRI and relation
    (`alternate`, `canonical`, `describedby`); `modified` is an ISO date from the data, `None` if they give none;
    `status` is what a server answers with it: 200, unless it tells people of an error.
    """

    path: str
    body: bytes
    media_type: str
    language: str | None = None
    modified: str | None = None
    links: tuple[Link, ...] = ()
    status: int = 200


@dataclass(frozen=True, slots=True)
class Link:
    """A typed link: `target` is a path below the deployment's root or an absolute IRI."""

    target: str
    relation: str
    media_type: str | None = None
    language: str | None = None
