"""What somebody meets who has a folder of Turtle with faults, and has read nothing."""

from __future__ import annotations

import pytest

from tests.cli.command import twinld

PREFIXES = "@prefix ex: <https://example.org/ns#> .\n@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
SHAPE = PREFIXES + "ex:S a sh:NodeShape ; sh:targetClass ex:Book ; sh:property [ sh:path ex:title ; sh:minCount 1 ] .\n"


@pytest.mark.parametrize(
    ("arguments", "complaint", "hint"),
    [
        (["chek"], "there is no command chek", "did you mean check?"),
        (["zzz"], "there is no command zzz", "twinld --help lists them all"),
        (["check", "--formt", "json"], "unknown: --formt", "did you mean --format?"),
        (["check", "--zzz"], "unknown: --zzz", "twinld check --help"),
        (["check", "--select", "LNG1"], "no rule is called LNG1", "did you mean LNG"),
        (["check", "--ignore", "missing-lable"], "no rule is called missing-lable", "did you mean missing-label"),
        (["check", "gone.ttl"], "not there: gone.ttl", "twinld reads .ttl"),
        (["check", "notes.md"], "not RDF: notes.md", "twinld reads .ttl"),
    ],
)
def test_what_is_misspelt_is_named_with_what_was_meant(write, arguments, complaint, hint):
    done = twinld(*arguments, cwd=write({"a.ttl": PREFIXES, "notes.md": ""}))

    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {complaint}")
    assert f"hint: {hint}" in done.stderr
    assert len(done.stderr) < 300


def test_without_a_command_the_help_is_shown(tmp_path):
    done = twinld(cwd=tmp_path)

    assert (done.returncode, "examples:" in done.stderr) == (2, True)


def test_shapes_beside_the_data_are_not_passed_over_in_silence(write):
    root = write({"books.ttl": PREFIXES + "ex:b a ex:Book .\n", "shapes.ttl": SHAPE})

    plain = twinld("check", cwd=root)
    named = twinld("check", "books.ttl", "--shapes", "shapes.ttl", cwd=root)

    assert "shapes.ttl:3:23: warning SHP008" in plain.stdout
    assert "twinld check --shapes shapes.ttl" in plain.stdout
    assert (named.returncode, "books.ttl:3:8: violation SHC004" in named.stdout) == (1, True)
    assert "    shape: at shapes.ttl:3\n" in named.stdout


def test_what_is_missing_at_the_end_of_a_line_is_looked_for_there(write):
    root = write({"a.ttl": PREFIXES + "ex:a ex:p 1\n\n# next\nex:b ex:p 2 .\nex:c ex:p 3 ex:q 4 .\n"})

    lines = twinld("check", cwd=root).stdout.splitlines()

    hints = [line.strip() for line in lines if line.startswith("    hint:")]
    assert hints == ["hint: Is ';', ',' or '.' missing at the end of line 5?", "hint: Here ';', ',' or '.' must come."]


def test_a_prefix_that_everybody_knows_is_given_with_its_namespace(write):
    root = write({"a.ttl": "<x:a> foaf:name 1 .\n<x:a> nobodys:name 1 .\n"})

    lines = twinld("check", cwd=root).stdout.splitlines()

    assert "    hint: Write @prefix foaf: <http://xmlns.com/foaf/0.1/> . above." in lines
    assert "    hint: Write '@prefix nobodys: <...> .' above, or mend its name." in lines


def test_a_syntax_error_in_the_ontology_does_not_make_its_terms_undefined(write):
    owl = "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    root = write(
        {
            "ontology/o.ttl": PREFIXES
            + owl
            + "ex:Shelf a owl:Class .\nex:Book a owl:Class\nex:title a owl:DatatypeProperty .\n",
            "data/d.ttl": PREFIXES + 'ex:b ex:title "B" ; ex:titel "B" .\n',
        }
    )

    lines = twinld("check", "--select", "TTL001,VOC001", "-f", "concise", cwd=root).stdout.splitlines()

    assert [line.partition(" ")[0] for line in lines] == ["data/d.ttl:3:21:", "ontology/o.ttl:6:1:"]


def test_the_summary_says_how_many_can_be_mended(write):
    root = write({"a.ttl": PREFIXES + "ex:a ex:p 1 .\n"})

    done = twinld("check", "--select", "STY001", cwd=root)

    assert done.stdout.splitlines()[-1].startswith("1 info; --fix mends 1 (1 file, 1 triple, 0 shapes, ")


def test_a_folder_with_everything_twice_is_refused_in_a_sentence_and_a_pattern_leaves_one_out(write):
    twice = {f"data/{n}.{ending}": "" for n in range(50) for ending in ("ttl", "nt")}
    root = write({"twinld.toml": "", **twice})

    refused = twinld("check", cwd=root)
    (root / "twinld.toml").write_text('private-paths = ["*.nt"]')
    left_out = twinld("check", cwd=root)

    assert (refused.returncode, "and 47 more pairs" in refused.stderr, len(refused.stderr) < 600) == (2, True, True)
    assert (left_out.returncode, "(50 files, " in left_out.stdout) == (0, True)
