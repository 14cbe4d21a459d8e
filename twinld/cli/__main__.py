"""The command line's front door: finds the command, runs it, and turns errors into a sentence and an exit code."""

from __future__ import annotations

import argparse
import difflib
import importlib
import io
import os
import re
import sys
from collections.abc import Collection, Sequence
from typing import NoReturn

from twinld.cli.files import nobody_reads
from twinld.errors import TwinldError

COMMANDS = (
    "check",
    "fmt",
    "rule",
    "completion",
    "serve",
    "load",
    "build",
    "query",
    "describe",
    "convert",
    "infer",
    "stats",
    "import",
    "new",
    "init",
    "diff",
    "probe",
    "push",
)
INTERRUPTED = 130
UNEXPECTED = 3
ALIKE = 0.7  # of 1; below it a guess is no help

EPILOG = """\
examples:
  twinld check                      every problem of this project, with file, line and column
  twinld serve                      browse and query it at http://127.0.0.1:8000
  twinld serve somebody-elses.ttl   the same for any RDF file
  twinld build --out public         the same as static files

exit codes: 0 nothing to report, 1 findings, 2 usage or configuration, 3 incomplete, 130 interrupted
"""


class Parser(argparse.ArgumentParser):
    """A parser whose errors read like twinld's others."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and where help is, and end with 2."""
        complain(*_plain(message, self.prog))
        raise SystemExit(2)


def _plain(message: str, program: str) -> tuple[str, str]:
    """Return argparse's complaint and a hint; a command that does not exist is one word, not a list of eighteen."""
    wrong = re.match(r"argument COMMAND: invalid choice: '(.*?)'", message)
    if wrong is None:
        return message, f"{program} --help"
    return f"there is no command {wrong[1]}", _meant(wrong[1], COMMANDS) or f"{program} --help lists them all"


def _meant(word: str, words: Collection[str]) -> str | None:
    near = difflib.get_close_matches(word, words, n=1, cutoff=ALIKE)
    return f"did you mean {near[0]}?" if near else None


def parser(names: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """Return the parser of the command line, with all commands or those that are named, each declared by its module."""
    top = Parser(
        prog="twinld",
        description="Check, publish and query a folder of RDF.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action=_Version, help="print the version and end")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", dest="command", required=True)
    for name in names:
        importlib.import_module(f"twinld.cli.{name}").add(commands)
    return top


def _options_of(whole: argparse.ArgumentParser, name: str) -> list[str]:
    """Return the options of a command."""
    [commands] = (each for each in whole._actions if isinstance(each, argparse._SubParsersAction))
    return list(commands.choices[name]._option_string_actions)


class _Version(argparse.Action):
    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        """Print the version of the installed package."""
        from importlib.metadata import version

        sys.stdout.write(f"twinld {version('twinld')}\n")
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _never_fail_to_print()
    arguments = sys.argv[1:] if arguments is None else arguments
    if not arguments:
        sys.stderr.write(parser().format_help())
        return 2
    whole = parser(arguments[:1]) if arguments[0] in COMMANDS else parser()
    options, unknown = whole.parse_known_args(arguments)
    if unknown:
        known = _options_of(whole, options.command)
        complain(f"unknown: {' '.join(unknown)}", _meant(unknown[0], known) or f"twinld {options.command} --help")
        return 2
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except TwinldError as error:
        complain(str(error), error.hint)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        nobody_reads()
        return 0
    except Exception as error:
        if os.environ.get("TWINLD_TRACEBACK"):
            raise
        complain(
            f"unexpected {type(error).__name__}: {error}",
            "this is a bug of twinld; please report it with the output of TWINLD_TRACEBACK=1",
        )
        return UNEXPECTED
    return code


def _never_fail_to_print() -> None:
    """Write what the console's encoding has not as escapes: a name in Chinese must not end a check on Windows."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def complain(message: str, hint: str | None = None) -> None:
    """Write an error, and what to do about it, to standard error."""
    sys.stderr.write(f"error: {message}\n" + (f"hint: {hint}\n" if hint else ""))


if __name__ == "__main__":
    sys.exit(main())
