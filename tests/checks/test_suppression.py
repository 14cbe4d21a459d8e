"""Findings that the author answered for: by comments, by the configuration, by a baseline."""

from __future__ import annotations

import pytest

from twinld.checks.baseline import baseline_text, new_findings, read_baseline
from twinld.checks.report import without_known
from twinld.checks.run import run_checks
from twinld.errors import UsageError
from twinld.source.project import open_project

CONFIG = 'base-iri = "https://example.org/"\n'
PREFIX = "PREFIX id: <https://example.org/id/>\n"


def check(write, data, *, config=CONFIG, select=("IRI001", "SUP")):
    root = write({"twinld.toml": config, "data/d.ttl": PREFIX + data})
    return run_checks(open_project(root), select=select)


def lines(report):
    return [(finding.code, finding.place.start.line) for finding in report.findings]


def test_a_comment_behind_a_line_hides_what_it_names_on_that_line_only(write):
    data = (
        "id:a id:p id:gone1 ; # twinld: ignore[IRI001] it is elsewhere\n"
        "    id:p id:gone2 . # twinld: ignore[LNG] not that\n"
    )

    report = check(write, data, select=["IRI001"])

    assert lines(report) == [("IRI001", 3)]
    assert report.hidden == {"by comments": 1}


def test_a_comment_above_a_block_speaks_for_the_block(write):
    data = "# twinld: ignore[IRI001] elsewhere\nid:a id:p id:gone1 ;\n    id:p ( id:gone2 ) .\nid:b id:p id:gone3 .\n"

    assert lines(check(write, data)) == [("IRI001", 5)]


def test_a_comment_inside_a_block_speaks_for_the_next_line(write):
    data = "id:a id:p id:gone1 ;\n    # twinld: ignore[dangling-reference] elsewhere\n    id:p id:gone2 .\n"

    assert lines(check(write, data)) == [("IRI001", 2)]


def test_a_comment_can_speak_for_the_file(write):
    data = "id:a id:p id:gone1 .\n# twinld: ignore-file[IRI] all of it is elsewhere\nid:b id:p id:gone2 .\n"

    assert lines(check(write, data)) == []


def test_a_comment_in_a_string_hides_nothing(write):
    data = 'id:a id:p id:gone, "# twinld: ignore[IRI001] x" .\n'

    assert lines(check(write, data)) == [("IRI001", 2)]


def test_a_comment_in_a_query_speaks_for_the_next_line(write):
    query = (
        "#+ title: x\nSELECT * WHERE {\n  # twinld: ignore[QRY003] it comes with the next delivery\n"
        "  <https://example.org/id/soon> ?p ?o .\n  <https://example.org/id/gone> ?p ?o .\n}\n"
    )
    write({"sparql/q.rq": query})

    assert lines(check(write, "id:a id:p id:a .\n", select=["QRY003", "SUP"])) == [("QRY003", 5)]


def test_a_useless_comment_is_found_unless_its_rule_was_not_run(write):
    data = "id:a id:p id:a . # twinld: ignore[IRI001] elsewhere\n"

    assert lines(check(write, data)) == [("SUP001", 2)]
    assert lines(check(write, data, select=["SUP"])) == []


def test_a_comment_without_a_reason_hides_and_is_reported(write):
    assert lines(check(write, "id:a id:p id:gone . # twinld: ignore[IRI001]\n")) == [("SUP002", 2)]


@pytest.mark.parametrize("text", ["ignore", "ignore[]", "ignore[IRI999] x", "ingore[IRI001] x"])
def test_a_comment_that_is_not_understood_hides_nothing_and_is_reported(write, text):
    report = check(write, f"id:a id:p id:gone . # twinld: {text}\n")

    assert sorted(lines(report)) == [("IRI001", 2), ("SUP003", 2)]


def test_the_configuration_ignores_rules_everywhere_or_in_some_files(write):
    data = "id:a id:p id:gone .\n"

    everywhere = check(write, data, config=CONFIG + 'ignore = ["IRI"]')
    there = check(write, data, config=CONFIG + 'per-file-ignores = { "data/*.ttl" = ["IRI001"] }')
    folder = check(write, data, config=CONFIG + 'per-file-ignores = { "data/" = ["dangling-reference"] }')
    elsewhere = check(write, data, config=CONFIG + 'per-file-ignores = { "shapes/" = ["IRI001"] }')

    assert [len(report.findings) for report in (everywhere, there, folder, elsewhere)] == [0, 0, 0, 1]
    assert there.hidden == {"per file": 1}


def test_a_baseline_knows_findings_when_their_lines_move_and_counts_them(write, tmp_path):
    before = check(write, "id:a id:p id:gone .\n")
    (tmp_path / "baseline.json").write_text(baseline_text(before.findings))
    known = read_baseline(tmp_path / "baseline.json")
    after = check(write, "\n\nid:b id:p id:new .\nid:a id:p id:gone , id:gone .\n")

    report = without_known(after, known, "by the baseline")

    assert [finding.value for finding in report.findings] == [
        "<https://example.org/id/new>",
        "<https://example.org/id/gone>",
    ]
    assert report.hidden == {"by the baseline": 1}


def test_a_baseline_is_the_same_bytes_for_the_same_findings(write):
    findings = check(write, "id:a id:p id:gone, id:lost .\n").findings

    assert baseline_text(findings) == baseline_text(tuple(reversed(findings)))
    assert new_findings([], read_known(findings)) == []


def read_known(findings):
    from collections import Counter

    return Counter(finding.fingerprint for finding in findings)


@pytest.mark.parametrize("text", ["", "[]", '{"findings": [{}]}', '{"findings": [{"fingerprint": 1, "count": "x"}]}'])
def test_what_is_no_baseline_is_refused(tmp_path, text):
    path = tmp_path / "baseline.json"
    path.write_text(text)

    with pytest.raises(UsageError):
        read_baseline(path)
