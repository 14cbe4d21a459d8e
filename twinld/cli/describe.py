"""`twinld describe`: what the data say of one resource."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from twinld.cli.options import Subparsers, command, project_of

if TYPE_CHECKING:
    from twinld.publish.publication import Publication

EXAMPLES = """\
  twinld describe https://w3id.org/twinld/id/authority/fi-seinajoki
  twinld describe id/authority/fi-seinajoki          below the base IRI
  twinld describe tw:Agreement --format jsonld       by prefix
"""


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = command(commands, "describe", "print what the data say of a resource", EXAMPLES)
    parser.add_argument("iri", metavar="IRI", help="an IRI, a path below the base IRI, or prefix:name")
    parser.add_argument("-f", "--format", default="turtle", help="turtle (default), jsonld, rdfxml, ntriples")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the description, or end 1 where nothing is known of the resource."""
    from twinld.derive.rules import derive
    from twinld.errors import UsageError
    from twinld.graph.dataset import load
    from twinld.publish.documents import RDF_FORMATS, document_of, rdf_document
    from twinld.publish.publication import Publication
    from twinld.rdf.formats import format_of_name

    publication = Publication.of(derive(load(project_of(options, builtin=True))))
    rdf_format = format_of_name(options.format)
    if rdf_format is None or rdf_format not in RDF_FORMATS.values():
        raise UsageError(f"no format is called {options.format}", hint="one of turtle, jsonld, rdfxml, ntriples")
    iri = expanded(publication, options.iri)
    document = document_of(publication, iri)
    if document is None:
        sys.stderr.write(f"nothing is known of <{iri}>\n{_prefix_hint(publication, options.iri)}")
        return 1
    sys.stdout.buffer.write(rdf_document(publication, document, rdf_format))
    return 0


def _prefix_hint(publication: Publication, text: str) -> str:
    """Return a hint where what looks like prefix:name was taken for an IRI, as no file declares the prefix."""
    prefix, colon, name = text.partition(":")
    unknown = colon and not name.startswith("//") and prefix not in publication.prefixes
    return f"hint: the project declares no prefix {prefix}:\n" if unknown else ""


def expanded(publication: Publication, text: str) -> str:
    """Return the IRI that a person means: itself, by a prefix of the project, or below the base."""
    prefix, colon, name = text.partition(":")
    if colon and not name.startswith("//") and prefix in publication.prefixes:
        return publication.prefixes[prefix] + name
    if colon:
        return text.strip("<>")
    return publication.addresses.base + text.lstrip("/")
