"""What is written comes back as it was, in every format, by every reader."""

from __future__ import annotations

import itertools
import json
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from twinld.rdf.formats import FORMATS, JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, RdfFormat
from twinld.rdf.terms import key_of
from twinld.rdf.writing import Quad, UnwritableError, ntriples_term, stream, used_prefixes, write

E = "http://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PREFIXES = {
    "ex": E,
    "xsd": XSD,
    "unused": "http://unused.example/",
    "urn": "urn:example:",
    "xmlish": E + "a/",
}

ODD_LITERALS = [
    '""',
    '" both ends "',
    '"a quotation " mark and a backslash \\ and \\n that is no escape"',
    '"line\nfeed"',
    '"carriage\rreturn, both\r\n, tab\t"',
    '"<b>&amp; ]]> <!-- markup"',
    '"\u2028 line separator, \u0085 next line, \ud7ff, \ue000, \ufffd"',
    '"\U0001f600 and \U00010000"',
    '"Seinäjoki, Nàntóng 南通, ещё, العربية"',
    '"=1+1"',
    f'"1.10"^^<{XSD}decimal>',
    f'"01"^^<{XSD}integer>',
    f'"+1"^^<{XSD}integer>',
    f'"1"^^<{XSD}integer>',
    f'"1e0"^^<{XSD}double>',
    f'"1"^^<{XSD}boolean>',
    f'"true"^^<{XSD}boolean>',
    f'"2012-02-21Z"^^<{XSD}date>',
    f'"not a date"^^<{XSD}date>',
    f'"<b>x</b>"^^<{RDF}XMLLiteral>',
    '"{"^^<http://example.org/type,with(odd)characters>',
    '"colour"@en-GB',
    '"词"@zh-Hans-CN',
]
ODD_IRIS = [
    "<urn:example:1>",
    "<urn:isbn:0451450523>",
    "<mailto:nobody@example.org>",
    f"<{E}Seinäjoki>",
    f"<{E}a/b,c;d=e&f='g'(h)>",
    f"<{E}100%25>",
    f"<{E}-starts-with-hyphen>",
    f"<{E}ends.>",
    f"<{E}a#b/c?d>",
    f"<{E}>",
    f"<{E}?q=1&r=2#top>",
    "<http://example.org>",
    "<https://user@host:8080/x>",
    "<tag:example.org,2026:x>",
]
CORPUS: list[Quad] = [
    *((f"<{E}s>", f"<{E}p>", value, "") for value in ODD_LITERALS),
    *((iri, f"<{E}p>", other, "") for iri, other in itertools.product(ODD_IRIS, repeat=2)),
    (f"<{E}s>", f"<{RDF}type>", f"<{E}T>", ""),
    (f"<{E}s>", "<http://other.example/ns#namn-på.3>", '"x"', ""),
]


def read_back(body: bytes, format: RdfFormat) -> set[Quad]:
    """Return what pyoxigraph reads, as keys."""
    quads = ox.parse(body, format.pyoxigraph)
    return {
        (
            key_of(quad.subject),
            key_of(quad.predicate),
            key_of(quad.object),
            "" if isinstance(quad.graph_name, ox.DefaultGraph) else key_of(quad.graph_name),
        )
        for quad in quads
    }


def as_read(quads: list[Quad]) -> set[Quad]:
    """Return the quads as pyoxigraph reads them: its parsers lower-case language tags."""
    return {(s, p, _tag_lowered(o), g) for s, p, o, g in quads}


def _tag_lowered(key: str) -> str:
    lexical, at, tag = key.rpartition('"@')
    return lexical + at + tag.lower() if at else key


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_odd_terms_come_back_as_written(format):
    body = write(CORPUS, format, PREFIXES)

    assert read_back(body, format) == as_read(CORPUS)


@pytest.mark.parametrize("format", [TRIG, N_QUADS, JSON_LD], ids=lambda format: format.name)
def test_formats_with_graphs_keep_them(format):
    quads = [(s, p, o, g) for s, p, o, _ in CORPUS for g in ("", f"<{E}g1>", "<urn:g:2>")]

    assert read_back(write(quads, format, PREFIXES), format) == as_read(quads)


@pytest.mark.parametrize("format", [TURTLE, N_TRIPLES, RDF_XML], ids=lambda format: format.name)
def test_formats_without_graphs_carry_the_merge_once(format):
    quads = [(s, p, o, g) for s, p, o, _ in CORPUS for g in ("", f"<{E}g1>")]

    assert write(quads, format, PREFIXES) == write(CORPUS, format, PREFIXES)


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_the_order_of_the_statements_does_not_matter(format):
    assert write(CORPUS, format, PREFIXES) == write(list(reversed(CORPUS)), format, PREFIXES)


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_rdflib_reads_the_same_number_of_triples(format, monkeypatch):
    import rdflib
    from rdflib import Dataset

    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    names = {RDF_XML: "xml", N_TRIPLES: "nt", JSON_LD: "json-ld"}
    dataset = Dataset(default_union=True)
    dataset.parse(data=write(CORPUS, format, PREFIXES), format=names.get(format, format.name))

    assert len(dataset) == len(CORPUS)


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_control_characters_are_kept_where_the_format_can(format):
    literal = '"bell \x07 and \x00 and \x1f and \x7f and \ufffe"'

    back = {o for _, _, o, _ in read_back(write([(f"<{E}s>", f"<{E}p>", literal)], format), format)}

    assert back == ({'"bell \ufffd and \ufffd and \ufffd and \x7f and \ufffd"'} if format is RDF_XML else {literal})


def test_rdf_xml_is_well_formed_for_a_strict_parser():
    root = ElementTree.fromstring(write(CORPUS, RDF_XML, {"xml": E, "xmlns": "http://other.example/ns#"}))

    assert root.tag == f"{{{RDF}}}RDF"


def test_a_predicate_without_an_xml_name_is_an_error_that_names_it():
    with pytest.raises(UnwritableError, match=r"<http://example\.org/1>"):
        write([(f"<{E}s>", f"<{E}1>", '"x"')], RDF_XML)


def test_a_predicate_with_a_reserved_xml_name_is_an_error():
    with pytest.raises(UnwritableError):
        write([(f"<{E}s>", f"<{RDF}li>", '"x"')], RDF_XML)


def test_only_used_prefixes_are_declared():
    text = write([(f"<{E}s>", f"<{E}p>", f'"1.0"^^<{XSD}decimal>')], TURTLE, PREFIXES).decode()

    assert [line.split()[1] for line in text.splitlines() if line.startswith("@prefix")] == ["ex:", "xsd:"]


def test_the_prefix_of_a_datatype_counts_as_used():
    assert used_prefixes([f'"1"^^<{XSD}byte>'], PREFIXES) == {"xsd": XSD}


def test_turtle_has_a_block_per_subject_with_its_type_first():
    quads = [
        (f"<{E}s>", f"<{E}p>", '"b"@en'),
        (f"<{E}s>", f"<{E}p>", '"a"@fi'),
        (f"<{E}s>", f"<{RDF}type>", f"<{E}T>"),
    ]

    assert write(quads, TURTLE, PREFIXES).decode() == (
        '@prefix ex: <http://example.org/> .\n\nex:s a ex:T ;\n    ex:p "a"@fi ;\n    ex:p "b"@en .\n'
    )


def test_a_blank_node_used_once_stands_inside():
    quads = [(f"<{E}s>", f"<{E}p>", "_:b"), ("_:b", f"<{E}q>", '"x"')]

    assert write(quads, TURTLE, PREFIXES).decode().endswith('ex:s ex:p [\n        ex:q "x"\n    ] .\n')


def test_a_list_is_written_as_a_list():
    quads = [
        (f"<{E}s>", f"<{E}p>", "_:l1"),
        ("_:l1", f"<{RDF}first>", '"a"'),
        ("_:l1", f"<{RDF}rest>", "_:l2"),
        ("_:l2", f"<{RDF}first>", '"b"'),
        ("_:l2", f"<{RDF}rest>", f"<{RDF}nil>"),
    ]

    assert 'ex:s ex:p ( "a" "b" ) .' in write(quads, TURTLE, PREFIXES).decode()


def blank_cases():
    """Graphs of blank nodes that tempt a writer to lose statements."""
    p, first, rest = f"<{E}p>", f"<{RDF}first>", f"<{RDF}rest>"
    yield "ring", [("_:a", p, "_:b", ""), ("_:b", p, "_:a", "")]
    yield "own loop", [("_:a", p, "_:a", "")]
    yield "ring with a tail", [("_:a", p, "_:a", ""), ("_:a", p, "_:c", ""), ("_:c", p, '"x"', "")]
    yield "shared", [(f"<{E}s>", p, "_:a", ""), (f"<{E}t>", p, "_:a", ""), ("_:a", p, '"x"', "")]
    yield "two graphs", [(f"<{E}s>", p, "_:a", ""), ("_:a", p, '"x"', f"<{E}g>")]
    yield "names a graph", [(f"<{E}s>", p, "_:a", ""), ("_:a", p, '"x"', ""), (f"<{E}s>", p, '"y"', "_:a")]
    yield "deep", [(f"_:d{n}", p, f"_:d{n + 1}", "") for n in range(3000)]
    cells = [(f"_:c{n}", rest, f"_:c{n + 1}", "") for n in range(3000)] + [
        (f"_:c{n}", first, '"x"', "") for n in range(3001)
    ]
    yield "long list without an end", [(f"<{E}s>", p, "_:c0", ""), *cells]
    yield "long list", [(f"<{E}s>", p, "_:c0", ""), *cells, ("_:c3000", rest, f"<{RDF}nil>", "")]
    yield (
        "list with two firsts",
        [
            (f"<{E}s>", p, "_:l", ""),
            ("_:l", first, '"a"', ""),
            ("_:l", first, '"b"', ""),
            ("_:l", rest, f"<{RDF}nil>", ""),
        ],
    )
    nested = [(f"_:n{n}", first, f"_:n{n + 1}", "") for n in range(2000)]
    yield "lists in lists", [*nested, *((f"_:n{n}", rest, f"<{RDF}nil>", "") for n in range(2000))]
    yield "only an object", [(f"<{E}s>", p, "_:a", "")]


@pytest.mark.parametrize("quads", [pytest.param(quads, id=name) for name, quads in blank_cases()])
@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_no_statement_on_blank_nodes_is_lost(format, quads):
    merged = {(s, p, o) for s, p, o, _ in quads}

    back = read_back(write(quads, format, PREFIXES), format)

    assert len(back) == (len(set(quads)) if format.has_graphs else len(merged))


@pytest.mark.parametrize("label", ["1", "b1", "_b1", "_1", "a.b", "a-b·c"])
def test_blank_node_labels_stay_apart_in_rdf_xml(label):
    others = ["1", "b1", "_b1", "_1", "a.b", "a-b·c"]
    quads = [(f"_:{each}", f"<{E}p>", f'"{each}"') for each in others]

    assert len({s for s, _, _, _ in read_back(write(quads, RDF_XML), RDF_XML)}) == len(others), label


def test_json_ld_uses_the_terms_of_a_context_where_they_mean_the_same():
    context = {
        "ex": E,
        "label": {"@id": "ex:label", "@container": "@language"},
        "party": {"@id": "ex:party", "@type": "@id"},
        "year": {"@id": "ex:year", "@type": XSD + "gYear"},
        "City": "ex:City",
        "ordered": {"@id": "ex:ordered", "@container": "@list"},
    }
    quads = [
        (f"<{E}s>", f"<{RDF}type>", f"<{E}City>", ""),
        (f"<{E}s>", f"<{E}label>", '"Turku"@fi', ""),
        (f"<{E}s>", f"<{E}label>", '"Åbo"@sv', ""),
        (f"<{E}s>", f"<{E}ordered>", '"x"', ""),
        (f"<{E}s>", f"<{E}party>", f"<{E}t>", ""),
        (f"<{E}s>", f"<{E}year>", f'"2001"^^<{XSD}gYear>', ""),
        (f"<{E}t>", f"<{E}label>", '"no language"', ""),
        (f"<{E}t>", f"<{E}party>", '"not an IRI"', ""),
        (f"<{E}t>", f"<{E}year>", '"not a year"', ""),
    ]

    body = write(quads, JSON_LD, context=context)

    assert json.loads(body)["@graph"][0] == {
        "@id": "ex:s",
        "@type": "City",
        "label": {"fi": "Turku", "sv": "Åbo"},
        "ex:ordered": "x",
        "party": "ex:t",
        "year": "2001",
    }
    assert read_back(body, JSON_LD) == set(quads)


def test_json_ld_under_a_default_language_keeps_plain_strings_plain():
    quads = [(f"<{E}s>", f"<{E}p>", '"plain"', "")]

    body = write(quads, JSON_LD, context={"@language": "en", "p": E + "p"})

    assert read_back(body, JSON_LD) == set(quads)


def test_a_stream_gives_the_bytes_of_the_whole():
    quads = sorted((f"<{E}{n}>", f"<{E}p>", f'"{n}"', "") for n in range(5000))

    pieces = list(stream(quads, TURTLE, {"ex": E}))

    assert len(pieces) > 1
    assert b"".join(pieces) == write(quads, TURTLE, {"ex": E})


def test_a_term_as_n_triples_escapes_what_must_be():
    assert ntriples_term('"a"b\\c\n"@en') == r'"a\"b\\c\n"@en'
