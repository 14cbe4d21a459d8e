"""The page of a canned query: its form, and the answer as table, map, network, timeline or chart, ready to download."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from markupsafe import Markup

from twinld.errors import TwinldError
from twinld.publish.pages.edition import Edition, edition_of
from twinld.publish.pages.figures import figures_for
from twinld.publish.pages.languages import best_text, marked
from twinld.publish.pages.links import page_path
from twinld.publish.pages.render import render, view_of
from twinld.publish.pages.view import Node, View, pair
from twinld.query.canned import CannedQuery, Parameter
from twinld.query.endpoint import Rows

if TYPE_CHECKING:
    from twinld.publish.publication import Publication

Values = Mapping[str, Sequence[str]]
DOWNLOADS = (("csv", "CSV"), ("json", "JSON"), ("tsv", "TSV"), ("srj", "SPARQL JSON"))
ANSWERS = [("json", "JSON"), ("xml", "SPARQL XML")]
GRAPHS = [("ttl", "Turtle"), ("jsonld", "JSON-LD"), ("rdf", "RDF/XML"), ("nt", "N-Triples")]
PLACE_FORMAT = ("geojson", "GeoJSON")
INPUT_TYPES = {"integer": "number", "gYear": "number", "date": "date"}
CHOICES_LIMIT = 2_000
VIEWS = (marked("map"), marked("graph"), marked("timeline"), marked("chart"))


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a parameter may have."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form."""

    name: str
    text: str
    value: str
    input: str
    required: bool
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Table:
    """The rows of an answer as terms. In templates: the result of a query."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Node | None, ...], ...]

    def column(self, name: str) -> list[Node | None]:
        """Return the values of a variable, row by row."""
        at = self.variables.index(name)
        return [row[at] for row in self.rows]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def mappings(self) -> list[dict[str, Node | None]]:
        """The rows as mappings from variable to term."""
        return [dict(zip(self.variables, row, strict=True)) for row in self.rows]


def table_of(view: View, rows: Rows) -> Table:
    """Return the rows of an answer as terms of a page."""
    dataset = view.edition.dataset
    if dataset.quads.elsewhere is not None:
        dataset.quads.expect(dataset.table.ids[key] for row in rows.rows for key in row if key and key[0] == "<")
    return Table(rows.variables, tuple(tuple(Node(view, key) if key else None for key in row) for row in rows.rows))


def query_page(
    publication: Publication,
    query: CannedQuery,
    values: Values,
    result: Rows | bool | str | None,
    language: str,
    *,
    error: TwinldError | None = None,
) -> bytes:
    """Return the page of a canned query with an answer: rows, the boolean of an ASK, or RDF as Turtle.

    `None` shows the form alone; `error` what is wrong with the values. `values` are as they were typed.
    """
    edition = edition_of(publication)
    view = view_of(edition, f"query/{query.name}", language)
    table = table_of(view, result) if isinstance(result, Rows) else None
    given = {name: value for name, value in values.items() if any(value)}
    return render(
        "query.html",
        view,
        query=query,
        title=text_of(view, query.titles) or query.name,
        about=text_of(view, query.descriptions),
        fields=[_field(view, parameter, values) for parameter in query.parameters],
        table=table,
        columns=_columns(table, query.view) if table else (),
        drawing=_drawing(view, query.view, table),
        boolean=result if isinstance(result, bool) else None,
        turtle=result if isinstance(result, str) else None,
        error=error,
        downloads=_downloads(view, query, given, table),
        api=f"{publication.public_url}query/{query.name}.json" + _suffix(given),
        editor=view.page("sparql"),
    )


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is shown: its variable, and the variable in words as its heading."""

    at: int
    variable: str
    heading: str


def _columns(table: Table, view: str) -> list[Column]:
    """Return the columns worth reading beside links and a map; what is downloaded has all of them.

    A column that repeats the label of the thing before it is left out, and on a map the coordinates.
    """
    found = [Column(at, name, _in_words(name)) for at, name in enumerate(table.variables)]
    if view == "map":
        found = [each for each in found if not each.variable.lower().startswith(("lat", "lon", "lng"))]
    return [each for each in found if not _repeats(table, each.at)]


def _repeats(table: Table, at: int) -> bool:
    pairs = [(row[at - 1], row[at]) for row in table.rows] if at else []
    return bool(pairs) and all(
        thing is not None and thing.is_iri and name is not None and name.is_literal and name.text == thing.text
        for thing, name in pairs
    )


def _in_words(variable: str) -> str:
    """Return the name of a variable as words: `otherSource` is "other source"."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: f" {found[1].lower()}", variable).replace("_", " ")


def queries_page(edition: Edition, language: str) -> bytes:
    """Return the list of all canned queries."""
    view = view_of(edition, "queries/", language)
    return render("queries.html", view, queries=entries(view))


def entries(view: View) -> list[dict[str, str]]:
    """Return the canned queries as entries of a list: name, title, description, text, link."""
    return [
        {
            "name": query.name,
            "title": text_of(view, query.titles) or query.name,
            "description": text_of(view, query.descriptions),
            "text": query.text,
            "view": view.words.gettext(query.view) if query.view in VIEWS else "",
            "href": view.href(page_path(f"query/{query.name}", view.language, view.edition.languages)),
        }
        for query in view.edition.publication.answerable
        if not query.deprecated
    ]


def text_of(view: View, texts: Mapping[str, str]) -> str:
    """Return the text of a header in the reader's language, else the one without a language; empty without any."""
    if view.language not in texts and texts.get(""):
        return texts[""]
    found = best_text([(text, tag or None) for tag, text in texts.items()], view.language, view.edition.languages)
    return found.text if found else ""


def _field(view: View, parameter: Parameter, values: Values) -> Field:
    given = next(iter(values.get(parameter.name, ())), None)
    if parameter.type == "language" and not given:
        given = view.language
    value = given if given is not None else ("" if parameter.optional else example_of(parameter))
    return Field(
        parameter.name,
        text_of(view, parameter.texts) or parameter.name,
        value,
        INPUT_TYPES.get(parameter.type, "text"),
        parameter.required,
        tuple(_choices(view, parameter, value)),
    )


def example_of(parameter: Parameter) -> str:
    """Return the example value of a parameter as a person would type it."""
    text = parameter.example.split()[0] if parameter.type == "IRI" and parameter.example else parameter.example
    if text.startswith("<"):
        return text[1:-1]
    if text.startswith(('"', "'")):
        return text[1 : text.rindex(text[0])]
    return text


def _choices(view: View, parameter: Parameter, value: str) -> list[Choice]:
    if parameter.type == "language":
        tags = view.edition.languages
        return [Choice(tag, view.words.language_name(tag), tag == value) for tag in tags]
    if parameter.choices_from:
        wished = _full(view, value)
        return [Choice(iri, text, wished == iri) for iri, text in _listed(view, parameter.choices_from)]
    return [Choice(each, _readable(view, parameter, each), each == value) for each in parameter.choices]


def _full(view: View, value: str) -> str:
    try:
        return view.edition.iri(value) if ":" in value else value
    except TwinldError:
        return value


def _readable(view: View, parameter: Parameter, value: str) -> str:
    return view.node(value).text if parameter.type == "IRI" else value


def _listed(view: View, name: str) -> list[tuple[str, str]]:
    """Return the values that another canned query lists, with their labels; empty where it cannot be asked."""
    publication = view.edition.publication
    query = publication.queries.get(name)
    if query is None or publication.endpoint is None:
        return []
    key = ("choices", name)  # the query as it stands, with its examples: whoever asks for choices has no values yet
    rows = view.edition.keep(key, partial(publication.endpoint.select, query.text))
    terms = list(dict.fromkeys(row[0] for row in rows.rows[:CHOICES_LIMIT] if row[0]))
    nodes = [Node(view, term) for term in terms]
    return sorted(((node.iri or node.text, node.text) for node in nodes), key=lambda pair: pair[1].casefold())


def _downloads(view: View, query: CannedQuery, values: Values, table: Table | None) -> list[tuple[str, str]]:
    if query.form != "SELECT":
        formats = ANSWERS if query.form == "ASK" else GRAPHS
        return [(view.href(f"query/{query.name}.{extension}" + _suffix(values)), name) for extension, name in formats]
    if table is None:
        return []
    formats = [*DOWNLOADS, *([PLACE_FORMAT] if query.view == "map" else [])]
    return [(view.href(f"query/{query.name}.{extension}" + _suffix(values)), name) for extension, name in formats]


def _suffix(values: Values) -> str:
    return "?" + urlencode([(name, each) for name, found in values.items() for each in found]) if values else ""


def _drawing(view: View, kind: str, table: Table | None) -> Markup:
    """Return the drawing that the query's header asks for; empty for a table or where the rows do not fit."""
    if table is None or not table.rows:
        return Markup("")
    draw = {"map": _map, "graph": _graph, "timeline": _timeline, "chart": _chart}.get(kind)
    return draw(view, table) if draw else Markup("")


def _map(view: View, table: Table) -> Markup:
    """Return the things of the rows on a map, by the coordinates of their rows; two in one row are joined by an arc."""
    places = _places(table)
    arcs = [ends for row in table.rows if len(ends := [n for n in row if n in places][:2]) == 2]
    drawn: Markup = figures_for(view)["map"](places, arcs=arcs, where=places)
    return drawn


def _places(table: Table) -> dict[Node, tuple[float, float]]:
    """Return longitude and latitude of the things of the rows: as the row says, else as the data say."""
    found: dict[Node, tuple[float, float]] = {}
    for row in table.mappings:
        things = [node for node in row.values() if node is not None and node.is_iri]
        latitude, longitude = _named(row, "lat"), _named(row, "lon", "lng")
        if things and latitude and longitude and (place := pair(longitude.text, latitude.text)):
            found.setdefault(things[0], place)
        for thing in things:
            if thing not in found and thing.place:
                found[thing] = thing.place
    return found


def _named(row: Mapping[str, Node | None], *beginnings: str) -> Node | None:
    return next((node for name, node in row.items() if node is not None and name.lower().startswith(beginnings)), None)


def _graph(view: View, table: Table) -> Markup:
    pairs = [pair for row in table.rows if len(pair := [n for n in row if n is not None and n.is_iri][:2]) == 2]
    drawn: Markup = figures_for(view)["network"](pairs)
    return drawn


def _timeline(view: View, table: Table) -> Markup:
    rows: list[dict[str, Any]] = []
    for row in table.rows:
        things = [node for node in row if node is not None and node.is_iri]
        dates = [node for node in row if node is not None and node.is_literal and node.year is not None]
        if dates:
            rows.append({"node": things[0] if things else None, "start": dates[0], "end": dates[-1]})
    drawn: Markup = figures_for(view)["timeline"](rows)
    return drawn


def _chart(view: View, table: Table) -> Markup:
    pairs = []
    for row in table.rows:
        count = next((node for node in reversed(row) if node is not None and _is_number(node)), None)
        name = next((node for node in row if node is not None and node is not count), None)
        if name is not None and count is not None:
            pairs.append((name, count.text))
    drawn: Markup = figures_for(view)["bars"](pairs)
    return drawn


def _is_number(node: Node) -> bool:
    return node.is_literal and node.datatype.endswith(("integer", "decimal", "double", "float"))
