"""Writes docs/cli.md from the declarations of the commands: `python scripts/command_page.py`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from twinld.cli.__main__ import EPILOG, parser


def page() -> str:
    """Return the page; it does not use argparse's own layout, which differs between versions of Python."""
    top = parser()
    [commands] = [action for action in top._actions if isinstance(action, argparse._SubParsersAction)]
    lines = ["# Commands", "", "```", "twinld --help", "```", "", *EPILOG.strip().splitlines()[-1:], ""]
    lines += ["| command | what it does |", "| --- | --- |"]
    lines += [f"| [twinld {each.dest}](#twinld-{each.dest}) | {each.help} |" for each in commands._choices_actions]
    for name, command in commands.choices.items():
        lines += ["", f"## twinld {name}", "", str(command.description), "", "```"]
        lines += [line.removeprefix("  ") for line in (command.epilog or "").splitlines()[1:]]
        lines += ["```", "", "| argument | meaning |", "| --- | --- |", *_arguments(command)]
    lines += ["", "This page is made from the code by `make docs`.", ""]
    return "\n".join(lines)


def _arguments(command: argparse.ArgumentParser) -> Iterator[str]:
    for action in command._actions:
        if action.help == argparse.SUPPRESS or action.dest == "help":
            continue
        value = action.metavar if isinstance(action.metavar, str) else None
        if action.choices and not value:
            value = "|".join(map(str, action.choices))
        if action.nargs != 0 and not value:
            value = action.dest.upper()
        names = ", ".join(f"`{name}`" for name in action.option_strings)
        shown = f"{names} {value}" if names and action.nargs != 0 else names or str(value)
        yield f"| {_cell(shown)} | {_cell((action.help or '').replace('%%', '%'))} |"


def _cell(text: str) -> str:
    """Return what a cell of a Markdown table shows as the text; a bar would begin the next cell."""
    return text.replace("|", "\\|")


if __name__ == "__main__":
    Path(__file__).parent.parent.joinpath("docs/cli.md").write_text(page(), encoding="utf-8")
