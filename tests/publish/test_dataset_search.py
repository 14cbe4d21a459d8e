"""The data set as Google's Dataset Search reads it, in the pages about the whole.

What is asked for: https://developers.google.com/search/docs/appearance/structured-data/dataset
"""

from __future__ import annotations

import json
import re

import pytest

from twinld.publish.files import page

SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
RECOMMENDED = {"creator", "identifier", "isAccessibleForFree", "keywords", "license", "spatialCoverage",
               "temporalCoverage", "version", "url", "includedInDataCatalog", "distribution"}  # fmt: skip


def said(publication, path, language):
    scripts = SCRIPT.findall(page(publication, path, language).body.decode())
    return [found for found in map(json.loads, scripts) if found["@type"] == "Dataset"]


@pytest.mark.parametrize("path", ["", "data/"])
@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_a_page_about_the_whole_says_what_google_asks_for(served, path, language):
    (dataset,) = said(served, path, language)

    assert dataset["name"]
    assert 50 <= len(dataset["description"]) <= 5_000
    assert dataset.keys() >= RECOMMENDED
    assert re.fullmatch(r"\d{4}/\.\.", dataset["temporalCoverage"])
    assert dataset["license"].startswith("http")


def test_each_download_has_an_address_that_is_served_and_its_format(served):
    (dataset,) = said(served, "", "en")
    urls = [each["contentUrl"].removeprefix(served.public_url) for each in dataset["distribution"]]

    assert len(urls) >= 6
    assert set(urls) <= set(served.files)
    assert all(each["@type"] == "DataDownload" and each["encodingFormat"] for each in dataset["distribution"])


def test_other_pages_are_no_data_set(served):
    assert said(served, "browse/", "en") == []


def test_a_description_that_google_would_refuse_is_not_written(project):
    from tests.publish.conftest import CONFIG

    short = project(CONFIG.replace("Every pump of the works and where it stands.", "Pumps."))

    assert said(short, "", "en") == []
