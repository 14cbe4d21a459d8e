"""What is kept of each file gives what reading all of them gives, and nothing that happens to it makes a difference."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.checks.public_faults import FAULTS
from twinld.checks.cache import kept_or_new
from twinld.checks.examples import CONFIG, example, files_of
from twinld.checks.keeping import FOLDER, write
from twinld.checks.memory import memory_of
from twinld.checks.reports.json import write as write_json
from twinld.checks.rules import RULES
from twinld.checks.run import load_rules, run_checks
from twinld.graph.dataset import load
from twinld.source.project import open_project

PREFIXES = """\
PREFIX ex: <https://example.org/ns#>
PREFIX id: <https://example.org/id/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
"""
STATEMENTS = (
    'id:{n} a ex:Pump ; rdfs:label "pump {n}"@en .',
    "id:{n} ex:flow {n}.5 ; ex:site id:{m} .",
    'id:{n} ex:flow "{n}" , {m}.5 .',
    'id:{n} rdfs:label " pump"@eng .',
    "id:{n} a ex:Site ; ex:feeds [ a ex:Pump ; ex:site _:b{m} ] .",
    "_:b{m} ex:feeds ( id:{n} _:b{n} ) .",
    "id:{n} ex:flwo 3 ; rdfs:seeAlso <http:/broken/{m}> .",
    "id:{n} ex:site <../relative-{m}> .",
    "id:{n} ex:flow . bad",
    "id:{n} rdfs:seeAlso id:gone . # twinld: ignore[IRI001] nobody knows",
    "# a comment",
    "PREFIX ex: <https://example.org/other#>",
    "PREFIX unused: <https://example.org/unused#>",
)
ONTOLOGY = (
    "ex:Pump a owl:Class .",
    "ex:Site a owl:Class ; owl:disjointWith ex:Pump .",
    "ex:flow a owl:DatatypeProperty , owl:FunctionalProperty .",
    "ex:site a owl:ObjectProperty .",
    'ex:feeds a owl:ObjectProperty ; rdfs:label "feeds"@en .',
)
SHAPES = (
    "ex:S a sh:NodeShape ; sh:targetClass ex:Pump ; sh:property ex:S-flow .",
    "ex:S-flow sh:path ex:flow ; sh:minCount 1 ; sh:maxCount 1 .",
    "ex:T a sh:NodeShape ; sh:targetSubjectsOf ex:site ; sh:property [ sh:path ex:site ; sh:class ex:Site ] .",
    'ex:U a sh:NodeShape ; sh:targetClass ex:Site ; sh:sparql [ sh:select "SELECT $this WHERE { $this ?p 3 }" ] .',
    "ex:V a sh:NodeShape ; sh:targetClass ex:Site ; sh:minCuont 1 .",
)
CONFIGS = (
    'base-iri = "https://example.org/"\n',
    'base-iri = "https://example.org/"\nlanguages = ["en", "fi"]\nignore = ["LIT002"]\n',
    'title = "no base"\n',
    'base-iri = "https://example.org/id/"\nper-file-ignores = { "data/a.ttl" = ["LIT"] }\n',
)


def report_of(root, memory=None, **asked):
    """Return what the JSON report says, but for the seconds, which differ from run to run."""
    report = run_checks(open_project(root), memory=memory, **asked)
    return json.loads(write_json(replace(report, seconds=0.0)))


def remembering(root, **asked):
    """Return the report of a run with memory, and how many files it had to read."""
    memory = memory_of(open_project(root))
    report = report_of(root, memory, **asked)
    memory.forget()
    return report, len(memory.new)


@pytest.fixture
def root(write):
    chance = random.Random(1)
    files = {f"data/{name}.ttl": _text(chance, STATEMENTS, 8) for name in "abcdef"}
    return write(
        {
            "twinld.toml": CONFIGS[0],
            "ontology/o.ttl": PREFIXES + "\n".join(ONTOLOGY),
            "shapes/s.ttl": PREFIXES + "\n".join(SHAPES),
            **files,
        }
    )


def _text(chance, lines, count):
    numbers = [(str(chance.randrange(9)), str(chance.randrange(9))) for _ in range(count)]
    chosen = [chance.choice(lines).replace("{n}", n).replace("{m}", m) for n, m in numbers]
    return PREFIXES + "\n".join(chosen) + "\n"


def test_one_changed_file_is_read_again_alone(root):
    first = remembering(root)
    (root / "data/a.ttl").write_text(PREFIXES + 'id:1 ex:flow "new" .\n')

    after, read = remembering(root)

    assert (first[1], read) == (8, 1)
    assert after == report_of(root)
    assert after["findings"] != first[0]["findings"]


@pytest.mark.parametrize("seed", range(6))
def test_random_edits_give_the_findings_of_a_run_without_memory(root, seed):
    chance = random.Random(seed)
    for _ in range(12):
        for _ in range(chance.randrange(1, 3)):
            _edit(chance, root)

        kept, _ = remembering(root)

        assert kept == report_of(root)


def _edit(chance, root):
    """Change, add, rename or delete a file of data, or change ontology, shapes or configuration."""
    files = sorted((root / "data").iterdir())
    new = root / "data" / f"{chance.choice('abcdefgh')}.{chance.choice(['ttl', 'ttl', 'trig'])}"
    match chance.randrange(9):
        case 0 if len(files) > 1:
            chance.choice(files).unlink()
        case 1 if files and not any(each.stem == new.stem for each in files):
            chance.choice(files).rename(new)
        case 2:
            (root / "ontology/o.ttl").write_text(_text(chance, ONTOLOGY, 4))
        case 3:
            (root / "shapes/s.ttl").write_text(_text(chance, SHAPES, 4))
        case 4:
            (root / "twinld.toml").write_text(chance.choice(CONFIGS))
        case 5 if files:  # a line more or less
            path = chance.choice(files)
            lines = path.read_text().splitlines()
            lines[chance.randrange(5, len(lines)) : 9] = chance.choices(("", "id:1 ex:flow 2 ."), k=2)
            path.write_text("\n".join(lines))
        case _:
            path = next((each for each in files if each.stem == new.stem), new)
            path.write_text(_text(chance, STATEMENTS, chance.randrange(1, 9)))


def test_what_was_asked_before_does_not_matter(root):
    remembering(root, select=["LIT"])
    remembering(root, ignore=["LIT001"])

    assert remembering(root)[0] == report_of(root)
    assert remembering(root, select=["LIT"])[0] == report_of(root, select=["LIT"])


@pytest.mark.parametrize("kind", ["file-*.bin", "found-*.json", "check-*.json"])
@pytest.mark.parametrize("damage", ["cut", "empty", "flipped", "longer"])
def test_what_is_damaged_is_not_used(root, kind, damage):
    def run():
        project = open_project(root)
        made = kept_or_new(project, {}, lambda: run_checks(project, memory=memory_of(project)))
        return json.loads(write_json(replace(made, seconds=0.0)))

    whole = run()
    chance = random.Random(damage)
    if kind != "check-*.json":
        for report in (root / FOLDER).glob("check-*.json"):
            report.unlink()
    damaged = list((root / FOLDER).glob(kind))
    for path in damaged:
        path.write_bytes(_damaged(chance, path.read_bytes(), damage))

    again = run()

    assert damaged
    assert again == whole


def _damaged(chance, content, how):
    at = chance.randrange(len(content))
    flipped = content[:at] + bytes([content[at] ^ (1 << chance.randrange(8))]) + content[at + 1 :]
    return {"cut": content[:at], "empty": b"", "flipped": flipped, "longer": content + b"x"}[how]


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"null", b'{"findings": 3}', b"\x08" + bytes(7) + b"[1, 2]  "])
def test_what_somebody_else_has_written_is_not_used(root, content):
    whole, _ = remembering(root)
    for path in (root / FOLDER).glob("f*-*.*"):
        write(path, content)

    assert remembering(root)[0] == whole


def test_no_more_than_twice_the_files_of_the_project_is_kept(root):
    for number in range(30):
        (root / "data/a.ttl").write_text(PREFIXES + f"id:{number} ex:flow {number} .\n")
        remembering(root, select=[["LIT", "IRI", "VOC"][number % 3]])

    for code in ("LIT001", "LIT002", "LIT003", "LIT004", "LIT005", "LIT006", "STY001", "STY002", "IRI002", "IRI003"):
        remembering(root, select=[code])

    kept = [path.name.partition("-")[0] for path in (root / FOLDER).iterdir()]
    assert kept.count("file") <= 16
    assert kept.count("found") <= 8
    assert not [path for path in (root / FOLDER).iterdir() if path.suffix == ".part"]


def test_a_folder_that_cannot_be_written_changes_nothing(root):
    (root / FOLDER).write_text("a file where the folder should be")

    assert remembering(root)[0] == report_of(root)


def test_many_runs_at_once_find_the_same(root):
    command = [sys.executable, "-m", "twinld.cli", "check", "--format", "concise"]
    for number in range(3):
        (root / "data/a.ttl").write_text(PREFIXES + f'id:{number} ex:flow "{number} " .\n')
        runs = [subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) for _ in range(4)]
        outputs = {run.communicate(timeout=60)[0] for run in runs}

        assert [run.returncode for run in runs] == [1, 1, 1, 1]
        assert len(outputs) == 1


@pytest.fixture
def everything(write):
    """A project of all public faults and bad examples, each file under a name of its own."""
    load_rules()
    files = {"twinld.toml": CONFIG}
    cases = [files_of(text) for _, _, text in FAULTS] + [example(each, "Bad") or {} for each in RULES.values()]
    for number, case in enumerate(cases):
        for name, content in case.items():
            if not name.endswith((".toml", ".rq")):
                folder, _, rest = name.partition("/")
                files[f"{folder}/{number}/{rest}"] = content
    return write(files)


def test_a_rule_of_one_file_finds_the_same_whatever_the_other_files_are(everything):
    dataset = load(open_project(everything))
    rules = [each for each in RULES.values() if each.per_file]
    for rule in rules:
        together = sorted(rule.check(dataset), key=lambda each: each.order())
        alone = [found for file in dataset.files for found in rule.check(dataset.only([file]))]

        assert sorted(alone, key=lambda each: each.order()) == together, rule.code
        assert all(each.place.file in {file.source.name for file in dataset.files} for each in alone)
    assert len(rules) == 17
    assert sum(bool(list(rule.check(dataset))) for rule in rules) == 17


def test_a_file_from_memory_is_the_one_that_was_read(everything):
    project = open_project(everything)
    memory = memory_of(project)
    plain = load(project)
    fresh, kept = load(project, reader=memory.read), load(project, reader=memory_of(project).read)

    assert memory.new
    for each in (fresh, kept):
        assert each.table.keys == plain.table.keys
        assert [file.parsed for file in each.files] == [file.parsed for file in plain.files]


@pytest.mark.parametrize("with_memory", [True, False])
def test_files_that_several_processes_read_are_those_that_one_reads(everything, with_memory):
    context = everything / "imports/c.jsonld"
    context.parent.mkdir()
    context.write_text('{"@context": {"name": "https://example.org/ns#name"}}')
    (everything / "twinld.toml").write_text(CONFIG + 'imports = { "https://example.org/c" = "imports/c.jsonld" }\n')
    (everything / "data/j.jsonld").write_text('{"@context": "https://example.org/c", "@id": "x:a", "name": [1, "b "]}')
    (everything / "data/gone.ttl").symlink_to("nowhere")
    (everything / "data/latin.ttl").write_bytes(b"<x:a> <x:b> '\xe4' .")
    memory = memory_of(open_project(everything)) if with_memory else None

    assert report_of(everything, memory, jobs=3) == report_of(everything)
    assert bool(memory and memory.new) is with_memory
