"""Turtle in one layout: the same graph, the same comments, the same bytes the second time."""

from __future__ import annotations

import random

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


class _Author:
    """Somebody who writes right Turtle and puts spaces, lines and comments wherever they may stand."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.comments = 0

    def file(self):
        prefixes = [
            ["@prefix", "ex:", "<http://e/>", "."],
            ["PREFIX", "z:", "<http://z/>"],
            ["@base", "<http://b/>", "."],
        ]
        statements = [self.statement() for _ in range(self.chance.randrange(1, 6))]
        tokens = [token for part in (*prefixes, *statements) for token in part]
        return "".join(self.gap() + token for token in tokens) + self.gap()

    def gap(self):
        kind = self.chance.random()
        if kind < 0.75:
            return self.chance.choice([" ", "  ", "\n", "\n    "])
        if kind < 0.85:
            return "\n\n\n"
        self.comments += 1
        return self.chance.choice([" ", "\n", "\n\n"]) + f"# comment {self.comments}\n" + self.chance.choice(["", "\n"])

    def statement(self):
        if self.chance.random() < 0.1:
            return ["@prefix", f"p{self.chance.randrange(3)}:", "<http://p/>", "."]
        subject = self.chance.choice([["ex:a"], ["<b>"], ["_:c"], ["[", "]"], self.bracket(2), self.collection(2)])
        return [*subject, *self.pairs(3), "."]

    def pairs(self, depth):
        made = []
        for _ in range(self.chance.randrange(1, 4)):
            made += [self.chance.choice(["a", "ex:p", "<q>", "z:r"]), *self.value(depth)]
            while self.chance.random() < 0.3:
                made += [",", *self.value(depth)]
            made += [";"] * self.chance.randrange(1, 3)
        return made if self.chance.random() < 0.5 else made[: -1 if made[-2] != ";" else -2]

    def value(self, depth):
        nested = [self.bracket(depth), self.collection(depth), ["[", "]"], ["(", ")"]] if depth else []
        plain = [
            ["ex:x"],
            ["1"],
            ["-2.5"],
            ["true"],
            ["'one'"],
            ['"two"@en'],
            ["'''three\n# no comment\n'''"],
            ['"4"^^ex:d'],
        ]
        return self.chance.choice([*plain, *nested])

    def bracket(self, depth):
        return ["[", *self.pairs(depth - 1), "]"]

    def collection(self, depth):
        return ["(", *(token for _ in range(self.chance.randrange(1, 4)) for token in self.value(depth - 1)), ")"]


@pytest.mark.parametrize("seed", range(150))
def test_whatever_is_written_keeps_graph_and_comments_and_comes_out_the_same_twice(seed):
    author = _Author(seed)
    text = author.file()

    once = format_text(text)

    assert _graph(once, TURTLE) == _graph(text, TURTLE)
    comments = read(once, format=TURTLE, base="http://localhost/").comments
    assert len({comment.text for comment in comments}) == len(comments) == author.comments
    assert format_text(once) == once
