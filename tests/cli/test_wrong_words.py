"""What cannot be meant is said in a sentence, with what to write instead; examples in the help are of what is there."""

from __future__ import annotations

import re
import socket
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from twinld.cli.__main__ import COMMANDS

PUMPS = "#+ title: Pumps by flow\nSELECT ?pump { ?pump a <https://example.org/ns#Pump> }\n"


def twinld(*arguments, cwd=ROOT):
    command = [sys.executable, "-m", "twinld.cli", *arguments]
    return subprocess.run(command, check=False, cwd=cwd, capture_output=True, text=True, timeout=60)


@pytest.fixture
def project(write):
    return write({"twinld.toml": 'base-iri = "https://example.org/"', "sparql/pumps-by-flow.rq": PUMPS, "a.txt": ""})


@pytest.mark.parametrize(
    ("arguments", "complaint", "hint"),
    [
        (["query", "pumps-by-flwo"], "pumps-by-flwo: no canned query is called so", "did you mean pumps-by-flow?"),
        (["query", "zzz"], "zzz: no canned query is called so", "twinld query lists the canned queries"),
        (["query", "--timeout", "0"], "argument --timeout: 0 is no time", "twinld query --help"),
        (["serve", "--port", "99999"], "argument --port: 99999 is no port", "twinld serve --help"),
        (["serve", "--base-iri", "pumps"], "argument --base-iri: pumps is no absolute IRI", "twinld serve --help"),
        (["build", "--public-url", "pumps"], "argument --public-url: pumps is no absolute IRI", "twinld build --help"),
        (["load", "--public-url", "urn:x"], "argument --public-url: urn:x is no http or https URL", "twinld load"),
        (["serve", "--workers", "0"], "argument --workers: 0 is no number of 1 or more", "twinld serve --help"),
        (["serve", "--store", "gone"], "gone is no directory", "load the data again: twinld load --store"),
        (["check", "--project", "a.txt"], "a file, not a folder: a.txt", "give the folder that holds twinld.toml"),
        (["check", "-o", "sarif"], "-o sarif: names no file", "write FORMAT=FILE"),
        (["check", "-o", "sraif=x"], "-o sraif=x: no format is called sraif", "write FORMAT=FILE"),
        (["convert", "sparql", "--to", "turtle"], "sparql is a folder", "name its files: sparql/*.ttl"),
        (["probe", "data.example.org"], "data.example.org is no http or https URL", "such as http"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_write_instead(project, arguments, complaint, hint):
    done = twinld(*arguments, cwd=project)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {complaint}")
    assert f"hint: {hint}" in done.stderr


def test_a_configuration_that_is_no_utf_8_is_said_to_be_none(project):
    (project / "twinld.toml").write_bytes('title = "Jyväskylä"'.encode("latin-1"))

    done = twinld("check", cwd=project)

    assert (done.returncode, "twinld.toml: not UTF-8, which TOML is (byte 13)" in done.stderr) == (2, True)


def test_a_prefix_that_nobody_declares_is_named(project):
    done = twinld("describe", "foo:bar", cwd=project)

    assert done.returncode == 1
    assert done.stderr == "nothing is known of <foo:bar>\nhint: the project declares no prefix foo:\n"


def test_a_probe_of_nothing_ends_3():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    done = twinld("probe", f"http://127.0.0.1:{port}/")

    assert done.returncode == 3
    assert "nothing answers there" in done.stderr


def test_a_query_that_is_ended_at_its_deadline_ends_3_and_one_that_is_no_query_2(project):
    (project / "a.ttl").write_text("".join(f"<x:{n}> <x:p> {n} .\n" for n in range(300)), encoding="utf-8")
    (project / "long.rq").write_text("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", encoding="utf-8")
    (project / "wrong.rq").write_text("SELECT * {", encoding="utf-8")

    long = twinld("query", "long.rq", "--timeout", "0.2", cwd=project)
    wrong = twinld("query", "wrong.rq", cwd=project)

    assert (long.returncode, "error: the query was ended after 0.2 seconds" in long.stderr) == (3, True)
    assert (wrong.returncode, wrong.stderr.startswith("error: 1:10: ")) == (2, True)


def test_the_files_and_queries_that_examples_name_are_in_the_project():
    texts = [twinld(command, "--help").stdout.partition("examples:")[2] for command in COMMANDS]
    commands = [line.split("   ")[0].split("#")[0] for text in texts for line in text.splitlines()]
    read = "\n".join(line.strip() for line in commands if " -o " not in line)
    files = set(re.findall(r"\b(?:data|sparql)/\S+\.\w+", read))
    queries = set(re.findall(r"^twinld query (?:--store \S+ )?([\w-]+)(?: |$)", read, re.MULTILINE))

    missing = [name for name in files if not (ROOT / name).is_file()]
    missing += [name for name in queries - {"-"} if not (ROOT / f"sparql/{name}.rq").is_file()]

    assert (bool(files), bool(queries), missing) == (True, True, [])
