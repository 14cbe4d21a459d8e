"""The W3C suites by manifest: where they are, which cases they have, and how a case of each is judged."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from twinld.rdf.formats import TRIG, TURTLE
from twinld.rdf.reading import read
from twinld.rdf.terms import TermTable
from twinld.shacl import validate

ROOT = Path(os.environ.get("TWINLD_THIRD_PARTY", Path(__file__).parents[2] / "../shared/third_party")) / "w3c"
RDF_ADDRESS = "https://w3c.github.io/rdf-tests/rdf/rdf11/"
SHACL_ADDRESS = "http://datashapes.example/tests/"
MANIFEST = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHACL_TEST = "http://www.w3.org/ns/shacl-test#"
SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def require(suite: Path) -> None:
    """Skip a test where the suites are missing; `make conformance` fails there instead."""
    if suite.exists():
        return
    reason = f"no W3C suite at {suite}; set TWINLD_THIRD_PARTY"
    if os.environ.get("TWINLD_CONFORMANCE"):
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass(frozen=True)
class TurtleCase:
    suite: str
    action: str
    result: str | None
    negative: bool

    def __str__(self) -> str:
        return self.action.removeprefix(RDF_ADDRESS)


_ENTRIES = f"""
    PREFIX mf: <{MANIFEST}>
    SELECT ?kind ?action ?result WHERE {{ ?test a ?kind ; mf:action ?action OPTIONAL {{ ?test mf:result ?result }} }}
    ORDER BY ?test"""


def turtle_cases(suite: str) -> list[TurtleCase]:
    manifest = ROOT / "rdf11" / suite / "manifest.ttl"
    if not manifest.exists():
        return []
    store = ox.Store()
    store.load(path=str(manifest), format=ox.RdfFormat.TURTLE, base_iri=f"{RDF_ADDRESS}{suite}/")
    return [
        TurtleCase(suite, row["action"].value, row["result"] and row["result"].value, "Negative" in row["kind"].value)
        for row in store.query(_ENTRIES)
    ]


def check_turtle(case: TurtleCase) -> None:
    """Read a case as the suite and pyoxigraph read it."""
    format = TURTLE if case.suite == "rdf-turtle" else TRIG
    source = _rdf_file(case.action).read_bytes()
    table = TermTable()
    parsed = read(source, format=format, base=case.action, table=table)
    quads = [
        ox.Quad(*(table.term(n) for n in (s, p, o)), table.term(g) if g else ox.DefaultGraph())
        for s, p, o, g in parsed.statements
    ]

    assert bool(parsed.errors) is case.negative
    if case.result:
        assert _canonical(quads) == _canonical(ox.parse(path=str(_rdf_file(case.result)), format=ox.RdfFormat.N_QUADS))
    if case.negative:
        with pytest.raises((SyntaxError, ValueError)):
            list(ox.parse(source, format=format.pyoxigraph, base_iri=case.action))
    else:
        assert _canonical(quads) == _canonical(ox.parse(source, format=format.pyoxigraph, base_iri=case.action))


def _rdf_file(iri: str) -> Path:
    return ROOT / "rdf11" / iri.removeprefix(RDF_ADDRESS)


def _canonical(quads) -> ox.Dataset:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def shacl_files() -> list[str]:
    """Return the files that the manifests include, one case in each."""
    root = ROOT / "data-shapes" / "tests"
    found, waiting = [], [root / "manifest.ttl"] if root.exists() else []
    while waiting:
        manifest = waiting.pop(0)
        graph = _Graph(manifest, root)
        included = [graph.path(each) for each in graph.all_values(f"<{MANIFEST}include>")]
        waiting.extend(each for each in included if each.name == "manifest.ttl")
        found += [each for each in included if each.name != "manifest.ttl"]
        if manifest.name == "manifest.ttl" and not included:
            found.append(manifest)
    return sorted(each.relative_to(root).as_posix() for each in found)


class _Graph:
    """A file of the SHACL suite, by subject and predicate."""

    def __init__(self, path: Path, root: Path, table: TermTable | None = None, prefix: str = "t") -> None:
        self.root, self.file = root, path
        self.table = table or TermTable()
        address = SHACL_ADDRESS + path.relative_to(root).as_posix()
        self.parsed = read(path.read_bytes(), format=TURTLE, base=address, table=self.table, blank_prefix=prefix)
        self.edges: dict[tuple[int, str], list[int]] = {}
        for subject, predicate, value, _ in self.parsed.statements:
            self.edges.setdefault((subject, self.table.keys[predicate]), []).append(value)

    def path(self, number: int) -> Path:
        return self.root / self.table.keys[number][1:-1].removeprefix(SHACL_ADDRESS)

    def all_values(self, predicate: str) -> list[int]:
        return [each for (_, key), values in self.edges.items() if key == predicate for each in values]

    def values(self, subject: int, iri: str) -> list[int]:
        return self.edges.get((subject, f"<{iri}>"), [])

    def value(self, subject: int, iri: str) -> int | None:
        return next(iter(self.values(subject, iri)), None)

    def key(self, subject: int, iri: str) -> str | None:
        found = self.value(subject, iri)
        return None if found is None else self.table.keys[found]

    def result_path(self, number: int | None) -> object:
        """Return a path as a value that does not depend on blank nodes."""
        if number is None:
            return None
        if self.values(number, RDF + "first"):
            return tuple(self.result_path(each) for each in self.items(number))
        for name in ("inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath", "alternativePath"):
            inner = self.value(number, SH + name)
            if inner is not None:
                return name, self.result_path(inner)
        return self.table.keys[number]

    def items(self, head: int) -> list[int]:
        found = []
        while self.table.keys[head] != f"<{RDF}nil>":
            found.append(self.value(head, RDF + "first"))
            head = self.value(head, RDF + "rest")
        return found


def check_shacl(file: str, engine: str) -> None:
    """Validate a case and compare strictly: conforms, focus, path, value, severity, component, source shape."""
    root = ROOT / "data-shapes" / "tests"
    own = _Graph(root / file, root)
    (test,) = [s for (s, key), o in own.edges.items() if own.table.ids.get(f"<{SHACL_TEST}Validate>") in o]
    action, result = own.value(test, MANIFEST + "action"), own.value(test, MANIFEST + "result")
    data, shapes = (_graph_of(own, own.value(action, SHACL_TEST + name)) for name in ("dataGraph", "shapesGraph"))
    report = validate(own.table, [data.parsed.statements], [shapes.parsed.statements], engine=engine)

    if own.table.keys[result] == f"<{SHACL_TEST}Failure>":
        assert len(report.unevaluated) == 1
        assert report.unevaluated[0].reason.startswith(("SHACL does not allow", "a sub-SELECT must return"))
        return
    assert report.unevaluated == ()
    assert Counter(_found(each, shapes) for each in report.results) == Counter(_expected(own, result))
    assert report.conforms is ("true" in own.key(result, SH + "conforms"))


def _graph_of(own: _Graph, number: int) -> _Graph:
    path = own.path(number)
    return own if path == own.file else _Graph(path, own.root, own.table, path.stem.replace("-", "") + "x")


def _named(key: str | None) -> str | None:
    return "_" if key and key.startswith("_:") else key


def _found(result, shapes: _Graph) -> tuple[object, ...]:
    keys = shapes.table.keys
    return (
        keys[result.focus],
        shapes.result_path(result.path),
        None if result.value is None else keys[result.value],
        f"<{result.component}>",
        _named(keys[result.source_shape]),
        f"<{result.severity}>",
    )


def _expected(own: _Graph, report: int) -> list[tuple[object, ...]]:
    return [
        (
            own.key(each, SH + "focusNode"),
            own.result_path(own.value(each, SH + "resultPath")),
            own.key(each, SH + "value"),
            own.key(each, SH + "sourceConstraintComponent"),
            _named(own.key(each, SH + "sourceShape")),
            own.key(each, SH + "resultSeverity"),
        )
        for each in own.values(report, SH + "result")
    ]
