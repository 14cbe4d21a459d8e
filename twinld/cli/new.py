"""`twinld new`: a thing of a class, by answering what its shapes ask."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from twinld.cli.options import Subparsers, command, project_of

if TYPE_CHECKING:
    from twinld.authoring.interview import Interview
    from twinld.source.project import Project

EXAMPLES = """\
  twinld new tw:Agreement                          asks, and prints the block
  twinld new "local authority" -o data/mine.ttl    asks, and adds it to a file
  twinld new tw:Source --set prefLabel="Minutes of the council@en" --set foaf:page=https://example.org/
  twinld new tw:Agreement --set party=Kuopio --set ... --set "^tw:claimOn/rank=preferred"
"""


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = command(commands, "new", "write a new thing by answering what its shapes ask", EXAMPLES)
    parser.add_argument("class_", metavar="CLASS", help="prefix:name, an IRI, or the name of the class")
    parser.add_argument("--set", metavar="PROPERTY=VALUE", action="append", default=[], dest="settings",
                        help="an answer beforehand; with it nothing is asked; repeatable")  # fmt: skip
    parser.add_argument("--iri", metavar="IRI", help="of the new thing (default: made from its name)")
    parser.add_argument("-o", "--output", metavar="FILE", help="a .ttl file to add it to (default: standard output)")
    parser.add_argument("--lang", metavar="TAG", help="of questions, and of texts without @tag")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Ask, check and write; return 1, with nothing written, where what was answered does not check."""
    from twinld.authoring.importing import target_file
    from twinld.authoring.interview import Interview, class_named
    from twinld.authoring.names import expanded
    from twinld.graph.dataset import load
    from twinld.graph.prefixes import prefix_map

    project = project_of(options, builtin=options.output is None)
    target = target_file(project, Path(options.output) if options.output else None, "new")
    dataset = load(project)
    prefixes = prefix_map(dataset)
    language = options.lang or project.config.languages[0]
    interview = Interview(dataset, prefixes, class_named(dataset, prefixes, options.class_), language)
    interview.iri = f"<{expanded(options.iri, prefixes)}>" if options.iri else None
    for setting in options.settings:
        interview.set(setting)
    asking = sys.stdin.isatty() and not options.settings
    if asking:
        _say(f"{interview.title(interview.class_key)}. Enter leaves a question, ? lists choices, Ctrl-C ends.")
        interview.ask_all(_ask, _say)
    old = target.path.read_text(encoding="utf-8") if options.output and target.path.exists() else ""
    while True:
        block = _checked(interview, project, target.name, options.output, old)
        if block is not None:
            return _write(block, target.path if options.output else None)
        path = _ask("Answer again (a path from above; Enter ends, nothing is written): ").strip() if asking else ""
        if not path:
            return 1
        interview.ask_again(path, None, _ask, _say)


def _checked(interview: Interview, project: Project, name: str, output: str | None, old: str) -> str | None:
    """Return the text to write, `None` after saying what is wrong with it."""
    from twinld.authoring.drafts import appended, new_problems, turtle_of
    from twinld.authoring.importing import target_file

    target = target_file(project, Path(output) if output else None, Path(name).stem)
    text = appended(old, turtle_of(interview.dataset, interview.drafts(), dict(interview.prefixes)))
    findings = new_problems(project, target, text)
    for problem in interview.problems(findings):
        _say(problem)
    return None if findings else text


def _write(text: str, path: Path | None) -> int:
    if path is None:
        sys.stdout.write(text)
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
    _say(f"written to {path}")
    return 0


def _ask(prompt: str) -> str:
    """Return a line from the terminal; the end of input is an empty answer."""
    sys.stderr.write(prompt)
    sys.stderr.flush()
    return sys.stdin.readline()


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
