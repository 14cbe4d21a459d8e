"""IRI: addresses that cannot work, and identifiers that their owners write otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set

from twinld.checks.columns import at_first, at_object, iris, parts, with_object_in
from twinld.checks.findings import Finding, Place, Severity, place_at
from twinld.checks.rules import Rule, rule
from twinld.checks.vocabulary import short
from twinld.graph.dataset import Dataset, LoadedFile
from twinld.source.project import LOCAL_BASE

BROKEN = (
    (re.compile(r"https?:(?!//)"), "has no // behind its scheme"),
    (re.compile(r"https?:///"), "has no host"),
    (re.compile(r"https?://[^/?#]*[,;@ ]"), "has a host that cannot be"),
    (re.compile(r"https?://(?:https?:)?//?http"), "has its scheme twice"),
)
MACHINE = re.compile(r"file:|https?://(?:localhost|127\.|0\.0\.0\.0|\[::1\]|[^/:]*\.local[/:])")
RESERVED = re.compile(r"https?://(?:[^/:]*\.)?(?:example\.(?:com|net|org)|example|test|invalid)(?=[/:#]|$)")
"""Domains that nobody has: https://www.rfc-editor.org/rfc/rfc2606."""
SAME = ("http://www.w3.org/2002/07/owl#sameAs", "http://www.w3.org/2004/02/skos/core#exactMatch",
        "http://www.w3.org/2004/02/skos/core#closeMatch")  # fmt: skip


def _orcid(text: str) -> bool:
    """Tell whether the last digit is the check digit of the others (ISO 7064 11,2), as ORCID and ISNI have it."""
    digits = text.rpartition("/")[2].replace("-", "")
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11] == digits[-1]


OWNERS: tuple[tuple[str, re.Pattern[str], str, Callable[[str], bool] | None], ...] = (
    ("wikidata.org/entity/", re.compile(r"http://www\.wikidata\.org/entity/(?:statement/)?[QPLS][\w-]+"),
     "http://www.wikidata.org/entity/Q42", None),
    ("wikidata.org/prop/", re.compile(r"http://www\.wikidata\.org/prop/.*P\d+"),
     "http://www.wikidata.org/prop/direct/P31", None),
    ("sws.geonames.org", re.compile(r"https?://sws\.geonames\.org/(?:\d+/(?:about\.rdf|contains\.rdf)?)?"),
     "https://sws.geonames.org/2988507/", None),
    ("orcid.org/", re.compile(r"https?://orcid\.org/\d{4}-\d{4}-\d{4}-\d{3}[\dX]"),
     "https://orcid.org/0000-0002-1825-0097", _orcid),
    ("isni.org/", re.compile(r"https?://(?:www\.)?isni\.org/(?:isni/)?\d{15}[\dX]"),
     "https://isni.org/isni/0000000121032683", _orcid),
    ("doi.org/", re.compile(r"https?://(?:dx\.)?doi\.org/10\.\d{4,9}/.+"), "https://doi.org/10.1000/182", None),
    ("viaf.org/viaf/", re.compile(r"https?://viaf\.org/viaf/\d+/?"), "http://viaf.org/viaf/97006051", None),
    ("ror.org/", re.compile(r"https://ror\.org/0[a-hj-km-np-tv-z0-9]{6}\d{2}"), "https://ror.org/02mhbdp94", None),
    ("publications.europa.eu/resource/authority/",
     re.compile(r"http://publications\.europa\.eu/resource/authority/[\w-]+(?:/[\w().-]+)?"),
     "http://publications.europa.eu/resource/authority/country/FIN", None),
    ("urn:uuid:", re.compile(r"urn:uuid:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
     "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66", None),
)  # fmt: skip
"""A mark in an IRI, what its owner writes, an example, and a test of the check digit where there is one."""


@rule("IRI002", Severity.VIOLATION, per_file=True)
def malformed_iri(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each IRI can be an address.

    An IRI without a host is a name that nobody can look up.

    Bad:  id:p1 foaf:homepage <http:/example.com/1> .
    Good: id:p1 foaf:homepage <http://example.com/1> .
    """

    def wrong(iri: str) -> str | None:
        return next((words for form, words in BROKEN if form.match(iri)), None)

    yield from _reported(self, dataset, wrong)


@rule("IRI003", Severity.WARNING, per_file=True)
def malformed_identifier(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """An identifier of Wikidata, GeoNames, ORCID, DOI and their like is written as its owner writes it.

    `https://www.wikidata.org/entity/Q42` is another IRI than Wikidata's own, and joins with nothing.

    Bad:  id:p1 skos:exactMatch <https://www.wikidata.org/entity/Q42> .
    Good: id:p1 skos:exactMatch <http://www.wikidata.org/entity/Q42> .
    """

    def wrong(iri: str) -> str | None:
        for mark, form, like, test in OWNERS:
            if mark in iri and re.match(rf"(?:https?://)?(?:[\w]+\.)?{re.escape(mark)}.", iri):
                if not form.fullmatch(iri):
                    return f"is not written as its owner does: {like}"
                if test and not test(iri):
                    return "has a wrong check digit"
        return None

    yield from _reported(self, dataset, wrong)


@rule("IRI004", Severity.WARNING, per_file=True)
def page_as_thing(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """What is said to be the same thing is the thing, not a page about it.

    `https://www.wikidata.org/wiki/Q42` and `https://en.wikipedia.org/wiki/...` are pages.

    Bad:  id:p1 owl:sameAs <https://www.wikidata.org/wiki/Q42> .
    Good: id:p1 owl:sameAs <http://www.wikidata.org/entity/Q42> .
    """
    page = re.compile(
        r"<https?://(?:www\.wikidata\.org/wiki/|[a-z-]+\.(?:m\.)?wikipedia\.org/wiki/|dbpedia\.org/page/)"
    )
    pages = {number for number, key in iris(dataset) if page.match(key)}
    same = {dataset.table.ids.get(f"<{iri}>") for iri in SAME}
    for row in with_object_in(dataset, pages):
        if row[0].parsed.statements.predicate[row[1]] in same:
            found = parts(dataset, row)
            yield self.finding(
                f"{short(found['value'])} is a page, not the thing",
                place=at_object(row),
                suggestion="take the address of the thing, or say foaf:page",
                **found,
            )


@rule("IRI005", Severity.WARNING)
def twin_iris(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """No two IRIs differ only in `http` and `https`.

    They look like one thing, and are two: what is said of the one is not found at the other.

    Bad:  id:p1 a <http://schema.org/Product> . id:p2 a <https://schema.org/Product> .
    Good: id:p1 a <https://schema.org/Product> . id:p2 a <https://schema.org/Product> .
    """
    ids = dataset.table.ids
    twins = {
        number: ids[f"<http://{key[9:]}"]
        for number, key in iris(dataset)
        if key.startswith("<https://") and f"<http://{key[9:]}" in ids
    }
    uses = _uses(dataset, {*twins, *twins.values()}, roles=("ontology", "data"))  # shapes may guard both on purpose
    for one, other in twins.items():
        if one not in uses or other not in uses:
            continue
        rarer, usual = (one, other) if len(uses[one]) < len(uses[other]) else (other, one)
        yield self.finding(
            f"{short(dataset.table.keys[rarer])} is written {short(dataset.table.keys[usual])} elsewhere",
            place=uses[rarer][0],
            value=dataset.table.keys[rarer],
            related=(uses[usual][0],),
            suggestion="take one of the two everywhere",
        )


@rule("IRI006", Severity.INFO, per_file=True)
def local_iri(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """No IRI names this machine or a file on it, and none of a published project a domain for examples.

    Published data are read elsewhere, where such an address leads nowhere. A project without a base IRI, or with one
    that is an example itself, may be about example.org as it likes.

    Bad:
        # twinld.toml
        base-iri = "https://pumps.city/"
        # data/pumps.ttl
        id:p1 foaf:homepage <http://localhost:8000/p1> , <https://example.com/p1> .
    Good:
        # twinld.toml
        base-iri = "https://pumps.city/"
        # data/pumps.ttl
        <https://pumps.city/p1> foaf:homepage <https://pumps.city/pages/p1> .
    """
    base = dataset.project.config.base_iri
    own = dataset.base_iri if base else (dataset.base_iri, LOCAL_BASE)
    published = base is not None and not MACHINE.match(base) and not RESERVED.match(base)

    def wrong(iri: str) -> str | None:
        if iri.startswith(own):
            return None
        if MACHINE.match(iri):
            return "is no address for others"
        return "is on a domain for examples" if published and RESERVED.match(iri) else None

    yield from _reported(self, dataset, wrong)


@rule("IRI007", Severity.WARNING)
def iri_against_pattern(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each of the project's things has an IRI of the form that `iri-patterns` gives for its kind.

    An IRI is for ever; one that was made up by hand stands out among keys that follow a rule.

    Bad:
        # twinld.toml
        base-iri = "https://example.org/"
        iri-patterns = { "id/pump/" = "[a-z]{2}-[0-9]+" }
        # data/pumps.ttl
        <https://example.org/id/pump/the-old-one> a ex:Pump .
    Good:
        # twinld.toml
        base-iri = "https://example.org/"
        iri-patterns = { "id/pump/" = "[a-z]{2}-[0-9]+" }
        # data/pumps.ttl
        <https://example.org/id/pump/fi-12> a ex:Pump .
    """
    keys = dataset.table.keys
    for path, pattern in dataset.project.config.iri_patterns.items():
        start, form = f"<{dataset.base_iri}{path}", re.compile(pattern)
        subjects = {n for file in dataset.of_role("data", "ontology") for n in file.parsed.statements.subject}
        for number in sorted(subjects):
            if keys[number].startswith(start) and not form.fullmatch(keys[number][len(start) : -1]):
                message = f"{short(keys[number])} does not look like {path}{pattern}"
                yield self.finding(message, place=at_first(dataset, number), focus=keys[number])


def _reported(self: Rule, dataset: Dataset, wrong: Callable[[str], str | None]) -> Iterator[Finding]:
    """Test each distinct IRI once; yield a finding where one that is wrong is an object, else at its first place in a
    file.
    """
    messages = {}
    for number, key in iris(dataset):
        if message := wrong(key[1:-1]):
            messages[number] = f"{short(key)} {message}"
    for file in dataset.files:
        yield from _reported_in(self, dataset, file, messages)


def _reported_in(self: Rule, dataset: Dataset, file: LoadedFile, messages: Mapping[int, str]) -> Iterator[Finding]:
    columns = file.parsed.statements
    as_object = messages.keys() & set(columns.object) if messages else set()
    for row, number in enumerate(columns.object if as_object else ()):
        if number in as_object:
            yield self.finding(messages[number], place=at_object((file, row)), **parts(dataset, (file, row)))
    first: dict[int, Place] = {}
    for number, place in _uses_in(file, messages.keys() - as_object):
        first.setdefault(number, place)
    for number, place in first.items():
        yield self.finding(messages[number], place=place, focus=dataset.table.keys[number])


def _uses(
    dataset: Dataset, wanted: Iterable[int], *, roles: Iterable[str] = ("ontology", "shapes", "data")
) -> dict[int, list[Place]]:
    """Return the places at which the terms stand as subject, predicate or object."""
    wanted = set(wanted)
    found: dict[int, list[Place]] = {}
    for file in dataset.of_role(*roles) if wanted else ():
        for number, place in _uses_in(file, wanted):
            found.setdefault(number, []).append(place)
    return found


def _uses_in(file: LoadedFile, wanted: Set[int]) -> Iterator[tuple[int, Place]]:
    columns = file.parsed.statements
    for column, offsets in (
        (columns.subject, columns.subject_at),
        (columns.predicate, columns.predicate_at),
        (columns.object, columns.object_at),
    ):
        if wanted and not wanted.isdisjoint(column):
            for row, number in enumerate(column):
                if number in wanted:
                    yield number, place_at(file.parsed, offsets[row])
