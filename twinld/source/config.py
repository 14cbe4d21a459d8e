"""The configuration of a project: `twinld.toml`, or `[tool.twinld]` in `pyproject.toml`.

Every key stands in `KEYS` with its meaning, from which docs/configuration.md is made. Nothing has an invented
default: what is not said is `None` or empty.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unicodedata import normalize

from twinld.errors import ConfigError

Texts = Mapping[str, str]
"""Text by language tag; the tag `""` is text without a language."""


@dataclass(frozen=True, slots=True)
class Agent:
    """Who publishes, or who answers: an organisation, never a private person."""

    name: Texts
    iri: str | None = None
    homepage: str | None = None
    email: str | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """What a project says of itself. `path` is the file it was read from, `None` where there is none."""

    path: Path | None = None
    title: Texts = field(default_factory=dict)
    description: Texts = field(default_factory=dict)
    base_iri: str | None = None
    public_url: str | None = None
    languages: tuple[str, ...] = ("en",)
    licence: str | None = None
    publisher: Agent | None = None
    contact: Agent | None = None
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    themes: tuple[str, ...] = ()
    spatial: tuple[str, ...] = ()
    temporal: tuple[str, str] | None = None
    frequency: str | None = None
    identifier: str | None = None
    issued: str | None = None
    modified: str | None = None
    version: str | None = None
    repository: str | None = None
    imports: Mapping[str, str] = field(default_factory=dict)
    external: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    private_paths: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    iri_patterns: Mapping[str, str] = field(default_factory=dict)
    owl_profile: str | None = None
    catalogue_licence: str | None = None
    identifier_template: str | None = None
    contributor_id: str | None = None
    availability: str | None = None
    access_service: bool = True
    portals: tuple[str, ...] = ()
    keep_versions: int = 0
    event_stream: bool = False


def read_config(path: Path) -> Config | None:
    """Return the configuration in a file, `None` for a `pyproject.toml` without `[tool.twinld]`.

    Raises `ConfigError` for a file that is not TOML, for unknown keys and for values of the wrong kind: all of
    them at once, one a line.
    """
    table = _table(path)
    if table is None:
        return None
    problems: list[str] = []
    values: dict[str, Any] = {}
    for name, value in table.items():
        key = KEYS.get(name)
        if key is None:
            problems.append(_unknown(name))
            continue
        try:
            values[name.replace("-", "_")] = key.read(value)
        except (TypeError, ValueError) as error:
            problems.append(f"{name}: {error}")
    if problems:
        raise ConfigError(
            "\n  ".join(["the configuration is wrong:", *problems]),
            path=str(path),
            hint="docs/configuration.md lists every key with an example",
        )
    return Config(path=path, **values)


def _table(path: Path) -> dict[str, Any] | None:
    try:
        whole = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        last = len(path.read_text(encoding="utf-8").splitlines())
        line, column = (int(place[1]), int(place[2])) if place else (last, None)
        message = re.sub(r" \(at .*\)$", "" if place else " at the end", str(error))
        raise ConfigError(f"not TOML: {message}", path=str(path), line=line, column=column) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"not UTF-8, which TOML is (byte {error.start + 1})", path=str(path)) from error
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror or error}", path=str(path)) from error
    if path.name != "pyproject.toml":
        return whole
    table = whole.get("tool", {}).get("twinld")
    return table if isinstance(table, dict) else None


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, KEYS, n=1)
    return f"{name}: no such key" + (f"; did you mean {near[0]}?" if near else "")


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError('give a text in quotation marks, such as "Cities"')
    return value


def _texts(value: object) -> Texts:
    if isinstance(value, str):
        return {"": _text(value)}
    if not isinstance(value, dict) or not value:
        raise TypeError('give a text, or one by language: { en = "Cities", fi = "Kaupungit" }')
    return {_language(tag): _text(text) for tag, text in value.items()}


def _language(tag: object) -> str:
    if not isinstance(tag, str) or not re.fullmatch(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*", tag):
        raise ValueError(f"{tag!r} is no language tag; write one such as en or zh-Hans")
    return tag


def _iri(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+", value):
        raise ValueError(f"{value!r} is no absolute IRI; write one such as https://example.org/")
    return value


def _base_iri(value: object) -> str:
    iri = _iri(value)
    if not re.match(r"https?://[^/]+/", iri) or not iri.endswith("/"):
        raise ValueError(f"{iri} must start with http:// or https:// and end with /")
    return iri


def _public_url(value: object) -> str:
    url = _iri(value)
    if not re.match(r"https?://[^/]+", url):
        raise ValueError(f"{url} must start with http:// or https://")
    return url.rstrip("/") + "/"


def _list(read: Callable[[object], str]) -> Callable[[object], tuple[str, ...]]:
    def read_list(value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise TypeError("give a list in square brackets")
        return tuple(read(part) for part in value)

    return read_list


def _languages(value: object) -> tuple[str, ...]:
    languages = _list(_language)(value)
    if not languages:
        raise ValueError("give at least one language tag")
    return languages


def _agent(value: object) -> Agent:
    if not isinstance(value, dict):
        raise TypeError('give a table: { name = "City of Example", iri = "https://example.org/#city" }')
    readers: dict[str, Callable[[object], Any]] = {
        "name": _texts,
        "iri": _iri,
        "homepage": _iri,
        "email": _email,
        "type": _iri,
    }
    unknown = sorted(set(value) - set(readers))
    if unknown or "name" not in value:
        raise ValueError(f"it has {', '.join(readers)}; name is required" + (f"; not {unknown[0]}" if unknown else ""))
    return Agent(**{name: readers[name](part) for name, part in value.items()})


def _email(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        raise ValueError(f"{value!r} is no mail address")
    return value


def _keywords(value: object) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise TypeError('give a list by language: { en = ["cities"], fi = ["kaupungit"] }')
    return {_language(tag): _list(_text)(words) for tag, words in value.items()}


def _imports(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise TypeError('give a table of IRI and file: { "http://www.w3.org/ns/org#" = "imports/org.ttl" }')
    return {_iri(iri): _text(file) for iri, file in value.items()}


def _patterns(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise TypeError('give a table of path and regular expression: { "id/pump/" = "[a-z]{2}-[0-9]+" }')
    for pattern in value.values():
        try:
            re.compile(_text(pattern))
        except re.error as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
    return {_text(path): str(pattern) for path, pattern in value.items()}


def _per_file(value: object) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise TypeError('give a table of pattern and codes: { "data/old/*.ttl" = ["LNG"] }')
    return {normalize("NFC", _text(pattern)): _list(_text)(codes) for pattern, codes in value.items()}


def _temporal(value: object) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) != 2:
        raise TypeError('give first and last year or date, "" for an open end: ["1950", ""]')
    return (str(value[0]), str(value[1]))


def _date(value: object) -> str:
    text = str(value)
    if not re.fullmatch(r"\d{4}-\d\d-\d\d(T\S+)?", text):
        raise ValueError(f"{text!r} is no date; write one such as 2026-11-21")
    return text


def _bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("give true or false, without quotation marks")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r} is no whole number from 0 on")
    return value


def _one_of(value: object, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise ValueError(f"{value!r} is none of {', '.join(choices)}")
    return str(value)


def _availability(value: object) -> str:
    return _one_of(value, ("STABLE", "AVAILABLE", "EXPERIMENTAL", "TEMPORARY"))


def _profile(value: object) -> str:
    return _one_of(value, ("EL", "QL", "RL"))


def _portal(value: object) -> str:
    return _one_of(value, ("ch", "de", "fi", "fr", "se"))


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the configuration: how its value is read, what it means, an example in TOML."""

    read: Callable[[object], Any]
    meaning: str
    example: str


KEYS: Mapping[str, Key] = {
    "title": Key(_texts, "What the data set is called, by language.", '{ en = "City diplomacy" }'),
    "description": Key(_texts, "What it holds, in a sentence or two, by language.", '{ en = "Who is twinned." }'),
    "base-iri": Key(_base_iri, "What the IRIs of the project begin with. Without it: the longest namespace that the "
                    "subjects share.", '"https://w3id.org/example/"'),
    "public-url": Key(_public_url, "Where the project is deployed, if that is not the base IRI.",
                      '"https://data.example.org/"'),
    "languages": Key(_languages, "Languages of the pages, the default first.", '["en", "fi"]'),
    "licence": Key(_iri, "IRI of the licence of the data.", '"http://creativecommons.org/licenses/by/4.0/"'),
    "publisher": Key(_agent, "Who publishes: name, and iri, homepage, email, type. Needed for a catalogue.",
                     '{ name = "City of Example", homepage = "https://example.org/" }'),
    "contact": Key(_agent, "Who answers questions: name, and email or homepage. Needed for a catalogue.",
                   '{ name = "Open data team", email = "data@example.org" }'),
    "keywords": Key(_keywords, "Keywords for portals, by language.", '{ en = ["sister cities"] }'),
    "themes": Key(_list(_iri), "IRIs of themes of the EU data-theme list.",
                  '["http://publications.europa.eu/resource/authority/data-theme/REGI"]'),
    "spatial": Key(_list(_iri), "IRIs of the places covered.",
                   '["http://publications.europa.eu/resource/authority/country/FIN"]'),
    "temporal": Key(_temporal, 'First and last year or date covered; "" for an open end.', '["1950", ""]'),
    "frequency": Key(_iri, "How often the data change, of the EU frequency list.",
                     '"http://publications.europa.eu/resource/authority/frequency/IRREG"'),
    "identifier": Key(_text, "A UUID that portals know the data set by; never change it.",
                      '"6f1c2f6e-5a0c-4f0e-9b1c-0a8f6f0a7a11"'),
    "issued": Key(_date, "When the data set was first published.", '"2026-11-21"'),
    "modified": Key(_date, "When its content last changed.", '"2026-11-21"'),
    "version": Key(_text, "Version of the data set.", '"0.1.0"'),
    "repository": Key(_iri, 'Where the files are kept; pages link "edit this" there.',
                      '"https://github.com/example/data"'),
    "imports": Key(_imports, "Local files that stand for what `owl:imports` or a JSON-LD `@context` names. "
                   "Nothing is ever fetched.", '{ "http://www.w3.org/ns/org#" = "imports/org.ttl" }'),
    "external": Key(_list(_iri), "Namespaces below the base IRI whose terms are kept elsewhere: not reported as "
                    "dangling.", '["https://w3id.org/example/old/"]'),
    "retired": Key(_list(_iri), "IRIs that were published once and are gone: answered with 410.",
                   '["https://w3id.org/example/id/thing/7"]'),
    "allowed-hosts": Key(_list(_text), "Host names that may be taken from a request to make links.",
                         '["data.example.org"]'),
    "private-paths": Key(_list(_text), "Files, folders or patterns that are neither checked nor published.",
                         '["data/draft/", "*.jsonld"]'),
    "ignore": Key(_list(_text), "Rules that are not run: codes, their beginnings, or names.", '["CFG001"]'),
    "extend-select": Key(_list(_text), "Rules that are run only where they are asked for, and are here: codes, their "
                         "beginnings, or names.", '["STY003"]'),
    "iri-patterns": Key(_patterns, "What the IRIs below a path of the base IRI look like: a regular expression for all "
                        "that follows the path.", '{ "id/pump/" = "[a-z]{2}-[0-9]+" }'),
    "owl-profile": Key(_profile, "The OWL 2 profile that the ontology keeps to: EL, QL or RL.", '"RL"'),
    "per-file-ignores": Key(_per_file, "Rules whose findings are not reported in some files: a pattern or a folder, "
                            "and codes.", '{ "data/old/*.ttl" = ["LNG", "IRI001"] }'),
    "catalogue-licence": Key(_iri, "IRI of the licence in the catalogue, where a portal knows it by one of its own "
                             "(Germany, Switzerland).", '"http://dcat-ap.de/def/licenses/cc-by/4.0"'),
    "identifier-template": Key(_text, "Form of the identifiers in the catalogue, where a portal wants more than the "
                               "UUID (Switzerland).", '"{identifier}@city-of-example"'),
    "contributor-id": Key(_iri, "What GovData calls the supplier by, as assigned at registration (Germany).",
                          '"http://dcat-ap.de/def/contributors/example"'),
    "availability": Key(_availability, "How long the files will stay: STABLE, AVAILABLE, EXPERIMENTAL, TEMPORARY.",
                        '"STABLE"'),
    "access-service": Key(_bool, "Whether the catalogue has the endpoint as a distribution too: CKAN sees it only "
                          "so, udata (France) only without.", "true"),
    "portals": Key(_list(_portal), "Countries whose own demands the catalogue is checked against: "
                   "ch, de, fi, fr, se.", '["fi", "se"]'),
    "keep-versions": Key(_count, "How many versions of the data a built site keeps as dumps, the present one included. "
                         "Without it: none.", "10"),
    "event-stream": Key(_bool, "Whether a built site has an event stream (LDES) of all that changes.", "true"),
}  # fmt: skip
