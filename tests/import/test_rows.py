"""Rows become statements or are refused whole; nothing here knows what a pump is."""

from __future__ import annotations

import pytest

from twinld.authoring.importing import import_sheet, target_file
from twinld.authoring.mapping import read_mapping
from twinld.authoring.sheet import read_sheet
from twinld.errors import ConfigError, UsageError
from twinld.graph.dataset import load
from twinld.graph.prefixes import prefix_map
from twinld.source.project import open_project


def lines(outcome):
    return [line.strip().rstrip(" ;.") for line in outcome.turtle.splitlines()]


def reasons(outcome):
    return [(refusal.row, refusal.column, refusal.header, refusal.message) for refusal in outcome.refusals]


def test_a_row_becomes_a_block_in_the_order_of_the_template(imported):
    outcome = imported("Name,Site,Colours,Flow,Built,Years\nBig one,Gothenburg,red/blå,1.50,3.4.1990,36\n")

    expected = """\
d:pump-big-one a ex:Pump ;
    skos:prefLabel "Big one"@en ;
    ex:site d:s1 ;
    ex:colour d:red ;
    ex:colour d:blue ;
    ex:flow "1.50"^^xsd:decimal ;
    ex:built "1990-04-03"^^xsd:date ;
    ex:age [
        ex:years 36
    ] .
"""

    assert outcome.refusals == ()
    assert outcome.turtle.endswith("\n\n# Made from rows.csv by m.toml.\n\n" + expected)


def test_statements_with_an_empty_cell_are_left_out(imported):
    outcome = imported("Name,Site,Flow\nBig,,1.0\n")

    text = outcome.turtle
    assert "ex:flow" in text
    assert "ex:site" not in text
    assert "ex:Report" not in text


@pytest.mark.parametrize(
    "name",
    [
        "Göteborg",
        "GOTHENBURG",
        "goteborg",
        "Goteburg",
        "d:s1",
        "https://example.org/id/s1",
        "<https://example.org/id/s1>",
        "s1",
    ],
)
def test_a_thing_is_found_in_any_language_by_misspellings_without_accents_and_by_iri(imported, name):
    outcome = imported(f"Name,Site,Flow\nBig,{name},1.0\n")

    assert "ex:site d:s1" in lines(outcome)


def test_an_unknown_name_is_refused_with_what_may_be_meant(imported):
    outcome = imported("Name,Site,Flow\nBig,Gotenburgh,1.0\n")

    assert reasons(outcome) == [(2, "B", "Site", "no site is called 'Gotenburgh'")]
    assert outcome.refusals[0].hint == "did you mean Gothenburg (d:s1)?"
    assert outcome.turtle == ""


def test_a_name_of_two_things_is_refused_with_both(imported):
    outcome = imported("Name,Site,Flow\nBig,Newcastle,1.0\n")

    assert reasons(outcome) == [(2, "B", "Site", "more than one site is called 'Newcastle'")]
    assert outcome.refusals[0].hint == "write d:s2 or d:s3"


def test_all_that_is_wrong_with_a_row_is_said_at_once(imported):
    outcome = imported("Name,Built,Remark,Flow\n,later,a@b,1.0\n")

    assert [(row, column) for row, column, *_ in reasons(outcome)] == [(2, "A"), (2, "B"), (2, "C")]
    assert [refusal.hint for refusal in outcome.refusals[1:]] == ["write 1990 or 1990-05-31", "no addresses"]


@pytest.mark.parametrize(("header", "cell"), [("Built", "30.2.1990"), ("Flow", "much"), ("Years", "1.5")])
def test_a_value_that_its_datatype_does_not_have_is_refused(imported, header, cell):
    outcome = imported(f"Name,{header}\nBig,{cell}\n")

    assert reasons(outcome)[0][:3] == (2, "B", header)
    assert "there is no such value" in reasons(outcome)[0][3]


def test_what_the_shapes_find_is_laid_at_the_cell_it_comes_from(imported):
    outcome = imported("Name,Flow\nBig,1000\nSmall,1\nNone,\n")

    assert [row.number for row in outcome.taken] == [3]
    assert reasons(outcome) == [
        (2, "B", "Flow", 'Give a flow up to 100.: "1000"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        (4, "B", "Flow", "Give a flow up to 100."),
    ]


def test_a_thing_that_is_there_already_is_refused_with_its_place(imported):
    outcome = imported("Name,Flow\nBig,1\nBig,2\n")

    assert reasons(outcome) == [(3, "A", "Name", "row 2 makes d:pump-big already")]


def test_a_thing_in_the_data_is_not_described_again(imported, project):
    project.joinpath("data/more.ttl").write_text(
        "@prefix ex: <https://example.org/> .\n@prefix d: <https://example.org/id/> .\nd:pump-big a ex:Thing .\n"
    )

    outcome = imported("Name,Flow\nBig,1\n")

    assert reasons(outcome) == [(2, "A", "Name", "d:pump-big is described in data/more.ttl:3 already")]


def test_a_shared_thing_is_made_once_and_found_afterwards(imported, project):
    rows = "Name,Site,Flow,Page\nA,d:s1,1,https://example.com/r\nB,d:s1,1,https://example.com/r\n"
    first = imported(rows)
    project.joinpath("data/rows2.ttl").write_text(first.turtle)
    second = imported(rows.replace("A,", "C,").replace("B,", "D,"))

    assert first.turtle.count("a ex:Report") == 1
    assert '"Report on Göteborg"@en' in first.turtle
    assert len(second.taken) == 2
    assert "ex:Report" not in second.turtle


def test_the_same_sheet_gives_the_same_bytes(imported):
    rows = "Name,Colours,Flow\nB,red,1\nA,blue,1\n"

    assert imported(rows).turtle == imported(rows).turtle


def test_quotes_braces_and_markup_in_cells_stay_text(imported, project):
    outcome = imported('Name,Flow,Remark\nBig,1,"say ""hi"" {pump} ?pump \\ <b> . ex:x ex:y ex:z"\n')

    assert outcome.refusals == ()
    assert r'rdfs:comment "say \"hi\" {pump} ?pump \\ <b> . ex:x ex:y ex:z"' in lines(outcome)


def test_headers_that_the_mapping_does_not_know_are_named(imported):
    assert imported("Namn,Flow,Colour of the door\nBig,1,x\n").ignored == ("Colour of the door",)


def test_a_row_with_more_cells_than_headers_is_refused(imported):
    outcome = imported("Name,Flow\nBig,1,5\n")

    assert reasons(outcome)[0][:2] == (2, "C")


def test_a_template_with_an_undefined_term_is_the_mappings_fault(imported, project):
    path = project / "import/m.toml"
    path.write_text(path.read_text().replace("rdfs:comment ?remark", "ex:coment ?remark"))
    opened = open_project(project)
    plan = read_mapping(path, prefix_map(load(opened)))
    rows = project / "rows.csv"
    rows.write_text("Name,Flow,Remark\nBig,1,good\n")

    with pytest.raises(UsageError, match="what the mapping writes does not check: VOC001"):
        import_sheet(opened, read_sheet(rows), plan, target_file(opened, None, "rows"), today="2026-01-02")


def test_a_class_of_which_there_is_nothing_is_the_mappings_fault(imported, project, plan):
    path = project / "import/m.toml"
    path.write_text(path.read_text().replace('find = "ex:Site"', 'find = "ex:Thing"'))
    opened = open_project(project)
    plan = read_mapping(path, prefix_map(load(opened)))
    rows = project / "rows.csv"
    rows.write_text("Name,Flow\nBig,1\n")

    with pytest.raises(ConfigError, match=r"columns\.site\.find: the data have nothing of ex:Thing"):
        import_sheet(opened, read_sheet(rows), plan, target_file(opened, None, "rows"), today="2026-01-02")
