"""What the shapes of a class ask for, as questions to a person: property by property, with what may be answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from twinld.authoring.instances import things_of, usual_order
from twinld.authoring.names import IN_SCHEME, SUBCLASS, label_of
from twinld.graph.dataset import RDF_TYPE, Dataset
from twinld.rdf.terms import literal_parts
from twinld.shacl.graph import Graph
from twinld.shacl.paths import IllFormedPath, Inverse, Path, Predicate, read_path
from twinld.shacl.vocabulary import SH, sh

LANGUAGE_TEXT = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
DEEPEST = 5  # shapes that refer to shapes; what lies deeper is left to the check
DEFINITION = "<http://www.w3.org/2004/02/skos/core#definition>"


@dataclass(frozen=True, slots=True)
class Question:
    """One property of a new thing. `prop` is the key of a predicate; `inverse` means that others point here by it.

    `least` and `most` count values; `classes` are classes or schemes that a value is of (IRIs), `choices` keys of which
    it is one, `languages` those that need a text each. `forbidden` says that there is to be none (it is derived).
    """

    prop: str
    inverse: bool = False
    least: int = 0
    most: int | None = None
    classes: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    datatypes: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    is_iri: bool = False
    help: tuple[str, ...] = ()

    @property
    def forbidden(self) -> bool:
        """Whether no value is allowed."""
        return self.most == 0

    @property
    def needed(self) -> bool:
        """Whether an answer has to be given."""
        return self.least > 0 or bool(self.languages)


@dataclass(frozen=True)
class Shapes:
    """The shapes of a project, as questions are made from them; messages are those in `languages`, in that order."""

    dataset: Dataset
    languages: tuple[str, ...]
    graph: Graph = field(init=False)

    def __post_init__(self) -> None:
        files = self.dataset.of_role("shapes")
        object.__setattr__(self, "graph", Graph(self.dataset.table, [file.parsed.statements for file in files]))

    def questions(self, class_key: str) -> tuple[Question, ...]:
        """Return what is asked of a new thing of a class: what is needed first, each in the order that others have."""
        asked: dict[tuple[str, bool], Question] = {}
        for shape in self._shapes_for(class_key):
            for node in self.graph.values(shape, sh("property")):
                question = self._question(node)
                if question is not None:
                    key = (question.prop, question.inverse)
                    asked[key] = merged(asked[key], question) if key in asked else question
        for prop in self._used(class_key):
            asked.setdefault((prop, False), self.question_about(prop))
        rank = {prop: place for place, prop in enumerate(usual_order(self.dataset, class_key))}
        return tuple(sorted(asked.values(), key=lambda each: (not each.needed, rank.get(each.prop, len(rank)))))

    def question_about(self, prop: str) -> Question:
        """Return the question about a property of anything: from the shapes that target whatever has some property."""
        found = Question(prop)
        for shape in self.graph.forward(self.graph.number(sh("targetSubjectsOf"))):
            for node in self.graph.values(shape, sh("property")):
                question = self._question(node)
                if question is not None and question.prop == prop and not question.inverse:
                    found = merged(found, replace(question, least=0))
        return found

    def pointing_here(self, question: Question) -> str | None:
        """Return the key of the class whose shapes ask for a property: that of the things which point here by it."""
        for node_shape, parts in self.graph.forward(self.graph.number(sh("property"))).items():
            targets = self.graph.values(node_shape, sh("targetClass"))
            if targets and any(self._asks(part, question.prop) for part in parts):
                return self.dataset.table.keys[targets[0]]
        return None

    def help(self, question: Question) -> str | None:
        """Return what a person is told about a property: the message of its shape, or else its definition."""
        for language in (*self.languages, "en", ""):
            for text in question.help:
                lexical, tag, _ = literal_parts(text)
                if (tag or "") == language:
                    return lexical
        return self._definition(question.prop)

    def name(self, prop: str) -> str | None:
        """Return the name of a property in the first language that has one."""
        return label_of(self.dataset, prop, self.languages[0] if self.languages else None)

    def _asks(self, part: int, prop: str) -> bool:
        path = self._path(part)
        return isinstance(path, Predicate) and self.dataset.table.keys[path.number] == prop

    def _definition(self, prop: str) -> str | None:
        keys, quads, ids = self.dataset.table.keys, self.dataset.quads, self.dataset.table.ids
        texts = {
            literal_parts(keys[quads.object[row]])[1] or "": literal_parts(keys[quads.object[row]])[0]
            for row in quads.rows_of_subject(ids.get(prop, 0))
            if keys[quads.predicate[row]] == DEFINITION
        }
        return next((texts[tag] for tag in (*self.languages, "en", "") if tag in texts), None)

    def _shapes_for(self, class_key: str) -> Iterator[int]:
        """Yield the shapes that target a class or one above it, those that are classes themselves included."""
        targeted = self.graph.backward(self.graph.number(sh("targetClass")))
        node_shapes = set(self.graph.backward(self.graph.number(RDF_TYPE)).get(self.graph.number(sh("NodeShape")), []))
        for number in self._above(self.graph.number(class_key)):
            yield from targeted.get(number, [])
            if number in node_shapes:
                yield number

    def _above(self, number: int) -> list[int]:
        """Return a class and those that the data declare to be above it."""
        quads, wanted = self.dataset.quads, self.dataset.table.ids.get(SUBCLASS)
        found = [number]
        for each in found:
            rows = [row for row in quads.rows_of_subject(each) if quads.predicate[row] == wanted]
            found += [quads.object[row] for row in rows if quads.object[row] not in found]
        return found

    def _used(self, class_key: str) -> list[str]:
        """Return the properties that things of the class have in the data, the most used first."""
        keys, quads = self.dataset.table.keys, self.dataset.quads
        things = things_of(self.dataset, class_key)
        uses = Counter(keys[quads.predicate[row]] for thing in things for row in quads.rows_of_subject(thing))
        return [prop for prop, _ in uses.most_common() if prop != RDF_TYPE]

    def _path(self, node: int) -> Path | None:
        path = self.graph.value(node, sh("path"))
        try:
            return None if path is None else read_path(self.graph, path)
        except IllFormedPath:
            return None  # `twinld check` reports it

    def _question(self, node: int) -> Question | None:
        """Return the question of a property shape, `None` for paths of several steps: the check covers them."""
        path = self._path(node)
        inverse = isinstance(path, Inverse)
        step = path.path if isinstance(path, Inverse) else path
        if not isinstance(step, Predicate):
            return None
        question = self._constrained(Question(self.dataset.table.keys[step.number], inverse), node, 0)
        return replace(question, help=tuple(self._keys(node, "description") or self._keys(node, "message")))

    def _constrained(self, question: Question, node: int, depth: int) -> Question:
        """Return a question with what a shape says of a value, and what the shapes say that it refers to."""
        qualified = self.graph.value(node, sh("qualifiedValueShape"))
        question = replace(
            question,
            least=max(question.least, self._number(node, "minCount") or 0),
            most=_least(question.most, self._number(node, "maxCount")),
            classes=(*question.classes, *(key[1:-1] for key in self._keys(node, "class"))),
            choices=question.choices or tuple(self._listed(node, "in")),
            datatypes=(*question.datatypes, *(key[1:-1] for key in self._keys(node, "datatype"))),
            patterns=(*question.patterns, *(literal_parts(key)[0] for key in self._keys(node, "pattern"))),
            is_iri=question.is_iri or f"<{SH}IRI>" in self._keys(node, "nodeKind"),
        )
        if qualified is not None and self._number(node, "qualifiedMinCount") and self._is_grave(node):
            languages = (literal_parts(key)[0] for key in self._listed(qualified, "languageIn"))
            question = replace(question, languages=(*question.languages, *languages))
        if depth >= DEEPEST:
            return question
        return self._by_reference(question, node, depth)

    def _by_reference(self, question: Question, node: int, depth: int) -> Question:
        for other in self.graph.values(node, sh("node")):
            question = replace(
                self._constrained(question, other, depth + 1), classes=(*question.classes, *self._schemes(other))
            )
        for head in self.graph.values(node, sh("or")):
            for branch in self.graph.items(head) or []:
                question = self._constrained(question, branch, depth + 1)
        return question

    def _schemes(self, node: int) -> Iterator[str]:
        """Yield the schemes that a shape wants a concept to be in: `sh:path skos:inScheme ; sh:hasValue ex:scheme`."""
        for part in self.graph.values(node, sh("property")):
            if self._asks(part, IN_SCHEME):
                yield from (key[1:-1] for key in self._keys(part, "hasValue"))

    def _is_grave(self, node: int) -> bool:
        return self._keys(node, "severity") in ([], [sh("Violation")])

    def _keys(self, node: int, name: str) -> list[str]:
        return [self.dataset.table.keys[number] for number in self.graph.values(node, sh(name))]

    def _listed(self, node: int, name: str) -> Iterable[str]:
        head = self.graph.value(node, sh(name))
        items = self.graph.items(head) if head is not None else None
        return [self.dataset.table.keys[number] for number in items or []]

    def _number(self, node: int, name: str) -> int | None:
        keys = self._keys(node, name)
        lexical = literal_parts(keys[0])[0] if keys and keys[0][0] == '"' else ""
        return int(lexical) if lexical.isdecimal() else None


def merged(first: Question, second: Question) -> Question:
    """Return one question of two about the same property: what both want, in the words of the one that wants more."""
    if second.least > first.least:
        first, second = second, first
    both: Mapping[str, tuple[str, ...]] = {
        name: tuple(dict.fromkeys((*getattr(first, name), *getattr(second, name))))
        for name in ("classes", "datatypes", "patterns", "languages", "help")
    }
    return Question(
        first.prop,
        first.inverse,
        max(first.least, second.least),
        _least(first.most, second.most),
        choices=first.choices or second.choices,
        is_iri=first.is_iri or second.is_iri,
        **both,
    )


def _least(first: int | None, second: int | None) -> int | None:
    return first if second is None else second if first is None else min(first, second)
