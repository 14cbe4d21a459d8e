"""`twinld stats`: what is in the data, in numbers."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from twinld.cli.options import Subparsers, command, project_of
from twinld.cli.table import layout, short

if TYPE_CHECKING:
    from twinld.graph.statistics import Distribution, Statistics, Tally

EXAMPLES = """\
  twinld stats                        classes, languages, kinds, links
  twinld stats --top 0                every value of every distribution
  twinld stats --format json | jq .classes
"""
COLUMNS_OF_LANGUAGES = 6  # what fits a terminal beside the classes; --format json has all
Named = Callable[["Tally"], str]


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = command(commands, "stats", "count what is in the data", EXAMPLES)
    parser.add_argument("-f", "--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--top", type=int, default=8, metavar="N", help="values shown of each (default: 8, 0 for all)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the statistics of the project."""
    from twinld.graph.dataset import load
    from twinld.graph.prefixes import prefix_map
    from twinld.graph.statistics import statistics

    dataset = load(project_of(options, builtin=True))
    found, prefixes = statistics(dataset), prefix_map(dataset)
    if options.format == "json":
        sys.stdout.write(json.dumps(as_json(found), ensure_ascii=False, indent=2) + "\n")
    else:
        sections = text(found, prefixes, dataset.project.config.languages, options.top or sys.maxsize)
        sys.stdout.write("\n".join(sections))
    return 0


def as_json(found: Statistics) -> dict[str, Any]:
    """Return the statistics as plain data; a term is its IRI, a language tag has no `@`."""
    return {"version": 1, **_plain(asdict(found))}


def _plain(value: object) -> Any:  # noqa: ANN401  (JSON has no narrower type)
    if isinstance(value, dict):
        renamed = {"key": "term", "number": "count", "of": "class"}
        return {renamed.get(name, name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value.strip("<>").removeprefix("@") if isinstance(value, str) else value


def text(found: Statistics, prefixes: Mapping[str, str], languages: Sequence[str], top: int) -> Iterator[str]:
    """Yield the sections of the text report; terms are shown by their names where they have one."""

    def iri(tally: Tally) -> str:
        return short(tally.key.strip("<>"), prefixes)

    def name(tally: Tally) -> str:
        texts = (tally.labels.get(language) for language in (*languages, "en", ""))
        return next((each for each in texts if each), next(iter(tally.labels.values()), iri(tally)))

    derived = f", {found.derived} derived" if found.derived else ""
    files = f"{len(found.files)} files, {found.graphs} named graphs"
    yield f"{found.triples} triples in {files}{derived}; {found.things} things described\n"
    yield _classes(found, iri)
    yield layout([["file", "triples", "things"], *([f.name, f"{f.triples}", f"{f.things}"] for f in found.files)])
    yield _tallied("property", found.properties, iri, top)
    yield _tallied("texts in", found.texts, lambda tally: tally.key[1:], top)
    yield _tallied("datatype", found.datatypes, iri, top)
    if found.links:
        rows = [[each.namespace, iri(each.predicate), f"{each.predicate.number}"] for each in found.links]
        yield layout([["links to", "by", "number"], *rows])
    yield from (_distribution(each, iri, name, top) for each in found.distributions)


def _classes(found: Statistics, iri: Named) -> str:
    shown = found.languages[:COLUMNS_OF_LANGUAGES]
    head = ["class", "things", *(f"in {tag}" if tag else "no tag" for tag in shown), "unnamed"]
    rows = [
        [iri(each.of), str(each.of.number), *(str(each.named[tag]) for tag in shown), str(each.unnamed)]
        for each in found.coverage
    ]
    return layout([head, *rows])


def _tallied(head: str, tallies: Sequence[Tally], shown: Named, top: int) -> str:
    rows = [[shown(each), str(each.number)] for each in tallies[:top]]
    return layout([[head, "number"], *rows]) + _more(len(tallies) - top)


def _distribution(found: Distribution, iri: Named, name: Named, top: int) -> str:
    whole = found.of.number
    rows = [[name(each), str(each.number), f"{100 * each.number / whole:.0f} %"] for each in found.values[:top]]
    if found.without:
        rows.append(["(none)", str(found.without), f"{100 * found.without / whole:.0f} %"])
    head = f"{iri(found.of)} by {iri(found.property)}"
    return layout([[head, "number", "share"], *rows]) + _more(len(found.values) - top)


def _more(number: int) -> str:
    return f"and {number} more\n" if number > 0 else ""
