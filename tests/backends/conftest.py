"""One suite for every place that the data can be: what is asked of one is asked of all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.backends.kinds import KINDS, Kind
from twinld.publish.publication import Publication
from twinld.serve.app import create_app

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

SAMPLE = Path(__file__).parent / "sample"


@dataclass(frozen=True)
class Backend:
    """The sample project, served from one place. `expected` turns what an author wrote into what comes from there."""

    name: str
    kind: Kind
    publication: Publication
    client: FlaskClient

    def get(self, path: str, accept: str | None = None, **parameters: str) -> TestResponse:
        """Return the answer to a GET."""
        headers = {"Accept": accept} if accept else {}
        return self.client.get("/" + path.lstrip("/"), headers=headers, query_string=parameters)

    def sparql(self, query: str, accept: str = "text/csv") -> str:
        """Return the answer to a query, which must be one."""
        answer = self.get("sparql", accept, query=query)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_data(as_text=True)

    def expected(self, text: str) -> str:
        """Return a text as it comes from this place: with the literals that are listed as written otherwise."""
        for written, there in self.kind.literals.items():
            text = text.replace(written, there)
        return text


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sample project."""
    return Path(shutil.copytree(SAMPLE, tmp_path_factory.mktemp("project") / "pumps"))


SLOW = {"virtuoso": (pytest.mark.conformance,)}


@pytest.fixture(scope="session", params=[pytest.param(name, marks=SLOW.get(name, ())) for name in KINDS])
def backend(
    request: pytest.FixtureRequest, sample: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Backend]:
    """The sample project, served from each place in turn."""
    kind = KINDS[request.param]
    with kind.open(sample, tmp_path_factory.mktemp(request.param)) as publication:
        yield Backend(request.param, kind, publication, create_app(publication).test_client())


@pytest.fixture(scope="session")
def reference(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """The same from memory, which every other place must equal."""
    kind = KINDS["memory"]
    with kind.open(sample, tmp_path_factory.mktemp("reference")) as publication:
        yield Backend("memory", kind, publication, create_app(publication).test_client())
