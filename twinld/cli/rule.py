"""`twinld rule`: what a rule asks for and why, with a bad and a good example."""

from __future__ import annotations

import argparse
import json
import sys

from twinld.cli.options import Subparsers, command

EXAMPLES = """\
  twinld rule                  all rules, a line each
  twinld rule IRI001           one rule, whole
  twinld rule --format json    for programs
"""


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = command(commands, "rule", "explain a rule", EXAMPLES)
    parser.add_argument("code", nargs="?", metavar="CODE", help="a rule's code or name")
    parser.add_argument("-f", "--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print one rule or all of them."""
    from twinld.checks.pages import configuration, parts
    from twinld.checks.rules import RULES, selected
    from twinld.checks.run import load_rules

    load_rules()
    codes = sorted(selected(RULES, [options.code or "ALL"], []))
    rules = [RULES[code] for code in codes]
    if options.format == "json":
        sys.stdout.write(json.dumps([parts(rule) for rule in rules], ensure_ascii=False, indent=2) + "\n")
    elif options.code:
        for rule in rules:
            sys.stdout.write(f"{rule.code} {rule.name} ({rule.severity.value})\n\n{rule.doc}\n\nTo leave it out:\n")
            sys.stdout.writelines(f"    {setting:60} {where}\n" for where, setting in configuration(rule).items())
    else:
        for rule in rules:
            sys.stdout.write(f"{rule.code}  {rule.severity.value:9}  {rule.name}: {rule.doc.partition(chr(10))[0]}\n")
    return 0
