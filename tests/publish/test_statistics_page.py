"""The page of numbers says what `twinld stats` says, in the language of the reader."""

from __future__ import annotations

import re

import pytest

from twinld.publish.pages import free_pages

DATA = """\
@prefix ex: <https://example.org/pumps/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

ex:Pump a owl:Class ; rdfs:label "pump"@en, "pumppu"@fi .

<https://example.org/pumps/id/1> a ex:Pump ; rdfs:label "one"@en, "yksi"@fi ; ex:at <https://example.org/pumps/id/s> .
<https://example.org/pumps/id/2> a ex:Pump ; rdfs:label "two"@en ; ex:at <https://example.org/pumps/id/s> .
<https://example.org/pumps/id/3> a ex:Pump ; rdfs:label "three"@en ; ex:at <https://example.org/pumps/id/s> .
<https://example.org/pumps/id/4> a ex:Pump .
"""


@pytest.fixture
def pages(project):
    return free_pages(project(data=DATA))


def text(body: bytes) -> str:
    """Return what a reader sees, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body.decode("utf-8")))


def test_things_are_counted_by_class_under_the_name_of_the_class(pages):
    assert 'pumppu</a></th><td><svg viewBox="0 0 100 10"' in pages["statistics/"]("fi").decode("utf-8")
    assert re.search(r"Classes pump 4 ", text(pages["statistics/"]("en")))


def test_a_share_of_names_is_rounded_down_and_what_has_none_is_counted(pages):
    assert "pump 75% 25% 1 " in text(pages["statistics/"]("en"))


def test_values_that_come_back_are_counted_with_what_has_none(pages):
    assert "ns#at" in pages["statistics/"]("en").decode("utf-8")
    assert "1 without a value" in text(pages["statistics/"]("en"))


def test_the_page_is_in_the_language_of_the_reader(pages):
    found = text(pages["statistics/"]("fi"))

    assert "Nimet kielittäin" in found
    assert "1 ilman arvoa" in found


def test_the_page_about_the_data_leads_to_the_numbers(pages):
    assert 'href="../statistics/index.html"' in pages["data/"]("en").decode("utf-8")
