"""A kept report is the one that would be made anew, and anything that it rests on makes it anew."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from twinld.checks.cache import kept_or_new
from twinld.checks.keeping import FOLDER
from twinld.checks.run import run_checks
from twinld.source.project import open_project

CONFIG = 'base-iri = "https://example.org/"\n'
PREFIX = "PREFIX id: <https://example.org/id/>\n"
SHAPE = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix id: <https://example.org/id/> .
id:S a sh:NodeShape ; sh:targetSubjectsOf id:p ; sh:property id:S-q .
id:S-q sh:path id:q ; sh:minCount 1 ; sh:message "Say q."@en .
"""


def check(root, made=None, **asked):
    """Return the report, and note in `made` that it was made anew."""
    project = open_project(root)

    def make():
        if made is not None:
            made.append(True)
        return run_checks(project, **asked)

    return kept_or_new(project, asked, make)


def comparable(report):
    return replace(report, seconds=0.0, project=None)


@pytest.fixture
def root(write):
    return write(
        {
            "twinld.toml": CONFIG,
            "data/a.ttl": PREFIX + "id:a id:p id:gone ; id:p 'x ' .\n",
            "data/b.ttl": PREFIX + "id:b id:p id:a ; id:p id:a .\n",
            "shapes/s.ttl": SHAPE,
        }
    )


def test_an_unchanged_project_is_not_checked_again_and_the_report_is_the_same(root):
    made = []

    first, second = check(root, made), check(root, made)

    assert made == [True]
    assert first.findings
    assert comparable(second) == comparable(first)
    assert [f.edits for f in second.findings] == [f.edits for f in first.findings]
    assert [f.messages for f in second.findings] == [f.messages for f in first.findings]


@pytest.mark.parametrize("name", ["data/a.ttl", "shapes/s.ttl", "twinld.toml", "sparql/new.rq", "data/new.ttl"])
def test_whatever_changes_is_seen(root, name):
    made = []
    check(root, made)
    path = root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + "\n# changed\n")

    check(root, made)

    assert made == [True, True]


def test_another_question_is_another_report(root):
    made = []

    check(root, made)
    check(root, made, select=["LIT"])

    assert made == [True, True]


@pytest.mark.parametrize("damage", [b"", b"x", None])
def test_a_damaged_report_is_made_anew(root, damage):
    made = []
    first = check(root, made)
    [kept] = (root / FOLDER).glob("check-*.json")
    kept.write_bytes(kept.read_bytes()[:-9] if damage is None else damage)

    again = check(root, made)

    assert made == [True, True]
    assert comparable(again) == comparable(first)


def test_an_incomplete_report_is_never_kept(root):
    (root / "data/b.ttl").unlink()
    (root / "data/b.ttl").symlink_to("gone")

    report = check(root)

    assert report.incomplete
    assert not list((root / FOLDER).glob("check-*"))


def test_files_without_a_project_leave_nothing_behind(write):
    root = write({"a.ttl": PREFIX + "id:a id:p 1 .\n"})

    check(root)

    assert [path.name for path in root.iterdir()] == ["a.ttl"]


def test_what_is_kept_is_marked_for_git_and_backups_and_bounded(root):
    for number in range(40):
        check(root, select=["LIT"], languages=[f"x{number}"])

    folder = root / FOLDER
    assert (folder / ".gitignore").read_text() == "*\n"
    assert (folder / "CACHEDIR.TAG").exists()
    assert len(list(folder.glob("check-*.json"))) == 32


def test_random_edits_give_the_report_that_a_run_without_memory_gives(root):
    chance = random.Random(8)
    lines = ["id:a id:p id:b .", "id:b id:q 'y' .", "id:c id:p id:gone .", "bad", 'id:a id:q " z" .', "# nothing"]
    for _ in range(30):
        path = root / chance.choice(["data/a.ttl", "data/b.ttl", "data/c.ttl"])
        if path.exists() and chance.random() < 0.2:
            path.unlink()
        else:
            path.write_text(PREFIX + "\n".join(chance.choices(lines, k=chance.randrange(5))) + "\n")

        assert comparable(check(root)) == comparable(run_checks(open_project(root)))
