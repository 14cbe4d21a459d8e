"""The supervisor's counters in the text format of Prometheus.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

OUTCOMES = "twinld_queries_total"


def exposition(statistics: Mapping[str, Any]) -> str:
    """Return `Endpoint.statistics()` as metrics: places and queues by lane, queries by outcome, workers, forks.

    >>> print(exposition({"lanes": {}, "idle": 3, "workers": [1], "counts": {"answered": 2}}).splitlines()[-1])
    twinld_queries_total{outcome="answered"} 2
    """
    return "".join(line + "\n" for line in _lines(statistics))


def _lines(statistics: Mapping[str, Any]) -> Iterator[str]:
    for name, text in (("running", "Queries that run now"), ("waiting", "Queries that wait"), ("places", "Places")):
        yield from _head(f"twinld_query_{name}", text, "gauge")
        for lane, state in statistics["lanes"].items():
            yield f'twinld_query_{name}{{lane="{lane}"}} {state[name]}'
    yield from _head("twinld_query_workers", "Worker processes", "gauge")
    yield f"twinld_query_workers {len(statistics['workers'])}"
    counts = dict(statistics["counts"])
    yield from _head("twinld_query_forks_total", "Workers forked since the start", "counter")
    yield f"twinld_query_forks_total {counts.pop('forks', 0)}"
    yield from _head(OUTCOMES, "Queries by how they ended", "counter")
    for outcome, count in sorted(counts.items()):
        label = outcome.replace("\\", "\\\\").replace('"', '\\"')
        yield f'{OUTCOMES}{{outcome="{label}"}} {count}'


def _head(name: str, text: str, kind: str) -> Iterator[str]:
    yield f"# HELP {name} {text}."
    yield f"# TYPE {name} {kind}"
