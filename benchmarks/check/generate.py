"""Twinning data of any size and shapes for it, the same bytes for the same size: authorities, agreements, memberships.

    python benchmarks/check/generate.py AUTHORITIES FOLDER

writes `data.ttl` (11 triples an authority) and `shapes0.ttl`, `shapes1.ttl`, `shapes5.ttl` with none, one and five
SPARQL constraints. One agreement in 700 has a fault, of eight kinds in turn.
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

PREFIXES = """\
@prefix ex: <https://example.org/twin/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
CLASSES = "ex:Municipality rdfs:subClassOf ex:Authority .\nex:County rdfs:subClassOf ex:Authority .\n"
FAULT_EVERY = 700

SHAPES = """
ex:AuthorityShape a sh:NodeShape ; sh:targetClass ex:Authority ;
    sh:property ex:AuthorityShape-label , ex:AuthorityShape-population , ex:AuthorityShape-country .
ex:AuthorityShape-label sh:path rdfs:label ; sh:datatype rdf:langString ; sh:minCount 1 ; sh:uniqueLang true .
ex:AuthorityShape-population sh:path ex:population ; sh:datatype xsd:integer ; sh:maxCount 1 ; sh:minInclusive 0 .
ex:AuthorityShape-country sh:path ex:country ; sh:nodeKind sh:IRI ; sh:minCount 1 ; sh:maxCount 1 .
ex:AgreementShape a sh:NodeShape ; sh:targetClass ex:Agreement ;
    sh:property ex:AgreementShape-party , ex:AgreementShape-signed , ex:AgreementShape-ended ,
        ex:AgreementShape-status , ex:AgreementShape-source , ex:AgreementShape-country .
ex:AgreementShape-party sh:path ex:party ; sh:class ex:Authority ; sh:minCount 2 .
ex:AgreementShape-signed sh:path ex:signed ; sh:datatype xsd:date ; sh:maxCount 1 ; sh:lessThan ex:ended .
ex:AgreementShape-ended sh:path ex:ended ; sh:datatype xsd:date .
ex:AgreementShape-status sh:path ex:status ; sh:in ( ex:active ex:ended ex:dormant ) ; sh:minCount 1 .
ex:AgreementShape-source sh:path ex:source ; sh:or ( [ sh:nodeKind sh:IRI ] [ sh:datatype xsd:string ] ) ;
    sh:pattern "^https://" ; sh:minCount 1 .
ex:AgreementShape-country sh:path ( ex:party ex:country ) ; sh:nodeKind sh:IRI .
"""
_QUERIES = (
    ("No authority is its own partner.", "$this ex:party ?value . $this ex:twin ?value ."),
    ("An agreement ends after it was signed.", "$this ex:signed ?a . $this ex:ended ?value . FILTER(?value <= ?a)"),
    ("An agreement in force has no end.", "$this ex:status ex:active . $this ex:ended ?value ."),
    (
        "A party is of a country.",
        "$this ex:party ?value . FILTER NOT EXISTS { ?value ex:country ?country }",
    ),
    (
        "Nobody signs before 1900.",
        'OPTIONAL { $this ex:signed ?value } FILTER(BOUND(?value) && ?value < "1900-01-01"^^xsd:date)',
    ),
)
_PROLOGUE = "PREFIX ex: <https://example.org/twin/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "


def shapes(constraints: int) -> str:
    """Return the shapes with so many SPARQL constraints."""
    queries = [
        f'ex:AgreementShape sh:sparql [ sh:message "{message}"@en ;\n'
        f'    sh:select """{_PROLOGUE}SELECT $this ?value WHERE {{ {body} }}""" ] .\n'
        for message, body in _QUERIES[:constraints]
    ]
    return PREFIXES + SHAPES + "".join(queries)


def data(authorities: int) -> str:
    """Return the data of so many authorities, with as many agreements."""
    random = Random(authorities)
    blocks = [PREFIXES, CLASSES]
    for number in range(authorities):
        blocks.append(_authority(random, number))
        blocks.append(_agreement(random, number, authorities))
    return "\n".join(blocks)


def _authority(random: Random, number: int) -> str:
    kind = "County" if number % 9 == 0 else "Municipality"
    return f"""\
ex:authority-{number} a ex:{kind} ;
    rdfs:label "Place {number}"@en ;
    rdfs:label "Paikka ä{number}"@fi ;
    ex:population {random.randrange(900, 9_000_000)} ;
    ex:country ex:country-{number % 190} .
"""


def _agreement(random: Random, number: int, authorities: int) -> str:
    other = (number + random.randrange(1, max(authorities, 2))) % authorities
    fault = number // FAULT_EVERY % 8 if number % FAULT_EVERY == 3 else None
    signed = f"{random.randrange(1920, 2015)}-{random.randrange(1, 13):02}-{random.randrange(1, 29):02}"
    parties = f"ex:authority-{number}" if fault == 0 else f"ex:authority-{number} , ex:authority-{other}"
    values = {
        "a": "ex:Agreement",
        "ex:party": "ex:nobody , ex:authority-1" if fault == 1 else parties,
        "ex:signed": '"1850-01-01"^^xsd:date' if fault == 2 else f'"{signed}"^^xsd:{"gYear" if fault == 3 else "date"}',
        "ex:status": "ex:unknown" if fault == 4 else "ex:ended" if fault == 5 else "ex:active",
        "ex:source": f'"https://example.org/source/{number}"' if fault != 6 else '"a letter"',
    }
    if fault in (5, 7):
        values["ex:ended"] = '"1901-01-01"^^xsd:date'
    lines = " ;\n".join(f"    {name} {value}" for name, value in values.items() if name != "a")
    return f"ex:agreement-{number} a ex:Agreement ;\n{lines} .\n"


def write(authorities: int, folder: Path) -> None:
    """Write the four files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "data.ttl").write_text(data(authorities), "utf-8")
    for constraints in (0, 1, 5):
        (folder / f"shapes{constraints}.ttl").write_text(shapes(constraints), "utf-8")


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
