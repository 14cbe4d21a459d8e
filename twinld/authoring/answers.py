"""What a person answers becomes a term: a thing by its name, a text in a language, a value of the datatype wanted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from twinld.authoring.cells import Lookup
from twinld.authoring.names import Names, curie, expanded
from twinld.authoring.problems import CellProblem
from twinld.authoring.questions import LANGUAGE_TEXT, Question
from twinld.rdf.terms import literal_key
from twinld.shacl.literals import well_formed

TAGGED = re.compile(r"(?P<text>.+)@(?P<tag>[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)", re.DOTALL)


def term_of(question: Question, text: str, lookup: Lookup, language: str) -> str:
    """Return the key of the term that a text means as an answer; `language` is that of a text without `@tag`.

    Raises `CellProblem` for what is no answer.
    """
    text = text.strip()
    if not text:
        raise CellProblem("nothing was given")
    if question.forbidden:
        raise CellProblem("no value is allowed here: it is derived")
    if question.choices or question.classes:
        return _chosen(question, text, lookup)
    _check_pattern(question, text)
    if question.is_iri or (not question.datatypes and not question.languages and _is_reference(text, lookup)):
        key = f"<{expanded(text, lookup.prefixes)}>"
        lookup.check(key)
        return key
    return _literal(question, text, language, lookup)


def known_choices(question: Question, lookup: Lookup, language: str) -> list[tuple[str, str]]:
    """Return name and key of everything that may be answered, none where anything may."""
    if question.choices:
        return _names(question, lookup).choices(language)
    return sorted({choice for iri in question.classes for choice in lookup.names[iri].choices(language)})


def _chosen(question: Question, text: str, lookup: Lookup) -> str:
    if question.choices:
        return _names(question, lookup).find(text)
    problems: list[CellProblem] = []
    for iri in question.classes:
        try:
            return lookup.names[iri].find(text)
        except CellProblem as problem:
            problems.append(problem)
    raise next((problem for problem in problems if problem.hint), problems[0])


def _names(question: Question, lookup: Lookup) -> Names:
    return Names(lookup.dataset, lookup.prefixes, "choice", frozenset(question.choices))


def _is_reference(text: str, lookup: Lookup) -> bool:
    """Tell whether a text is an IRI or `prefix:name` rather than prose."""
    return " " not in text and (
        text.startswith(("http://", "https://", "<")) or expanded(text, lookup.prefixes) != text
    )


def _check_pattern(question: Question, text: str) -> None:
    failed = [pattern for pattern in question.patterns if not _matches(pattern, text)]
    if failed and len(failed) == len(question.patterns):
        raise CellProblem(f"{text!r} is not of the form {failed[0]}")


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return True  # a pattern of XPath that Python does not read: the check tells


def _literal(question: Question, text: str, language: str, lookup: Lookup) -> str:
    if LANGUAGE_TEXT in question.datatypes or question.languages:
        tagged = TAGGED.fullmatch(text)
        return literal_key(tagged["text"], tagged["tag"]) if tagged else literal_key(text, language)
    fitting = _fitting(question.datatypes, text)
    if question.datatypes and fitting is None:
        names = " or ".join(curie(each, lookup.prefixes) for each in question.datatypes)
        raise CellProblem(f"{text!r} is no {names}")
    if fitting is not None:
        return literal_key(text, None, fitting)
    tagged = TAGGED.fullmatch(text)
    return literal_key(tagged["text"], tagged["tag"]) if tagged else literal_key(text)


def _fitting(datatypes: Sequence[str], text: str) -> str | None:
    """Return the first datatype that has a text among its values; those that nobody can test come last."""
    tests = [(datatype, well_formed(datatype)) for datatype in datatypes]
    known = next((datatype for datatype, test in tests if test is not None and test(text)), None)
    return known or next((datatype for datatype, test in tests if test is None), None)
