"""Running SPARQL: the guard around the engine, its workers with a deadline, canned queries."""

from twinld.query.endpoint import Answer, Endpoint, Rows, start
from twinld.query.limits import Limits

__all__ = ["Answer", "Endpoint", "Limits", "Rows", "start"]
