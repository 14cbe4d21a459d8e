"""`twinld new` as its users run it, with settings and on a terminal."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys

import pytest

from tests.cli.command import twinld

PUMP = ("new", "ex:Pump", "--set", "rdfs:label=Pump 9@en")


@pytest.fixture
def pumps(tmp_path):
    assert twinld("init", ".", cwd=tmp_path).returncode == 0
    return tmp_path


def test_settings_that_answer_every_question_give_a_block(pumps):
    done = twinld(*PUMP, "--set", "ex:ratedFlow=3.50", cwd=pumps)

    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout.endswith(
        '\n\npump:pump-9 a ex:Pump ;\n    ex:ratedFlow "3.50"^^xsd:decimal ;\n    rdfs:label "Pump 9"@en .\n'
    )


def test_what_is_not_answered_ends_1_with_what_the_shapes_say(pumps):
    done = twinld(*PUMP, "-o", "data/more.ttl", cwd=pumps)

    assert done.returncode == 1
    assert done.stderr.startswith("ex:ratedFlow: Give each pump exactly one ex:ratedFlow")
    assert not (pumps / "data/more.ttl").exists()


def test_a_block_is_added_to_a_file_that_still_checks(pumps):
    before = (pumps / "data/pumps.ttl").read_text()
    done = twinld(*PUMP, "--set", "ex:ratedFlow=3.50", "-o", "data/pumps.ttl", cwd=pumps)

    assert done.returncode == 0
    after = (pumps / "data/pumps.ttl").read_text()
    assert after.startswith(before[:40])
    assert '"Pump 9"@en' in after
    assert twinld("check", cwd=pumps).returncode == 0
    assert twinld("fmt", "--check", "data/pumps.ttl", cwd=pumps).returncode == 0


def test_a_class_that_is_not_there_ends_2(pumps):
    done = twinld("new", "ex:Pmup", cwd=pumps)

    assert done.returncode == 2
    assert "did you mean" in done.stderr


def test_on_a_terminal_it_asks(pumps):
    """The questions come on the terminal, the block goes to standard output."""
    terminal, other = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "twinld.cli", "new", "ex:Pump"],
        cwd=pumps,
        stdin=other,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        os.write(terminal, b"many\n7.25\nPump 10@en\n\n\n")
        try:
            written, said = process.communicate(timeout=60)
        finally:
            process.kill()  # a question more than there are answers would wait for ever
    os.close(other)
    os.close(terminal)

    assert process.returncode == 0
    assert "'many' is no xsd:decimal" in said
    assert "Give each pump exactly one ex:ratedFlow, a decimal in m³/h." in said
    assert 'rdfs:label "Pump 10"@en' in written
    assert '"7.25"^^xsd:decimal' in written


def test_an_agreement_and_its_claim_pass_the_checks_of_the_built_in_project(tmp_path, repository):
    for name in ("ontology", "shapes", "data"):
        shutil.copytree(repository / name, tmp_path / name)
    shutil.copy(repository / "twinld.toml", tmp_path)
    settings = [
        "party=Kuopio",
        "party=Quilmes",
        "kind=letter of intent",
        "prefLabel=Kuopio–Quilmes, letter of intent",
        "dcterms:source=source:seinajoki-twinning",
        "^claimOn/rank=preferred",
        "^claimOn/certainty=explicit",
        "^claimOn/prov:hadPrimarySource=source:seinajoki-twinning",
        "^claimOn/date=1990-09",
        "^claimOn/edtf=1990-09",
        "^claimOn/precision=month",
        "^claimOn/dateRole=signed",
    ]
    options = [part for setting in settings for part in ("--set", setting)]

    done = twinld("new", "tw:Agreement", *options, "-o", "data/mine.ttl", cwd=tmp_path)
    checked = twinld("check", "data/mine.ttl", cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, "written to data/mine.ttl\n")
    assert checked.returncode == 0
    assert 'tw:date "1990-09"^^xsd:gYearMonth' in (tmp_path / "data/mine.ttl").read_text()
