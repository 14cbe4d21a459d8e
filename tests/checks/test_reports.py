"""Each format says the same findings as its readers expect them, escaped, sorted and with the same bytes each time."""

from __future__ import annotations

import json
import random
import xml.etree.ElementTree as ET
from dataclasses import replace

import pyoxigraph as ox
import pytest
import rdflib
import rdflib.compare

from tests.shacl.test_paths import made_path
from twinld.checks.findings import Finding, Place, Position, Severity, Shape
from twinld.checks.report import shown_from
from twinld.checks.reports import FORMATS
from twinld.checks.run import run_checks
from twinld.source.project import open_project

ODD = 'percent 100%, "quotes": <b>&amp;\r\nsecond | `line` \x07 ]]> é友'
SHACL = "http://www.w3.org/ns/shacl#"
PATH_PROPERTIES = {
    rdflib.RDF.first,
    rdflib.RDF.rest,
    rdflib.SH.inversePath,
    rdflib.SH.alternativePath,
    rdflib.SH.zeroOrMorePath,
    rdflib.SH.oneOrMorePath,
    rdflib.SH.zeroOrOnePath,
}


def finding(number=0, **parts):
    place = Place("data/ä b,c:d.ttl", Position(2, 5), Position(2, 9))
    given = {"message": ODD, "place": place, "focus": f"<https://example.org/{number}>", **parts}
    return Finding("LNG001", "missing-label", given.pop("severity", Severity.WARNING), **given)


@pytest.fixture
def report(write):
    root = write({"twinld.toml": "", "data/a.ttl": "<x:a> <x:b> <x:c> .\n", "data/ä b,c:d.ttl": "\n<x:a> <x:b> 1 .\n"})
    plain = run_checks(open_project(root), select=["TTL001"])
    shape = Shape("https://example.org/S", "shapes/s.ttl", 7)
    violation = finding(
        severity=Severity.VIOLATION,
        value='"two\nlines"@en-GB',
        path="<https://example.org/p>",
        shape=shape,
        related=(Place("data/a.ttl", Position(1, 1), Position(1, 6), "the first"),),
        component=SHACL + "MinCountConstraintComponent",
        messages={"en": ODD, "fi": "Anna nimi."},
    )
    top = Finding("CFG001", "no-catalogue", Severity.INFO, "m", Place("twinld.toml", Position(1, 1), Position(1, 1)))
    return replace(plain, findings=(violation, finding(1), finding(1), top))


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_the_same_findings_give_the_same_bytes(report, name):
    assert FORMATS[name].write(report) == FORMATS[name].write(report)


def test_json_lines_are_the_findings_of_the_json_document(report):
    lines = [json.loads(line) for line in FORMATS["jsonl"].write(report).splitlines()]

    assert lines == json.loads(FORMATS["json"].write(report))["findings"]


def test_github_annotations_escape_percent_newline_comma_and_colon(report):
    lines = FORMATS["github"].write(report).splitlines()

    assert lines[0].startswith(
        "::error file=data/ä b%2Cc%3Ad.ttl,line=2,col=5,endLine=2,endColumn=9,title=LNG001 missing-label::"
        'percent 100%25, "quotes": <b>&amp;%0D%0Asecond | `line`'
    )
    assert [line.split(" ")[0] for line in lines] == ["::error", "::warning", "::warning", "::notice"]
    assert "endLine" not in lines[3]


def test_gitlab_fingerprints_are_unique_and_stay_when_lines_move(report):
    document = json.loads(FORMATS["gitlab"].write(report))
    moved = replace(
        report,
        findings=tuple(replace(f, place=replace(f.place, start=Position(9, 1), end=None)) for f in report.findings),
    )
    after = json.loads(FORMATS["gitlab"].write(moved))

    fingerprints = [entry["fingerprint"] for entry in document]
    assert len(set(fingerprints)) == 4
    assert fingerprints == [entry["fingerprint"] for entry in after]
    assert [entry["severity"] for entry in document] == ["major", "minor", "minor", "info"]
    assert document[0]["location"] == {"path": "data/ä b,c:d.ttl", "lines": {"begin": 2}}


def test_junit_is_well_formed_and_counts_what_it_holds(report):
    root = ET.fromstring(FORMATS["junit"].write(replace(report, incomplete=("data/x.ttl: gone",))))

    cases = list(root.iter("testcase"))
    assert (int(root.get("tests")), int(root.get("failures")), int(root.get("errors"))) == (6, 4, 1)
    assert (len(cases), len(list(root.iter("failure"))), len(list(root.iter("error")))) == (6, 4, 1)
    assert [suite.get("name") for suite in root] == ["data/a.ttl", "data/ä b,c:d.ttl", "twinld.toml", "not checked"]
    for suite in root:
        assert int(suite.get("tests")) == len(suite)
    assert {name for case in cases for name in case.attrib} == {"name", "classname"}
    message = next(root.iter("failure")).get("message")
    assert message == ODD.replace("\x07", "\ufffd")


def test_markdown_shows_text_as_it_is_in_one_row_a_finding(report):
    rows = [line for line in FORMATS["markdown"].write(report).splitlines() if line.startswith("| data")]

    assert len(rows) == 3
    assert all(row.replace("\\|", "").count("|") == 5 for row in rows)
    assert "\\<b\\>\\&amp;" in rows[0]


def test_the_shacl_report_is_rdf_with_a_result_for_each_finding(report):
    text = FORMATS["shacl"].write(report)

    quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri="https://example.org/"))
    values = {quad.object.value for quad in quads if quad.predicate.value == SHACL + "resultMessage"}
    assert sum(quad.predicate.value == SHACL + "result" for quad in quads) == 4
    assert {ODD, "Anna nimi.", "m"} == values
    assert ox.Literal("two\nlines", language="en-gb") in [quad.object for quad in quads]
    assert ox.NamedNode(SHACL + "MinCountConstraintComponent") in [quad.object for quad in quads]


@pytest.mark.parametrize("seed", range(20))
def test_the_shacl_report_has_the_path_of_the_shape(write, seed):
    prefixes = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://e/> .\n"
    path = made_path(random.Random(seed))
    shape = f"{prefixes}ex:S a sh:NodeShape ; sh:targetNode ex:n ; sh:property [ sh:path {path} ; sh:minCount 99 ] ."
    root = write({"data/d.ttl": "<http://e/n> <http://e/p0> <http://e/m> .", "shapes/s.ttl": shape})

    graph = rdflib.Graph().parse(data=FORMATS["shacl"].write(run_checks(open_project(root), select=["SHC"])))

    expected = rdflib.Graph().parse(data=f"{prefixes}ex:S sh:resultPath {path} .")
    [result] = graph.objects(None, rdflib.SH.result)
    found = rdflib.Graph()
    for triple in graph:
        if triple[1] in PATH_PROPERTIES:
            found.add(triple)
    found.add((rdflib.URIRef("http://e/S"), rdflib.SH.resultPath, graph.value(result, rdflib.SH.resultPath)))
    assert rdflib.compare.isomorphic(found, expected)


def sarif(report):
    return json.loads(FORMATS["sarif"].write(report))


def test_sarif_has_regions_with_ends_rules_and_fingerprints(report):
    [run] = sarif(report)["runs"]

    results = run["results"]
    location = results[0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "data/%C3%A4%20b%2Cc:d.ttl"
    assert location["region"] == {"startLine": 2, "startColumn": 5, "endLine": 2, "endColumn": 9}
    assert results[3]["locations"][0]["physicalLocation"]["region"]["endColumn"] == 2
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["CFG001", "LNG001"]
    assert [result["ruleIndex"] for result in results] == [1, 1, 1, 0]
    assert len({result["partialFingerprints"]["twinld/v1"] for result in results}) == 4
    assert [each["message"]["text"] for each in results[0]["relatedLocations"]] == [
        "the first",
        "the shape https://example.org/S",
    ]


def test_sarif_says_what_was_not_checked(report):
    [run] = sarif(replace(report, incomplete=("data/x.ttl: gone",)))["runs"]

    [invocation] = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "not checked: data/x.ttl: gone"


def test_sarif_groups_by_rule_and_file_above_what_github_keeps(report):
    many = tuple(finding(number, path=f"<x:p{number % 7}>") for number in range(5001))

    [run] = sarif(replace(report, findings=many))["runs"]

    counts = [result.get("occurrenceCount", 1) for result in run["results"]]
    assert sum(counts) == 5001
    assert sorted(counts)[-2:] == [1, 715]
    assert "(and 714 more like this)" in run["results"][0]["message"]["text"]


def test_files_are_called_by_their_path_from_where_the_reader_is(write, tmp_path):
    root = write({"sub/twinld.toml": 'base-iri = "https://example.org/"', "sub/data/a.ttl": "bad"})
    report = run_checks(open_project(root / "sub"), select=["TTL001"])

    above = FORMATS["concise"].write(shown_from(report, root))
    beside = FORMATS["concise"].write(shown_from(report, root / "other"))

    assert above.startswith("sub/data/a.ttl:1:1:")
    assert beside.startswith("../sub/data/a.ttl:1:1:")
