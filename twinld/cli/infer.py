"""`twinld infer`: what follows from vocabulary and data by the project's rules, by RDFS, or by OWL 2 RL."""

from __future__ import annotations

import argparse
import sys

from twinld.cli.options import Subparsers, command, project_of

EXAMPLES = """\
  twinld infer                           what the rules in sparql/rules/ derive
  twinld infer --profile rdfs > closure.ttl
  twinld infer --profile owlrl           also tells whether the data contradict the vocabulary
"""


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = command(commands, "infer", "print what follows from the data", EXAMPLES)
    parser.add_argument("--profile", choices=("rules", "rdfs", "owlrl"), default="rules", help="default: rules")
    parser.add_argument("-f", "--format", default="turtle", help="turtle (default) or ntriples")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the inferred triples; end 1 where OWL 2 RL finds a contradiction."""
    from twinld.derive.closure import Closure, closure
    from twinld.derive.rules import derive
    from twinld.errors import UsageError
    from twinld.graph.dataset import load
    from twinld.graph.prefixes import prefix_map
    from twinld.rdf.formats import format_of_name
    from twinld.rdf.writing import write

    rdf_format = format_of_name(options.format)
    if rdf_format is None or rdf_format.has_graphs:
        raise UsageError(f"no format for triples is called {options.format}", hint="one of turtle, ntriples, rdfxml")
    dataset = derive(load(project_of(options, builtin=True)))
    if options.profile == "rules":
        keys = dataset.table.keys
        found = Closure(tuple((keys[s], keys[p], keys[o]) for s, p, o, _ in dataset.derived), ())
    else:
        found = closure(dataset, options.profile)
    sys.stdout.buffer.write(write(found.inferred, rdf_format, prefix_map(dataset)))
    for clash in found.clashes:
        sys.stderr.write(f"contradiction: {clash}\n")
    return int(bool(found.clashes))
