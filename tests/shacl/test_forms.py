"""A literal that is said to keep its form comes back from the store as it was written."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from twinld.rdf.terms import key_of, term_of
from twinld.shacl.forms import changes_form

XSD = "http://www.w3.org/2001/XMLSchema#"
WRITTEN = {
    "integer": "0 1 -1 +1 01 -0 123456789012345678 999999999999999999999 x",
    "int": "1 01", "byte": "7 300", "nonNegativeInteger": "5",
    "decimal": "1.5 1.50 1 1.0 -0.5 .5 +1.5 0 0.0 01.5",
    "boolean": "true false 1 0", "double": "1e0 1 1.5E0", "float": "2.5",
    "date": "2012-02-21 2012-02-21Z 2012-02-21+00:00 2012-02-21+02:00 2011-02-29 0001-01-01",
    "dateTime": "2012-02-21T10:00:00 2012-02-21T10:00:00Z 2012-02-21T10:00:00.50 2012-02-21T10:00:00.5+02:00 "
    "2012-02-21T24:00:00",
    "time": "10:00:00 10:00:00.0Z 24:00:00", "gYear": "2012 2012Z 2012+00:00", "gYearMonth": "2012-02",
    "gMonthDay": "--02-21",
    "duration": "P1Y P12M", "dayTimeDuration": "PT24H P1D", "anyURI": "http://e/a", "hexBinary": "0a 0A",
}  # fmt: skip


@pytest.mark.parametrize(("name", "written"), [(name, each) for name, some in WRITTEN.items() for each in some.split()])
def test_what_keeps_its_form_comes_back_as_written(name, written):
    key = f'"{written}"^^<{XSD}{name}>'
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), term_of(key)))
    (quad,) = store
    kept = key_of(quad.object) == key

    assert kept or changes_form(key)
