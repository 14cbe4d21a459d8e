"""A row becomes statements, or the reasons why it cannot: all of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from twinld.authoring.cells import Lookup, cell_values
from twinld.authoring.mapping import Column, Plan, Term
from twinld.authoring.names import curie, label_of
from twinld.authoring.problems import CellProblem, Refusal
from twinld.authoring.sheet import Row, Sheet, letter
from twinld.authoring.template import Pattern
from twinld.graph.dataset import Dataset
from twinld.rdf.writing import Triple


@dataclass(frozen=True, slots=True)
class MadeRow:
    """The statements of a row with the patterns they come from, and the things that it describes anew, by name."""

    row: Row
    triples: tuple[tuple[Triple, Pattern], ...]
    bindings: Mapping[str, tuple[str, ...]]
    new: Mapping[str, str]


@dataclass(frozen=True)
class Workshop:
    """What rows are made with: the project's data, the mapping, the sheet, which column of it is which.

    `given` are the values that every row has without a column: the day of the import.
    """

    dataset: Dataset
    prefixes: Mapping[str, str]
    plan: Plan
    sheet: Sheet
    places: Mapping[str, int]
    given: Mapping[str, tuple[str, ...]]
    lookup: Lookup = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lookup", Lookup(self.dataset, self.prefixes))

    def make(self, row: Row) -> tuple[MadeRow | None, tuple[Refusal, ...]]:
        """Return the statements of a row, or `None` and every reason that the row itself gives for refusing it."""
        refusals = list(self._too_long(row))
        bindings: dict[str, tuple[str, ...]] = dict(self.given)
        for column in self.plan.columns:
            try:
                bindings |= cell_values(column, self._cell(row, column), self.lookup)
            except CellProblem as problem:
                refusals.append(self.refusal(row, problem, (column.name,)))
        if refusals:
            return None, tuple(refusals)
        described: set[str] = set()
        shared: set[str] = set()
        for term in self.plan.terms:
            try:
                self._add_term(term, bindings, described, shared)
            except CellProblem as problem:
                refusals.append(self.refusal(row, problem, self.plan.columns_behind(term.name)))
        if refusals:
            return None, tuple(refusals)
        return self._made(row, bindings, described, shared), ()

    def refusal(self, row: Row, problem: CellProblem, columns: tuple[str, ...]) -> Refusal:
        """Return a problem with its row, and its cell where it is about exactly one column of the sheet."""
        places = [self.places[name] for name in columns if name in self.places]
        if len(places) != 1:
            return Refusal(row.number, problem.message, problem.hint)
        at = places[0]
        value = row.cells[at] if at < len(row.cells) else ""
        return Refusal(row.number, problem.message, problem.hint, letter(at), self.sheet.header.cells[at], value)

    def shown(self, key: str) -> str:
        """Return a term as messages show it."""
        return curie(key[1:-1], self.prefixes) if key[0] == "<" else key

    def _cell(self, row: Row, column: Column) -> str:
        at = self.places.get(column.name)
        return row.cells[at] if at is not None and at < len(row.cells) else ""

    def _too_long(self, row: Row) -> Iterator[Refusal]:
        width = len(self.sheet.header.cells)
        extra = next((at for at in range(width, len(row.cells)) if row.cells[at]), None)
        if extra is not None:
            yield Refusal(
                row.number,
                "the row has more cells than there are headers",
                "put a cell that holds the separator into quotation marks",
                letter(extra),
                value=row.cells[extra],
            )

    def _add_term(
        self, term: Term, bindings: dict[str, tuple[str, ...]], described: set[str], shared: set[str]
    ) -> None:
        if not all(_holds(bindings.get(name, ()), wanted) for name, wanted in term.when.items()):
            return
        if term.same_as is not None:
            bindings[term.name] = bindings.get(term.same_as, ())
            return
        existing = self.lookup.existing(term, bindings) if term.find else None
        key = existing or term.recipe.fill(bindings, lambda each, tag: label_of(self.dataset, each, tag))
        if key is None:
            return
        self.lookup.check(key)
        bindings[term.name] = (key,)
        if existing:
            described.add(existing)
        elif term.find:
            shared.add(key)

    def _made(
        self, row: Row, bindings: Mapping[str, tuple[str, ...]], described: set[str], shared: set[str]
    ) -> MadeRow:
        filled = self.plan.template.fill(bindings, row.number)
        triples = tuple((triple, pattern) for triple, pattern in filled if triple[0] not in described)
        found = {key for column in self.plan.columns if column.find for key in bindings.get(column.name, ())}
        new = {
            pattern.subject[1:]: triple[0]
            for triple, pattern in triples
            if pattern.subject[0] == "?" and triple[0] not in found | shared
        }
        return MadeRow(row, triples, bindings, new)


def _holds(values: tuple[str, ...], wanted: frozenset[str]) -> bool:
    return bool(set(values) & wanted) if wanted else bool(values)


@dataclass
class Newcomers:
    """Keeps apart what is new from what is there: in the data, and in the rows taken so far."""

    workshop: Workshop
    taken: dict[str, int] = field(default_factory=dict)
    signatures: dict[tuple[object, ...], tuple[str, int]] = field(default_factory=dict)

    def admit(self, made: MadeRow) -> tuple[Refusal, ...]:
        """Take a row in, or return why it repeats what the data or an earlier row say."""
        refusals = []
        for name, key in made.new.items():
            message = self._repeated(key) or self._equal(name, key, made)
            if message:
                problem = CellProblem(message, "correct the row, or take it out")
                refusals.append(self.workshop.refusal(made.row, problem, self.workshop.plan.columns_behind(name)))
        if refusals:
            return tuple(dict.fromkeys(refusals))[:1]  # the things of a row follow from one: one reason is enough
        for name, key in made.new.items():
            self.taken[key] = made.row.number
            self.signatures.setdefault(_signature(self.workshop.plan, name, made), (key, made.row.number))
        return ()

    def _repeated(self, key: str) -> str | None:
        place = self.workshop.lookup.described_at(key)
        if place:
            return f"{self.workshop.shown(key)} is described in {place} already"
        row = self.taken.get(key)
        return f"row {row} makes {self.workshop.shown(key)} already" if row else None

    def _equal(self, name: str, key: str, made: MadeRow) -> str | None:
        properties = self.workshop.plan.unique.get(name)
        if not properties:
            return None
        signature = _signature(self.workshop.plan, name, made)
        twin = self._known.get(properties, {}).get(signature[1:])
        if twin:
            place = self.workshop.lookup.described_at(twin)
            return f"{self.workshop.shown(twin)} in {place} has the same {self._named(properties)} already"
        earlier = self.signatures.get(signature)
        return f"row {earlier[1]} has the same {self._named(properties)} already" if earlier else None

    def _named(self, properties: tuple[str, ...]) -> str:
        return " and ".join(self.workshop.shown(each) for each in properties)

    @cached_property
    def _known(self) -> dict[tuple[str, ...], dict[tuple[object, ...], str]]:
        """The things of the data by the sets of values that they have for the properties of each uniqueness."""
        dataset = self.workshop.dataset
        keys, quads = dataset.table.keys, dataset.quads
        found: dict[tuple[str, ...], dict[tuple[object, ...], str]] = {}
        for properties in set(self.workshop.plan.unique.values()):
            values: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
            for s, p, o in zip(quads.subject, quads.predicate, quads.object, strict=True):
                if keys[p] in properties:
                    values[s][keys[p]].add(keys[o])
            found[properties] = {tuple(frozenset(by[each]) for each in properties): keys[s] for s, by in values.items()}
        return found


def _signature(plan: Plan, name: str, made: MadeRow) -> tuple[object, ...]:
    key = made.new[name]
    properties = plan.unique.get(name, ())
    sets = (frozenset(o for (s, p, o), _ in made.triples if (s, p) == (key, each)) for each in properties)
    return (name, *sets) if properties else (name, key)
