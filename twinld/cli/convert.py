"""`twinld convert`: RDF files in another format, with the lexical forms that their authors wrote."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from twinld.cli.options import Subparsers, command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twinld.rdf.formats import RdfFormat
    from twinld.rdf.reading import Parsed
    from twinld.rdf.terms import TermTable

EXAMPLES = """\
  twinld convert data/authorities.ttl --to jsonld
  twinld convert a.ttl b.rdf --to nquads -o all.nq.gz      merged; gzipped by its name
  twinld convert dump.nq --to trig --project .             with the prefixes of a project
  curl -s https://example.org/x.rdf | twinld convert - --from rdfxml --to turtle
"""


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = command(commands, "convert", "write RDF files in another format, lexical forms kept", EXAMPLES)
    parser.add_argument("files", nargs="+", metavar="FILE", help="RDF files; - for standard input")
    parser.add_argument("-t", "--to", metavar="FORMAT", help="turtle, trig, ntriples, nquads, rdfxml, jsonld")
    parser.add_argument("--from", dest="source", metavar="FORMAT", help="format of the input (default: by its name)")
    parser.add_argument("-o", "--out", metavar="FILE", help="file to write (default: standard output)")
    parser.add_argument("--base-iri", metavar="IRI", help="what relative IRIs resolve against (default: the file's)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Convert, or report what is no RDF and end 1."""
    from twinld.rdf.terms import TermTable

    target = _target(options)
    table = TermTable()
    parsed = [_read(name, number, options, table) for number, name in enumerate(options.files)]
    problems = [f"{p.path}:{e.line}:{e.column}: {e.message}\n" for p in parsed for e in p.errors]
    if problems:
        sys.stderr.write("".join(problems))
        return 1
    _write(_converted(parsed, table, target, _prefixes(options)), options.out)
    return 0


def _converted(parsed: Sequence[Parsed], table: TermTable, target: RdfFormat, prefixes: dict[str, str]) -> bytes:
    from twinld.rdf.writing import write

    keys = table.keys
    quads = ((keys[s], keys[p], keys[o], keys[g]) for each in parsed for s, p, o, g in each.statements)
    for each in parsed:
        for prefix, namespace in each.prefixes.items():
            prefixes.setdefault(prefix, namespace)
    return write(quads, target, prefixes)


def _prefixes(options: argparse.Namespace) -> dict[str, str]:
    """Return the prefix map of the project that the command line names, else nothing: the files' own then do."""
    from twinld.graph.dataset import load
    from twinld.graph.prefixes import prefix_map
    from twinld.source.project import open_project

    return dict(prefix_map(load(open_project(options.project)))) if options.project else {}


def _read(name: str, number: int, options: argparse.Namespace, table: TermTable) -> Parsed:
    from twinld.errors import UsageError
    from twinld.rdf.formats import format_of_path
    from twinld.rdf.reading import read

    source = _format(options.source) if options.source else format_of_path(name.removesuffix(".gz"))
    if Path(name).is_dir():
        raise UsageError(f"{name} is a folder", hint=f"name its files: {name.rstrip('/')}/*.ttl")
    if source is None:
        raise UsageError(f"the format of {name} is not known by its name", hint="say it: --from turtle")
    base = options.base_iri or (None if name == "-" else Path(name).resolve().as_uri())
    shown = "<stdin>" if name == "-" else name
    return read(_content(name), format=source, base=base, table=table, path=shown, blank_prefix=f"f{number}")


def _content(name: str) -> bytes:
    import gzip

    from twinld.errors import UsageError

    if name == "-":
        return sys.stdin.buffer.read()
    try:
        content = Path(name).read_bytes()
        return gzip.decompress(content) if name.endswith(".gz") else content
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror or error}") from error


def _target(options: argparse.Namespace) -> RdfFormat:
    from twinld.errors import UsageError
    from twinld.rdf.formats import format_of_path

    if options.to:
        return _format(options.to)
    found = format_of_path(options.out.removesuffix(".gz")) if options.out else None
    if found is None:
        raise UsageError("into which format?", hint="say it: --to turtle, or name a file: -o all.ttl")
    return found


def _format(name: str) -> RdfFormat:
    from twinld.errors import UsageError
    from twinld.rdf.formats import FORMATS, format_of_name

    found = format_of_name(name)
    if found is None:
        raise UsageError(f"no format is called {name}", hint=f"one of {', '.join(each.name for each in FORMATS)}")
    return found


def _write(body: bytes, out: str | None) -> None:
    from twinld.publish.dumps import gzipped

    if out is None:
        sys.stdout.buffer.write(body)
        return
    content = b"".join(gzipped(iter((body,)))) if out.endswith(".gz") else body
    Path(out).write_bytes(content)
