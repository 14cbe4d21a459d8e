"""Each shape accepts its valid example, and finds in the invalid one what is expected beside it, no more and no less.

`expected.txt` has a line for each result: the focus node and the shape, both as they are written in Turtle.
"""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
CLASSES = sorted(path.name for path in HERE.iterdir() if (path / "expected.txt").exists())
PREFIXES = {"ex:": "https://example.org/", "tws:": "https://w3id.org/twinld/shapes#"}


def _curie(key: str) -> str:
    iri = key.strip("<>")
    return next((name + iri.removeprefix(start) for name, start in PREFIXES.items() if iri.startswith(start)), iri)


def findings(report, table) -> list[str]:
    keys = table.keys
    return sorted(f"{_curie(keys[each.focus])} {_curie(keys[each.source_shape])}" for each in report.results)


@pytest.mark.parametrize("name", CLASSES)
def test_a_valid_example_has_no_findings(check, table, name):
    assert findings(check(HERE / name / "valid.ttl"), table) == []


@pytest.mark.parametrize("name", CLASSES)
def test_an_invalid_example_has_the_expected_findings(check, table, name):
    expected = (HERE / name / "expected.txt").read_text(encoding="utf-8").splitlines()

    assert findings(check(HERE / name / "invalid.ttl"), table) == expected


@pytest.mark.parametrize("name", CLASSES)
def test_every_shape_is_evaluated(check, name):
    assert check(HERE / name / "invalid.ttl").unevaluated == ()


def test_every_file_of_shapes_has_examples():
    files = {path.stem for path in (HERE.parents[1] / "shapes").glob("*.ttl")}

    assert files - {"shapes"} == set(CLASSES)


def test_every_shape_with_a_message_is_expected_somewhere(parse, table):
    """A shape that no example trips could be wrong without anybody seeing it."""
    named = "https://w3id.org/twinld/shapes#"
    paths = sorted((HERE.parents[1] / "shapes").glob("*.ttl"))
    property_shapes = {
        table.keys[subject].strip("<>").removeprefix(named)
        for path in paths
        for statements in [parse(path)]
        for subject, object_ in zip(statements.subject, statements.object, strict=True)
        if table.keys[object_] == "<http://www.w3.org/ns/shacl#PropertyShape>"
    }
    expected = {
        line.split()[1].removeprefix("tws:")
        for name in CLASSES
        for line in (HERE / name / "expected.txt").read_text(encoding="utf-8").splitlines()
    }

    inner = ("-inScheme", "HasNoDate-", "HasDateRole-", "DatedBy", "PreferredClaim-")
    untripped = {name for name in property_shapes - expected if not any(part in name for part in inner)}
    assert untripped == {"TermShape-labelEnglish", "StateShape-labelEnglish"} | {
        "ConceptShape-labelEnglish",
        "ConceptSchemeShape-labelEnglish",
        "RelationShape-label",
        "RelationShape-labelEnglish",
        "DateShape-precision",
        "PointShape-lat",
    }
