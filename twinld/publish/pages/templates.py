"""Templates: which there are, what their headers ask for, and the environment that renders them.

A project's template begins with comments `{#+ key: value #}`: `class`, `name`, `page`, `title`, `nav`, `live`,
`queries`. The grammar is in docs/pages.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from twinld.errors import TwinldError

if TYPE_CHECKING:
    from jinja2 import Environment

    from twinld.publish.pages.view import Node

PACKAGE_TEMPLATES = Path(__file__).parent / "templates"
KEYS = ("class", "name", "page", "title", "nav", "live", "queries")
MEDIA_TYPES = {"ics": "text/calendar", "csv": "text/csv", "txt": "text/plain"}
"""What a template may make besides pages, by its extension; nothing in these is escaped as HTML."""
_HEADER = re.compile(r"\s*\{#\+(.*?)#\}", re.DOTALL)
_CALL = re.compile(r"(?:(\w+)\s*=\s*)?([\w-]+)\s*\(([^()]*)\)")
_ARGUMENT = re.compile(r"\s*(\w+)\s*=\s*(\"[^\"]*\"|\$?[^\s,\"]+)\s*")


@dataclass(frozen=True, slots=True)
class Call:
    """A canned query that a template is fed by: under which name, which query, with which values."""

    name: str
    query: str
    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Template:
    """A template of the project: its file, and what its header says. `page` is a path below the root.

    `naming` are paths to what a thing of the classes is called by where it has no label.
    """

    file: str
    classes: tuple[str, ...] = ()
    naming: tuple[str, ...] = ()
    page: str | None = None
    title: str | None = None
    nav: int | None = None
    live: bool = False
    queries: tuple[Call, ...] = ()


@dataclass(frozen=True)
class TemplateSet:
    """All templates: the project's, which come first, and the package's."""

    folder: Path
    project: tuple[Template, ...] = field(default=())

    @property
    def by_class(self) -> tuple[Template, ...]:
        """The templates that are for the things of a class."""
        return tuple(template for template in self.project if template.classes)

    @property
    def pages(self) -> tuple[Template, ...]:
        """The templates that are pages of their own."""
        return tuple(each for each in self.project if each.page is not None and each.file.endswith(".html"))

    @property
    def files(self) -> tuple[Template, ...]:
        """The templates that make files which are no pages: a calendar, a table."""
        return tuple(each for each in self.project if not each.file.endswith(".html"))

    @cached_property
    def environment(self) -> Environment:
        """The environment: everything is escaped, and a template cannot reach into Python."""
        from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader

        from twinld.publish.pages.sandbox import Sandbox

        package = FileSystemLoader(PACKAGE_TEMPLATES)
        environment = Sandbox(
            loader=ChoiceLoader([FileSystemLoader(self.folder), package, PrefixLoader({"package": package})]),
            autoescape=_is_page,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
        )
        environment.filters |= {"all": _all, "one": _one, "ical": _ical}
        environment.tests |= {"having": _having}
        return environment


def _is_page(file: str | None) -> bool:
    """Tell whether a template's output is escaped: everything is, but what is no HTML at all."""
    return file is None or file.rpartition(".")[2] not in MEDIA_TYPES


def _ical(text: object) -> str:
    """Return a text as a value of iCalendar. Source: https://www.rfc-editor.org/rfc/rfc5545#section-3.3.11"""
    plain = str(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(plain.splitlines())


def _all(things: Iterable[Node], path: str) -> list[Node]:
    """Return what a path leads to from several things, each once: `{{ agreements|all("tw:party") }}`."""
    return list(dict.fromkeys(found for thing in things for found in thing.all(path)))


def _one(things: Iterable[Node], path: str) -> list[Node]:
    """Return the first that a path leads to from each of several things; those where it leads nowhere fall out."""
    return [found for thing in things if (found := thing.one(path)) is not None]


def _having(thing: Node, path: str) -> bool:
    """Tell whether a path leads anywhere: `{{ agreements|select("having", "tw:field") }}`."""
    return thing.has(path)


def read_templates(folder: Path) -> TemplateSet:
    """Return the templates of a project's folder; none where there is no folder. Raises `TwinldError` with the file."""
    files = sorted(file for file in folder.glob("*.*") if file.suffix[1:] in ("html", *MEDIA_TYPES))
    return TemplateSet(folder, tuple(read_header(file.read_text("utf-8"), file.name) for file in files))


def read_header(text: str, file: str) -> Template:
    """Return what the header of a template says. Raises `TwinldError` for a key that is none."""
    said = dict(_lines(text, file))
    page = said.get("page")
    return Template(
        file,
        classes=tuple(said.get("class", "").replace(",", " ").split()),
        naming=tuple(path.strip() for path in said.get("name", "").split(",") if path.strip()),
        page=None if page is None else page.lstrip("/"),
        title=said.get("title"),
        nav=int(said["nav"]) if said.get("nav", "").isdecimal() else None,
        live=said.get("live") == "true",
        queries=tuple(_calls(said.get("queries", ""), file)),
    )


def _lines(text: str, file: str) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    at = 0
    while match := _HEADER.match(text, at):
        at = match.end()
        for line in match[1].splitlines():
            key, colon, value = line.partition(":")
            if not line.strip():
                continue
            if not colon or key.strip() not in KEYS:
                raise TwinldError(
                    f"the header of a template has no key {key.strip()!r}",
                    hint=f"known are: {', '.join(KEYS)}",
                    path=f"templates/{file}",
                    line=text[: match.start(1)].count("\n") + 1,
                )
            known = found.get(key.strip())
            found[key.strip()] = f"{known} {value.strip()}" if known else value.strip()
    return list(found.items())


def _calls(text: str, file: str) -> list[Call]:
    calls = []
    rest = text
    for match in _CALL.finditer(text):
        arguments = {m[1]: m[2] for m in _ARGUMENT.finditer(match[3])}
        calls.append(Call(match[1] or match[2].replace("-", "_"), match[2], arguments))
        rest = rest.replace(match[0], "", 1)
    if rest.strip(" ,"):
        raise TwinldError(
            f"not a call of a query: {rest.strip(' ,')}",
            hint="write name(parameter=iri), or other_name = name(parameter=iri)",
            path=f"templates/{file}",
            line=1,
        )
    return calls
