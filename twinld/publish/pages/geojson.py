"""Everything that has coordinates as one GeoJSON file, for maps and geographic information systems.

Source: https://www.rfc-editor.org/rfc/rfc7946
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from twinld.publish.pages.edition import Edition
from twinld.publish.pages.render import view_of
from twinld.publish.pages.view import LATITUDE, WKT, Node, View, located


def has_coordinates(edition: Edition) -> bool:
    """Tell whether anything in the data has coordinates of its own; of data that are elsewhere it is not asked."""
    ids, quads = edition.dataset.table.ids, edition.dataset.quads
    numbers = [ids.get(key) for key in f"{LATITUDE}|{WKT}".split("|")]
    return edition.elsewhere is None and any(n is not None and len(quads.rows_of_predicate(n)) > 0 for n in numbers)


def geojson(edition: Edition) -> bytes:
    """Return a feature for each thing with coordinates of its own, by IRI: its names by language, and its classes."""
    view = view_of(edition, "", edition.languages[0])
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in _features(view))
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'.encode()


def _features(view: View) -> Iterator[dict[str, Any]]:
    keys = view.edition.dataset.table.keys
    subjects = sorted(
        (key, number) for number in set(view.edition.dataset.quads.subject) if (key := keys[number])[0] == "<"
    )
    for key, number in subjects:
        node = Node(view, key, number)
        place = located(node)
        if place is not None:
            yield {
                "type": "Feature",
                "id": node.iri,
                "geometry": {"type": "Point", "coordinates": list(place)},
                "properties": _properties(node),
            }


def _properties(node: Node) -> dict[str, Any]:
    names = {name.language: name.text for name in reversed(node.names) if name.language}
    return {
        "name": node.text,
        "names": dict(sorted(names.items())),
        "classes": [each.iri for each in node.all("a") if each.is_iri],
    }
