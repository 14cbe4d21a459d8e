"""Drawings made on the server: maps, networks, timelines and charts as SVG, each with its facts as text beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from twinld.publish.pages.figures.chart import bars
from twinld.publish.pages.figures.map import world_map
from twinld.publish.pages.figures.network import network
from twinld.publish.pages.figures.timeline import timeline

if TYPE_CHECKING:
    from twinld.publish.pages.view import View


def figures_for(view: View) -> Mapping[str, Callable[..., Any]]:
    """Return the drawings that a template may call, by name; what they take is in docs/pages.md."""
    from functools import partial

    return {
        "map": partial(world_map, view),
        "network": partial(network, view),
        "timeline": partial(timeline, view),
        "bars": partial(bars, view),
    }
