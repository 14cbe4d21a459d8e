"""Turtle and TriG: what a text says, where each term stands, and what is said of faulty text."""

from __future__ import annotations

import pytest

from twinld.rdf.formats import TRIG, TURTLE
from twinld.rdf.reading import Parsed, read
from twinld.rdf.terms import TermTable

HEAD = "@prefix ex: <http://e/> .\n"


def rows(parsed: Parsed, table: TermTable) -> list[tuple[str, ...]]:
    return [tuple(table.keys[number] for number in row) for row in parsed.statements]


def parse(text: str | bytes, *, format=TURTLE, base=None):
    table = TermTable()
    parsed = read(text, format=format, base=base, table=table)
    return parsed, rows(parsed, table)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ('"x"@en-GB', '"x"@en-GB'),
        (
            '"1.10"^^<http://www.w3.org/2001/XMLSchema#decimal>',
            '"1.10"^^<http://www.w3.org/2001/XMLSchema#decimal>',
        ),
        ("01", '"01"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("+1.50", '"+1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("1e0", '"1e0"^^<http://www.w3.org/2001/XMLSchema#double>'),
        ("true", '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
        ('"x"^^<http://www.w3.org/2001/XMLSchema#string>', '"x"'),
        (r'"a\t\"\u00e9\U0001F600"', '"a\t"é😀"'),
        ("'''a\n'b''c'''", "\"a\n'b''c\""),
        ('""', '""'),
        ('""""""', '""'),
        (r"ex:a\-b\,c%20d", "<http://e/a-b,c%20d>"),
        ("ex:Seinäjoki", "<http://e/Seinäjoki>"),
        ("ex:a.b", "<http://e/a.b>"),
        (r"<http://e/\u00e4>", "<http://e/ä>"),
        ("_:x", "_:b_x"),
        ("()", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>"),
    ],
)
def test_an_object_is_kept_as_it_was_written(written, key):
    parsed, found = parse(f"{HEAD}ex:s ex:p {written} .")

    assert parsed.errors == ()
    assert found == [("<http://e/s>", "<http://e/p>", key, "")]


def test_a_prefix_redefined_half_way_means_its_new_namespace_from_there_on():
    _, found = parse("@prefix e: <http://a/> . e:s e:p e:o . PREFIX e: <http://b/> e:s e:p e:o .")

    assert [row[0] for row in found] == ["<http://a/s>", "<http://b/s>"]


def test_a_base_changes_relative_iris_from_there_on():
    _, found = parse("<s> <p> <o> . @base <http://b/c/> . <s> <p> <../o> .", base="http://a/")

    assert found[0][:3] == ("<http://a/s>", "<http://a/p>", "<http://a/o>")
    assert found[1][:3] == ("<http://b/c/s>", "<http://b/c/p>", "<http://b/o>")


def test_the_same_text_gives_the_same_blank_nodes_and_two_prefixes_never_share_one():
    text = HEAD + "[] ex:p [ ex:q _:n1 ] , ( 1 ) ."
    table = TermTable()
    first = rows(read(text, format=TURTLE, table=table, blank_prefix="f1"), table)
    again = rows(read(text, format=TURTLE, table=table, blank_prefix="f1"), table)
    other = rows(read(text, format=TURTLE, table=table, blank_prefix="f11"), table)

    assert first == again
    blanks = [{key for row in each for key in row if key.startswith("_:")} for each in (first, other)]
    assert len(blanks[0]) == 4
    assert not blanks[0] & blanks[1]


PLACES = """\
@prefix ex: <http://e/> . # first
ex:s a ex:C ;  # second ä友😀
    ex:lon "ä友😀e\u0301" , ex:b ;
    ex:many '''line
two''' ; ex:n 5 , [ ex:deep ( 1 ex:c ) ] .
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_token_is_found_at_its_line_and_column(newline, mark):
    table = TermTable()
    parsed = read((mark + PLACES.replace("\n", newline)).encode(), format=TURTLE, table=table)
    at = {}
    for row in zip(*(getattr(parsed.statements, each) for each in parsed.statements.__slots__), strict=True):
        keys = [table.keys[number] for number in row[:3]]
        at[keys[1].rpartition("/")[2], keys[2]] = [parsed.position(offset) for offset in row[4:]]
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"

    assert parsed.errors == ()
    assert at["22-rdf-syntax-ns#type>", "<http://e/C>"] == [(2, 1), (2, 6), (2, 8)]
    assert at["lon>", '"ä友😀e\u0301"'] == [(2, 1), (3, 5), (3, 12)]
    assert at["lon>", "<http://e/b>"] == [(2, 1), (3, 5), (3, 22)]
    assert at["many>", f'"line{newline}two"'] == [(2, 1), (4, 5), (4, 13)]
    assert at["n>", f'"5"{integer}'] == [(2, 1), (5, 10), (5, 15)]
    assert at["n>", "_:bn1"] == [(2, 1), (5, 10), (5, 19)]
    assert at["deep>", "_:bn2"] == [(5, 19), (5, 21), (5, 29)]
    assert at["22-rdf-syntax-ns#first>", "<http://e/c>"][2] == (5, 33)


def test_comments_and_prefixes_are_kept_with_their_places():
    parsed, _ = parse(PLACES)

    assert [(each.text, parsed.position(each.offset)) for each in parsed.comments] == [
        ("# first", (1, 27)),
        ("# second ä友😀", (2, 16)),
    ]
    assert [(each.prefix, each.iri, parsed.position(each.offset)) for each in parsed.declarations] == [
        ("ex", "http://e/", (1, 9))
    ]
    assert parsed.used_prefixes == {"ex"}


def test_the_end_of_a_token_is_known():
    parsed, _ = parse(HEAD + 'ex:s ex:p """a\nb"""@en .')
    start = parsed.statements.object_at[0]

    assert parsed.text[start : parsed.token_end(start)] == '"""a\nb"""@en'


FAULTS = """\
@prefix ex: <http://e/> .
un:a ex:p un:b .
ex:one ex:p "not closed .
ex:two ex:p ex:o
ex:three ex:p ex:o .
ex:four ex:p "x"@toolongsubtag , ex:kept .
ex:five ex:p "\\q" .
ex:six ex:p <http://e/a b> .
ex:seven ex:p ex:o ; .
"""


def test_one_run_reports_every_syntax_error_and_reads_the_other_statements():
    parsed, found = parse(FAULTS)

    assert [(each.line, each.column) for each in parsed.errors] == [
        (2, 1), (3, 13), (5, 1), (6, 14), (7, 14), (8, 13),
    ]  # fmt: skip
    assert parsed.errors[0].message == "The prefix un: is not declared"
    assert [row[0] for row in found] == [
        "<http://e/two>", "<http://e/three>", "<http://e/four>", "<http://e/seven>",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<a> <b> <c> .", "The IRI <a> is relative and there is no base"),
        (HEAD + "ex:s ex:p ex:o", "The file ends inside a statement"),
        (HEAD + "ex:s ex:p [ ex:q 1 .", "Unexpected ."),
        (HEAD + "ex:s 1 ex:o .", "Unexpected 1"),
        (HEAD + "ex:s ex:p <<ex:a ex:b ex:c>> .", "Quoted triples are not read"),
        ("@prefix ex <http://e/> .", "Unexpected ex"),
        ("@prefix ex: 'http://e/' .", "Unexpected 'http://e/'"),
        ("@prefix ex:", "The declaration is not finished"),
        ("\x00\x01", "The control character U+0000 stands outside a string"),
        (b"\xff\xfea\x00", "The file is UTF-16, not UTF-8"),
        (b"# ok\n\xe4", "The byte 0xE4 is not UTF-8"),
    ],
)
def test_a_syntax_error_says_what_is_wrong(text, message):
    parsed, _ = parse(text)

    assert parsed.errors[0].message == message


def test_trig_names_graphs_and_keeps_the_default_one():
    text = HEAD + "ex:s ex:p 1 . ex:g { ex:s ex:p ex:o . ex:t ex:p [] } GRAPH _:g { ex:s a ex:C } { ex:u a ex:C . }"
    parsed, found = parse(text, format=TRIG)

    assert parsed.errors == ()
    assert [row[3] for row in found] == ["", "<http://e/g>", "<http://e/g>", "_:b_g", ""]


def test_a_graph_that_is_not_closed_is_an_error():
    parsed, found = parse(HEAD + "ex:g { ex:s ex:p ex:o .", format=TRIG)

    assert [each.message for each in parsed.errors] == ["The graph is not closed"]
    assert len(found) == 1


def test_nesting_of_100_000_levels_is_read():
    parsed, found = parse(HEAD + "ex:s ex:p " + "[ ex:p " * 100_000 + "1" + "]" * 100_000 + " .")

    assert parsed.errors == ()
    assert len(found) == 100_001


def test_faults_beyond_a_thousand_are_counted_as_one():
    parsed, _ = parse("@prefix e: <http://e/> .\n" + "e:s e:p .\n" * 3000)

    assert len(parsed.errors) == 1001
    assert parsed.errors[-1].message == "Further errors in this file are not shown"
