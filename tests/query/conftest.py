"""One small endpoint for the tests of the query room: real processes, real data."""

from __future__ import annotations

import pytest

from tests.query.sample_data import dataset
from twinld.query import Limits, start
from twinld.query.store import write_store


@pytest.fixture(scope="session", params=["memory", "disk"])
def endpoint(request, tmp_path_factory):
    """The same data in memory and on disk: every test of the endpoint runs on both."""
    limits = Limits(timeout=1.0, memory_mb=256, result_mb=1, queue_seconds=3.0)
    directory = None
    if request.param == "disk":
        directory = tmp_path_factory.mktemp("stores") / "numbers"
        write_store(dataset(), directory)
    with start(dataset(), limits, prefixes={"ex": "http://example.org/"}, store=directory) as running:
        yield running
