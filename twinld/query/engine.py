"""One query on one store, inside a worker: checks on tokens, the engine, the bytes of the answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from twinld.query.errors import (
    NotExpressible,
    QueryRefused,
    QuerySyntaxError,
    QueryTooComplex,
    QueryUnsupported,
)
from twinld.query.grammar import misfit, misfit_error
from twinld.query.graphs import GRAPH_MEDIA_TYPES, write_graph
from twinld.query.limits import MEGABYTE, Limits
from twinld.query.results import RESULT_FORMATS, ROWS, Bounded, Sink, write_results
from twinld.query.tokens import Outline, Token, outline, wrong

if TYPE_CHECKING:
    import pyoxigraph

    Default = list[pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.DefaultGraph] | None
    Named = list[pyoxigraph.NamedNode | pyoxigraph.BlankNode] | None

T = TypeVar("T")
KINDS = {"SELECT": "solutions", "ASK": "boolean", "CONSTRUCT": "graph", "DESCRIBE": "graph"}


@dataclass(frozen=True)
class Job:
    """A query with what the protocol says about it; formats by name, `None` where the client accepts none."""

    query: str
    results: str | None = "json"
    graphs: str | None = "turtle"
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base: str | None = None

    @classmethod
    def from_meta(cls, meta: Mapping[str, Any]) -> Job:
        """Return the job that a request frame carries."""
        return cls(
            meta["query"],
            meta.get("results"),
            meta.get("graphs"),
            tuple(meta.get("default_graphs", ())),
            tuple(meta.get("named_graphs", ())),
            meta.get("base"),
        )


@dataclass(frozen=True)
class Written:
    """What was written to the sink: the kind of answer, its media type, the variables of a SELECT."""

    kind: str
    media_type: str
    variables: tuple[str, ...]


def execute(store: pyoxigraph.Store, job: Job, sink: Sink, limits: Limits, prefixes: Mapping[str, str]) -> Written:
    """Run a query and write its answer to a sink.

    Raises the children of QueryError; then what was written before is worthless.
    """
    check_text(job.query, limits)
    seen = outline(job.query, nesting=limits.nesting, prefixes=prefixes)
    format_name = chosen_format(seen.form, job)
    default, named = dataset_of(store, seen, job)
    answer = _query(store, job, default, named)
    bounded = Bounded(sink, limits.result_mb * MEGABYTE)
    if KINDS[seen.form] == "graph":
        known = {**prefixes, **_absolute(seen.prefixes)}
        _evaluate(job.query, lambda: write_graph(answer, format_name, bounded, known))
        return Written("graph", GRAPH_MEDIA_TYPES[format_name], ())
    variables = tuple(v.value for v in answer.variables) if seen.form == "SELECT" else ()
    _evaluate(job.query, lambda: write_results(answer, format_name, bounded))
    return Written(KINDS[seen.form], _result_media_type(format_name), variables)


def check_text(query: str, limits: Limits) -> None:
    """Refuse what is too long and what is no Unicode text."""
    try:
        size = len(query.encode())
    except UnicodeEncodeError as error:
        raise wrong(query, error.start, "a half of a surrogate pair is no character", "Send UTF-8.") from None
    if size > limits.query_bytes:
        raise QueryTooComplex(f"the query is longer than {limits.query_bytes >> 10} KB", hint="Send a shorter one.")


def chosen_format(form: str, job: Job) -> str:
    """Return the name of the format for this form of query; raises NotExpressible where there is none."""
    is_graph = KINDS[form] == "graph"
    name = job.graphs if is_graph else job.results
    if name is None or (job.results == ROWS and is_graph):
        offered = GRAPH_MEDIA_TYPES.values() if is_graph else [f.media_types[0] for f in RESULT_FORMATS]
        raise NotExpressible(
            f"{form} is not answered in the format asked for", hint="Accept one of " + ", ".join(offered)
        )
    return name


def _result_media_type(name: str) -> str:
    return next((f.media_types[0] for f in RESULT_FORMATS if f.name == name), "application/json")


def _absolute(prefixes: Mapping[str, str]) -> dict[str, str]:
    return {name: iri for name, iri in prefixes.items() if ":" in iri}


def dataset_of(store: pyoxigraph.Store, seen: Outline, job: Job) -> tuple[Default, Named]:
    """Return the default and named graphs that the protocol sets, `None` and `None` where the query decides.

    Every graph asked for, in the query or beside it, must be one of the dataset: an endpoint that fetches
    nothing and answers "empty" for a misspelt graph would mislead. Source: SPARQL 1.1 Protocol section 2.1.4.
    """
    import pyoxigraph

    if not job.default_graphs and not job.named_graphs:
        for token in seen.graphs:
            _check_graph(store, resolve(job.query, seen, token, job.base), job.query, token)
        return None, None
    for iri in (*job.default_graphs, *job.named_graphs):
        _check_graph(store, iri)
    return (
        [pyoxigraph.NamedNode(iri) for iri in job.default_graphs],
        [pyoxigraph.NamedNode(iri) for iri in job.named_graphs],
    )


def resolve(query: str, seen: Outline, token: Token, base: str | None) -> str:
    """Return the absolute IRI of an IRI or prefixed name in a query, by a parser that knows the rules."""
    import pyoxigraph

    head = f"BASE <{seen.base}>\n" if seen.base else ""
    prefix = token.text.partition(":")[0]
    if token.kind == "name":
        head += f"PREFIX {prefix}: <{seen.prefixes[prefix]}>\n"
    text = f"{head}{token.text} <urn:p> <urn:o> ."
    try:
        subject = next(iter(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE, base_iri=base))).subject
    except (SyntaxError, ValueError):
        raise wrong(query, token.at, f"{token.text} is no absolute IRI", "Write the whole IRI or add BASE.") from None
    return str(subject.value)


def _check_graph(store: pyoxigraph.Store, iri: str, query: str = "", token: Token | None = None) -> None:
    import pyoxigraph

    try:
        if store.contains_named_graph(pyoxigraph.NamedNode(iri)):
            return
    except ValueError:
        raise QuerySyntaxError(f"<{iri}> is no absolute IRI", hint="Write the whole IRI of a graph.") from None
    place = wrong(query, token.at, "") if token else None
    raise QueryRefused(
        f"<{iri}> is no graph of this dataset, and nothing is fetched",
        hint="SELECT DISTINCT ?g { GRAPH ?g {} } lists the graphs.",
        line=place.line if place else None,
        column=place.column if place else None,
    )


def _query(store: pyoxigraph.Store, job: Job, default: Default, named: Named) -> Any:  # noqa: ANN401
    if default is None:
        return _evaluate(job.query, lambda: store.query(job.query, base_iri=job.base))
    return _evaluate(
        job.query, lambda: store.query(job.query, base_iri=job.base, default_graph=default, named_graphs=named)
    )


def _evaluate(query: str, step: Callable[[], T]) -> T:
    """Run a step of the engine and turn what it raises into our exceptions."""
    try:
        return step()
    except SyntaxError as error:
        raise _syntax_error(query, str(error)) from None
    except RuntimeError as error:
        raise QueryUnsupported(str(error), hint="Use the functions of SPARQL 1.1.") from None
    except OSError as error:
        raise QueryRefused(f"the query reaches outside: {error}", hint="Ask the data of this endpoint only.") from None


def _syntax_error(query: str, message: str) -> QuerySyntaxError:
    """Return the error for a query that the engine cannot parse, at the token that cannot stand there.

    Where the query follows the grammar of SPARQL 1.1 all the same (a variable used twice, RDF 1.2), the engine's own
    place and words are all there is.
    """
    found = misfit(query)
    if found is not None:
        return misfit_error(query, found)
    place = re.match(r"error at (\d+):(\d+): (.*)", message, re.DOTALL)
    if not place:
        return QuerySyntaxError(message, hint="Correct the query.")
    rest = re.sub(r", \[[^\]]*\]|\[[^\]]*\]|expected (one of )?", "", place[3]).strip(" ,")
    message = rest if " " in rest else "the query cannot be read up to here"
    return QuerySyntaxError(message, hint="Look before this place.", line=int(place[1]), column=int(place[2]))
