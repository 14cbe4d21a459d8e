"""N-Triples, N-Quads, RDF/XML and JSON-LD."""

from __future__ import annotations

import pytest

from twinld.rdf.formats import (
    FORMATS,
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    RDF_XML,
    format_of_media_type,
    format_of_name,
    format_of_path,
)  # fmt: skip
from twinld.rdf.reading import read
from twinld.rdf.terms import TermTable


def parse(text, format, **options):
    table = TermTable()
    parsed = read(text, format=format, table=table, **options)
    return parsed, [tuple(table.keys[number] for number in row) for row in parsed.statements]


def test_a_format_is_found_by_extension_name_and_media_type():
    for each in FORMATS:
        assert format_of_path(f"data/a.b.{each.extension}") is each
        assert format_of_name(each.name.upper()) is each
        assert format_of_media_type(f"{each.media_type}; charset=utf-8") is each
    assert format_of_path("README.md") is None
    assert format_of_media_type("application/xml") is RDF_XML


LINES = """\
<http://e/a> <http://e/b> "c"@en-GB .
<x> <http://e/b> "c" .
<http://e/a> <http://e/b> <http://e/g> <http://e/h> . # why
nonsense
_:x <http://e/b> "\\u00e9\\t" .
"""


def test_each_faulty_line_of_n_triples_is_reported_and_the_others_are_read():
    parsed, found = parse(LINES, N_TRIPLES)

    assert [(each.line, each.column) for each in parsed.errors] == [(2, 1), (3, 40), (4, 1)]
    assert found == [
        ("<http://e/a>", "<http://e/b>", '"c"@en-GB', ""),
        ("_:b_x", "<http://e/b>", '"é\t"', ""),
    ]
    assert [each.text for each in parsed.comments] == ["# why"]


def test_n_quads_name_graphs():
    parsed, found = parse("<http://a> <http://b> _:y.z _:y .\r\n<http://a> <http://b> <http://c>.", N_QUADS)

    assert parsed.errors == ()
    assert found == [
        ("<http://a>", "<http://b>", "_:b_y.z", "_:b_y"),
        ("<http://a>", "<http://b>", "<http://c>", ""),
    ]


XML = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="http://e/">
  <ex:C rdf:about="http://e/a"><ex:p xml:lang="en-GB">x</ex:p>
    <ex:q rdf:parseType="Resource"><ex:r>01</ex:r></ex:q></ex:C>
  <ex:C rdf:about="b"/>
</rdf:RDF>"""


def test_rdf_xml_gives_the_line_of_the_subject_and_the_language_tag_as_written():
    parsed, found = parse(XML, RDF_XML, base="http://e/d/")

    assert parsed.located == "line"
    assert ("<http://e/a>", "<http://e/p>", '"x"@en-GB', "") in found
    lines = {row[0]: parsed.position(at)[0] for row, at in zip(found, parsed.statements.subject_at, strict=True)}
    assert lines == {"<http://e/a>": 3, "_:bn1": 3, "<http://e/d/b>": 5}


def test_plain_entities_of_rdf_xml_are_expanded_as_owl_editors_write_them():
    text = (
        '<!DOCTYPE rdf:RDF [\n<!ENTITY ex "http://e/">\n<!ENTITY rdf "http://www.w3.org/1999/02/22-rdf-syntax-ns#">]>\n'
        '<rdf:RDF xmlns:rdf="&rdf;" xmlns:ex="&ex;">\n<rdf:Description rdf:about="&ex;a">\n'
        '<ex:p rdf:resource="&ex;b"/></rdf:Description></rdf:RDF>'
    )

    parsed, found = parse(text, RDF_XML)

    assert found == [("<http://e/a>", "<http://e/p>", "<http://e/b>", "")]
    assert parsed.position(parsed.statements.subject_at[0])[0] == 5


@pytest.mark.parametrize(
    "declaration",
    [
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % a "b">',
        '<!ENTITY a "&b;&b;">',
        '<!ENTITY a "<x/>">',
        f'<!ENTITY a "{"x" * 501}">',
    ],
)
def test_other_entities_of_rdf_xml_are_refused_at_their_place(declaration):
    parsed, found = parse(f"<!DOCTYPE x [\n{declaration}]><x/>", RDF_XML)

    assert found == []
    assert [(each.message, each.line) for each in parsed.errors] == [("This XML entity is not expanded", 2)]


def test_so_many_references_to_an_entity_are_refused_before_they_are_expanded():
    text = f'<!DOCTYPE x [<!ENTITY a "{"x" * 500}">]>\n<x>{"&a;" * 50_000}</x>'

    parsed, found = parse(text, RDF_XML)

    assert found == []
    assert parsed.errors[0].message == "This XML entity is not expanded"


DOCUMENT = """{"@context": ["http://e/context", {"ex": "http://e/"}],
 "@id": "ex:a", "nm": "u",
 "ex:q": [{"ex:r": true}, {"@id": "b", "nm": "v"}]}"""


def test_json_ld_takes_contexts_only_from_the_local_copies():
    copy = {"http://e/context": '{"@context": {"nm": "http://e/name"}}'}
    parsed, found = parse(DOCUMENT, JSON_LD, base="http://e/d/", contexts=copy)
    refused, nothing = parse(DOCUMENT, JSON_LD, base="http://e/d/")

    assert ("<http://e/d/b>", "<http://e/name>", '"v"', "") in found
    lines = {row[0]: parsed.position(at)[0] for row, at in zip(found, parsed.statements.subject_at, strict=True)}
    assert lines == {"<http://e/a>": 2, "_:bn1": 2, "<http://e/d/b>": 3}
    assert nothing == []
    assert "nothing is fetched" in refused.errors[0].message


def test_json_ld_nested_deeper_than_its_reader_bears_is_refused():
    parsed, _ = parse('{"http://e/p":' * 100_000 + "1" + "}" * 100_000, JSON_LD)

    assert parsed.errors[0].message == "The JSON is nested deeper than 200 levels"


def test_broken_xml_and_json_are_syntax_errors():
    for text, format in ((XML[:-20], RDF_XML), (DOCUMENT[:-9], JSON_LD), ("", JSON_LD), ("\x00", RDF_XML)):
        parsed, _ = parse(text, format, base="http://e/", contexts={"http://e/context": '{"@context": {}}'})

        assert len(parsed.errors) == 1
