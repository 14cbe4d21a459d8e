"""The commands beside `check`, as their users run them."""

from __future__ import annotations

import pytest
import rdflib

from tests.cli.command import twinld
from twinld.cli.init import FILES


@pytest.fixture(scope="module")
def pumps(tmp_path_factory):
    """A project made by `twinld init`."""
    root = tmp_path_factory.mktemp("pumps")
    done = twinld("init", cwd=root)
    assert done.returncode == 0
    return root


def test_init_writes_a_project_that_checks_clean(pumps):
    done = twinld("check", "--fail-on", "warning", cwd=pumps)

    assert (done.returncode, "1 info" in done.stdout) == (0, True), done.stdout


def test_init_writes_nothing_over_a_file_that_is_there(pumps):
    before = {name: (pumps / name).read_bytes() for name in FILES}

    done = twinld("init", cwd=pumps)

    assert (done.returncode, "twinld.toml" in done.stderr) == (2, True)
    assert before == {name: (pumps / name).read_bytes() for name in FILES}


def test_init_takes_a_base_iri(tmp_path):
    twinld("init", "x", "--base-iri", "https://data.example.net/", cwd=tmp_path)

    assert 'base-iri = "https://data.example.net/"' in (tmp_path / "x/twinld.toml").read_text()
    assert twinld("check", cwd=tmp_path / "x").returncode == 0


def test_query_lists_and_runs_the_canned_queries(pumps):
    listed = twinld("query", cwd=pumps)
    csv = twinld("query", "pumps", "--format", "csv", cwd=pumps)

    assert listed.stdout.split(maxsplit=1) == ["pumps", "Pumps by flow\n"]
    assert csv.stdout.splitlines() == [
        "pump,name,ratedFlow",
        "https://example.org/id/pump/north-1,Pump 1 of the northern waterworks,12.5",
        "https://example.org/id/pump/north-2,Pump 2 of the northern waterworks,8",
    ]


def test_query_reads_standard_input_and_prints_a_table(pumps):
    done = twinld("query", "-", cwd=pumps, stdin="SELECT (COUNT(*) AS ?n) { ?s a <https://example.org/ns#Pump> }")

    assert done.stdout.splitlines() == ["n", "─", "2", "1 row"]


def test_a_query_that_is_no_sparql_ends_2_with_its_place(pumps):
    done = twinld("query", "-", cwd=pumps, stdin="SELECT ?s\nWHERE { ?s ?p }")

    assert done.returncode == 2
    assert "2" in done.stderr
    assert "Traceback" not in done.stderr


def test_describe_takes_a_path_below_the_base_and_a_prefixed_name(pumps):
    by_path = twinld("describe", "id/pump/north-1", cwd=pumps)
    by_prefix = twinld("describe", "ex:Pump", "--format", "ntriples", cwd=pumps)

    assert "12.50" in by_path.stdout
    assert len(rdflib.Graph().parse(data=by_prefix.stdout, format="nt")) > 3


def test_describe_of_something_unknown_ends_1(pumps):
    done = twinld("describe", "id/pump/south-9", cwd=pumps)

    assert (done.returncode, done.stdout) == (1, "")


def test_infer_prints_the_closure(pumps):
    done = twinld("infer", "--profile", "rdfs", "--format", "ntriples", cwd=pumps)

    assert done.returncode == 0
    assert len(rdflib.Graph().parse(data=done.stdout, format="nt")) > 0


def test_serve_answers_one_request_without_a_server(pumps):
    found = twinld("serve", "--get", "/id/pump/north-1", "--accept", "text/turtle", cwd=pumps)
    missing = twinld("serve", "--get", "/id/pump/south-9", cwd=pumps)

    assert (found.returncode, "12.50" in found.stdout) == (0, True)
    assert (missing.returncode, "404" in missing.stderr) == (1, True)


@pytest.mark.parametrize("given", [["--watch"], ["--force"], ["--memory", "64"]])
def test_what_a_store_elsewhere_decides_is_no_option_with_it(pumps, given):
    done = twinld("serve", "--store", "http://127.0.0.1:9/query", *given, "--get", "/", cwd=pumps)

    assert done.returncode == 2
    assert f"{given[0]}: not with a store elsewhere" in done.stderr


def test_violating_data_are_not_served(write):
    root = write({"twinld.toml": 'base-iri = "https://example.org/"', "data/a.ttl": "bad"})

    done = twinld("serve", "--get", "/", cwd=root)

    assert done.returncode == 1
    assert "data/a.ttl:1:1" in done.stderr
    assert "--force" in done.stderr


def test_rule_explains_a_rule_by_code_and_by_name(tmp_path):
    by_code = twinld("rule", "IRI001", cwd=tmp_path)
    by_name = twinld("rule", "dangling-reference", cwd=tmp_path)

    assert by_code.stdout == by_name.stdout
    assert "Bad:" in by_code.stdout
