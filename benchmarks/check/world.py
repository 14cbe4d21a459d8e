"""The world data set as Turtle: every "twinned administrative body" of Wikidata in September 2016, with names.

Reads `relations.tsv` and `names.tsv`; writes `data.ttl` and `shapes.ttl`. A relation that only one side states and a
city without a name are findings: the data are as they were.
"""

from __future__ import annotations

import csv
from pathlib import Path

PREFIXES = """\
@prefix ex: <https://example.org/world/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""
SHAPES = """\
ex:CityShape a sh:NodeShape ; sh:targetClass ex:City ;
    sh:property ex:CityShape-name , ex:CityShape-mutual , ex:CityShape-many .
ex:CityShape-name sh:path rdfs:label ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype rdf:langString .
ex:CityShape-mutual sh:path [ sh:inversePath ex:twin ] ; sh:equals ex:twin .
ex:CityShape-many sh:path ex:twin ; sh:class ex:City ; sh:maxCount 50 .
"""


def write(source: Path, folder: Path) -> None:
    """Write the two files."""
    folder.mkdir(parents=True, exist_ok=True)
    names = dict(row[:2] for row in _rows(source / "names.tsv") if len(row) > 1)
    twins: dict[str, list[str]] = {}
    for one, other, *_ in _rows(source / "relations.tsv"):
        twins.setdefault(one, []).append(other)
        twins.setdefault(other, [])
    blocks = [_block(city, names.get(city), twins[city]) for city in sorted(twins)]
    (folder / "data.ttl").write_text(PREFIXES + "".join(blocks), "utf-8")
    (folder / "shapes.ttl").write_text(PREFIXES + SHAPES, "utf-8")


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            row for row in csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE) if row and row[0].startswith("Q")
        ]


def _block(city: str, name: str | None, twins: list[str]) -> str:
    lines = [f"ex:{city} a ex:City"]
    if name:
        text = name.replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'    rdfs:label "{text}"@en')
    lines += [f"    ex:twin ex:{each}" for each in twins]
    return " ;\n".join(lines) + " .\n"
