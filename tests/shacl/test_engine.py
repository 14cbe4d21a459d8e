"""The native engine: shapes that are ill-formed, foreign, recursive or slow, and literals in SPARQL."""

from __future__ import annotations

import pytest

from twinld.rdf.formats import TURTLE
from twinld.rdf.reading import read
from twinld.rdf.terms import TermTable
from twinld.shacl import validate

PREFIXES = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://e/> . "
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
)


class Checked:
    """A report with its terms as keys."""

    def __init__(self, data: str, shapes: str, **options) -> None:
        self.table = TermTable()
        parts = [
            read(PREFIXES + text, format=TURTLE, table=self.table, blank_prefix=prefix)
            for text, prefix in ((data, "d"), (shapes, "s"))
        ]
        assert all(part.errors == () for part in parts)
        self.report = validate(self.table, [parts[0].statements], [parts[1].statements], **options)

    @property
    def pairs(self) -> list[tuple[str, str | None]]:
        keys = self.table.keys
        return sorted((keys[r.focus], None if r.value is None else keys[r.value]) for r in self.report.results)

    @property
    def unevaluated(self) -> list[tuple[str, str]]:
        return [(self.table.keys[each.shape], each.reason) for each in self.report.unevaluated]


@pytest.mark.parametrize(
    ("parameter", "reason"),
    [
        ("sh:minCount ex:two", "its sh:minCount is ill-formed: <http://e/two> is no integer"),
        ("sh:in ex:list", "its sh:in is ill-formed: the list is not well-formed"),
        ("sh:nodeKind ex:Kind", "its sh:nodeKind is ill-formed: <http://e/Kind> is no node kind"),
        ("sh:property [ sh:minCount 1 ]", "its sh:property is ill-formed: the property shape has no sh:path"),
        ("sh:or ( 'text' )", "its sh:or is ill-formed: a literal is no shape"),
        ("sh:sparql [ sh:message 'no query' ]", "its sh:sparql is ill-formed: it needs exactly one sh:select"),
        ("sh:sparql [ sh:select 'SELECT $this WHERE { $this no:prefix ?x }' ]",
         "its query uses a prefix that sh:prefixes does not declare"),
        ("sh:sparql [ sh:select 'SELECT $this WHERE { $this ' ]", "its query is no SPARQL"),
        ("sh:sparql [ sh:select 'ASK { $this ?p ?o }' ]", "the query is no SELECT"),
        ("sh:pattern '['", "sh:pattern '[' is no regular expression"),
    ],
)  # fmt: skip
def test_an_ill_formed_constraint_is_named_and_the_others_are_evaluated(parameter, reason):
    checked = Checked(
        "ex:a a ex:C .", f"ex:S sh:targetClass ex:C ; sh:class ex:D . ex:T sh:targetClass ex:C ; {parameter} ."
    )

    assert [each[0] for each in checked.unevaluated] == ["<http://e/T>"]
    assert checked.unevaluated[0][1].startswith(reason)
    assert checked.pairs == [("<http://e/a>", "<http://e/a>")]


def test_a_deactivated_shape_and_constraint_find_nothing():
    shapes = """ex:S sh:targetClass ex:C ; sh:deactivated true ; sh:class ex:D .
        ex:T sh:targetClass ex:C ; sh:sparql [ sh:deactivated true ; sh:select "SELECT $this WHERE { }" ] ."""
    checked = Checked("ex:a a ex:C .", shapes)

    assert checked.report.conforms
    assert checked.unevaluated == []


def test_shapes_without_target_are_named_unless_another_shape_refers_to_them():
    shapes = """ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:node ex:T . ex:T a sh:NodeShape ; sh:class ex:D .
        ex:U a sh:NodeShape ; sh:class ex:D ."""
    checked = Checked("ex:a a ex:C .", shapes)

    assert [checked.table.keys[each] for each in checked.report.shapes_without_target] == ["<http://e/U>"]


FOREIGN = """ex:S sh:targetClass ex:C ; sh:nodeKind sh:BlankNode .
    ex:T a sh:NodeShape ; sh:class ex:D ; sh:target [ a sh:SPARQLTarget ;
        sh:select "SELECT ?this WHERE { ?this <http://e/p> ?o }" ] ."""


def test_auto_leaves_to_pyshacl_the_shape_that_it_does_not_cover_and_says_so():
    checked = Checked("ex:a a ex:C . ex:b ex:p 1 .", FOREIGN)

    assert checked.report.engine == "native+pyshacl"
    assert checked.pairs == [("<http://e/a>", "<http://e/a>"), ("<http://e/b>", "<http://e/b>")]
    assert checked.report.notes == ("left to pySHACL: <http://e/T>, for it has a target of SHACL Advanced Features",)


def test_native_alone_says_that_it_did_not_evaluate_a_foreign_shape():
    checked = Checked("ex:a a ex:C . ex:b ex:p 1 .", FOREIGN, engine="native")

    assert checked.pairs == [("<http://e/a>", "<http://e/a>")]
    assert checked.unevaluated == [("<http://e/T>", "it has a target of SHACL Advanced Features")]


def test_a_shape_that_refers_to_itself_is_followed_through_a_circle_of_data():
    shapes = """ex:S sh:targetClass ex:C ; sh:node ex:Good .
        ex:Good sh:property [ sh:path ex:knows ; sh:node ex:Good ] ;
            sh:property [ sh:path ex:name ; sh:minCount 1 ] ."""
    circle = "ex:a a ex:C ; ex:name 'a' ; ex:knows ex:b . ex:b ex:name 'b' ; ex:knows ex:a ."
    broken = circle.replace("ex:b ex:name 'b' ;", "ex:b")

    assert Checked(circle, shapes).report.conforms
    assert Checked(broken, shapes).pairs == [("<http://e/a>", "<http://e/a>")]


def test_a_long_chain_under_a_recursive_shape_is_followed_to_its_end():
    chain = " ".join(f"ex:n{n} ex:next ex:n{n + 1} ." for n in range(300))
    shapes = """ex:S sh:targetNode ex:n0 ; sh:node ex:Link .
        ex:Link sh:property [ sh:path ex:next ; sh:node ex:Link ] ; sh:not [ sh:hasValue ex:n300 ] ."""

    assert Checked(chain, shapes).pairs == [("<http://e/n0>", "<http://e/n0>")]


def test_a_recursive_shape_that_contradicts_itself_is_not_evaluated():
    checked = Checked("ex:a ex:knows ex:a .", "ex:S sh:targetNode ex:a ; sh:node ex:Liar . ex:Liar sh:not ex:Liar .")

    assert checked.unevaluated == [("<http://e/S>", "it refers to itself, or is nested too deep")]


def test_shapes_nested_a_thousand_deep_are_named_and_no_traceback():
    nested = "[ sh:node " * 5000 + "ex:T" + " ]" * 5000
    checked = Checked("ex:a a ex:C .", f"ex:S sh:targetClass ex:C ; sh:node {nested} . ex:T sh:class ex:D .")

    assert checked.unevaluated == [("<http://e/S>", "it refers to itself, or is nested too deep")]


def test_a_shape_over_its_deadline_is_given_up_and_named():
    checked = Checked("ex:a a ex:C .", "ex:S sh:targetClass ex:C ; sh:class ex:D .", seconds_per_shape=-1.0)

    assert checked.unevaluated == [("<http://e/S>", "it took longer than -1 s")]


SELECT = "PREFIX ex: <http://e/> SELECT $this ?value WHERE {{ {body} }}"


def sparql(body: str, more: str = "", head: str = SELECT) -> str:
    return f'ex:S sh:targetClass ex:C ; sh:sparql [ {more} sh:select """{head.format(body=body)}""" ] .'


@pytest.mark.parametrize(
    "written",
    [
        '"1.10"^^xsd:decimal',
        "01",
        "1e0",
        '"2012-02-21Z"^^xsd:date',
        '"1"^^xsd:boolean',
        '"x"@en-GB',
        '"7"^^xsd:byte',
        '"a"',
    ],
)
def test_a_value_that_comes_back_from_the_store_is_the_literal_that_was_written(written):
    checked = Checked(f"ex:a a ex:C ; ex:p {written} . ex:z ex:p 1 , 1.1 , true , 7 .", sparql("$this ex:p ?value"))
    expected = read(f"{PREFIXES}ex:a ex:p {written} .", format=TURTLE, table=checked.table).statements.object[0]

    assert checked.pairs == [("<http://e/a>", checked.table.keys[expected])]


def test_blank_nodes_keep_their_identity_in_sparql():
    checked = Checked("_:a a ex:C ; ex:p _:b . _:b ex:q 1 .", sparql("$this ex:p ?value . ?value ex:q ?x"))

    assert checked.pairs == [("_:d_a", "_:d_b")]


def test_messages_have_their_placeholders_filled_in_every_language():
    shapes = sparql("$this ex:p ?value", "sh:message 'not {?value}'@en , 'ei {$value} {?none}'@fi ;")
    (result,) = Checked("ex:a a ex:C ; ex:p ex:b .", shapes).report.results

    assert result.messages == ('"ei <http://e/b> {?none}"@fi', '"not <http://e/b>"@en')


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("PREFIX ex: <http://e/> SELECT $this (COUNT(?o) AS ?value) WHERE {{ {body} }} GROUP BY $this", "it has COUNT"),
        ("PREFIX ex: <http://e/> SELECT $this WHERE {{ {body} }} LIMIT 1", "it has LIMIT"),
        (
            "PREFIX ex: <http://e/> SELECT $this WHERE {{ {{ SELECT $this WHERE {{ {body} }} }} }}",
            "it has a sub-SELECT",
        ),
    ],
)
def test_what_counts_or_cuts_is_run_once_for_each_focus_node_and_said(head, why):
    checked = Checked("ex:a a ex:C ; ex:p 1 , 2 . ex:b a ex:C ; ex:p 3 .", sparql("$this ex:p ?o", head=head))

    assert {focus for focus, _ in checked.pairs} == {"<http://e/a>", "<http://e/b>"}
    assert checked.report.notes == (f"run once per focus node: <http://e/S>, {why}",)


def test_a_default_message_says_what_the_value_has_to_be():
    (result,) = Checked("ex:a a ex:C .", "ex:S sh:targetClass ex:C ; sh:class ex:D .").report.results

    assert result.messages == ('"The value must be an instance of <http://e/D>."@en',)


def test_the_subclasses_of_the_data_count_for_targets_and_for_class():
    data = "ex:D rdfs:subClassOf ex:C . ex:E rdfs:subClassOf ex:D . ex:a a ex:E ; ex:p ex:b . ex:b a ex:E ."

    assert Checked(
        data, "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:class ex:D ; sh:maxCount 0 ] ."
    ).pairs == [("<http://e/a>", None)]


@pytest.mark.parametrize(
    ("value", "body", "noted"),
    [
        ("01", "$this ex:p ?value FILTER(STRLEN(STR(?value)) = 2)", True),
        ("'x'@en-GB", "$this ex:p ?value FILTER(LANG(?value) = 'en-GB')", True),
        ("1", "$this ex:p ?value FILTER(STRLEN(STR(?value)) = 2)", False),
        ("01", "$this ex:p ?value FILTER(?value > 5)", False),
    ],
)
def test_a_query_that_looks_at_forms_which_the_store_changes_is_noted(value, body, noted):
    report = Checked(f"ex:a a ex:C ; ex:p {value} .", sparql(body)).report
    note = "its query looks at the form of literals, and the store changes 1: <http://e/S>"

    assert report.notes == ((note,) if noted else ())
