"""The IRIs that SHACL and the engine speak of."""

from __future__ import annotations

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"


def sh(name: str) -> str:
    """Return the key of a term of the SHACL vocabulary."""
    return f"<{SH}{name}>"


RDF_TYPE = f"<{RDF}type>"
RDF_FIRST = f"<{RDF}first>"
RDF_REST = f"<{RDF}rest>"
RDF_NIL = f"<{RDF}nil>"
RDFS_CLASS = f"<{RDFS}Class>"
RDFS_SUBCLASS = f"<{RDFS}subClassOf>"
