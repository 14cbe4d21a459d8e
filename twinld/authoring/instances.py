"""What things of a class there are, and how they are described: the example that new ones follow."""

from __future__ import annotations

from twinld.authoring.names import subclasses
from twinld.graph.dataset import RDF_TYPE, Dataset


def things_of(dataset: Dataset, class_key: str) -> list[int]:
    """Return the numbers of the named things of a class or one below it, in the order of the files."""
    ids, quads = dataset.table.ids, dataset.quads
    number, rdf_type = ids.get(class_key), ids.get(RDF_TYPE)
    if number is None:
        return []
    rows = [row for of in sorted(subclasses(dataset, number)) for row in quads.rows_of_object(of)]
    found = dict.fromkeys(quads.subject[row] for row in rows if quads.predicate[row] == rdf_type)
    return [thing for thing in found if dataset.table.keys[thing][0] == "<"]


def usual_order(dataset: Dataset, class_key: str) -> list[str]:
    """Return the keys of properties in the order of the thing of a class that has the most of them."""
    keys, quads = dataset.table.keys, dataset.quads
    orders = [
        list(dict.fromkeys(keys[quads.predicate[row]] for row in quads.rows_of_subject(thing)))
        for thing in things_of(dataset, class_key)
    ]
    return max(orders, key=len, default=[])
