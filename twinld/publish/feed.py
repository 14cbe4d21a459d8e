"""The feed of builds (Atom): what each changed, statement by statement, continued from what the last one left.

`changes.atom`, which the server has too, lists things by their `dcterms:modified`; this one needs no such dates.

Source: https://www.rfc-editor.org/rfc/rfc4287
"""

from __future__ import annotations

import gzip
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from twinld.errors import UsageError
from twinld.publish.changes import Change, Difference, State, statements_in_words
from twinld.publish.extracts import dataset_name
from twinld.publish.folder import GENERATOR, MANIFEST
from twinld.publish.publication import Publication
from twinld.publish.representation import Representation
from twinld.rdf.formats import format_of_path
from twinld.rdf.reading import read
from twinld.rdf.terms import TermTable

HISTORY = "builds.json"
FEED = "builds.atom"
ENTRIES_KEPT = 50
RESOURCES_TOLD = 100  # of one build; an entry that names thousands is read by nobody
ATOM = "application/atom+xml"


def state_of_dump(path: Path) -> State:
    """Return the state that an RDF file holds, gzipped or not. Raises `UsageError` for what is no RDF."""
    rdf_format = format_of_path(path.name.removesuffix(".gz"))
    if rdf_format is None:
        raise UsageError(f"the format of {path} is not known by its name", hint="name it .ttl, .nq, .nq.gz ...")
    content = path.read_bytes()
    content = gzip.decompress(content) if path.name.endswith(".gz") else content
    table = TermTable()
    parsed = read(content, format=rdf_format, base=path.resolve().as_uri(), table=table, path=str(path))
    for problem in parsed.errors:
        raise UsageError(problem.message, path=str(path), line=problem.line, column=problem.column)
    keys = table.keys
    return State.of((keys[s], keys[p], keys[o]) for s, p, o, _ in parsed.statements)


def state_of_site(folder: Path) -> State | None:
    """Return the state that a built site publishes, `None` where the folder is no site."""
    manifest = _json(folder / MANIFEST)
    if not isinstance(manifest, dict) or manifest.get("generator") != GENERATOR or "dump" not in manifest:
        return None
    dump = folder / manifest["dump"]
    return state_of_dump(dump) if dump.is_file() else None


def current_state(publication: Publication) -> State:
    """Return the state of the sources as they are published now; derived triples are not part of it."""
    whole = next((dump.extract for dump in publication.dumps if dump.extract.kind == "whole"), None)
    return State.of((s, p, o) for s, p, o, _ in whole.quads(with_graphs=False)) if whole else State(frozenset())


def dump_path(publication: Publication) -> str:
    """Return the dump that the next build compares with."""
    return f"dumps/{dataset_name(publication.dataset)}.nq.gz"


def since(publication: Publication, last: Path) -> Difference | None:
    """Return what changed since the last build, `None` where there was none."""
    before = state_of_site(last)
    return None if before is None else Difference(before, current_state(publication))


def history(publication: Publication, difference: Difference | None, last: Path) -> list[dict[str, Any]]:
    """Return the entries of the feed, the newest first: those of the last build, and what changed since then."""
    known = _json(last / HISTORY)
    entries: list[dict[str, Any]] = known if isinstance(known, list) else []
    if difference:
        entries = [_entry(publication, difference, entries), *entries]
    return entries[:ENTRIES_KEPT]


def feed_files(publication: Publication, entries: list[dict[str, Any]]) -> Iterator[Representation]:
    """Yield the feed, and the history that the next build continues."""
    text = json.dumps(entries, ensure_ascii=False, indent=1) + "\n"
    yield Representation(HISTORY, text.encode(), "application/json")
    yield Representation(FEED, _atom(publication, entries).encode(), ATOM)


def _entry(publication: Publication, difference: Difference, before: list[dict[str, Any]]) -> dict[str, Any]:
    language = publication.addresses.languages[0]
    changes = difference.changes(language)
    place = f"{len(before)} {len(difference.removed)} {len(difference.added)} {changes[0].key}"
    return {
        "id": str(uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_URL, publication.addresses.base), place)),
        "updated": moment(publication),
        "title": _title(changes),
        "resources": [
            {
                "iri": change.key[1:-1],
                "label": change.label,
                "about": change.about,
                "change": change.kind,
                "lines": list(statements_in_words(difference, change, language)),
            }
            for change in changes[:RESOURCES_TOLD]
        ],
        "more": max(0, len(changes) - RESOURCES_TOLD),
    }


def _title(changes: tuple[Change, ...]) -> str:
    """Return what an entry is called: the resource if it is one, else how many of each kind."""
    if len(changes) == 1:
        only = changes[0]
        return f"{only.label}{f' (about {only.about})' if only.about else ''}: {only.kind}"
    counts = [(kind, sum(1 for each in changes if each.kind == kind)) for kind in ("changed", "new", "gone")]
    return ", ".join(f"{number} {kind}" for kind, number in counts if number)


def moment(publication: Publication) -> str:
    """Return when the data changed, as Atom wants it; the start of time where they do not say."""
    said = publication.dataset.project.config.modified or publication.latest_modified or "1970-01-01"
    return said if "T" in said else f"{said}T00:00:00Z"


def _atom(publication: Publication, entries: list[dict[str, Any]]) -> str:
    config = publication.dataset.project.config
    url, base = publication.public_url, publication.addresses.base
    language = publication.addresses.languages[0]
    title = config.title.get(language) or next(iter(config.title.values()), base)
    author = next(iter(config.publisher.name.values()), title) if config.publisher else title
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">',
        f"<id>{escape(base)}builds</id>",
        f"<title>{escape(title)}</title>",
        f"<updated>{entries[0]['updated'] if entries else moment(publication)}</updated>",
        f"<author><name>{escape(author)}</name></author>",
        f'<link rel="self" type="{ATOM}" href="{escape(url)}{FEED}"/>',
        f'<link rel="alternate" type="text/html" href="{escape(url)}"/>',
    ]
    for entry in entries:
        lines += _atom_entry(publication, entry)
    return "\n".join((*lines, "</feed>", ""))


def _atom_entry(publication: Publication, entry: dict[str, Any]) -> Iterator[str]:
    first = entry["resources"][0]["iri"]
    href = publication.public_url + publication.addresses.document(first)
    yield "<entry>"
    yield f"<id>urn:uuid:{entry['id']}</id>"
    yield f"<title>{escape(entry['title'])}</title>"
    yield f"<updated>{entry['updated']}</updated>"
    yield f'<link rel="alternate" href="{escape(href)}"/>'
    yield f'<content type="text">{escape(_content(entry))}</content>'
    yield "</entry>"


def _content(entry: dict[str, Any]) -> str:
    lines = []
    for resource in entry["resources"]:
        about = f" (about {resource['about']})" if resource["about"] else ""
        lines += [f"{resource['label']}{about}: {resource['change']}", f"  {resource['iri']}"]
        lines += [f"  {line}" for line in resource["lines"]]
    if entry["more"]:
        lines.append(f"and {entry['more']} more")
    return "\n".join(lines)


def _json(path: Path) -> object:
    try:
        found: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found
