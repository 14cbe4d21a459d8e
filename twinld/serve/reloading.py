"""What is served now, and how new data take its place: loaded and checked beside the old, then swapped whole."""

from __future__ import annotations

import gc
import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from twinld.errors import TwinldError
from twinld.graph.dataset import Dataset
from twinld.publish.publication import Publication
from twinld.query import Endpoint
from twinld.serve.app import create_app
from twinld.serve.metering import Metrics, metered

if TYPE_CHECKING:
    from flask import Flask

MEND_SECONDS = 5.0  # between two attempts, should the first fail


@dataclass
class Served:
    """The publication that new workers serve. `load` reads the project anew, `publish` makes a publication of it.

    Lives in the process that forks the workers. Workers that still answer from the old data keep the old endpoint
    alive; it ends with the last of them.
    """

    load: Callable[[], Dataset]
    publish: Callable[[Dataset], Publication]
    log: bool = False
    metrics: Metrics | None = None
    proxies: int = 0
    publication: Publication | None = None
    _retired: list[Endpoint] = field(default_factory=list)
    _mended: float = -math.inf  # when that was last tried

    def open(self) -> Publication:
        """Load and publish for the first time. Raises `TwinldError` where the data are not fit to be served."""
        self.publication = self.publish(self.load())
        return self.publication

    def app(self) -> Flask:
        """Return the application of what is served now."""
        assert self.publication is not None
        publication = self.publication
        app = create_app(publication, log=self.log, proxies=self.proxies)
        if self.metrics is not None:
            app.wsgi_app = metered(app.wsgi_app, lambda: publication, self.metrics)  # type: ignore[assignment, method-assign]
        return app

    def reload(self) -> bool:
        """Put new data in place of the old; data that are broken or violated are refused and the old go on.

        Says on standard error what happened, one JSON object a line. Returns whether the data were swapped.
        """
        old = self.publication
        try:
            new = self._new()
        except TwinldError as error:
            say(event="reload", outcome="refused", reason=str(error))
            return False
        self.publication = new
        if old is not None and old.endpoint is not None:
            old.endpoint.release()
            self._retired.append(old.endpoint)
        del old
        _settle()
        say(event="reload", outcome="swapped", triples=len(new.dataset.quads))
        return True

    def _new(self) -> Publication:
        """Return a publication of the new data; of the old where those are refused and nobody answers queries."""
        try:
            return self.publish(self.load())
        except TwinldError as error:
            old = self.publication
            if old is None or old.endpoint is None or not old.endpoint.is_lost:
                raise
            say(event="reload", outcome="refused", reason=str(error))
            return self.publish(old.dataset)

    def needs_mending(self) -> bool:
        """Tell, every few seconds at most, that the query processes are gone: then a reload starts others."""
        endpoint = self.publication.endpoint if self.publication else None
        now = time.monotonic()
        if endpoint is None or not endpoint.is_lost or now - self._mended < MEND_SECONDS:
            return False
        self._mended = now
        say(event="queries", outcome="lost", reason="the query process and its standby were both ended")
        return True

    def close(self) -> None:
        """End every endpoint."""
        last = self.publication.endpoint if self.publication else None
        for endpoint in (*self._retired, *([last] if last else [])):
            endpoint.close()


def _settle() -> None:
    """Free what the swap left, and freeze the rest, so that forked workers share it."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def say(**members: object) -> None:
    """Write a line of JSON on standard error."""
    sys.stderr.write(json.dumps(members, ensure_ascii=False) + "\n")
    sys.stderr.flush()
