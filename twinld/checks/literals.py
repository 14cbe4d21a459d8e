"""LIT: values that are not what their datatype says, and text that is not as it looks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache

from twinld.checks.columns import at_object, literals, parts, with_object_in
from twinld.checks.findings import Finding, Severity
from twinld.checks.rules import Rule, rule
from twinld.graph.dataset import Dataset
from twinld.rdf.terms import literal_parts

MOJIBAKE = re.compile(r"[ÂÃ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[\u0080-\u00bf˜™œž“”¦]|ï»¿|\ufffd")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff]")
EDGE = re.compile(r'^"\s|\s"(?:@[\w-]+)?$')
BLANK = re.compile(r'"\s*"')
TAG = re.compile(
    r"(?:[a-zA-Z]{2,3}(?:-[a-zA-Z]{3}){0,3}|[a-zA-Z]{4,8})(?:-[a-zA-Z]{4})?(?:-(?:[a-zA-Z]{2}|\d{3}))?"
    r"(?:-(?:[a-zA-Z0-9]{5,8}|\d[a-zA-Z0-9]{3}))*(?:-[a-wyzA-WYZ0-9](?:-[a-zA-Z0-9]{2,8})+)*(?:-x(?:-[a-zA-Z0-9]{1,8})+)?"
    r"|x(?:-[a-zA-Z0-9]{1,8})+"
)
SHORTER = dict(pair.split("=") for pair in re.split(" +", (
    "eng=en fin=fi swe=sv deu=de ger=de fra=fr fre=fr spa=es ita=it por=pt rus=ru zho=zh chi=zh jpn=ja nld=nl dut=nl"
    " pol=pl dan=da nor=no nob=nb nno=nn est=et lav=lv lit=lt ces=cs cze=cs slk=sk slo=sk hun=hu ron=ro rum=ro bul=bg"
    " ell=el gre=el tur=tr ukr=uk ara=ar heb=he kor=ko gle=ga mlt=mt hrv=hr slv=sl srp=sr isl=is ice=is"
)))  # fmt: skip
"""Three-letter codes of languages that have a shorter one, which BCP 47 asks for (the official ones of Europe, and the
largest of the world)."""


@rule("LIT001", Severity.VIOLATION, per_file=True)
def ill_typed_literal(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each literal is of its datatype.

    A date that does not exist, or a number with a comma, is a value that no query compares and no tool reads.

    Bad:  id:p1 ex:built "2024-02-30"^^xsd:date ; ex:flow "3,5"^^xsd:decimal .
    Good: id:p1 ex:built "2024-02-29"^^xsd:date ; ex:flow "3.5"^^xsd:decimal .
    """
    from twinld.shacl.literals import well_formed

    tests: dict[str, Callable[[str], bool] | None] = {}

    def wrong(lexical: str, language: str | None, datatype: str) -> str | None:
        if datatype not in tests:
            tests[datatype] = well_formed(datatype)
        test = tests[datatype]
        if language is not None or test is None or test(lexical):
            return None
        return f"{_cut(lexical)} is no {datatype.rpartition('#')[2]}"

    yield from _reported(self, dataset, wrong, lambda key: '"^^<' in key)


@rule("LIT002", Severity.WARNING, per_file=True)
def surrounding_space(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Text of one line neither begins nor ends with white space.

    `"Seinäjoki "` and `"Seinäjoki"` are two values: they do not join, and both look right.

    Bad:  id:p1 rdfs:label "Pump 1 "@en .
    Good: id:p1 rdfs:label "Pump 1"@en .
    """

    def wrong(lexical: str, _language: str | None, datatype: str) -> str | None:
        if (
            lexical == lexical.strip()
            or "\n" in lexical
            or not datatype.endswith(("#string", "#langString"))
            or not lexical.strip()
        ):
            return None
        where = "begins" if lexical[0].isspace() else "ends"
        return f"the text {_cut(lexical)} {where} with white space"

    yield from _reported(self, dataset, wrong, EDGE.search)


@rule("LIT003", Severity.WARNING, per_file=True)
def not_normalised(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Text is in Unicode's normal form C.

    An `ä` of two code points looks like the one of one, and is not found by it.

    Bad:  id:p1 rdfs:label "Seina\u0308joki"@fi .
    Good: id:p1 rdfs:label "Seinäjoki"@fi .
    """

    def wrong(lexical: str, _language: str | None, _datatype: str) -> str | None:
        normal = lexical.isascii() or unicodedata.is_normalized("NFC", lexical)
        return None if normal else f"the text {_cut(lexical)} is not in normal form C"

    yield from _reported(self, dataset, wrong, lambda key: not key.isascii())


@rule("LIT004", Severity.WARNING, per_file=True)
def garbled_text(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Text holds no invisible characters and no traces of a wrong encoding.

    `SeinÃ¤joki` is UTF-8 that was read as Latin-1; a zero-width space or a control character is seen by nobody.

    Bad:  id:p1 rdfs:label "SeinÃ¤joki"@fi .
    Good: id:p1 rdfs:label "Seinäjoki"@fi .
    """

    def wrong(lexical: str, _language: str | None, _datatype: str) -> str | None:
        if hidden := CONTROL.search(lexical):
            return f"the text {_cut(lexical)} holds the invisible character U+{ord(hidden[0]):04X}"
        if lexical.isascii() or not (trace := MOJIBAKE.search(lexical)):
            return None
        return f"the text {_cut(lexical)} was read in a wrong encoding: {trace[0]}"

    yield from _reported(self, dataset, wrong, lambda key: CONTROL.search(key) or not key.isascii())


@rule("LIT005", Severity.WARNING, per_file=True)
def malformed_language_tag(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """Each language tag is well-formed by BCP 47, and as short as it can be.

    A reader who asks for `en` does not get `eng`.

    Bad:  id:p1 rdfs:label "Pump 1"@eng .
    Good: id:p1 rdfs:label "Pump 1"@en .
    """

    @cache
    def message(tail: str) -> str | None:
        language = tail[1:]
        if not tail.startswith("@"):
            return None
        if not TAG.fullmatch(language):
            return f"{language} is no language tag"
        first = language.lower().partition("-")[0]
        return f"the language {first} is written {SHORTER[first]}" if first in SHORTER else None

    def wrong(_lexical: str, language: str | None, _datatype: str) -> str | None:
        return message(f"@{language}")

    yield from _reported(self, dataset, wrong, lambda key: message(key[key.rindex('"') + 1 :]))


@rule("LIT006", Severity.INFO, per_file=True)
def empty_literal(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """No literal is empty.

    An empty text says neither that there is nothing nor that nothing is known; leaving the statement out does.

    Bad:  id:p1 rdfs:label ""@en .
    Good: id:p1 rdfs:label "Pump 1"@en .
    """

    def wrong(lexical: str, _language: str | None, datatype: str) -> str | None:
        empty = not lexical.strip() and datatype.endswith(("#string", "#langString"))
        return "the text is empty; leave the statement out" if empty else None

    yield from _reported(self, dataset, wrong, BLANK.match)


@rule("LIT007", Severity.INFO)
def iri_as_text(self: Rule, dataset: Dataset) -> Iterator[Finding]:
    """What is an IRI everywhere else is not a text.

    A link in quotation marks is not followed, and does not join with the same link without them.

    Bad:
        id:p1 foaf:homepage <https://example.com/1> .
        id:p2 foaf:homepage <https://example.com/2> .
        id:p3 foaf:homepage "https://example.com/3" .
    Good:
        id:p1 foaf:homepage <https://example.com/1> .
        id:p2 foaf:homepage <https://example.com/2> .
        id:p3 foaf:homepage <https://example.com/3> .
    """
    keys = dataset.table.keys
    links = {n for n, key in literals(dataset) if key.startswith(('"http://', '"https://')) and _is_link(key)}
    rows = list(with_object_in(dataset, links))
    suspects = {file.parsed.statements.predicate[row] for file, row in rows}
    with_iris = _predicates_of_iris(dataset, suspects) if suspects else set()
    for file, row in rows:
        if file.parsed.statements.predicate[row] in with_iris:
            text = literal_parts(keys[file.parsed.statements.object[row]])[0]
            yield self.finding(
                f"{_cut(text)} is a text here, and an IRI elsewhere",
                place=at_object((file, row)),
                suggestion="write it in angle brackets",
                **parts(dataset, (file, row)),
            )


def _is_link(key: str) -> bool:
    return key.endswith('"') and not re.search(r"[\s<>]", key)


def _predicates_of_iris(dataset: Dataset, suspects: set[int]) -> set[int]:
    """Return those predicates that have more IRIs than literals for objects."""
    keys = dataset.table.keys
    balance = dict.fromkeys(suspects, 0)
    for file in dataset.files:
        for predicate, number in zip(file.parsed.statements.predicate, file.parsed.statements.object, strict=True):
            if predicate in suspects:
                balance[predicate] += 1 if keys[number].startswith("<") else -1
    return {predicate for predicate, more in balance.items() if more > 0}


def _reported(
    self: Rule,
    dataset: Dataset,
    wrong: Callable[[str, str | None, str], str | None],
    suspect: Callable[[str], object],
) -> Iterator[Finding]:
    """Test each distinct literal once, and yield a finding for each place of one that is wrong.

    `suspect` is a quick look at the key, which most literals pass, so that few are taken apart.
    """
    messages = {}
    for number, key in literals(dataset):
        if suspect(key) and (message := wrong(*literal_parts(key))):
            messages[number] = message
    for file, row in with_object_in(dataset, messages.keys()):
        number = file.parsed.statements.object[row]
        yield self.finding(messages[number], place=at_object((file, row)), **parts(dataset, (file, row)))


def _cut(text: str) -> str:
    """Return a text in quotation marks, its middle left out where it is long, its line ends shown."""
    shown = text if len(text) <= 60 else f"{text[:40]}…{text[-15:]}"
    return '"' + shown.translate({10: "\\n", 13: "\\r", 9: "\\t"}) + '"'
