"""SHACL paths lead where SPARQL's property paths lead; pyoxigraph is the oracle."""

from __future__ import annotations

from random import Random

import pyoxigraph as ox
import pytest

from twinld.rdf.formats import TURTLE
from twinld.rdf.reading import read
from twinld.rdf.terms import TermTable
from twinld.shacl.graph import Graph
from twinld.shacl.paths import DEEPEST, IllFormedPath, path_text, read_path
from twinld.shacl.walking import edges_of

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://e/> .\n"


def made_path(random: Random, depth: int = 0) -> str:
    kind = random.randrange(7 if depth < 3 else 1)
    if kind == 0:
        return f"ex:p{random.randrange(2)}"
    inner = [made_path(random, depth + 1) for _ in range(2)]
    names = ("inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")
    if kind <= 4:
        return f"[ sh:{names[kind - 1]} {inner[0]} ]"
    return f"( {inner[0]} {inner[1]} )" if kind == 5 else f"[ sh:alternativePath ( {inner[0]} {inner[1]} ) ]"


@pytest.mark.parametrize("seed", range(80))
def test_a_path_leads_where_sparql_leads(seed):
    random = Random(seed)
    edges = [f"ex:n{random.randrange(5)} ex:p{random.randrange(2)} ex:n{random.randrange(5)} ." for _ in range(7)]
    table = TermTable()
    data = read(PREFIXES + "\n".join(edges), format=TURTLE, table=table)
    shapes = read(f"{PREFIXES}ex:S sh:path {made_path(random)} .", format=TURTLE, table=table, blank_prefix="s")
    shapes_graph = Graph(table, [shapes.statements])
    path = read_path(shapes_graph, shapes_graph.value(table.ids["<http://e/S>"], "<http://www.w3.org/ns/shacl#path>"))
    nodes = {number for triple in data.statements for number in (triple[0], triple[2])}
    found = edges_of(path, nodes, Graph(table, [data.statements]))

    store = ox.Store()
    store.extend(ox.Quad(*(table.term(n) for n in triple[:3])) for triple in data.statements)
    for node in nodes:
        rows = store.query(f"SELECT DISTINCT ?x WHERE {{ {table.keys[node]} {path_text(table.keys, path)} ?x }}")
        expected = {table.number(row["x"]) for row in rows}

        assert set(found.get(node, ())) == expected
        assert len(found.get(node, ())) == len(expected)


@pytest.mark.parametrize(
    "text",
    [
        "ex:S sh:path _:p . _:p sh:inversePath _:p .",
        "ex:S sh:path ( ex:p ) .",
        "ex:S sh:path [ ex:p ex:q ] .",
        "ex:S sh:path " + "[ sh:inversePath " * (DEEPEST + 2) + "ex:p" + " ]" * (DEEPEST + 2) + " .",
    ],
)
def test_what_is_no_path_is_told(text):
    table = TermTable()
    shapes = read(PREFIXES + text, format=TURTLE, table=table)
    graph = Graph(table, [shapes.statements])

    with pytest.raises(IllFormedPath):
        read_path(graph, graph.value(table.ids["<http://e/S>"], "<http://www.w3.org/ns/shacl#path>"))
