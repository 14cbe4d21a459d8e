"""The catalogue (DCAT 3, DCAT-AP 3.0.1): what there is, where and under which terms, for portals that harvest.

docs/catalogue.md says which portal needs what. IRIs are canonical; URLs are those of the deployment.
"""

from __future__ import annotations

from collections.abc import Iterator

from twinld.errors import TwinldError
from twinld.publish.catalogue.datasets import dataset_facts
from twinld.publish.catalogue.frame import CATALOGUE, Frame, frame_of
from twinld.publish.catalogue.terms import PREFIXES
from twinld.publish.publication import Publication
from twinld.publish.representation import Representation
from twinld.rdf.formats import JSON_LD, RDF_XML, TURTLE, RdfFormat
from twinld.rdf.writing import Triple, write

FORMATS = (TURTLE, RDF_XML, JSON_LD)
REQUIRED = ("title", "description", "publisher", "contact", "licence")


class NoCatalogueError(TwinldError):
    """The project does not say what a catalogue needs; nothing is made up, so there is none."""

    status = 404


def has_catalogue(publication: Publication) -> bool:
    """Tell whether the project says all that a catalogue needs."""
    return not missing(publication)


def missing(publication: Publication) -> tuple[str, ...]:
    """Return the keys of the configuration that a catalogue still needs."""
    config = publication.dataset.project.config
    return tuple(key for key in REQUIRED if not getattr(config, key))


def catalogue(publication: Publication, format: RdfFormat) -> Representation:
    """Return the catalogue in a format, at `catalog.{extension}`.

    Raises `NoCatalogueError`, naming the keys that are not configured.
    """
    body = write(catalogue_triples(publication), format, PREFIXES)
    modified = publication.dataset.project.config.modified
    return Representation(f"{CATALOGUE}.{format.extension}", body, format.media_type, modified=modified)


def catalogue_triples(publication: Publication) -> tuple[Triple, ...]:
    """Return what the catalogue says, as keys of terms. Raises `NoCatalogueError`."""
    lacking = missing(publication)
    if lacking:
        raise NoCatalogueError(
            f"there is no catalogue: {', '.join(lacking)} not configured",
            hint="docs/catalogue.md has an example of each",
        )
    return tuple(dict.fromkeys(_facts(frame_of(publication))))


def _facts(frame: Frame) -> Iterator[Triple]:
    from twinld.publish.catalogue.services import service_facts

    yield from frame.catalogue_facts()
    yield from dataset_facts(frame)
    yield from service_facts(frame)
    yield from frame.shared_facts()
