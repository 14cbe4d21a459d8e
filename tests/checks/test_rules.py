"""Each rule: what it finds at which place, and what it leaves alone."""

from __future__ import annotations

import pytest

from twinld.checks.examples import example
from twinld.checks.rules import RULES
from twinld.checks.run import load_rules, run_checks
from twinld.source.project import open_project

PREFIXES = """\
PREFIX ex: <https://example.org/ns#>
PREFIX id: <https://example.org/id/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
VOCABULARY = (
    PREFIXES + 'ex:Pump a owl:Class ; rdfs:label "pump"@en .\nex:flow a owl:DatatypeProperty ; rdfs:label "flow"@en .\n'
)
CONFIG = 'base-iri = "https://example.org/"\nlanguages = ["en"]\n'


def found(write, data="", *, config=CONFIG, ontology=VOCABULARY, shapes=None, **files):
    """Return the findings of a small project as (code, place, message), infos about the configuration left out."""
    root = write({"twinld.toml": config, "ontology/o.ttl": ontology, "data/d.ttl": PREFIXES + data, **files})
    if shapes is not None:
        write({"shapes/s.ttl": PREFIXES + shapes})
    report = run_checks(open_project(root), ignore=["CFG001", "LNG005", "MET", "LIC", "SHP007", "STY"])
    return [(f.code, f"{f.place.file}:{f.place.start.line}:{f.place.start.column}", f.message) for f in report.findings]


def test_a_sound_project_has_no_findings(write):
    assert found(write, 'id:p1 a ex:Pump ; ex:flow 3.5 ; rdfs:label "P1"@en .') == []


def test_each_syntax_error_is_reported_and_the_rest_is_checked(write):
    findings = found(write, "id:p1 a ex:Pump ex:flow 3 .\nid:p2 ex:flwo 4 .\nid:p3 ex:flow [ .\nid:p4 ex:flow 5 .")

    assert [(code, place) for code, place, _ in findings] == [
        ("TTL001", "data/d.ttl:7:17"),
        ("VOC001", "data/d.ttl:8:7"),
        ("TTL001", "data/d.ttl:9:17"),
    ]


def test_a_misspelt_property_is_named_with_the_one_that_was_meant(write):
    root = write({"twinld.toml": CONFIG, "ontology/o.ttl": VOCABULARY, "data/d.ttl": PREFIXES + "id:p1 ex:flwo 4 ."})

    report = run_checks(open_project(root), select=["VOC001"])

    assert [(f.value, f.suggestion) for f in report.findings] == [
        ("<https://example.org/ns#flwo>", "did you mean <https://example.org/ns#flow>?")
    ]


def test_terms_of_other_vocabularies_are_not_ours_to_define(write):
    assert found(write, "id:p1 a <http://www.w3.org/ns/org#Site> ; <http://example.com/foaf/nmae> 1 .") == []


def test_a_reference_into_the_project_that_leads_nowhere_is_found_at_its_token(write):
    findings = found(write, "id:p1 a ex:Pump ;\n    rdfs:seeAlso id:p1 , id:p7 .")

    assert [(code, place) for code, place, _ in findings] == [("IRI001", "data/d.ttl:8:26")]


def test_graphs_queries_and_own_documents_may_be_referred_to(write):
    data = (
        "id:p1 rdfs:seeAlso <https://example.org/graph/data/d>, <https://example.org/query/x>, <https://example.org/> ."
    )

    assert found(write, data) == []


def test_a_term_without_a_label_is_found_and_so_is_a_missing_language(write):
    ontology = PREFIXES + 'ex:Pump a owl:Class .\nex:flow a owl:DatatypeProperty ; rdfs:label "flow"@en .'
    config = CONFIG.replace('["en"]', '["en", "fi"]')

    findings = found(write, config=config, ontology=ontology)

    assert [(code, place) for code, place, _ in findings] == [
        ("LNG001", "ontology/o.ttl:7:1"),
        ("LNG002", "ontology/o.ttl:8:1"),
    ]


def test_the_one_thing_of_its_class_without_a_label_is_found(write):
    labelled = "".join(f'id:p{number} a ex:Pump ; rdfs:label "P{number}"@en .\n' for number in range(3))

    findings = found(write, labelled + "id:p9 a ex:Pump .")

    assert [(code, place) for code, place, _ in findings] == [("LNG001", "data/d.ttl:10:1")]


def test_one_prefix_with_two_meanings_is_found(write):
    findings = found(write, **{"data/e.ttl": "PREFIX ex: <https://example.org/other#>\n"})

    assert [code for code, _, _ in findings] == ["TTL002"]


def test_an_import_is_not_fetched_and_said_so(write):
    ontology = VOCABULARY + "<https://example.org/ns> owl:imports <http://www.w3.org/ns/org> .\n"

    findings = found(write, ontology=ontology)

    assert [(code, place) for code, place, _ in findings] == [("CFG002", "ontology/o.ttl:9:38")]


SHAPE = """
ex:PumpShape a sh:NodeShape ; sh:targetClass ex:Pump ; sh:property ex:PumpShape-flow .
ex:PumpShape-flow a sh:PropertyShape ;
    sh:path ex:flow ;
    sh:minCount 1 ;
    sh:message "Give each pump a flow."@en ;
    sh:message "Anna virtaus."@fi .
"""
SHAPED = VOCABULARY + 'ex:PumpShape-flow rdfs:label "shape"@en .\n'


def test_a_violation_stands_at_the_class_that_made_the_target(write):
    root = write({"twinld.toml": CONFIG, "ontology/o.ttl": VOCABULARY, "data/d.ttl": PREFIXES + "id:p1 a ex:Pump ."})
    write({"shapes/s.ttl": PREFIXES + SHAPE})

    report = run_checks(open_project(root), select=["SHC"], languages=["fi"])

    [finding] = report.findings
    assert (finding.code, finding.message) == ("SHC004", "Anna virtaus.")
    assert (finding.place.file, finding.place.start.line, finding.place.start.column) == ("data/d.ttl", 7, 9)
    assert (finding.shape.iri, finding.shape.file, finding.shape.line) == (
        "https://example.org/ns#PumpShape-flow",
        "shapes/s.ttl",
        9,
    )


def test_a_shape_without_a_target_is_found(write):
    shapes = "ex:Lonely a sh:NodeShape ; sh:nodeKind sh:IRI ."
    ontology = VOCABULARY + 'ex:Lonely rdfs:label "x"@en .'

    assert [(code, place) for code, place, _ in found(write, ontology=ontology, shapes=shapes) if code == "SHP001"] == [
        ("SHP001", "shapes/s.ttl:7:1")
    ]


def test_subclasses_in_the_ontology_count_for_targets(write):
    ontology = VOCABULARY + 'ex:FirePump a owl:Class ; rdfs:subClassOf ex:Pump ; rdfs:label "fire pump"@en .\n'

    findings = found(write, "id:p1 a ex:FirePump .", ontology=ontology, shapes=SHAPE)

    assert [code for code, _, _ in findings if code.startswith("SHC")] == ["SHC004"]


def test_a_fingerprint_stays_when_lines_move(write):
    files = {"twinld.toml": CONFIG, "ontology/o.ttl": VOCABULARY}
    before = run_checks(open_project(write({**files, "data/d.ttl": PREFIXES + "id:p1 ex:flwo 4 ."})))
    after = run_checks(open_project(write({**files, "data/d.ttl": PREFIXES + "\n\n# moved\nid:p1 ex:flwo 4 ."})))

    assert [f.fingerprint for f in before.findings] == [f.fingerprint for f in after.findings]
    assert [f.place for f in before.findings] != [f.place for f in after.findings]


def test_a_fingerprint_stays_when_other_files_and_blank_nodes_come_before(write):
    shapes = "[] a sh:NodeShape ; sh:targetSubjectsOf ex:flow ; sh:property [ sh:path rdfs:label ; sh:minCount 1 ] ."
    files = {"twinld.toml": CONFIG, "ontology/o.ttl": VOCABULARY, "shapes/s.ttl": PREFIXES + shapes}
    fault = "[] ex:flow 4 ; ex:flwo [] ."
    before = run_checks(open_project(write({**files, "data/d.ttl": PREFIXES + fault})), select=["VOC001", "SHC"])
    moved = {"data/a.ttl": PREFIXES + 'id:p2 rdfs:label "x" .', "data/d.ttl": f"{PREFIXES}[] rdfs:label 1 .\n{fault}"}
    after = run_checks(open_project(write(moved)), select=["VOC001", "SHC"])

    assert [f.code for f in before.findings] == ["SHC004", "VOC001"]
    assert [f.focus for f in before.findings] != [f.focus for f in after.findings]
    assert {f.fingerprint for f in before.findings} <= {f.fingerprint for f in after.findings}


def test_shapes_without_any_message_are_one_finding_a_file(write):
    shapes = "".join(f"ex:S{n} sh:path ex:flow ; sh:maxCount {n} .\n" for n in range(1, 9))
    some = shapes + 'ex:T sh:path ex:flow ; sh:maxCount 9 ; sh:message "At most nine." .\n'
    files = {"twinld.toml": CONFIG, "ontology/o.ttl": VOCABULARY}

    def messages(text):
        root = write({**files, "shapes/s.ttl": PREFIXES + text})
        return [finding.message for finding in run_checks(open_project(root), select=["SHP007"]).findings]

    assert messages(shapes) == ["none of the 8 property shapes of this file has a sh:message"]
    assert len(messages(some)) == 8


load_rules()


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_begins_with_the_sentence_that_is_true_of_good_data(code):
    assert RULES[code].doc.splitlines()[0].endswith(".")


WITH_EXAMPLES = sorted(code for code in RULES if not code.startswith("SHC"))


@pytest.mark.parametrize("code", WITH_EXAMPLES)
def test_the_bad_example_of_a_rule_is_found(write, code):
    assert code in _codes_in_example(write, code, "Bad")


@pytest.mark.parametrize("code", WITH_EXAMPLES)
def test_the_good_example_of_a_rule_is_not_found(write, code):
    assert code not in _codes_in_example(write, code, "Good")


def _codes_in_example(write, code, which):
    """The rule of a suppression is run together with the one that it hides."""
    files = example(RULES[code], which)
    assert files, f"{code} has no {which} example"
    select = [code, "IRI001"] if code.startswith("SUP") else [code]
    report = run_checks(open_project(write(files)), select=select)
    assert not report.incomplete
    return {finding.code for finding in report.findings}
