"""Shapes run inside a store find what they find in memory.

The number behind each case is how many results the local run has.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.stores.conftest import OxigraphServer
from twinld.graph.dataset import Dataset, load
from twinld.rdf.writing import ntriples_term
from twinld.shacl import Report, validate
from twinld.shacl.in_store import validate_in_store
from twinld.source.project import open_project
from twinld.stores.client import connect
from twinld.stores.push import push

PREFIXES = """\
@prefix ex: <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
CONFIG = 'base-iri = "https://example.org/"\n'


def both(url: str, folder: Path) -> tuple[Dataset, Report, Report]:
    """Return the report of the local run and that of the store, of the same data and shapes."""
    dataset = load(open_project(folder))
    assert not [file.parsed.path for file in dataset.files if file.parsed.errors]
    data = dataset.of_role("ontology", "data")
    shapes = [file.parsed.statements for file in dataset.of_role("shapes", "ontology")]
    local = validate(dataset.table, [file.parsed.statements for file in data], shapes, engine="native")
    with connect(url) as store:
        push(store, dataset)
        graphs = [dataset.table.keys[file.graph][1:-1] for file in data]
        return dataset, local, validate_in_store(store, dataset.table, shapes, graphs)


def found(dataset: Dataset, report: Report) -> set[tuple[object, ...]]:
    keys = dataset.table.keys

    def name(number: int | None) -> str | None:
        return None if number is None else "_" if keys[number][0] == "_" else keys[number]

    return {
        (name(r.focus), name(r.path), name(r.value), r.component, name(r.source_shape), r.severity, r.messages)
        for r in report.results
    }


CASES = {
    "minCount": ("sh:minCount 2", 'ex:a ex:p "x" . ex:b ex:p "x", "y" .', 1),
    "maxCount": ("sh:maxCount 1", 'ex:a ex:p "x" . ex:b ex:p "x", "y" .', 1),
    "datatype": (
        "sh:datatype xsd:date",
        'ex:a ex:p "2023-02-29"^^xsd:date, "2024-02-29"^^xsd:date, "1900-02-29"^^xsd:date . '
        'ex:b ex:p "2024-04-31"^^xsd:date, "2024-4-1"^^xsd:date, "2024-12-31Z"^^xsd:date, "2024-01-01", ex:x .',
        6,
    ),
    "integer": ("sh:datatype xsd:integer", 'ex:a ex:p 1, "a"^^xsd:integer, "1.5"^^xsd:decimal, "" .', 3),
    "duration": (
        "sh:datatype xsd:duration",
        'ex:a ex:p "P1Y"^^xsd:duration, "P"^^xsd:duration, "PT1H"^^xsd:duration .',
        1,
    ),
    "langString": ("sh:datatype rdf:langString", 'ex:a ex:p "x"@en, "y" .', 1),
    "nodeKind": ("sh:nodeKind sh:IRIOrLiteral", 'ex:a ex:p ex:b, "x", [ ex:q 1 ] .', 1),
    "class": ("sh:class ex:D", "ex:a ex:p ex:d, ex:e, ex:f . ex:d a ex:D . ex:e a ex:E .", 1),
    "in": ('sh:in ( "x" 1 ex:x )', 'ex:a ex:p "x", 1, ex:x, "x"@en, 2 .', 2),
    "hasValue": ('sh:hasValue "x"@en', 'ex:a ex:p "x" . ex:b ex:p "x"@en .', 1),
    "pattern": ('sh:pattern "^a.c$" ; sh:flags "i"', 'ex:a ex:p "ABC", "abd", ex:abc, [ ex:q 1 ] .', 3),
    "range": (
        "sh:minInclusive 1 ; sh:maxExclusive 3",
        'ex:a ex:p 1, 2.5, 3, 0, "2", "2024-01-01"^^xsd:date .',
        6,
    ),
    "length": ("sh:minLength 2 ; sh:maxLength 3", 'ex:a ex:p "a", "äö", "abcd", [ ex:q 1 ] .', 4),
    "languageIn": ('sh:languageIn ( "en" "fi" )', 'ex:a ex:p "x"@en-GB, "x"@fi, "x"@sv, "x", ex:x .', 3),
    "uniqueLang": ("sh:uniqueLang true", 'ex:a ex:p "x"@en, "y"@en, "z"@fi . ex:b ex:p "x"@en, "y"@en-GB .', 1),
    "lessThan": ("sh:lessThan ex:q", 'ex:a ex:p 1, 5, "x" ; ex:q 3 .', 2),
    "equals": ("sh:equals ex:q", "ex:a ex:p 1, 2 ; ex:q 2, 3 .", 2),
    "disjoint": ("sh:disjoint ex:q", "ex:a ex:p 1, 2 ; ex:q 2, 3 .", 1),
    "or": ("sh:or ( [ sh:datatype xsd:string ] [ sh:class ex:D ] )", 'ex:a ex:p "x", 1, ex:d . ex:d a ex:D .', 1),
    "not": ("sh:not [ sh:path ex:q ; sh:minCount 1 ]", "ex:a ex:p ex:b, ex:c . ex:b ex:q 1 .", 1),
    "node": ("sh:node [ sh:property [ sh:path ex:q ; sh:maxCount 1 ] ]", "ex:a ex:p ex:b . ex:b ex:q 1, 2 .", 1),
    "xone": ("sh:xone ( [ sh:nodeKind sh:Literal ] [ sh:datatype xsd:string ] )", 'ex:a ex:p "x", 1, ex:c .', 2),
    "qualified": (
        "sh:qualifiedValueShape [ sh:datatype xsd:integer ] ; sh:qualifiedMinCount 2 ; sh:qualifiedMaxCount 2",
        'ex:a ex:p 1, 2, "x" . ex:b ex:p 1, "x" .',
        1,
    ),
    "sparql": (
        'sh:sparql [ sh:message "No {?value} here" ; sh:select """SELECT $this ?value WHERE { $this $PATH ?value . '
        "FILTER NOT EXISTS { $this <https://example.org/q> ?value } { FILTER(ISLITERAL(?value)) "
        '$this $PATH ?value } UNION { $this <https://example.org/r> ?value } }""" ]',
        'ex:a ex:p "x", "y", ex:z ; ex:q "y" .',
        1,
    ),
    "below": (
        "sh:property [ sh:path [ sh:inversePath ex:r ] ; sh:minCount 1 ]",
        "ex:a ex:p ex:b . ex:b ex:p ex:b .",
        2,
    ),
}


def project_of(name: str) -> dict[str, str]:
    constraint, data, _ = CASES[name]
    shape = f"ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; {constraint} ] .\n"
    prefixes = PREFIXES + "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    subclass = "ex:E rdfs:subClassOf ex:D . ex:K rdfs:subClassOf ex:C .\n"
    things = "ex:a a ex:C . ex:b a ex:K .\n"
    return {
        "twinld.toml": CONFIG,
        "shapes/s.ttl": prefixes + shape,
        "ontology/o.ttl": prefixes + subclass,
        "data/d.ttl": prefixes + things + data,
    }


@pytest.mark.parametrize("name", CASES)
def test_a_constraint_means_the_same_in_the_store(
    name: str, shared_oxigraph: OxigraphServer, write: Callable[..., Path]
) -> None:
    dataset, local, store = both(shared_oxigraph.url, write(project_of(name)))

    assert store.unevaluated == ()
    assert found(dataset, store) == found(dataset, local)
    assert len(local.results) == CASES[name][2]


def test_what_cannot_be_asked_is_said(shared_oxigraph: OxigraphServer, write: Callable[..., Path]) -> None:
    files = project_of("minCount")
    files["shapes/s.ttl"] += "ex:S sh:property [ sh:path ex:p ; sh:node ex:R ] . ex:R sh:node ex:S .\n"
    _, _, report = both(shared_oxigraph.url, write(files))

    assert [each.reason for each in report.unevaluated] == ["sh:property: it refers to itself"]


def faulty(lines: list[str], share: float) -> Iterator[str]:
    """Yield lines of N-Triples with a share of them left out, doubled with another value, or of another kind."""
    chance = random.Random(9)
    for line in lines:
        if chance.random() >= share:
            yield line
            continue
        subject, predicate, _ = line.split(" ", 2)
        kind = chance.randrange(4)
        if kind == 1:
            yield f'{subject} {predicate} "planted" .\n'
        elif kind == 2:
            yield f"{line}{subject} {predicate} <https://example.org/planted> .\n"
        elif kind == 3:
            yield f'{line}{subject} {predicate} "planted {chance.random()}"@en .\n'


def test_planted_faults_of_the_project_are_found_in_the_store(
    oxigraph: OxigraphServer, repository: Path, tmp_path: Path
) -> None:
    """Half a percent of the statements of the project's own data are broken; the same comes of both runs."""
    whole = load(open_project(repository))
    keys = whole.table.keys
    rows = {row for file in whole.of_role("data") for row in zip(*_columns(file), strict=True)}
    lines = sorted(" ".join(ntriples_term(keys[each]) for each in row) + " .\n" for row in rows)
    for folder in ("ontology", "shapes"):
        shutil.copytree(repository / folder, tmp_path / folder)
    (tmp_path / "twinld.toml").write_text(CONFIG)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/all.nt").write_text("".join(faulty(lines, 0.005)))
    dataset, local, store = both(oxigraph.url, tmp_path)

    assert store.unevaluated == ()
    assert found(dataset, store) == found(dataset, local)
    assert len(local.results) > 50


def _columns(file: object) -> tuple[object, ...]:
    statements = file.parsed.statements  # type: ignore[attr-defined]
    return statements.subject, statements.predicate, statements.object


def test_the_command_says_each_finding_by_its_focus_node(
    shared_oxigraph: OxigraphServer, write: Callable[..., Path]
) -> None:
    folder = write(project_of("minCount"))
    both(shared_oxigraph.url, folder)
    command = [sys.executable, "-m", "twinld.cli.__main__", "check", "--project", str(folder)]
    done = subprocess.run([*command, "--endpoint", shared_oxigraph.url], capture_output=True, text=True, check=False)
    as_json = [*command, "--endpoint", shared_oxigraph.url, "--format", "json"]
    document = json.loads(subprocess.run(as_json, capture_output=True, check=False).stdout)

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("https://example.org/a: violation SHC004 shape-min-count: Give 2 or more values.")
    assert [each["focus"] for each in document["findings"]] == ["<https://example.org/a>"]


def test_the_default_graph_of_the_store_can_be_asked_for(
    shared_oxigraph: OxigraphServer, write: Callable[..., Path]
) -> None:
    """The Oxigraph server's is one of its own, which is empty here."""
    folder = write(project_of("minCount"))
    both(shared_oxigraph.url, folder)
    command = [sys.executable, "-m", "twinld.cli.__main__", "check", "--project", str(folder)]
    command += ["--endpoint", shared_oxigraph.url, "--default-graph"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    twofold = subprocess.run([*command, "--graph", "urn:g"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout[:11]) == (0, "no problems")
    assert (twofold.returncode, "--default-graph" in twofold.stderr) == (2, True)


def test_a_graph_that_the_store_lacks_is_refused_for_nothing_would_be_found_in_it(
    shared_oxigraph: OxigraphServer, write: Callable[..., Path]
) -> None:
    folder = write(project_of("minCount"))
    command = [sys.executable, "-m", "twinld.cli.__main__", "check", "--project", str(folder)]
    command += ["--endpoint", shared_oxigraph.url, "--graph", "https://example.org/graph/misspelt"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, "the store has no graph https://example.org/graph/misspelt" in done.stderr) == (2, True)


def test_what_cannot_be_asked_ends_with_3_unless_it_is_allowed(
    shared_oxigraph: OxigraphServer, write: Callable[..., Path]
) -> None:
    files = project_of("hasValue")
    files["shapes/s.ttl"] += "ex:T a sh:NodeShape ; sh:targetClass ex:C ; sh:node ex:R . ex:R sh:node ex:R .\n"
    folder = write(files)
    both(shared_oxigraph.url, folder)
    command = [sys.executable, "-m", "twinld.cli.__main__", "check", "--project", str(folder)]
    command += ["--endpoint", shared_oxigraph.url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    allowed = subprocess.run([*command, "--allow-partial"], capture_output=True, check=False)

    assert (done.returncode, allowed.returncode) == (3, 1)
    assert "not checked: https://example.org/T: sh:node: it refers to itself" in done.stdout
