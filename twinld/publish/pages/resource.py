"""What a page says of one resource: its properties in groups, what points to it, and the files that say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from twinld.graph.description import LABELS, Description, Statement
from twinld.publish.pages.languages import Text, best_text
from twinld.publish.pages.view import Node, View, in_order, unique
from twinld.rdf.terms import literal_parts

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
RDF_TYPE = f"<{RDF}type>"
LEADS = tuple(
    f"<{iri}>"
    for iri in (
        f"{SKOS}definition",
        "http://purl.org/dc/terms/description",
        "https://schema.org/description",
        "http://schema.org/description",
        "http://www.w3.org/2000/01/rdf-schema#comment",
        "http://purl.org/dc/terms/abstract",
    )
)
OTHER_NAMES = tuple(
    f"<{iri}>"
    for iri in (
        f"{SKOS}altLabel",
        "https://schema.org/alternateName",
        "http://schema.org/alternateName",
        "http://purl.org/dc/terms/alternative",
    )
)
NESTING = 5  # blank nodes within blank nodes; deeper ones are shown as a link to the RDF
NEIGHBOURS = 100  # things on the map of a resource
SHOWN_AT_ONCE = 24  # values of one property before the rest folds away


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a property: the term, which files say it (as footnotes), and what a blank node holds."""

    node: Node
    notes: tuple[int, ...] = ()
    derived: bool = False
    parts: tuple[Property, ...] = ()
    items: tuple[Value, ...] = ()

    @property
    def is_long(self) -> bool:
        """Whether the value is a text of several lines."""
        return self.node.is_literal and len(self.node.text) > 160


@dataclass(frozen=True, slots=True)
class Property:
    """A property with its values. `language_others` are texts in languages other than the reader's."""

    node: Node
    values: tuple[Value, ...]
    others: tuple[Value, ...] = ()

    @property
    def first(self) -> Sequence[Value]:
        """The values that are shown at once."""
        return self.values[:SHOWN_AT_ONCE]

    @property
    def rest(self) -> Sequence[Value]:
        """The values that fold away."""
        return self.values[SHOWN_AT_ONCE:]


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: the named graph that says so, the file it was read from, and the line where the resource begins."""

    number: int
    node: Node
    file: str | None = None
    line: int | None = None
    edit: str | None = None


@dataclass(frozen=True)
class Resource:
    """All that a page about one resource shows. In templates: `resource`."""

    description: Description
    view: View
    _outgoing: Mapping[str, list[Statement]] = field(default_factory=dict)

    @cached_property
    def node(self) -> Node:
        """The resource itself."""
        return Node(self.view, self.description.key)

    @property
    def iri(self) -> str:
        """The canonical IRI."""
        return self.description.iri

    @property
    def title(self) -> Text:
        """What it is called."""
        return self.node.label

    @cached_property
    def types(self) -> list[Node]:
        """Its classes as stated."""
        return [Node(self.view, s.object) for s in self._own if s.predicate == RDF_TYPE and s.object.startswith("<")]

    @cached_property
    def lead(self) -> Text | None:
        """The sentence that says what it is, in the reader's language by fallback."""
        for predicate in LEADS:
            texts = [literal_parts(s.object) for s in self._own if s.predicate == predicate and s.object[0] == '"']
            found = best_text([(t, tag) for t, tag, _ in texts], self.view.language, self.view.edition.languages)
            if found is not None:
                return found
        return None

    @cached_property
    def neighbours(self) -> list[Node]:
        """The things that it points to and that have a place, for a map of it; its own place is not one of them."""
        named = (Node(self.view, s.object) for s in self._own if s.object.startswith("<"))
        return [*islice((each for each in unique(named) if each.place and each.place != self.node.place), NEIGHBOURS)]

    @property
    def arcs(self) -> list[tuple[Node, Node]]:
        """Lines of a map from the thing to its neighbours."""
        return [(self.node, each) for each in self.neighbours]

    @cached_property
    def names(self) -> list[Text]:
        """Its names in other languages than the reader's, each once."""
        shown = {self.title.text.casefold()}
        stated = [literal_parts(s.object)[:2] for s in self._own if s.predicate in OTHER_NAMES and s.object[0] == '"']
        found = []
        for text, tag in [*self.view.edition.names(self.node.number or 0), *stated]:
            if text.casefold() not in shown:
                shown.add(text.casefold())
                found.append(Text(text, tag, self.view.language))
        return found

    @cached_property
    def properties(self) -> list[Property]:
        """Its properties in the order of the files; names, classes and the leading sentence stand above."""
        return self._properties(self.description.key, 0, hidden=frozenset({RDF_TYPE, *LABELS, *OTHER_NAMES}))

    @cached_property
    def incoming(self) -> list[Property]:
        """What points to it, by property, each group by label."""
        groups: dict[str, list[Statement]] = {}
        for s in self.description.incoming:
            if s.predicate != RDF_TYPE or self._is_class:
                groups.setdefault(s.predicate, []).append(s)
        return [self._incoming_group(predicate, found) for predicate, found in groups.items()]

    def _incoming_group(self, predicate: str, statements: list[Statement]) -> Property:
        by_node: dict[Node, Statement] = {}
        for s in statements:
            by_node.setdefault(Node(self.view, s.subject), s)
        values = tuple(
            Value(node, self._notes_of(by_node[node]), self._is_derived(by_node[node])) for node in in_order([*by_node])
        )
        return Property(Node(self.view, predicate), values)

    @property
    def incoming_more(self) -> int:
        """How many statements that point here are not on the page."""
        d = self.description
        return max(0, d.incoming_total - d.incoming_offset - len(d.incoming))

    @cached_property
    def notes(self) -> list[Note]:
        """The files that the statements come from, in order of their footnote numbers."""
        return [self._note(graph, number) for graph, number in self._note_numbers.items()]

    @property
    def footnoted(self) -> bool:
        """Whether the statements come from more than one file, so that each says which."""
        return len(self._note_numbers) > 1

    @cached_property
    def has_derived(self) -> bool:
        """Whether any of the statements was concluded by a rule."""
        return any(self._is_derived(s) for s in (*self.description.outgoing, *self.description.incoming))

    @property
    def _own(self) -> list[Statement]:
        return self._by_subject.get(self.description.key, [])

    @cached_property
    def _by_subject(self) -> dict[str, list[Statement]]:
        found: dict[str, list[Statement]] = {}
        for s in self.description.outgoing:
            found.setdefault(s.subject, []).append(s)
        return found

    @cached_property
    def _is_class(self) -> bool:
        return any(s.object.endswith(("#Class>", "/Class>")) for s in self._own if s.predicate == RDF_TYPE)

    @cached_property
    def _note_numbers(self) -> dict[str, int]:
        graphs = dict.fromkeys(g for s in self.description.outgoing for g in s.graphs)
        graphs.update(dict.fromkeys(g for s in self.description.incoming for g in s.graphs))
        derived = f"<{self.view.edition.dataset.derived_graph}>"
        graphs.pop(derived, None)
        return {graph: number for number, graph in enumerate(graphs, 1)}

    def _notes_of(self, statement: Statement) -> tuple[int, ...]:
        return tuple(self._note_numbers[graph] for graph in statement.graphs if graph in self._note_numbers)

    def _is_derived(self, statement: Statement) -> bool:
        return statement.graphs == (f"<{self.view.edition.dataset.derived_graph}>",)

    def _properties(self, subject: str, depth: int, hidden: frozenset[str] = frozenset()) -> list[Property]:
        groups: dict[str, list[Statement]] = {}
        for s in self._by_subject.get(subject, []):
            if s.predicate not in hidden:
                groups.setdefault(s.predicate, []).append(s)
        return [self._property(predicate, found, depth) for predicate, found in groups.items()]

    def _property(self, predicate: str, statements: list[Statement], depth: int) -> Property:
        values = [self._value(s, depth) for s in statements]
        wished, others = _by_language(values, self.view)
        return Property(Node(self.view, predicate), tuple(wished), tuple(others))

    def _value(self, statement: Statement, depth: int) -> Value:
        node = Node(self.view, statement.object)
        parts: tuple[Property, ...] = ()
        items: tuple[Value, ...] = ()
        if node.is_blank and depth < NESTING:
            items = tuple(self._list_items(statement.object, depth))
            parts = () if items else tuple(self._properties(statement.object, depth + 1))
        return Value(node, self._notes_of(statement), self._is_derived(statement), parts, items)

    def _list_items(self, subject: str, depth: int) -> Iterable[Value]:
        seen = set()
        while subject not in seen:
            seen.add(subject)
            statements = self._by_subject.get(subject, [])
            first = next((s for s in statements if s.predicate == f"<{RDF}first>"), None)
            rest = next((s for s in statements if s.predicate == f"<{RDF}rest>"), None)
            if first is not None:
                yield self._value(first, depth + 1)
            if rest is None:
                return
            subject = rest.object

    def _note(self, graph: str, number: int) -> Note:
        node = Node(self.view, graph)
        place = place_in_file(self.view, graph, self.node.number)
        if place is None:
            return Note(number, node)
        name, line = place
        return Note(number, node, name, line, edit_link(self.view, name, line))


def _by_language(values: list[Value], view: View) -> tuple[list[Value], list[Value]]:
    """Part values into those that the reader sees first and texts in other languages.

    Values without a language are always seen. Where no text is in the reader's language, the best fallback is.
    """
    tagged = [value for value in values if value.node.tag]
    if len({(value.node.tag or "").lower() for value in tagged}) < 2:
        return values, []
    texts = [(value.node.key, value.node.tag) for value in tagged]
    best = best_text(texts, view.language, view.edition.languages)
    language = literal_parts(best.text)[1] if best else None
    first = [value for value in values if not value.node.tag or value.node.tag == language]
    return first, [value for value in values if value not in first]


def place_in_file(view: View, graph: str, number: int | None) -> tuple[str, int | None] | None:
    """Return the file of a named graph and the line where a resource is first a subject there; `None` for no file."""
    dataset = view.edition.dataset
    graph_number = dataset.table.ids.get(graph)
    for file, start in dataset.placed():
        if file.graph == graph_number:
            columns = file.parsed.statements
            rows = dataset.quads.rows_of_subject(number) if number is not None else ()
            row = next((row - start for row in rows if 0 <= row - start < len(columns)), None)
            line = None if row is None else file.parsed.position(columns.subject_at[row])[0]
            return file.source.name, line
    if dataset.quads.elsewhere is not None:
        files = (file for file in dataset.project.files if f"<{dataset.base_iri}{file.graph_path}>" == graph)
        return next(((file.name, None) for file in files), None)
    return None


def edit_link(view: View, name: str, line: int | None) -> str | None:
    """Return the address of a file and line in the configured repository, `None` where none is configured."""
    repository = view.edition.dataset.project.config.repository
    if repository is None:
        return None
    middle = "-/blob" if "gitlab" in repository else "blob"
    return f"{repository.rstrip('/').removesuffix('.git')}/{middle}/HEAD/{name}" + (f"#L{line}" if line else "")
