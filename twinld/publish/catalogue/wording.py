"""The few sentences that a catalogue needs besides the project's own, in the languages of the interface."""

from __future__ import annotations

from collections.abc import Mapping

from twinld.source.config import Texts

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "vocabulary": {
        "en": "{title}: vocabulary",
        "fi": "{title}: sanasto",
        "sv": "{title}: vokabulär",
    },
    "vocabulary-description": {
        "en": "The classes, properties and concepts that the data set “{title}” is written in, with definitions.",
        "fi": "Luokat, ominaisuudet ja käsitteet, joilla aineisto ”{title}” on kirjoitettu, ja niiden määritelmät.",
        "sv": "Klasserna, egenskaperna och begreppen som datamängden ”{title}” är skriven med, och deras definitioner.",
    },
    "concepts": {
        "en": "{title}: concept schemes",
        "fi": "{title}: käsitteistöt",
        "sv": "{title}: begreppsscheman",
    },
    "concepts-description": {
        "en": "The concept schemes by which the data set “{title}” classifies, with labels and definitions (SKOS).",
        "fi": "Käsitteistöt, joilla aineisto ”{title}” luokittelee, nimityksineen ja määritelmineen (SKOS).",
        "sv": "Begreppsscheman som datamängden ”{title}” klassificerar med, med benämningar och definitioner (SKOS).",
    },
    "shapes": {
        "en": "{title}: shapes",
        "fi": "{title}: muodot",
        "sv": "{title}: former",
    },
    "shapes-description": {
        "en": "The SHACL shapes that every change to the data set “{title}” is validated against.",
        "fi": "SHACL-muodot, joita vasten aineiston ”{title}” jokainen muutos tarkistetaan.",
        "sv": "SHACL-formerna som varje ändring av datamängden ”{title}” valideras mot.",
    },
    "sparql": {
        "en": "{title}: SPARQL endpoint",
        "fi": "{title}: SPARQL-rajapinta",
        "sv": "{title}: SPARQL-gränssnitt",
    },
    "sparql-description": {
        "en": "Read-only queries in SPARQL 1.1 over the data set “{title}”.",
        "fi": "SPARQL 1.1 -kyselyt aineistoon ”{title}”, vain luku.",
        "sv": "Frågor i SPARQL 1.1 mot datamängden ”{title}”, endast läsning.",
    },
    "api": {
        "en": "{title}: query API",
        "fi": "{title}: kyselyrajapinta",
        "sv": "{title}: fråge-API",
    },
    "api-description": {
        "en": "Ready-made queries over the data set “{title}” with JSON, CSV and TSV answers, described in OpenAPI.",
        "fi": "Valmiit kyselyt aineistoon ”{title}”; vastaukset JSON-, CSV- ja TSV-muodossa, kuvattu OpenAPI:lla.",
        "sv": "Färdiga frågor mot datamängden ”{title}” med svar i JSON, CSV och TSV, beskrivna i OpenAPI.",
    },
    "catalogue": {
        "en": "{title}: catalogue",
        "fi": "{title}: luettelo",
        "sv": "{title}: katalog",
    },
    "catalogue-description": {
        "en": "The data set “{title}”, its vocabulary and shapes, and the services that give access to them.",
        "fi": "Aineisto ”{title}”, sen sanasto ja muodot sekä rajapinnat, joista ne saa.",
        "sv": "Datamängden ”{title}”, dess vokabulär och former, och tjänsterna som ger tillgång till dem.",
    },
    "file": {
        "en": "{title} ({format})",
        "fi": "{title} ({format})",
        "sv": "{title} ({format})",
    },
    "rights": {
        "en": "Anyone may use the data under the terms of the licence named.",
        "fi": "Kuka tahansa saa käyttää aineistoa nimetyn lisenssin ehdoin.",
        "sv": "Vem som helst får använda datamängden enligt den angivna licensens villkor.",
    },
}
DEFAULT = "en"


def worded(name: str, title: Texts, **parts: str) -> Texts:
    """Return a sentence in each language of the title that it is known in, English where none is.

    >>> worded("shapes", {"sv": "Städer"})
    {'sv': 'Städer: former'}
    """
    sentences = SENTENCES[name]
    found = {
        tag: sentences[tag.partition("-")[0]].format(title=text, **parts)
        for tag, text in title.items()
        if tag.partition("-")[0] in sentences
    }
    return found or {DEFAULT: sentences[DEFAULT].format(title=next(iter(title.values())), **parts)}
