"""One small endpoint for the tests of the query room: real processes, real data."""

from __future__ import annotations

import pytest

from tests.query.sample_data import dataset
from twinld.query import Limits, start


@pytest.fixture(scope="session")
def endpoint():
    limits = Limits(timeout=1.0, memory_mb=256, result_mb=1, queue_seconds=3.0)
    with start(dataset(), limits, prefixes={"ex": "http://example.org/"}) as running:
        yield running
