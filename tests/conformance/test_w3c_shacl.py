"""The W3C SHACL suite (Core and SHACL-SPARQL) by manifest, strictly compared."""

from __future__ import annotations

import pytest

from tests.conformance.w3c import ROOT, check_shacl, require, shacl_files

FILES = shacl_files()


@pytest.mark.conformance
def test_the_suite_is_whole():
    require(ROOT / "data-shapes")

    assert len(FILES) == 120


@pytest.mark.conformance
@pytest.mark.parametrize("file", FILES)
def test_the_native_engine_reports_what_the_suite_expects(file):
    check_shacl(file, "native")


def test_every_fourth_case_of_shacl_is_reported_as_the_suite_expects():
    require(ROOT / "data-shapes")
    for file in FILES[::4]:
        check_shacl(file, "native")
