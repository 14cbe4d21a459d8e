"""Negotiation: the cases of the design, each a test."""

from __future__ import annotations

import pytest

from twinld.serve.negotiation import negotiate, negotiate_language

TURTLE, JSON_LD, RDF_XML, HTML = "text/turtle", "application/ld+json", "application/rdf+xml", "text/html"
OFFERED = (TURTLE, JSON_LD, RDF_XML, HTML)
ALIASES = {"application/xml": RDF_XML}
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
COMUNICA = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,"
    "text/turtle;q=0.6,application/rdf+xml;q=0.5,text/html;q=0.2"
)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, TURTLE),
        ("", TURTLE),
        ("*/*", TURTLE),
        (FIREFOX, HTML),
        (COMUNICA, JSON_LD),
        ("text/turtle;charset=utf-8", TURTLE),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', JSON_LD),
        ('application/ld+json;profile="a,b";q=0.9, text/turtle;q=0.8', JSON_LD),
        ("application/xml", RDF_XML),
        ("text/*", TURTLE),
        ("text/*;q=0.5, application/rdf+xml", RDF_XML),
        ("text/turtle;q=0, */*", JSON_LD),
        ("text/turtle;q=0.5, application/ld+json;q=0.5", TURTLE),
        ("*/*;q=0.5, text/html", HTML),
        ("text/turtle;q=0", None),
        ("image/png", None),
        ("nonsense, text/html", HTML),
        ("text/turtle;q=high, text/html", HTML),
        ("TEXT/HTML", HTML),
        ("text/html;q=1.0, text/turtle;q=0.999", HTML),
    ],
)
def test_an_accept_header_chooses(accept, chosen):
    assert negotiate(accept, OFFERED, aliases=ALIASES) == chosen


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "en"),
        ("fi", "fi"),
        ("fi-FI,fi;q=0.9,en;q=0.8", "fi"),
        ("de, sv;q=0.5, en;q=0.3", "sv"),
        ("de", "en"),
        ("*", "en"),
        ("fi;q=0, sv", "sv"),
        ("fi;q=x", "en"),
    ],
)
def test_an_accept_language_header_chooses(accept, chosen):
    assert negotiate_language(accept, ("en", "fi", "sv")) == chosen
