"""Dumps carry what the sources say, in every format, as it was written."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from dataclasses import replace

import pyoxigraph as ox
import pytest

from twinld.derive.rules import numbered
from twinld.publish.dumps import dumps
from twinld.publish.extracts import dataset_name
from twinld.rdf.formats import FORMATS, JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG
from twinld.rdf.terms import key_of

GRAPH = "https://example.org/pumps/graph/data/pumps"
ODD = """\
@prefix ex: <https://example.org/pumps/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:s ex:p "1.10"^^xsd:decimal , "01"^^xsd:integer , "1e0"^^xsd:double , "1"^^xsd:boolean , "2012-02-21Z"^^xsd:date ,
    "a\\"b\\\\c\\n\\r\\t" , "<&>]]>" , "colour"@en-GB , " blank " , "" , "\\uFFFD\\u0085\\u2028" , 'Seinäjoki 南京' .
<https://example.org/pumps/id/a(b),c;d=e&f=g>
    ex:p <urn:isbn:1> , <mailto:nobody@example.org> ;
    ex:p <https://example.org/pumps/ns#-x> , <https://example.org/pumps/100%25> .
_:one ex:p _:two . _:two ex:p _:one . [] ex:p ( 1 ( 2 ) ) .
"""


def quads(body: bytes, format) -> list[tuple[str, str, str, str]]:
    """Return what pyoxigraph reads: keys, with blank nodes left as they are named."""
    return [
        (
            key_of(quad.subject),
            key_of(quad.predicate),
            key_of(quad.object),
            "" if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value,
        )
        for quad in ox.parse(body, format.pyoxigraph)
    ]


def canonical(body: bytes, format, *, graphs: bool) -> set[str]:
    """Return the canonical quads of a document, graphs dropped unless asked for."""
    dataset = ox.Dataset(
        ox.Quad(q.subject, q.predicate, q.object, q.graph_name if graphs else ox.DefaultGraph())
        for q in ox.parse(body, format.pyoxigraph)
    )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


@pytest.mark.parametrize("data", ["own", "odd"])
def test_formats_with_graphs_carry_the_same_quads(own, project, data):
    publication = own if data == "own" else project(data=ODD)
    made = {dump.format: b"".join(dump.chunks()) for dump in whole(publication)}

    first = canonical(made[N_QUADS], N_QUADS, graphs=True)

    assert canonical(made[TRIG], TRIG, graphs=True) == first
    assert canonical(made[JSON_LD], JSON_LD, graphs=True) == first


@pytest.mark.parametrize("data", ["own", "odd"])
def test_all_formats_carry_the_merge_of_the_graphs(own, project, data):
    publication = own if data == "own" else project(data=ODD)
    made = {dump.format: b"".join(dump.chunks()) for dump in whole(publication)}

    found = {format.name: canonical(body, format, graphs=False) for format, body in made.items()}

    assert len(made) == 6
    assert all(each == found["nquads"] for each in found.values())


def whole(publication):
    """Return the plain dumps of the whole, one a format."""
    return [dump for dump in publication.dumps if dump.extract.kind == "whole" and not dump.gzipped]


def test_the_dump_has_every_statement_of_every_file(own):
    triples = {
        (keys[s], keys[p], keys[o])
        for keys in [own.dataset.table.keys]
        for file in own.dataset.files
        for s, p, o, _ in file.parsed.statements
    }

    body = next(dump.representation().body for dump in whole(own) if dump.format.name == "ntriples")

    assert body.count(b"\n") == len(triples)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_rdflib_reads_every_dump_to_the_same_graph(project, monkeypatch, format):
    import rdflib
    from rdflib.compare import isomorphic

    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    publication = project(data=ODD)
    names = {"rdfxml": "xml", "ntriples": "nt", "jsonld": "json-ld"}
    body = next(dump.representation().body for dump in whole(publication) if dump.format is format)

    found, source = rdflib.Dataset(default_union=True), rdflib.Graph()
    found.parse(data=body, format=names.get(format.name, format.name))
    source.parse(data=ODD, format="turtle")
    merged = rdflib.Graph()
    merged += found.triples((None, None, None))

    assert isomorphic(merged, source)


@pytest.mark.parametrize(
    ("extension", "expected"),
    [
        ("ttl", b'ex:flow "1.10"^^xsd:decimal'),
        ("ttl", b'ex:built "2012-02-21Z"^^xsd:date'),
        ("nt", b'"1.10"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("nq", b'"2012-02-21Z"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("trig", b'"2012-02-21Z"^^'),
        ("rdf", b">1.10<"),
        ("jsonld", b'"@value": "2012-02-21Z"'),
        ("ttl", 'välkommen & <hello>"@sv-FI'.encode()),
    ],
)
def test_lexical_forms_are_those_of_the_source(project, extension, expected):
    assert expected in dumps(project())[f"dumps/pumps.{extension}"]().body


def test_a_gzipped_dump_unpacks_to_the_plain_one(project):
    made = dumps(project())

    packed = made["dumps/pumps.ttl.gz"]()

    assert gzip.decompress(packed.body) == made["dumps/pumps.ttl"]().body
    assert packed.media_type == "application/gzip"


def test_gzip_carries_no_time(project):
    assert dumps(project())["dumps/pumps.ttl.gz"]().body[4:8] == b"\0\0\0\0"


def test_two_loads_give_the_same_bytes(project):
    first, second = (
        {path: make().body for path, make in dumps(publication).items()}
        for publication in (project(data=ODD), project(data=ODD))
    )

    assert first == second


def test_each_graph_has_a_dump_that_names_it(project):
    body = dumps(project())["dumps/graph/data/pumps.nq"]().body

    assert {graph for _, _, _, graph in quads(body, N_QUADS)} == {GRAPH}


def test_a_graph_named_in_a_file_keeps_its_name(project):
    publication = project(data__named__trig="", **{"data__more.trig": "<urn:g:1> { <urn:s> <urn:p#p> 1 }"})

    assert "dumps/iri/urn/g:1.trig" in dumps(publication)


def test_derived_triples_are_in_a_dump_of_their_own_only(project):
    publication = project()
    keys = ("<https://example.org/pumps/id/pump/8>", "<https://example.org/pumps/ns#derived>", '"yes"')
    derived = numbered(publication.dataset, [keys])
    publication = replace(publication, dataset=publication.dataset.with_derived(derived))

    holding = {path for path, make in dumps(publication).items() if b"derived>" in make().body and path.endswith("nt")}

    assert holding == {"dumps/graph/derived.nt"}


def test_rdf_xml_is_left_out_where_a_predicate_has_no_xml_name(project):
    publication = project(data="<https://example.org/pumps/s> <https://example.org/pumps/1> 1 .")

    assert not [path for path in dumps(publication) if ".rdf" in path]
    assert "dumps/pumps.ttl" in dumps(publication)


def test_a_size_is_the_number_of_bytes(project):
    for dump in project().dumps:
        assert dump.size == len(dump.representation().body)


def test_the_context_of_the_project_is_written_into_json_ld(project):
    context = '{"@context": {"flow": "https://example.org/pumps/ns#flow"}}'
    publication = project(**{"ontology__context.jsonld": context, "ontology__ns.ttl": ""})

    body = dumps(publication)["dumps/pumps.jsonld"]().body

    assert b'"flow": {"@value": "1.10"' in body


def test_the_dump_is_named_after_the_base(project):
    assert dataset_name(project().dataset) == "pumps"


def test_the_concepts_of_the_project_have_a_dump(own):
    body = dumps(own)["dumps/twinld-concepts.nt"]().body

    assert b"http://www.w3.org/2004/02/skos/core#ConceptScheme" in body
    assert RDF_XML in {dump.format for dump in own.dumps if dump.extract.kind == "concepts"}


RAPPER = shutil.which("rapper")


@pytest.mark.skipif(RAPPER is None, reason="rapper is not installed (Debian package raptor2-utils)")
@pytest.mark.parametrize("name", ["turtle", "ntriples", "nquads", "trig", "rdfxml"])
@pytest.mark.parametrize("data", ["own", "odd"])
def test_rapper_reads_every_dump_to_the_same_graph(own, project, data, name):
    """rapper knows no JSON-LD; of quads it gives the triples."""
    publication = own if data == "own" else project(data=ODD)
    body = next(b"".join(dump.chunks()) for dump in whole(publication) if dump.format.name == name)
    expected = next(b"".join(dump.chunks()) for dump in whole(publication) if dump.format is N_TRIPLES)

    command = [RAPPER, "-q", "-i", name, "-o", "ntriples", "-", "http://base.example/"]
    done = subprocess.run(command, input=body, capture_output=True, check=True)

    assert canonical(done.stdout, N_TRIPLES, graphs=False) == canonical(expected, N_TRIPLES, graphs=False)
