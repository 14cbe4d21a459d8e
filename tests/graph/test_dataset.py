"""The dataset: named graphs, the default graph, descriptions, kept lexical forms."""

from __future__ import annotations

import pyoxigraph as ox

from twinld.graph.dataset import load
from twinld.graph.description import describe
from twinld.graph.rdflib import default_graph
from twinld.graph.store import nquads, store_of
from twinld.source.project import open_files, open_project

PREFIXES = "PREFIX ex: <https://example.org/>\nPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"


def project(write, **files):
    return open_project(write({"twinld.toml": 'base-iri = "https://example.org/"', **files}))


def test_each_file_is_a_named_graph_called_by_its_path(write):
    dataset = load(project(write, **{"data/sub/a.ttl": PREFIXES + "ex:a ex:b ex:c ."}))

    assert [dataset.table.keys[file.graph] for file in dataset.files] == ["<https://example.org/graph/data/sub/a>"]


def test_blank_nodes_of_two_files_are_two_nodes(write):
    dataset = load(project(write, **{"data/a.ttl": "_:b1 <x:p> 1 .", "data/b.ttl": "_:b1 <x:p> 2 ."}))

    assert len(set(dataset.quads.subject)) == 2


def test_the_default_graph_has_ontology_and_data_and_no_shapes(write):
    dataset = load(
        project(
            write,
            **{
                "ontology/o.ttl": PREFIXES + "ex:o a ex:A .",
                "data/d.ttl": PREFIXES + "ex:d a ex:A .",
                "shapes/s.ttl": PREFIXES + "ex:s a ex:A .",
            },
        )
    )
    store = store_of(dataset)

    in_default = {row["s"].value for row in store.query("SELECT ?s { ?s a ?c }")}
    in_graphs = {row["s"].value for row in store.query("SELECT ?s { GRAPH ?g { ?s a ?c } }")}

    assert in_default == {"https://example.org/o", "https://example.org/d"}
    assert in_graphs == in_default | {"https://example.org/s"}


def test_graphs_named_inside_a_trig_file_keep_their_names(write):
    dataset = load(project(write, **{"data/t.trig": PREFIXES + "ex:g { ex:a ex:b ex:c } ex:d ex:e ex:f ."}))

    graphs = {dataset.table.keys[number] for number in dataset.quads.graph}

    assert graphs == {"<https://example.org/g>", "<https://example.org/graph/data/t>"}


def test_lexical_forms_stay_as_they_were_written(write):
    text = PREFIXES + 'ex:a ex:v 1.10, "01"^^xsd:integer, "2012-02-21Z"^^xsd:date, "x"@zh-Hans, 1e0, "1"^^xsd:boolean .'
    dataset = load(project(write, **{"data/a.ttl": text}))

    objects = {statement.object for statement in describe(dataset, "https://example.org/a").outgoing}

    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert objects == {
        f'"1.10"^^<{xsd}decimal>',
        f'"01"^^<{xsd}integer>',
        f'"2012-02-21Z"^^<{xsd}date>',
        '"x"@zh-Hans',
        f'"1e0"^^<{xsd}double>',
        f'"1"^^<{xsd}boolean>',
    }


def test_nquads_hold_each_triple_in_its_graph_and_in_the_default_graph(write):
    same = PREFIXES + "ex:a ex:b ex:c ."
    dataset = load(project(write, **{"data/a.ttl": same, "data/b.ttl": same}))

    quads = set(ox.parse(b"".join(nquads(dataset)), format=ox.RdfFormat.N_QUADS))

    assert sorted(str(quad.graph_name) for quad in quads) == [
        "<https://example.org/graph/data/a>",
        "<https://example.org/graph/data/b>",
        "DEFAULT",
    ]


def test_a_description_follows_blank_nodes_and_counts_what_points_here(write):
    text = (
        PREFIXES
        + 'ex:a ex:p [ ex:q [ ex:r "deep" ] ] . ex:b ex:p ex:a ; <http://www.w3.org/2000/01/rdf-schema#label> "B" .'
    )
    dataset = load(project(write, **{"data/a.ttl": text}))

    found = describe(dataset, "https://example.org/a")

    assert '"deep"' in {statement.object for statement in found.outgoing}
    assert [statement.subject for statement in found.incoming] == ["<https://example.org/b>"]
    assert found.incoming_total == 1
    assert [label.object for label in found.labels["<https://example.org/b>"]] == ['"B"']


def test_a_ring_of_blank_nodes_ends(write):
    dataset = load(project(write, **{"data/a.ttl": PREFIXES + "ex:a ex:p _:x . _:x ex:p _:y . _:y ex:p _:x ."}))

    assert len(describe(dataset, "https://example.org/a").outgoing) == 3


def test_incoming_statements_come_a_thousand_at_a_time(write):
    lines = "".join(f"ex:s{number} ex:p ex:hub .\n" for number in range(1_500))
    dataset = load(project(write, **{"data/a.ttl": PREFIXES + lines}))

    first = describe(dataset, "https://example.org/hub")
    second = describe(dataset, "https://example.org/hub", offset=1_000)

    assert (len(first.incoming), first.incoming_total, len(second.incoming)) == (1_000, 1_500, 500)


def test_nothing_is_known_of_an_iri_that_does_not_occur(write):
    dataset = load(project(write, **{"data/a.ttl": PREFIXES + "ex:a ex:b ex:c ."}))

    assert describe(dataset, "https://example.org/nobody") is None


def test_plain_files_find_their_base_in_their_subjects(write):
    folder = write(
        {
            "a.ttl": "<https://a.example/id/city/x> <x:p> 1 . <https://a.example/id/city/y> <x:p> 1 .",
            "b.ttl": "<https://a.example/id/river/z> <x:p> 1 . <https://other.example/w> <x:p> 1 .",
        }
    )

    assert load(open_files([folder / "a.ttl", folder / "b.ttl"])).base_iri == "https://a.example/id/"


def test_rdflib_gets_the_written_forms(write):
    dataset = load(project(write, **{"data/a.ttl": PREFIXES + 'ex:a ex:v "2012-02-21Z"^^xsd:date .'}))

    assert [str(value) for value in default_graph(dataset).objects()] == ["2012-02-21Z"]


def test_an_unreadable_file_is_said_and_the_others_are_read(write):
    opened = project(write, **{"data/a.ttl": PREFIXES + "ex:a ex:b ex:c .", "data/b.ttl": ""})
    (opened.root / "data/b.ttl").unlink()
    (opened.root / "data/b.ttl").symlink_to(opened.root / "gone")

    dataset = load(opened)

    assert [file.unreadable for file in dataset.files] == [None, "No such file or directory"]
    assert len(dataset.quads) == 1
