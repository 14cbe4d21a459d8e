"""`twinld init`: a small project that checks clean, to start from."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from twinld.cli.options import Subparsers, command

EXAMPLES = """\
  twinld init                    in the current folder
  twinld init pumps              in a new folder
  twinld init pumps --base-iri https://data.example.org/
"""
EXAMPLE_BASE = "https://example.org/"


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = command(commands, "init", "write a small project that checks clean", EXAMPLES)
    parser.add_argument("folder", nargs="?", default=".", metavar="FOLDER")
    parser.add_argument("--base-iri", default=EXAMPLE_BASE, metavar="IRI", help=f"default: {EXAMPLE_BASE}")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the files, none of them over one that is there."""
    from importlib import resources

    from twinld.errors import UsageError

    base = _base(options.base_iri)
    target = Path(options.folder)
    sources = resources.files("twinld.cli") / "starter"
    texts = {name: (sources / source).read_text(encoding="utf-8") for name, source in FILES.items()}
    taken = [name for name in texts if (target / name).exists()]
    if taken:
        raise UsageError(f"{target} has {', '.join(taken)} already; nothing was written", hint="choose an empty folder")
    for name, text in texts.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(EXAMPLE_BASE, base), encoding="utf-8")
        sys.stdout.write(f"{path}\n")
    sys.stderr.write(f"now: cd {target} && twinld check && twinld serve\n")
    return 0


FILES = {
    "twinld.toml": "twinld.toml",
    "ontology/prefixes.ttl": "prefixes.ttl",
    "ontology/vocabulary.ttl": "vocabulary.ttl",
    "shapes/Pump.ttl": "Pump.ttl",
    "data/pumps.ttl": "pumps.ttl",
    "sparql/pumps.rq": "pumps.rq",
}


def _base(iri: str) -> str:
    from twinld.errors import UsageError

    if not iri.startswith(("http://", "https://")) or not iri.endswith("/"):
        raise UsageError(f"--base-iri {iri}: it begins with https:// and ends with /", hint="https://data.example.org/")
    return iri
