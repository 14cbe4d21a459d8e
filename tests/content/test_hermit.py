"""HermiT, an OWL 2 DL reasoner, finds vocabulary and data consistent, and finds the same planted clashes.

Left out: literals whose datatypes are outside of the OWL 2 datatype map (xsd:date, xsd:gYearMonth, xsd:gYear, EDTF and
WKT), which HermiT rejects, and with them nothing that the axioms speak of.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
import rdflib

pytestmark = pytest.mark.conformance
OUTSIDE = ("#date", "#gYearMonth", "#gYear", "/EDTF", "#wktLiteral", "#anyURI")
PREFIXES = """
@prefix tw: <https://w3id.org/twinld/ns#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix authority: <https://w3id.org/twinld/id/authority/> .
@prefix act: <https://w3id.org/twinld/id/act/> .
@prefix agreement: <https://w3id.org/twinld/id/agreement/> .
"""


@pytest.fixture(scope="module")
def owlready2():
    if shutil.which("java") is None:
        pytest.fail("HermiT needs java: apt-get install default-jre-headless")
    return pytest.importorskip("owlready2", reason="owlready2 carries HermiT: pip install owlready2")


def _kept(graph: rdflib.Graph) -> rdflib.Graph:
    kept = rdflib.Graph()
    for subject, predicate, value in graph:
        if not (isinstance(value, rdflib.Literal) and str(value.datatype).endswith(OUTSIDE)):
            kept.add((subject, predicate, value))
    return kept


def consistent(owlready2, folder: Path, files: Iterable[Path], planted: str = "") -> bool:
    graph = rdflib.Graph()
    for path in files:
        graph.parse(path)
    graph.parse(data=PREFIXES + planted, format="turtle")
    written = folder / "all.nt"
    _kept(graph).serialize(written, format="nt", encoding="utf-8")
    world = owlready2.World()
    world.get_ontology(written.as_uri()).load()
    try:
        owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return False
    return True


def test_vocabulary_and_data_are_consistent(owlready2, tmp_path, turtle_files):
    assert consistent(owlready2, tmp_path, turtle_files("ontology", "data"))


@pytest.mark.parametrize(
    "planted",
    [
        "authority:fi-seinajoki a tw:LocalAuthority , tw:Agreement .",
        "authority:fi-seinajoki tw:party authority:fi-kuopio ; a tw:LocalAuthority .",
        "act:x a tw:Act ; prov:wasDerivedFrom agreement:koszalin--seinajoki .",
        "authority:fi-seinajoki tw:twinnedWith authority:fi-seinajoki .",
    ],
)
def test_a_planted_clash_is_found(owlready2, tmp_path, turtle_files, planted):
    assert not consistent(owlready2, tmp_path, turtle_files("ontology"), planted)
