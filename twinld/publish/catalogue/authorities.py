"""What harvesters expect to find behind the IRIs of a catalogue: the EU lists and licences, as far as they are used.

Every referenced resource is typed in the file itself (the range shapes of DCAT-AP fail without), and a concept is
labelled. Labels are those of the lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from twinld.publish.catalogue.terms import TYPE, iri, iris, say, texts
from twinld.rdf.writing import Triple

EU = "http://publications.europa.eu/resource/authority/"
IANA = "https://www.iana.org/assignments/media-types/"  # udata shortens only the https form
PUBLIC = EU + "access-right/PUBLIC"
THEMES = EU + "data-theme"

FILE_TYPES: Mapping[str, str] = {
    "text/turtle": "RDF_TURTLE",
    "application/n-triples": "RDF_N_TRIPLES",
    "application/n-quads": "RDF_N_QUADS",
    "application/trig": "RDF_TRIG",
    "application/ld+json": "JSON_LD",
    "application/rdf+xml": "RDF_XML",
    "text/csv": "CSV",
    "application/json": "JSON",
    "application/geo+json": "GEOJSON",
}
"""Names in the EU file-type list by media type."""

LANGUAGES: Mapping[str, str] = {
    "bg": "BUL", "ca": "CAT", "cs": "CES", "cy": "CYM", "da": "DAN", "de": "DEU", "el": "ELL", "en": "ENG",
    "es": "SPA", "et": "EST", "eu": "EUS", "fi": "FIN", "fr": "FRA", "ga": "GLE", "gl": "GLG", "hr": "HRV",
    "hu": "HUN", "is": "ISL", "it": "ITA", "ja": "JPN", "ko": "KOR", "lb": "LTZ", "lt": "LIT", "lv": "LAV",
    "mt": "MLT", "nb": "NOB", "nl": "NLD", "nn": "NNO", "no": "NOR", "pl": "POL", "pt": "POR", "ro": "RON",
    "ru": "RUS", "se": "SME", "sk": "SLK", "sl": "SLV", "sq": "SQI", "sr": "SRP", "sv": "SWE", "tr": "TUR",
    "uk": "UKR", "zh": "ZHO",
}  # fmt: skip
"""Names in the EU language list by the first part of a language tag."""

THEME_LABELS: Mapping[str, str] = {
    "AGRI": "Agriculture, fisheries, forestry and food",
    "ECON": "Economy and finance",
    "EDUC": "Education, culture and sport",
    "ENER": "Energy",
    "ENVI": "Environment",
    "GOVE": "Government and public sector",
    "HEAL": "Health",
    "INTR": "International issues",
    "JUST": "Justice, legal system and public safety",
    "REGI": "Regions and cities",
    "SOCI": "Population and society",
    "TECH": "Science and technology",
    "TRAN": "Transport",
}

CONCEPT_LABELS: Mapping[str, str] = {
    "dataset-type/APROF": "Application profile",
    "dataset-type/ONTOLOGY": "Ontology",
    "dataset-type/TAXONOMY": "Taxonomy",
    "planned-availability/AVAILABLE": "available",
    "planned-availability/EXPERIMENTAL": "experimental",
    "planned-availability/STABLE": "stable",
    "planned-availability/TEMPORARY": "temporary",
    "licencetype/Attribution": "Attribution",
    "licencetype/PublicDomain": "Public domain",
    "licencetype/ViralEffect-ShareAlike": "Viral effect (a.k.a. Share-alike)",
    "publishertype/Academia-ScientificOrganisation": "Academia/Scientific organisation",
    "publishertype/Company": "Company",
    "publishertype/LocalAuthority": "Local Authority",
    "publishertype/NationalAuthority": "National authority",
    "publishertype/NonGovernmentalOrganisation": "Non-Governmental Organisation",
    "publishertype/NonProfitOrganisation": "Non-Profit Organisation",
    "publishertype/RegionalAuthority": "Regional authority",
}
"""Labels by the last two parts of the IRI."""

LICENCES: Mapping[str, tuple[str, str | None]] = {
    "http://creativecommons.org/licenses/by/4.0/": ("Creative Commons Attribution", "Attribution"),
    "https://creativecommons.org/licenses/by/4.0/": ("Creative Commons Attribution", "Attribution"),
    EU + "licence/CC_BY_4_0": ("Creative Commons Attribution", "Attribution"),
    "http://dcat-ap.de/def/licenses/cc-by/4.0": ("Creative Commons Attribution", "Attribution"),
    "http://creativecommons.org/publicdomain/zero/1.0/": ("Creative Commons CCZero", "PublicDomain"),
    "https://creativecommons.org/publicdomain/zero/1.0/": ("Creative Commons CCZero", "PublicDomain"),
    "http://creativecommons.org/licenses/by-sa/4.0/": (
        "Creative Commons Attribution Share-Alike",
        "ViralEffect-ShareAlike",
    ),
}
"""Title and ADMS licence type by IRI. The titles are those that CKAN knows: by them it finds its own `license_id`."""


def file_type(media_type: str) -> str:
    """Return the IRI of a format in the EU file-type list."""
    return f"{EU}file-type/{FILE_TYPES[media_type]}"


def language(tag: str) -> str | None:
    """Return the IRI of a language in the EU list, `None` where the table above lacks it."""
    code = LANGUAGES.get(tag.partition("-")[0].lower())
    return f"{EU}language/{code}" if code else None


def typed(kind: str, *names: str | None) -> Iterator[Triple]:
    """Yield the type of each IRI that is there."""
    for key in iris(*names):
        yield from say(key, (TYPE, iris(kind)))


def theme_facts(themes: tuple[str, ...]) -> Iterator[Triple]:
    """Yield what a catalogue says of its themes: concepts with a label, in their scheme."""
    if not themes:
        return
    yield from say(iri(THEMES), (TYPE, iris("skos:ConceptScheme")), ("dct:title", texts({"en": "Data theme"})))
    for theme in themes:
        name = theme.rpartition("/")[2]
        label = {"en": THEME_LABELS.get(name, name)}
        facts = (TYPE, iris("skos:Concept")), ("skos:prefLabel", texts(label)), ("skos:inScheme", iris(THEMES))
        yield from say(iri(theme), *facts)


def licence_facts(licence: str) -> Iterator[Triple]:
    """Yield what is known of a licence. It has a title and no label: CKAN stores a label in place of the IRI."""
    title, kind = LICENCES.get(licence, (None, None))
    kind_iri = f"http://purl.org/adms/licencetype/{kind}" if kind else None
    yield from say(
        iri(licence),
        (TYPE, iris("dct:LicenseDocument")),
        ("dct:title", texts({"en": title}) if title else []),
        ("dct:type", iris(kind_iri)),
    )
    yield from concept(kind_iri)


def concept(name: str | None) -> Iterator[Triple]:
    """Yield that an IRI is a concept, with its label in English; nothing for `None`."""
    if name is None:
        return
    *_, scheme, last = name.split("/")
    label = CONCEPT_LABELS.get(f"{scheme}/{last}", last)
    yield from say(iri(name), (TYPE, iris("skos:Concept")), ("skos:prefLabel", texts({"en": label})))


def format_facts(media_types: set[str], compressed: bool) -> Iterator[Triple]:
    """Yield the types of the formats and media types that distributions name."""
    for media_type in sorted(media_types):
        yield from typed("dct:MediaTypeOrExtent", file_type(media_type))
    for media_type in sorted(media_types | ({"application/gzip"} if compressed else set())):
        yield from typed("dct:MediaType", IANA + media_type)
        yield from typed("dct:MediaTypeOrExtent", IANA + media_type)
