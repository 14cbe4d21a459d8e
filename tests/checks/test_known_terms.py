"""The list of known terms has at least what rdflib knows of the same vocabularies."""

from __future__ import annotations

import pytest
from rdflib import namespace

from twinld.checks.terms import known_terms


@pytest.mark.parametrize(
    "name", ["DCAT", "DCTERMS", "FOAF", "ORG", "OWL", "PROV", "RDFS", "SKOS", "TIME", "VANN", "VOID"]
)
def test_every_term_that_rdflib_knows_is_known(name):
    vocabulary = getattr(namespace, name)
    theirs = {term for term in vocabulary.__annotations__ if not term.startswith("_")}

    assert len(theirs) > 4
    assert theirs - known_terms()[str(vocabulary._NS)] == set()
