"""One validator on one pair of files, in a process of its own: prints the findings as JSON.

    python peers.py NAME DATA SHAPES

Each prints the same thing: a sorted list of pairs of focus node and constraint component.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

SH = "http://www.w3.org/ns/shacl#"


def by_pyshacl(data: str, shapes: str) -> list[list[str]]:
    import pyshacl

    _, graph, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False)
    return _of_rdflib(graph)


def by_pyshacl_turbo(data: str, shapes: str) -> list[list[str]]:
    import pyshacl_turbo

    _, graph, _ = pyshacl_turbo.validate(data, shacl_graph=shapes, inference="none")
    return _of_rdflib(graph)


def by_pyshifty(data: str, shapes: str) -> list[list[str]]:
    import shifty

    _, graph, _ = shifty.validate(Path(data), Path(shapes), infer=False)
    return _of_rdflib(graph)


def by_pyrudof(data: str, shapes: str) -> list[list[str]]:
    import pyrudof

    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    rudof.read_data(data)
    rudof.read_shacl(shapes)
    report = rudof.validate_shacl()
    return [[str(each.focus_node), _local(str(each.constraint_component))] for each in report.violations]


def by_twinld(data: str, shapes: str) -> list[list[str]]:
    import twinld

    return [[each.focus.strip("<>"), _local(each.component)] for each in twinld.validate(data, shapes).findings]


def _of_rdflib(graph) -> list[list[str]]:
    import rdflib

    sh = rdflib.Namespace(SH)
    return [
        [str(graph.value(each, sh.focusNode)), _local(str(graph.value(each, sh.sourceConstraintComponent)))]
        for each in graph.subjects(rdflib.RDF.type, sh.ValidationResult)
    ]


def _local(iri: str) -> str:
    return re.split(r"[#/:]", iri.strip("<>"))[-1].removesuffix("ConstraintComponent")


PEERS = {
    "pySHACL": by_pyshacl,
    "pyshacl-turbo": by_pyshacl_turbo,
    "pyrudof": by_pyrudof,
    "pyshifty": by_pyshifty,
    "twinld": by_twinld,
}

if __name__ == "__main__":
    found = PEERS[sys.argv[1]](sys.argv[2], sys.argv[3])
    json.dump(sorted([focus.strip("<>"), component] for focus, component in found), sys.stdout)
