"""A project of pumps, and an import run on it without a command line."""

from __future__ import annotations

import pytest

from twinld.authoring.importing import import_sheet, target_file
from twinld.authoring.mapping import read_mapping
from twinld.authoring.sheet import read_sheet
from twinld.graph.dataset import load
from twinld.graph.prefixes import prefix_map
from twinld.source.project import open_project

PREFIXES = """\
@prefix ex: <https://example.org/> .
@prefix d: <https://example.org/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
ONTOLOGY = (
    PREFIXES
    + """
ex:Pump a owl:Class ; rdfs:label "pump"@en .
ex:Site a owl:Class ; rdfs:label "site"@en .
ex:Plant a owl:Class ; rdfs:subClassOf ex:Site ; rdfs:label "plant"@en .
ex:Report a owl:Class ; rdfs:label "report"@en .
ex:Thing a owl:Class ; rdfs:label "thing"@en .
ex:site a owl:ObjectProperty .
ex:colour a owl:ObjectProperty .
ex:age a owl:ObjectProperty .
ex:flow a owl:DatatypeProperty .
ex:built a owl:DatatypeProperty .
ex:years a owl:DatatypeProperty .
ex:colours a skos:ConceptScheme ; rdfs:label "colour"@en .
d:red a skos:Concept ; skos:inScheme ex:colours ; skos:prefLabel "red"@en , "röd"@sv .
d:blue a skos:Concept ; skos:inScheme ex:colours ; skos:prefLabel "blue"@en , "blå"@sv .
"""
)
DATA = (
    PREFIXES
    + """
d:s1 a ex:Site ; skos:prefLabel "Göteborg"@sv , "Gothenburg"@en ; skos:hiddenLabel "Goteburg" .
d:s2 a ex:Plant ; skos:prefLabel "Newcastle"@en ; rdfs:seeAlso <https://example.com/2> .
d:s3 a ex:Site ; skos:prefLabel "Newcastle"@en .
d:p0 a ex:Pump ; skos:prefLabel "Old pump"@en ; ex:site d:s1 ; ex:flow "1.0"^^xsd:decimal .
"""
)
SHAPES = (
    PREFIXES
    + """
ex:PumpShape a sh:NodeShape ; sh:targetClass ex:Pump ; sh:property ex:PumpShape-flow , ex:PumpShape-site .
ex:PumpShape-flow sh:path ex:flow ; sh:minCount 1 ; sh:maxInclusive 100 ; sh:message "Give a flow up to 100."@en .
ex:PumpShape-site sh:path ex:site ; sh:maxCount 1 ; sh:message "A pump has one site."@en .
"""
)
MAPPING = '''\
template = """
?pump a ex:Pump ;
    skos:prefLabel ?name ;
    ex:site ?site ;
    ex:colour ?colours ;
    ex:flow ?flow ;
    ex:built ?built ;
    ex:age [ ex:years ?years ] ;
    rdfs:comment ?remark .
?report a ex:Report ; rdfs:label ?report_name ; rdfs:seeAlso ?page .
"""
[columns.name]
header = ["Name", "Namn"]
required = true
language = "en"
[columns.site]
find = "ex:Site"
[columns.colours]
header = "Colours"
find = "ex:colours"
list = "/"
[columns.flow]
datatype = "xsd:decimal"
[columns.built]
help = "write 1990 or 1990-05-31"
forms = [
    { match = '\\d{4}', built = '"{0}"^^xsd:gYear' },
    { match = '(\\d\\d?)\\.(\\d\\d?)\\.(\\d{4})', built = '"{3}-{2:02}-{1:02}"^^xsd:date' },
]
[columns.years]
datatype = "xsd:integer"
[columns.remark]
match = '[^@]+'
help = "no addresses"
[columns.page]
iri = true
[terms]
pump = "d:pump-{slug name}"
report = { value = "d:report-{hash page}", find = "ex:Report", by = { "rdfs:seeAlso" = "page" } }
report_name = { value = '"Report on {site@sv}"@en', when = "report" }
'''


@pytest.fixture
def project(write):
    return write(
        {
            "twinld.toml": 'base-iri = "https://example.org/"\n',
            "ontology/o.ttl": ONTOLOGY,
            "data/d.ttl": DATA,
            "shapes/s.ttl": SHAPES,
            "import/m.toml": MAPPING,
        }
    )


@pytest.fixture
def dataset(project):
    return load(open_project(project))


@pytest.fixture
def plan(project, dataset):
    return read_mapping(project / "import/m.toml", prefix_map(dataset))


@pytest.fixture
def imported(project, plan):
    """Import a CSV text and return the outcome."""

    def run(text):
        path = project / "rows.csv"
        path.write_text(text, encoding="utf-8")
        opened = open_project(project)
        sheet = read_sheet(path, plan.headers)
        return import_sheet(opened, sheet, plan, target_file(opened, None, "rows"), today="2026-01-02")

    return run
