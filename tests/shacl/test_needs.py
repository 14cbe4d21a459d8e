"""Only the predicates that a query can match are loaded, and all of them where that cannot be told."""

from __future__ import annotations

import pytest

from twinld.shacl.needs import predicates_of_query

HEAD = "PREFIX ex: <http://e/> "
P, Q = "<http://e/p>", "<http://e/q>"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT $this ?value WHERE { $this ex:p ?value }", {P}),
        ("SELECT $this ?path ?value WHERE { $this a ?c ; ex:p ?v , ?x . FILTER(?c != ?v) ?c ex:q ?d }", {TYPE, P, Q}),
        ("SELECT $this WHERE { $this <http://e/p>/^ex:q ?a OPTIONAL { ?a (ex:p|ex:q)+ ?b } }", {P, Q}),
        ("ASK { FILTER(!(?a > 1) && STRLEN(?b) > 2) FILTER NOT EXISTS { $value ex:p 5 . [] ex:q ?x } }", {P, Q}),
        ("SELECT $this WHERE { $this ?p ?o }", None),
        ("SELECT $this WHERE { $this ex:p 1 ; ?p [] }", None),
        ("SELECT $this WHERE { [] ?p 'x' }", None),
        ("SELECT $this WHERE { ( 1 2 ) ?p $this }", None),
        ("SELECT $this WHERE { $this !ex:p ?o }", None),
        ("SELECT $this WHERE { $this (!(ex:p|ex:q)) ?o }", None),
        ("SELECT $this WHERE { $this ex:p* ?o }", None),
        ("SELECT $this WHERE { $this ex:p? ?o }", None),
        ("SELECT $this WHERE { { SELECT $this WHERE { $this ex:q ?x . ex:p ?y $this } } }", None),
        ("BASE <http://e/> SELECT $this WHERE { $this <p> ?o }", None),
        ("SELECT $this WHERE { $this other:p ?o }", None),
    ],
)  # fmt: skip
def test_the_predicates_of_a_query_are_told(query, expected):
    found = predicates_of_query(HEAD + query)

    assert found is None if expected is None else expected <= found <= {*expected, "<http://e/>"}
