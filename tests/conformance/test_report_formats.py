"""The reports that others read are valid by the schemas that others wrote.

The schemas are not ours to carry: pip fetches them inside the source archives of projects that do, by their versions.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
import xmlschema

from tests.checks.public_faults import FAULTS
from twinld.checks.examples import files_of
from twinld.checks.report import shown_from
from twinld.checks.reports import FORMATS
from twinld.checks.run import run_checks
from twinld.source.project import open_project

pytestmark = pytest.mark.conformance

SARIF = ("lintlang==0.8.3", "tests/schemas/sarif-schema-2.1.0.json")
SARIF_SHA256 = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"  # OASIS, errata 01
JUNIT = ("pytest==8.3.4", "testing/example_scripts/junit-10.xsd")
"""The schema of Jenkins's xUnit plugin, which most readers of JUnit's XML go by."""
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./|/)."},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
"""What https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format says in a table."""


def fetched(folder: Path, package: str, name: str) -> bytes:
    """Return a file out of a package's source archive."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
    subprocess.run([*command, "--dest", str(folder), package], check=True, timeout=300)
    [archive] = folder.glob(package.replace("==", "-") + ".tar.gz")
    with tarfile.open(archive) as opened:
        member = opened.extractfile(f"{archive.name.removesuffix('.tar.gz')}/{name}")
        assert member is not None
        return member.read()


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Reports of all public faults at once, of a sound project, and of one that could not be read."""
    folder = tmp_path_factory.mktemp("faults")
    for number, (_, _, text) in enumerate(FAULTS):
        for name, content in files_of(text).items():
            top, _, rest = name.partition("/")
            path = folder / top / str(number) / rest if rest else folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, "utf-8")
    faults = run_checks(open_project(folder))
    sound = replace(faults, findings=())
    many = replace(faults, findings=faults.findings * 100)
    return [shown_from(each, folder) for each in (faults, sound, many, replace(faults, incomplete=("a.ttl: gone",)))]


def test_sarif_is_valid_by_the_schema_of_oasis(reports, tmp_path):
    content = fetched(tmp_path, *SARIF)
    validator = jsonschema.Draft4Validator(json.loads(content))

    errors = [
        error.message for each in reports for error in validator.iter_errors(json.loads(FORMATS["sarif"].write(each)))
    ]

    assert hashlib.sha256(content).hexdigest() == SARIF_SHA256
    assert len(reports[0].findings) > 90
    assert errors == []


def test_junit_is_valid_by_the_schema_of_jenkins(reports, tmp_path):
    schema = xmlschema.XMLSchema(fetched(tmp_path, *JUNIT).decode())

    errors = [error.reason for each in reports for error in schema.iter_errors(FORMATS["junit"].write(each))]

    assert errors == []


def test_gitlab_is_valid_by_its_documented_format(reports):
    validator = jsonschema.Draft202012Validator(GITLAB)
    documents = [json.loads(FORMATS["gitlab"].write(each)) for each in reports]

    assert [error.message for each in documents for error in validator.iter_errors(each)] == []
    assert all(len({entry["fingerprint"] for entry in each}) == len(each) for each in documents)


@pytest.mark.parametrize("name", ["sarif", "gitlab"])
def test_the_schemas_refuse_what_is_wrong(reports, tmp_path, name):
    """A schema that accepts everything would prove nothing."""
    document = json.loads(FORMATS[name].write(reports[0]))
    if name == "sarif":
        validator = jsonschema.Draft4Validator(json.loads(fetched(tmp_path, *SARIF)))
        document["runs"][0]["results"][0]["level"] = "fatal"
    else:
        validator = jsonschema.Draft202012Validator(GITLAB)
        document[0]["location"]["path"] = "./data/a.ttl"

    assert not validator.is_valid(document)
