"""Joins the exports of others into the sheet that `import/cities.toml` reads.

    python sheet.py WIKIDATA_FOLDER NATURAL_EARTH_FOLDER > cities.csv

The first folder has `relations.tsv` (item, item) and `names.tsv` (item, name), the second `populated_places.csv`.
A city without a name in either is called by its item: nothing is left out.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path


def main(wikidata: Path, natural_earth: Path, most: int | None = None) -> None:
    """Write the sheet to standard output; with `most` only so many cities, and of their twins those among them."""
    names = dict(tsv(wikidata / "names.tsv"))
    twins: dict[str, set[str]] = {}
    for one, other in tsv(wikidata / "relations.tsv"):
        twins.setdefault(one, set()).add(other)
        twins.setdefault(other, set())
    with (natural_earth / "populated_places.csv").open(encoding="utf-8", newline="") as stream:
        places = {row["wikidata"]: row for row in csv.DictReader(stream)}
    kept = set(sorted(twins)[:most])
    sheet = csv.writer(sys.stdout, lineterminator="\n")
    sheet.writerow(["city", "name", "lat", "long", "twins"])
    for city in sorted(kept):
        place = places.get(city, {})
        name = names.get(city) or place.get("name") or city
        sheet.writerow([city, name, place.get("lat"), place.get("lon"), " ".join(sorted(twins[city] & kept))])


def tsv(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the first two columns of the rows that begin with an item."""
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            if len(row) > 1 and row[0].startswith("Q"):
                yield row[0], row[1]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else None)
