"""`twinld completion`: what a shell needs to complete twinld's commands and options."""

from __future__ import annotations

import argparse
import sys

from twinld.cli.options import Subparsers, command

SHELLS = ("bash", "zsh", "fish")
EXAMPLES = """\
  bash:  twinld completion bash > ~/.local/share/bash-completion/completions/twinld
  zsh:   twinld completion zsh > ~/.zfunc/_twinld        (with fpath+=~/.zfunc before compinit)
  fish:  twinld completion fish > ~/.config/fish/completions/twinld.fish
"""


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = command(commands, "completion", "print what a shell needs to complete commands and options", EXAMPLES)
    parser.add_argument("shell", choices=SHELLS, help="your shell")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the completion script."""
    import shtab

    from twinld.cli.__main__ import parser

    sys.stdout.write(shtab.complete(parser(), shell=options.shell) + "\n")
    return 0
