"""`twinld fmt` as its users run it."""

from __future__ import annotations

from tests.cli import command

LOOSE = "@prefix ex: <http://e/> .\nex:a ex:p 1; ex:q 2 .\n"
TIDY = "@prefix ex: <http://e/> .\n\nex:a ex:p 1 ;\n    ex:q 2 .\n"


def twinld(*arguments, cwd, stdin=""):
    return command.twinld("fmt", *arguments, cwd=cwd, stdin=stdin)


def test_the_project_is_laid_out_and_the_changed_files_are_named(write):
    root = write({"twinld.toml": "", "data/a.ttl": LOOSE, "data/b.ttl": TIDY, "data/c.nt": "<x:a> <x:b> <x:c>  .\n"})

    done = twinld(cwd=root)

    assert (done.returncode, done.stderr) == (0, "changed data/a.ttl\n")
    assert (root / "data/a.ttl").read_text() == TIDY
    assert (root / "data/c.nt").read_text() == "<x:a> <x:b> <x:c>  .\n"


def test_check_changes_nothing_and_ends_1(write):
    root = write({"twinld.toml": "", "data/a.ttl": LOOSE})

    done = twinld("--check", cwd=root)

    assert (done.returncode, done.stderr) == (1, "would change data/a.ttl\n")
    assert (root / "data/a.ttl").read_text() == LOOSE


def test_diff_shows_the_change(write):
    root = write({"twinld.toml": "", "data/a.ttl": LOOSE})

    done = twinld("--diff", cwd=root)

    assert done.returncode == 1
    assert "-ex:a ex:p 1; ex:q 2 .\n+\n+ex:a ex:p 1 ;\n+    ex:q 2 .\n" in done.stdout
    assert (root / "data/a.ttl").read_text() == LOOSE


def test_a_file_with_a_syntax_error_is_left_alone_and_named(write):
    root = write({"twinld.toml": "", "data/a.ttl": "ex:a ex:p", "data/b.ttl": LOOSE})

    done = twinld(cwd=root)

    assert done.returncode == 1
    assert "data/a.ttl:1:1: not formatted: The prefix ex: is not declared" in done.stderr
    assert (root / "data/a.ttl").read_text() == "ex:a ex:p"
    assert (root / "data/b.ttl").read_text() == TIDY


def test_standard_input_goes_to_standard_output(write):
    assert twinld("-", cwd=write({}), stdin=LOOSE).stdout == TIDY


def test_what_is_not_turtle_ends_2(write):
    root = write({"a.nt": ""})

    assert [twinld(path, cwd=root).returncode for path in ("a.nt", "gone.ttl")] == [2, 2]
