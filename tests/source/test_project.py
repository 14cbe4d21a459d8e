"""Which project is meant, and which files it has."""

from __future__ import annotations

import pytest

from twinld.errors import ConfigError, UsageError
from twinld.source.config import KEYS, read_config
from twinld.source.project import builtin_root, open_files, open_project

PUMPS = "@prefix ex: <https://example.org/> . ex:a a ex:Pump .\n"


def test_the_nearest_folder_above_with_a_configuration_is_the_project(write, monkeypatch):
    root = write({"twinld.toml": 'title = "Pumps"', "data/a.ttl": PUMPS, "data/deep/b.ttl": PUMPS})
    monkeypatch.chdir(root / "data/deep")

    project = open_project()

    assert project.root == root
    assert [file.name for file in project.files] == ["data/a.ttl", "data/deep/b.ttl"]


def test_a_pyproject_without_our_table_is_no_configuration(write, monkeypatch):
    root = write({"pyproject.toml": '[project]\nname = "x"', "inner/a.ttl": PUMPS})
    monkeypatch.chdir(root / "inner")

    assert open_project().root == root / "inner"


def test_a_folder_of_rdf_needs_no_configuration(write, monkeypatch):
    root = write({"a.ttl": PUMPS, "package.json": "{}", "notes.txt": "x", "b.nt": ""})
    monkeypatch.chdir(root)

    project = open_project()

    assert [(file.name, file.role) for file in project.files] == [("a.ttl", "data"), ("b.nt", "data")]


def test_an_empty_folder_is_no_project_unless_the_built_in_one_may_stand_in(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UsageError) as caught:
        open_project()
    project = open_project(builtin=True)

    assert "twinld init" in caught.value.hint
    assert project.builtin
    assert project.root == builtin_root()


def test_two_files_of_one_name_would_be_one_graph(write):
    root = write({"twinld.toml": "", "data/a.ttl": PUMPS, "data/a.nt": "", "data/b.ttl": PUMPS, "data/b.trig": ""})

    with pytest.raises(ConfigError) as caught:
        open_project(root)

    assert "data/a.nt and data/a.ttl" in str(caught.value)
    assert "data/b.trig and data/b.ttl" in str(caught.value)


def test_private_paths_are_left_out(write):
    root = write({"twinld.toml": 'private-paths = ["data/draft/"]', "data/a.ttl": PUMPS, "data/draft/b.ttl": PUMPS})

    assert [file.name for file in open_project(root).files] == ["data/a.ttl"]


def test_a_loop_of_links_ends(write):
    root = write({"twinld.toml": "", "data/a.ttl": PUMPS})
    (root / "data/loop").symlink_to(root / "data")

    assert [file.name for file in open_project(root).files] == ["data/a.ttl"]


def test_every_path_that_is_no_rdf_is_named_at_once(write):
    root = write({"a.ttl": PUMPS, "b.txt": ""})

    with pytest.raises(UsageError) as caught:
        open_files([root / "a.ttl", root / "b.txt", root / "missing.ttl"])

    assert "b.txt" in str(caught.value)
    assert "missing.ttl" in str(caught.value)
    assert "a.ttl" not in str(caught.value).replace("missing.ttl", "")


def test_all_wrong_keys_of_a_configuration_are_said_at_once(write):
    root = write({"twinld.toml": 'titel = "x"\nbase-iri = "example.org"\nlanguages = ["e n"]\n'})

    with pytest.raises(ConfigError) as caught:
        read_config(root / "twinld.toml")

    assert "titel: no such key; did you mean title?" in str(caught.value)
    assert "base-iri: 'example.org' is no absolute IRI" in str(caught.value)
    assert "'e n' is no language tag" in str(caught.value)


def test_a_configuration_that_is_no_toml_is_an_error_at_its_line(write):
    root = write({"twinld.toml": 'title = "x"\nlanguages = = 1\n'})

    with pytest.raises(ConfigError) as caught:
        read_config(root / "twinld.toml")

    assert (caught.value.line, caught.value.column) == (2, 13)


@pytest.mark.parametrize("name", KEYS)
def test_the_example_of_every_key_is_read(name, write):
    root = write({"twinld.toml": f"{name} = {KEYS[name].example}"})

    config = read_config(root / "twinld.toml")

    assert getattr(config, name.replace("-", "_"))


def test_loose_files_take_no_queries_rules_or_templates_from_the_folder_around(write, monkeypatch):
    root = write({"a.ttl": PUMPS, "sparql/rules/r.rq": "nonsense", "sparql/q.rq": "nonsense"})
    monkeypatch.chdir(root)

    project = open_files(["a.ttl"])

    assert not project.folder("sparql").exists()
    assert list(project.folder("sparql").glob("*.rq")) == []
