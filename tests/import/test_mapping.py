"""Reading mappings: what is wrong with one is said at once and by its place."""

from __future__ import annotations

import re

import pytest

from twinld.authoring.mapping import COLUMN_KEYS, MAPPING_KEYS, TERM_KEYS, read_mapping
from twinld.authoring.recipes import MalformedRecipe, read_recipe, slug
from twinld.errors import ConfigError

PREFIXES = {"ex": "https://example.org/", "xsd": "http://www.w3.org/2001/XMLSchema#"}


def filled(recipe, **bindings):
    values = {name: tuple(each) if isinstance(each, list) else (each,) for name, each in bindings.items()}
    return read_recipe(recipe, PREFIXES).fill(values, lambda key, tag: f"{key}@{tag}")


@pytest.mark.parametrize(
    ("recipe", "bindings", "key"),
    [
        ("ex:{a}", {"a": '"Städte & Co."'}, "<https://example.org/stadte-co>"),
        ("ex:{a}", {"a": "<https://other.example/x#y>"}, "<https://example.org/y>"),
        ("<https://e.org/{a}>", {"a": '"1"'}, "<https://e.org/1>"),
        ("ex:{sorted a b}", {"a": "<urn:x/2>", "b": "<urn:x/1>"}, "<https://example.org/1--2>"),
        ("ex:{sorted a b}", {"a": "<urn:x/2>"}, "<https://example.org/2>"),
        ("ex:{a}[-{b}]", {"a": '"1"'}, "<https://example.org/1>"),
        ("ex:{a}[-{b}]", {"a": '"1"', "b": '"2"'}, "<https://example.org/1-2>"),
        ("ex:{a}", {}, None),
        ('"{a@fi}"@fi', {"a": "<urn:x>"}, '"<urn:x>@fi"@fi'),
        ('"{a}, {b:02}"', {"a": '"x"', "b": '"3"'}, '"x, 03"'),
        ('"{a}"^^xsd:date', {"a": '"x"'}, '"x"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ('"{a}"@{b}', {"a": '"x"', "b": '"sv"'}, '"x"@sv'),
    ],
)
def test_a_recipe_is_filled_from_names(recipe, bindings, key):
    assert filled(recipe, **bindings) == key


def test_an_opaque_key_depends_on_the_values_only():
    first, again = filled("ex:{hash a b}", a='"1"', b='"2"'), filled("ex:{hash a b}", a='"1"', b='"2"')

    assert first == again
    assert first != filled("ex:{hash a b}", a='"2"', b='"1"')


@pytest.mark.parametrize("recipe", ["plain", "nobody:x", '"open', "ex:{a", "ex:{a!}", '"x"^^nobody:t'])
def test_a_recipe_that_makes_no_term_is_refused(recipe):
    with pytest.raises(MalformedRecipe):
        read_recipe(recipe, PREFIXES)


def test_letters_of_other_scripts_stay_in_a_slug():
    assert slug("Нагоя 名古屋市!") == "нагоя-名古屋市"


def test_every_fault_of_a_mapping_is_named(tmp_path):
    path = tmp_path / "m.toml"
    path.write_text(
        """\
template = "?thing a ex:Thing ; ex:p ?nmae ; nobody:p 1 ."
colums = 1
[columns.name]
requird = true
find = "nobody:Class"
match = "("
[columns.other]
header = "NAME"
find = "ex:Thing"
language = "en"
[terms]
thing = "ex:{nam}"
""",
        encoding="utf-8",
    )

    with pytest.raises(ConfigError) as caught:
        read_mapping(path, PREFIXES)

    text = str(caught.value)
    assert "no such key: colums; did you mean columns?" in text
    assert "columns.name: no such key: requird; did you mean required?" in text
    assert "columns.name.find: nobody:Class is no IRI" in text
    assert "columns.name.match: ( is no regular expression" in text
    assert "columns.other: find and language exclude each other" in text
    assert "terms.thing: nam: did you mean name?" in text
    assert "template, line 1: The prefix nobody: is not declared" in text
    assert "the header NAME belongs to name and to other" in text


def test_a_name_in_the_template_that_nothing_gives_is_named(tmp_path):
    path = tmp_path / "m.toml"
    path.write_text('template = "?thing ex:p ?nmae ."\n[columns.name]\n[terms]\nthing = "ex:{name}"\n')

    with pytest.raises(ConfigError, match=r"template: nmae: did you mean name\?"):
        read_mapping(path, PREFIXES)


def test_the_example_on_the_page_about_mappings_is_one(repository, tmp_path):
    page = (repository / "docs/import.md").read_text(encoding="utf-8")
    path = tmp_path / "m.toml"
    path.write_text(page.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")

    plan = read_mapping(path, {**PREFIXES, "rdfs": "http://www.w3.org/2000/01/rdf-schema#"})

    assert [column.name for column in plan.columns] == ["name", "site", "colours", "built"]


def test_the_page_about_mappings_has_every_key(repository):
    page = (repository / "docs/import.md").read_text(encoding="utf-8")

    keys = (*COLUMN_KEYS, *TERM_KEYS, *MAPPING_KEYS)

    assert [key for key in keys if not re.search(rf"`\[?{key}|\b{key} =", page)] == []
