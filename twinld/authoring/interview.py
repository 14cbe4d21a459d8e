"""The conversation in which a new thing comes about: settings given beforehand, then questions until it checks.

Who asks is a function from prompt to answer; without one only the settings count.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from twinld.authoring.answers import known_choices, term_of
from twinld.authoring.cells import Lookup
from twinld.authoring.drafts import Draft, minted
from twinld.authoring.names import Names, curie, expanded, folded, label_of, local_name, shortened
from twinld.authoring.problems import CellProblem
from twinld.authoring.questions import Question, Shapes
from twinld.checks.findings import Finding
from twinld.errors import UsageError
from twinld.graph.dataset import RDF_TYPE, Dataset
from twinld.shacl.vocabulary import sh

CLASSES = ("<http://www.w3.org/2002/07/owl#Class>", "<http://www.w3.org/2000/01/rdf-schema#Class>")
LISTED = 15  # choices that are listed unasked; more fill the screen and are found by `?` and a part of the name

Ask = Callable[[str], str]
Say = Callable[[str], None]
Place = tuple[str | None, str]
"""Where an answer goes: the property by which another thing points here (`None` for the thing itself), the property."""


@dataclass
class Interview:
    """What is known of a thing to be: `answers` are keys of terms by place; `iri` is the key it was given, if any."""

    dataset: Dataset
    prefixes: Mapping[str, str]
    class_key: str
    language: str
    iri: str | None = None
    answers: dict[Place, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lookup = Lookup(self.dataset, self.prefixes)
        self.shapes = Shapes(self.dataset, (self.language, *self.dataset.project.config.languages))
        self.questions = self.shapes.questions(self.class_key)
        self.helpers = {
            each.prop: each for each in self.questions if each.inverse and each.least and not each.forbidden
        }
        self._asked: dict[str | None, tuple[Question, ...]] = {}
        self.classes = {prop: self.shapes.pointing_here(each) for prop, each in self.helpers.items()}

    def asked(self, way: str | None) -> tuple[Question, ...]:
        """Return the questions about the thing itself, or about the one that points to it by a property."""
        if way not in self._asked:
            of = self.classes[way] if way else None
            found = self.questions if way is None else self.shapes.questions(of) if of else ()
            self._asked[way] = tuple(each for each in found if not each.inverse and each.prop != way)
        return self._asked[way]

    def set(self, setting: str) -> None:
        """Take in `property=value` or `^property/property=value`; raises `UsageError` for what is neither."""
        path, equals, text = setting.partition("=")
        if not equals:
            raise UsageError(f"--set {setting}: there is no =", hint="--set property=value")
        place = self.place(path.strip())
        try:
            self.add(place, text)
        except CellProblem as problem:
            raise UsageError(f"--set {setting}: {problem.message}", hint=problem.hint) from problem

    def place(self, path: str) -> Place:
        """Return what a path means: a property, or `^` with the one that points here, `/` and a property of that."""
        if not path.startswith("^"):
            return None, self._property(path, self.asked(None))
        way, slash, prop = path[1:].partition("/")
        key = self._property(way, list(self.helpers.values()))
        if not slash or key not in self.helpers:
            raise UsageError(f"{path}: no such path", hint="write ^property/property, as SPARQL does")
        return key, self._property(prop, self.asked(key))

    def add(self, place: Place, text: str) -> None:
        """Add an answer; raises `CellProblem` for what is none."""
        value = term_of(self.question(place), text, self.lookup, self.language)
        self.answers.setdefault(place, []).append(value)

    def question(self, place: Place) -> Question:
        """Return the question that an answer is to."""
        way, prop = place
        found = next((each for each in self.asked(way) if each.prop == prop), None)
        return found or self.shapes.question_about(prop)

    def ask_all(self, ask: Ask, say: Say) -> None:
        """Ask everything that is needed and not answered, then for more, about the thing and those that point to it."""
        for way in (None, *self.helpers):
            if way is not None:
                say(f"\n{self.title(self.classes[way] or way)}: {self.shapes.help(self.helpers[way]) or ''}")
            for question in self.asked(way):
                if question.needed and not question.forbidden:
                    self.ask(question, (way, question.prop), ask, say)
            self._ask_for_more(way, ask, say)
        if self.iri is None:
            suggested = self.drafts()[0].key
            given = ask(f"\nIRI [{self._short(suggested)}]: ").strip()
            self.iri = f"<{expanded(given, self.prefixes)}>" if given else suggested

    def ask(self, question: Question, place: Place, ask: Ask, say: Say) -> None:
        """Ask one question until it has the answers that it needs; an empty answer leaves it."""
        self._introduce(question, say)
        while not self._answered(question, place):
            missing = self._missing_languages(question, place)
            language = f" in {missing[0]}" if missing else ""
            text = ask(f"  {self._short(question.prop)}{language}{self._default_note(question, place)}: ").strip()
            if not text and not self._take_default(question, place):
                return
            if text.startswith("?"):
                self._list(question, say, text[1:].strip())
            elif text:
                self._try(
                    place, self._chosen(question, f"{text}@{missing[0]}" if missing and "@" not in text else text), say
                )

    def drafts(self) -> list[Draft]:
        """Return the thing and those that point to it, as far as they are answered; equal answers are taken over."""
        own = tuple((prop, value) for (way, prop), values in self.answers.items() if way is None for value in values)
        key = self.iri or minted(self.dataset, self.class_key, own)
        drafts = [Draft(key, self.class_key, own)]
        for way, of in self.classes.items():
            if of is not None:
                statements = ((way, key), *self._statements_of(way))
                drafts.append(Draft(minted(self.dataset, of, statements, [key]), of, statements))
        return drafts

    def problems(self, findings: Sequence[Finding]) -> Iterator[str]:
        """Yield what is missing or wrong, with the path by which it is answered."""
        ways = {draft.key: way for draft, way in zip(self.drafts(), (None, *self.helpers), strict=False)}
        for finding in dict.fromkeys(findings):
            way = ways.get(finding.focus or "")
            path = self._short(finding.path) if finding.path and finding.path[0] == "<" else ""
            shown = f"^{self._short(way)}/{path}".rstrip("/") if way else path
            yield f"{shown or self._short(finding.focus or '')}: {shortened(finding.message, self.prefixes)}"

    def title(self, key: str) -> str:
        """Return the name of a class or property for a headline."""
        return label_of(self.dataset, key, self.language) or self._short(key)

    def _statements_of(self, way: str) -> list[tuple[str, str]]:
        """Return the statements of a thing that points here; what it needs and the thing itself has is the same."""
        found: list[tuple[str, str]] = []
        for question in self.asked(way):
            values = self.answers.get((way, question.prop)) or self._same(question)
            found += [(question.prop, value) for value in values]
        extra = {prop for (each, prop) in self.answers if each == way} - {prop for prop, _ in found}
        return found + [(prop, value) for prop in sorted(extra) for value in self.answers[way, prop]]

    def _same(self, question: Question) -> list[str]:
        wanted = question.needed and not question.languages
        return self.answers.get((None, question.prop), []) if wanted else []

    def _property(self, text: str, questions: Sequence[Question]) -> str:
        key = f"<{expanded(text, self.prefixes)}>"
        if ":" in text:
            return key
        names = {folded(local_name(each.prop)): each.prop for each in questions}
        names |= {folded(self.title(each.prop)): each.prop for each in questions}
        if folded(text) in names:
            return names[folded(text)]
        near = difflib.get_close_matches(folded(text), names, n=3)
        hint = (
            f"did you mean {' or '.join(self._short(names[each]) for each in near)}?" if near else "write prefix:name"
        )
        raise UsageError(f"no property here is called {text!r}", hint=hint)

    def _answered(self, question: Question, place: Place) -> bool:
        values = self.answers.get(place, [])
        return len(values) >= max(1, question.least) and not self._missing_languages(question, place)

    def _missing_languages(self, question: Question, place: Place) -> list[str]:
        values = self.answers.get(place, [])
        return [tag for tag in question.languages if not any(value.endswith(f'"@{tag}') for value in values)]

    def _introduce(self, question: Question, say: Say) -> None:
        say(f"\n{self.title(question.prop)}: {self.shapes.help(question) or ''}".rstrip(": "))
        choices = known_choices(question, self.lookup, self.language)
        if 0 < len(choices) <= LISTED:
            self._list(question, say, "")
        elif choices:
            say(f"  one of {len(choices)}; ? and a part of the name lists them")

    def _list(self, question: Question, say: Say, part: str) -> None:
        for number, (name, key) in enumerate(known_choices(question, self.lookup, self.language), start=1):
            if folded(part) in folded(name):
                say(f"  {number:>3}  {name}  ({self._short(key)})")

    def _chosen(self, question: Question, text: str) -> str:
        """Return what the number of a choice stands for; any other text as it is."""
        choices = known_choices(question, self.lookup, self.language)
        if text.isdecimal() and 0 < int(text) <= len(choices):
            return choices[int(text) - 1][1]
        return text

    def _try(self, place: Place, text: str, say: Say) -> None:
        try:
            self.add(place, text)
        except CellProblem as problem:
            say(f"  {problem.message}" + (f"; {problem.hint}" if problem.hint else ""))

    def _default_note(self, question: Question, place: Place) -> str:
        values = self._same(question) if place[0] and place not in self.answers else []
        return f" [{', '.join(self._short(value) for value in values)}]" if values else ""

    def _take_default(self, question: Question, place: Place) -> bool:
        values = self._same(question) if place[0] else []
        if values and place not in self.answers:
            self.answers[place] = list(values)
            return True
        return False

    def _ask_for_more(self, way: str | None, ask: Ask, say: Say) -> None:
        more = [each for each in self.asked(way) if not each.needed and not each.forbidden]
        say(f"\nAlso possible: {', '.join(self._short(each.prop) for each in more) or 'any property'}")
        while True:
            text = ask("  another property (Enter goes on): ").strip()
            if not text:
                return
            self.ask_again(text, way, ask, say)

    def ask_again(self, path: str, way: str | None, ask: Ask, say: Say) -> None:
        """Ask the question of a path, whatever was answered to it; `way` is meant where the path names none."""
        try:
            place = (
                self.place(path)
                if path.startswith("^") or way is None
                else (way, self._property(path, self.asked(way)))
            )
        except UsageError as error:
            say(f"  {error.message}" + (f"; {error.hint}" if error.hint else ""))
            return
        self.answers.pop(place, None)
        self.ask(self.question(place), place, ask, say)

    def _short(self, key: str) -> str:
        return curie(key[1:-1], self.prefixes) if key[:1] == "<" else key


def class_named(dataset: Dataset, prefixes: Mapping[str, str], text: str) -> str:
    """Return the key of the class that a text means, of those that are declared or that a shape targets.

    Raises `UsageError` where there is none, with what may be meant.
    """
    keys = dataset.table.keys
    typed = _pairs(dataset, RDF_TYPE)
    classes = {keys[s] for s, o in typed if keys[o] in CLASSES} | {
        keys[o] for _, o in _pairs(dataset, sh("targetClass"))
    }
    named = frozenset(key for key in classes if key[0] == "<")
    try:
        return Names(dataset, prefixes, "class", named).find(text)
    except CellProblem as problem:
        raise UsageError(problem.message, hint=problem.hint) from problem


def _pairs(dataset: Dataset, prop: str) -> Iterable[tuple[int, int]]:
    quads, wanted = dataset.quads, dataset.table.ids.get(prop)
    return [(s, o) for s, p, o in zip(quads.subject, quads.predicate, quads.object, strict=True) if p == wanted]
