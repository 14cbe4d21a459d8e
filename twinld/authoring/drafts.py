"""A new thing, and those that have to point to it: from answers to a block of Turtle that passes the checks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from twinld.authoring.instances import things_of, usual_order
from twinld.authoring.names import label_of, local_name
from twinld.authoring.recipes import slug
from twinld.checks.findings import Finding, Severity
from twinld.checks.run import run_checks
from twinld.errors import IncompleteError, UsageError
from twinld.graph.dataset import Dataset, load
from twinld.graph.description import LABELS
from twinld.rdf.formats import TURTLE
from twinld.rdf.reading import read
from twinld.rdf.terms import literal_parts
from twinld.rdf.turtle_writing import TYPE, turtle_lines
from twinld.rdf.writing import Quad, used_prefixes
from twinld.source.project import Project, SourceFile

PREFIX_LINES = re.compile(r"(?:@prefix [^\n]*\n)*")


@dataclass(frozen=True, slots=True)
class Draft:
    """A thing to be: the key of its IRI and of its class, and its statements as property and value."""

    key: str
    class_key: str
    statements: tuple[tuple[str, str], ...]

    def values(self, prop: str) -> list[str]:
        """Return the values of a property."""
        return [value for each, value in self.statements if each == prop]


def minted(dataset: Dataset, class_key: str, statements: Sequence[tuple[str, str]], taken: Iterable[str] = ()) -> str:
    """Return the key of an IRI for a new thing: where others of its class stand, called by its name, else by a value.

    A number is put behind a name that is taken.
    """
    name = _name(dataset, statements)
    base = f"<{_namespace(dataset, class_key)}{name}"
    key, number = f"{base}>", 1
    known = set(taken)
    while key in known or dataset.quads.rows_of_subject(dataset.table.ids.get(key, 0)):
        number += 1
        key = f"{base}-{number}>"
    return key


def turtle_of(dataset: Dataset, drafts: Sequence[Draft], prefixes: dict[str, str]) -> str:
    """Return drafts as Turtle in the house layout, the properties in the order that others of the class have them."""
    quads: list[Quad] = []
    for draft in drafts:
        rank = {prop: place for place, prop in enumerate(usual_order(dataset, draft.class_key))}
        statements = sorted(dict.fromkeys(draft.statements), key=lambda each: rank.get(each[0], len(rank)))
        quads.append((draft.key, TYPE, draft.class_key, ""))
        quads += [(draft.key, prop, value, "") for prop, value in statements]
    terms = {key for quad in quads for key in quad} - {TYPE}
    return "".join(turtle_lines(quads, used_prefixes(terms, prefixes)))


def appended(text: str, block: str) -> str:
    """Return a Turtle file with a block behind what it has, its prefixes among those at the top.

    Raises `UsageError` where the file gives one of these prefixes another meaning.
    """
    if not text.strip():
        return block
    head = PREFIX_LINES.match(block)
    new = set((head[0] if head else "").splitlines())
    old = read(text, format=TURTLE).prefixes
    for line in sorted(new):
        prefix, iri = re.match(r"@prefix ([^:]*): <([^>]*)>", line).groups()  # type: ignore[union-attr]
        if old.get(prefix, iri) != iri:
            raise UsageError(f"the file gives the prefix {prefix}: another meaning", hint="write to another file")
        new -= {line} if prefix in old else set()
    top = PREFIX_LINES.match(text)
    lines = sorted({*(top[0] if top else "").splitlines(), *new})
    rest = text[top.end() if top else 0 :]
    body = block[head.end() if head else 0 :].lstrip("\n")
    return "".join(f"{line}\n" for line in lines) + ("" if top and top[0] else "\n") + f"{rest.rstrip()}\n\n{body}"


def new_problems(project: Project, target: SourceFile, content: str) -> list[Finding]:
    """Return the violations that a project has with a file of this content and has not without."""
    others = tuple(file for file in project.files if file.name != target.name)
    tried = replace(project, files=(*others, replace(target, content=content.encode())))
    report = run_checks(tried, dataset=load(tried))
    if report.incomplete:
        raise IncompleteError(f"the checks are incomplete: {'; '.join(report.incomplete)}")
    grave = [finding for finding in report.findings if finding.severity is Severity.VIOLATION]
    known = {finding.fingerprint for finding in run_checks(project).findings} if grave else set()
    return [finding for finding in grave if finding.fingerprint not in known]


def _name(dataset: Dataset, statements: Sequence[tuple[str, str]]) -> str:
    texts = [
        literal_parts(value) for label in LABELS for prop, value in statements if prop == label and value[0] == '"'
    ]
    languages = [*dataset.project.config.languages, "en", None]
    texts.sort(key=lambda parts: languages.index(parts[1]) if parts[1] in languages else len(languages))
    if texts:
        return slug(texts[0][0])
    things = [value for _, value in statements if value[0] == "<" and value.startswith(f"<{dataset.base_iri}")]
    return f"{local_name(things[0])}-1" if things else "new-1"


def _namespace(dataset: Dataset, class_key: str) -> str:
    keys = dataset.table.keys
    spaces = Counter(keys[thing][1 : -1 - len(local_name(keys[thing]))] for thing in things_of(dataset, class_key))
    if spaces:
        return spaces.most_common(1)[0][0]
    kind = label_of(dataset, class_key, "en") or local_name(class_key)
    return f"{dataset.base_iri}id/{slug(kind)}/"
