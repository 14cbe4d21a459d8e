"""Relative references: the examples of RFC 3986 section 5.4, and pyoxigraph as the oracle."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from twinld.rdf.iri import resolve

REFERENCES = """
    g ./g g/ /g //g ?y g?y #s g#s g?y#s ;x g;x g;x?y#s . ./ .. ../ ../g ../.. ../../ ../../g ../../../g ../../../../g
    /./g /../g g. .g g.. ..g ./../g ./g/. g/./h g/../h g;x=1/./y g;x=1/../y g?y/./x g#s/../x
"""


@pytest.mark.parametrize("base", ["http://a/b/c/d;p?q", "http://a", "http://a/ä/", "file:///a/b"])
@pytest.mark.parametrize("reference", ["", *REFERENCES.split()])
def test_a_reference_resolves_as_pyoxigraph_resolves_it(base, reference):
    try:
        (triple,) = ox.parse(f"<x:> <x:> <{reference}> .".encode(), format=ox.RdfFormat.TURTLE, base_iri=base)
    except SyntaxError:
        pytest.skip("pyoxigraph refuses this pair")

    assert resolve(base, reference) == triple.object.value
