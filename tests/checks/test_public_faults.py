"""Each rule has found a fault in public data, or says why it stands all the same."""

from __future__ import annotations

import pytest

from tests.checks.public_faults import FAULTS, WAITING
from twinld.checks.examples import files_of
from twinld.checks.rules import RULES
from twinld.checks.run import load_rules, run_checks
from twinld.source.project import open_project


@pytest.mark.parametrize(("code", "where", "text"), FAULTS, ids=[f"{code} {where[:40]}" for code, where, _ in FAULTS])
def test_the_fault_is_found(write, code, where, text):
    report = run_checks(open_project(write(files_of(text))), select=[code])

    assert {finding.code for finding in report.findings} == {code}, where


def test_every_rule_has_found_one_or_says_why_it_stands():
    load_rules()
    rules = {code for code in RULES if not code.startswith("SHC")}

    found = {code for code, _, _ in FAULTS}
    assert found | set(WAITING) == rules
    assert found & set(WAITING) == set()
