"""What all parts of a catalogue share: its IRIs, its agents, and the values that datasets and services repeat."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from twinld.publish.catalogue.authorities import (
    EU,
    PUBLIC,
    THEMES,
    concept,
    language,
    licence_facts,
    theme_facts,
    typed,
)
from twinld.publish.catalogue.terms import TYPE, date, iri, iris, say, text, texts
from twinld.publish.catalogue.wording import worded
from twinld.publish.publication import Publication
from twinld.rdf.terms import literal_key
from twinld.rdf.writing import Triple
from twinld.source.config import Agent, Config, Texts

CATALOGUE = "catalog"


@dataclass(frozen=True)
class Frame:
    """A publication whose configuration has all that a catalogue needs."""

    publication: Publication
    publisher: Agent
    contact: Agent
    licence: str

    @property
    def config(self) -> Config:
        """The configuration of the project."""
        return self.publication.dataset.project.config

    @property
    def iri(self) -> str:
        """The canonical IRI of the catalogue; everything described in it has an IRI with a fragment of this one."""
        return self.publication.addresses.base + CATALOGUE

    def part(self, name: str) -> str:
        """Return the key of something that the catalogue describes."""
        return f"<{self.iri}#{name}>"

    def url(self, path: str) -> str:
        """Return the URL at the place of deployment."""
        return self.publication.public_url + path

    @cached_property
    def modified(self) -> str | None:
        """When the content last changed: as configured, else the latest `dcterms:modified` of the data."""
        return self.config.modified or self.publication.latest_modified

    @cached_property
    def publisher_key(self) -> str:
        """The publisher's IRI, as a key."""
        return iri(self.publisher.iri) if self.publisher.iri else self.part("publisher")

    @cached_property
    def contact_key(self) -> str:
        """The contact's IRI, as a key; never the publisher's (Sweden refuses one IRI for both)."""
        given = iri(self.contact.iri) if self.contact.iri else None
        return given if given and given != self.publisher_key else self.part("contact")

    def identifier(self, name: str) -> str:
        """Return the identifier of a dataset or service: a UUID that depends on nothing that may change.

        The main data set has the configured one; the others derive theirs from it. `identifier-template` is put
        around it for portals that want another form.
        """
        root = self.config.identifier or str(uuid.uuid5(uuid.NAMESPACE_URL, self.iri))
        own = root if name == "dataset" else str(uuid.uuid5(uuid.UUID(root), name))
        return (self.config.identifier_template or "{identifier}").replace("{identifier}", own)

    @property
    def availability(self) -> str | None:
        """How long the files will stay, as an IRI of the EU list."""
        name = self.config.availability
        return f"{EU}planned-availability/{name}" if name else None

    def languages(self) -> list[str | None]:
        """Return the languages of the data set as IRIs of the EU list."""
        return [language(tag) for tag in self.config.languages]

    def catalogue_facts(self) -> Iterator[Triple]:
        """Yield what the catalogue says of itself; its parts say that they belong to it."""
        config = self.config
        yield from say(
            iri(self.iri),
            (TYPE, iris("dcat:Catalog")),
            ("dct:title", texts(worded("catalogue", config.title))),
            ("dct:description", texts(worded("catalogue-description", config.title))),
            ("dct:publisher", [self.publisher_key]),
            ("dct:license", iris(self.licence)),
            ("dct:language", iris(*self.languages())),
            ("foaf:homepage", iris(self.url(""))),
            ("dct:issued", date(config.issued)),
            ("dct:modified", date(self.modified)),
            ("dct:spatial", iris(*config.spatial)),
            ("dcat:themeTaxonomy", iris(THEMES) if config.themes else []),
        )

    def common_facts(self, key: str, name: str) -> Iterator[Triple]:
        """Yield what datasets and services alike say: who, about what, under which terms."""
        config = self.config
        keywords = [literal_key(word, tag or None) for tag, words in config.keywords.items() for word in words]
        yield from say(
            key,
            ("dct:identifier", text(self.identifier(name))),
            ("dct:publisher", [self.publisher_key]),
            ("dcat:contactPoint", [self.contact_key]),
            ("dcat:theme", iris(*config.themes)),
            ("dcat:keyword", keywords),
            ("dct:accessRights", iris(PUBLIC)),
            ("dcatde:contributorID", iris(config.contributor_id)),
        )

    def shared_facts(self) -> Iterator[Triple]:
        """Yield the resources that others refer to, each with its type."""
        config = self.config
        yield from self._publisher_facts()
        yield from self._contact_facts()
        yield from licence_facts(self.licence)
        yield from theme_facts(config.themes)
        yield from typed("dct:LinguisticSystem", *self.languages())
        yield from typed("dct:Location", *config.spatial)
        yield from typed("dct:Frequency", config.frequency)
        yield from typed("dct:RightsStatement", PUBLIC)
        yield from typed("foaf:Document", self.url(""))
        yield from concept(self.availability)
        yield from say(
            self.part("rights"),
            (TYPE, iris("dct:RightsStatement")),
            ("rdfs:label", texts(worded("rights", config.title))),
        )

    def _publisher_facts(self) -> Iterator[Triple]:
        agent = self.publisher
        yield from say(
            self.publisher_key,
            (TYPE, iris("foaf:Agent", "foaf:Organization")),
            ("foaf:name", texts(agent.name)),
            ("foaf:homepage", iris(agent.homepage)),
            ("foaf:mbox", iris(f"mailto:{agent.email}" if agent.email else None)),
            ("dct:type", iris(agent.type)),
        )
        yield from typed("foaf:Document", agent.homepage)
        yield from concept(agent.type)

    def _one_text(self, by_language: Texts) -> Texts:
        """Return the text in the first language that has one: Germany allows a contact one name."""
        order = (*self.config.languages, *by_language)
        return next({tag: by_language[tag]} for tag in order if tag in by_language)

    def _contact_facts(self) -> Iterator[Triple]:
        agent = self.contact
        yield from say(
            self.contact_key,
            (TYPE, iris("vcard:Kind", "vcard:Organization")),
            ("vcard:fn", texts(self._one_text(agent.name))),
            ("vcard:hasEmail", iris(f"mailto:{agent.email}" if agent.email else None)),
            ("vcard:hasURL", iris(agent.homepage)),
        )


def frame_of(publication: Publication) -> Frame:
    """Return the frame of a publication that has publisher, contact and licence."""
    config = publication.dataset.project.config
    assert config.publisher is not None and config.contact is not None and config.licence is not None
    return Frame(publication, config.publisher, config.contact, config.catalogue_licence or config.licence)
