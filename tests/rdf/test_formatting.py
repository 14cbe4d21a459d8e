"""Turtle in one layout: the same graph, the same comments, the same bytes the second time."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from twinld.rdf.formats import TRIG, TURTLE
from twinld.rdf.formatting import format_text
from twinld.rdf.reading import read

PREFIX = "@prefix ex: <http://e/> .\n\n"

CASES = {
    "a block a subject, a line a value": (
        'ex:a a ex:B; ex:p "x"@en,"y"@fi. ex:b ex:p 1 .',
        'ex:a a ex:B ;\n    ex:p "x"@en ;\n    ex:p "y"@fi .\n\nex:b ex:p 1 .\n',
    ),
    "types stay together": ("ex:a a ex:B,ex:C .", "ex:a a ex:B , ex:C .\n"),
    "a short bracket stays on its line": (
        "ex:a ex:p [ex:q 1;ex:r (1 2)],[] .",
        "ex:a ex:p [ ex:q 1 ; ex:r ( 1 2 ) ] ;\n    ex:p [] .\n",
    ),
    "a long bracket gets a line for each value": (
        f"ex:a ex:p [ ex:{'q' * 60} 1 ; ex:{'r' * 60} 2 ] .",
        f"ex:a ex:p [\n    ex:{'q' * 60} 1 ;\n    ex:{'r' * 60} 2\n] .\n",
    ),
    "comments stay above and behind what they are about": (
        "# above\nex:a ex:p 1 ; # one\n# of two\nex:p 2 # two\n. # end\n# last\n",
        "# above\nex:a ex:p 1 ; # one\n    # of two\n    # two\n    ex:p 2 . # end\n\n# last\n",
    ),
    "a comment opens its bracket": (
        "ex:a ex:p [ ex:q 1 # why\n ] .",
        "ex:a ex:p [\n    ex:q 1 # why\n] .\n",
    ),
    "groups of comments stay apart": ("# one\n\n# two\nex:a ex:p 1 .", "# one\n\n# two\nex:a ex:p 1 .\n"),
    "strings lose needless space and quotes": (
        "ex:a ex:p 'x' , 'a\"b' , '''l\nm''' , \"1\" ^^ ex:int .",
        "ex:a ex:p \"x\" ;\n    ex:p 'a\"b' ;\n    ex:p '''l\nm''' ;\n    ex:p \"1\"^^ex:int .\n",
    ),
    "empty semicolons go": ("ex:a ex:p 1 ;; ex:q 2 ; .", "ex:a ex:p 1 ;\n    ex:q 2 .\n"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_layout(name):
    before, after = CASES[name]

    assert format_text(PREFIX + before) == PREFIX + after


def test_prefixes_are_sorted_and_written_one_way():
    text = (
        "PREFIX z: <http://z/> # last\n@prefix ex: <http://e/>.\n@base <http://b/> .\n@prefix a: <a> .\nex:a z:p a:b ."
    )

    assert format_text(text) == (
        "@prefix ex: <http://e/> .\n@prefix z: <http://z/> . # last\n@base <http://b/> .\n@prefix a: <a> .\n\n"
        "ex:a z:p a:b .\n"
    )


def test_a_prefix_that_changes_its_meaning_keeps_its_place():
    text = "@prefix p: <http://one/> .\n@prefix a: <http://a/> .\n@prefix p: <http://two/> .\n"

    assert format_text(text) == text


def test_graphs_are_indented():
    text = "@prefix ex: <http://e/> .\nex:g{ex:a ex:p 1. ex:b ex:p 2 # two\n} # end\nGRAPH [] { }\n"

    assert format_text(text, format=TRIG) == (
        "@prefix ex: <http://e/> .\n\nex:g {\n    ex:a ex:p 1 .\n\n    ex:b ex:p 2 . # two\n} # end\n\nGRAPH [] {\n}\n"
    )


def test_line_ends_of_windows_stay_and_strings_keep_theirs():
    text = '@prefix ex: <http://e/> .\r\nex:a ex:p """one\r\ntwo""" .\r\n'

    assert format_text(text) == '@prefix ex: <http://e/> .\r\n\r\nex:a ex:p """one\r\ntwo""" .\r\n'


def test_a_text_nested_beyond_reason_is_left_alone():
    text = f"<x:a> <x:p> {'[ <x:p> ' * 5000}1{' ]' * 5000} .\n"

    assert format_text(text) == text


def _graph(text, rdf_format):
    dataset = ox.Dataset(ox.parse(text.encode(), format=rdf_format.pyoxigraph, base_iri="http://localhost/"))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def test_files_of_the_w3c_keep_graph_and_comments_and_come_out_the_same_twice(third_party):
    comments = 0
    for path in sorted(third_party.glob("w3c/**/*.t*")):
        if path.suffix not in (".ttl", ".trig") or path.stat().st_size > 100_000:
            continue
        rdf_format = TRIG if path.suffix == ".trig" else TURTLE
        text = path.read_bytes()
        before = read(text, format=rdf_format, base="http://localhost/")
        if before.errors:
            continue

        once = format_text(before.text, format=rdf_format)

        after = read(once, format=rdf_format, base="http://localhost/")
        assert _graph(once, rdf_format) == _graph(before.text, rdf_format), path
        assert sorted(c.text for c in after.comments) == sorted(c.text.rstrip() for c in before.comments), path
        assert format_text(once, format=rdf_format) == once, path
        comments += len(before.comments)
    assert comments > 100
