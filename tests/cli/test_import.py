"""`twinld import` with the built-in project's mapping, as an officer of a city runs it."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.cli.command import twinld

HEADER = "City,Partner,Kind,Date,Date is,Fields,Source,Source address\n"
GOOD = """\
Skopje,Quilmes,letter of intent,1991-05-06,,,Council minutes,https://example.org/1
Koszalin,Toluca,letter of intent,6.5.1992,,"sport; tourism",Council minutes,https://example.org/1
Sopron,Eindhoven,memorandum of understanding,1993-05,,,Council minutes,https://example.org/1
Dijon,Windhoek,letter of intent,5/1994,,,Council minutes,https://example.org/1
Mexicali,Limassol,cooperation agreement,1995,established,,Council minutes,https://example.org/1
Takamastsu,Schweinfurt,letter of intent,199X,,,Annual report,
Seinajoki,Sorocaba,letter of intent,"[2007-08,2007-09]",,,Annual report,
authority:fi-kuopio,Shiraz,letter of intent,,,,Annual report,
Eindhoven,Skopje,project agreement,2001-02-03,renewed,sport,Twinning page of the City of Seinäjoki,
Windhoek,Toluca,yhteistyösopimus,2002,,,Council minutes,https://example.org/1
"""
BAD = """\
Schweinfrut,Quilmes,letter of intent,1990,,,Council minutes,
Skopje,Limassol,letter of intent,1990-02-30,,,Council minutes,
Skopje,Shiraz,letter of intent,1990,,,,
Skopje,Sopron,contact,1990,,,Council minutes,
Schweinfurt,Seinäjoki,twin town,1979,,,Council minutes,
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory, repository):
    """The built-in project in a folder of its own; the tests add files under names of their own."""
    root = tmp_path_factory.mktemp("project")
    for name in ("ontology", "shapes", "data", "sparql", "import"):
        shutil.copytree(repository / name, root / name)
    shutil.copy(repository / "twinld.toml", root)
    return root


@pytest.fixture(scope="module")
def fifteen(project):
    """The outcome of importing ten good and five bad rows."""
    project.joinpath("mine.csv").write_text(HEADER + GOOD + BAD, encoding="utf-8")
    return twinld("import", "mine.csv", "-o", "data/mine.ttl", "--refused", "again.csv", cwd=project)


def test_ten_good_rows_are_taken_and_five_bad_ones_explained_by_row_and_column(fifteen):
    done = fifteen

    assert done.returncode == 1
    assert "10 rows taken" in done.stderr
    assert "5 refused" in done.stderr
    reasons = [line for line in done.stderr.splitlines() if line.startswith("mine.csv: row")]
    assert [line.partition(": ")[2].rpartition(")")[0].partition(")")[0] for line in reasons[:4]] == [
        "row 12 column A (City",
        "row 13 column D (Date",
        "row 14 column G (Source",
        "row 15 column C (Kind",
    ]
    assert "no local authority is called 'Schweinfrut'" in reasons[0]
    assert "did you mean Schweinfurt (authority:de-schweinfurt)" in done.stderr
    assert "'1990-02-30' is no xsd:date" in reasons[1]
    assert "the cell is empty" in reasons[2]
    assert "A declared partner and a contact are no agreements" in reasons[3]
    assert "row 16: agreement:schweinfurt--seinajoki in data/" in reasons[4]
    assert "has the same tw:party and tw:kind already" in reasons[4]


def test_what_was_written_passes_the_checks_and_the_refused_rows_come_back_with_their_reasons(fifteen, project):
    checked = twinld("check", "data/mine.ttl", "--format", "json", cwd=project)
    laid_out = twinld("fmt", "--check", "data/mine.ttl", cwd=project)
    again = twinld("import", "again.csv", cwd=project)

    assert laid_out.returncode == 0
    assert json.loads(checked.stdout)["summary"]["violation"] == 0
    assert checked.returncode == 0
    assert "0 rows taken" in again.stderr
    assert "5 refused" in again.stderr
    assert "columns that the mapping does not know" not in again.stderr


def test_dates_keep_the_precision_of_the_cell(fifteen, project):
    claims = (project / "data/mine.ttl").read_text(encoding="utf-8").split("\n\n")
    dates = [
        line.strip() for block in claims if " a tw:Claim" in block for line in block.splitlines() if "edtf" in line
    ]
    assert dates == [
        'tw:edtf "1991-05-06"^^edtf:EDTF ;',
        'tw:edtf "1992-05-06"^^edtf:EDTF ;',
        'tw:edtf "1993-05"^^edtf:EDTF ;',
        'tw:edtf "1994-05"^^edtf:EDTF ;',
        'tw:edtf "1995"^^edtf:EDTF ;',
        'tw:edtf "199X"^^edtf:EDTF ;',
        'tw:edtf "[2007-08,2007-09]"^^edtf:EDTF ;',
        'tw:edtf "2001-02-03"^^edtf:EDTF ;',
        'tw:edtf "2002"^^edtf:EDTF ;',
    ]


def test_nothing_is_written_over_without_being_asked_to(fifteen, project):
    before = project.joinpath("data/mine.ttl").read_bytes()

    done = twinld("import", "mine.csv", "-o", "data/mine.ttl", cwd=project)

    assert done.returncode == 2
    assert project.joinpath("data/mine.ttl").read_bytes() == before
    assert "--replace" in done.stderr


def test_replacing_a_file_forgets_what_it_said(fifteen, project):
    project.joinpath("good.csv").write_text(HEADER + GOOD, encoding="utf-8")

    done = twinld("import", "good.csv", "-o", "data/mine.ttl", "--replace", cwd=project)

    assert done.returncode == 0
    assert "10 rows taken" in done.stderr


def test_the_shipped_sheet_has_the_headers_of_the_shipped_mapping(project, repository):
    done = twinld("import", "--template", "--map", "import/agreements.toml", cwd=project)

    assert done.stdout.encode() == (repository / "import/agreements.csv").read_bytes().replace(b"\r\n", b"\n")


def test_a_sheet_without_a_needed_column_ends_2_and_names_it(project):
    project.joinpath("other.csv").write_text("City,Partners,Kind,Source\nA,B,C,D\n")

    done = twinld("import", "other.csv", cwd=project)

    assert done.returncode == 2
    assert "the column 'Partner' is missing; is it 'Partners'?" in done.stderr
