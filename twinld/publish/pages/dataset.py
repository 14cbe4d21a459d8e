"""The data set as schema.org has it, in the pages about the whole: what Google's Dataset Search reads.

Source: https://developers.google.com/search/docs/appearance/structured-data/dataset
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from twinld.publish.pages.head import script_json
from twinld.publish.pages.view import View
from twinld.source.config import Agent

WHOLE = ("", "data/")
"""The pages that are about the data set as a whole."""
SHORTEST, LONGEST = 50, 5_000
"""Characters that a description must have and may have."""


def dataset_json(view: View) -> Markup | None:
    """Return the JSON-LD for a page about the whole, `None` for other pages and where Google would not take it.

    It asks for a name, and for a description of 50 to 5,000 characters.
    """
    config = view.edition.dataset.project.config
    about = view.words_of(config.description)
    if view.path not in WHOLE or not config.title or not SHORTEST <= len(about) <= LONGEST:
        return None
    said = _said(view, about)
    return script_json({name: value for name, value in said.items() if value not in (None, [], "")})


def _said(view: View, about: str) -> dict[str, Any]:
    from twinld.publish.catalogue import has_catalogue
    from twinld.publish.void import dataset_key

    publication = view.edition.publication
    config, url = publication.dataset.project.config, publication.public_url
    catalogue = {"@type": "DataCatalog", "@id": f"{publication.addresses.base}catalog", "url": f"{url}catalog.ttl"}
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": dataset_key(publication)[1:-1],
        "name": view.words_of(config.title),
        "description": about,
        "url": url,
        "identifier": config.identifier,
        "license": config.licence,
        "isAccessibleForFree": True,
        "creator": _agent(view, config.publisher),
        "publisher": _agent(view, config.publisher),
        "keywords": list(config.keywords.get(view.language, next(iter(config.keywords.values()), ()))),
        "inLanguage": list(config.languages),
        "version": config.version,
        "datePublished": config.issued,
        "dateModified": config.modified or publication.latest_modified,
        "temporalCoverage": f"{config.temporal[0]}/{config.temporal[1] or '..'}" if config.temporal else None,
        "spatialCoverage": [{"@type": "Place", "@id": iri} for iri in config.spatial],
        "includedInDataCatalog": catalogue if has_catalogue(publication) else None,
        "distribution": _files(view),
    }


def _files(view: View) -> list[dict[str, str]]:
    publication = view.edition.publication
    return [
        {
            "@type": "DataDownload",
            "contentUrl": publication.public_url + dump.path,
            "encodingFormat": dump.format.media_type,
        }
        for dump in publication.dumps
        if dump.extract.kind == "whole" and not dump.gzipped
    ]


def _agent(view: View, agent: Agent | None) -> Mapping[str, Any] | None:
    if agent is None:
        return None
    said = {"@type": "Organization", "@id": agent.iri, "name": view.words_of(agent.name), "url": agent.homepage}
    return {name: value for name, value in said.items() if value}
