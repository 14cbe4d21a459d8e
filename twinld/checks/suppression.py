"""SUP: findings that the author answered for, by a comment beside them or by the configuration.

`# twinld: ignore[LNG002] reason` behind a statement's line holds for that line; on a line of its own it holds for what
follows: the whole block, if one begins in the first column, else the line. `# twinld: ignore-file[LNG] reason` holds
for the file. In a query, a comment on a line of its own holds for the next line.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from twinld.checks.findings import Finding, Place, Severity, place_at
from twinld.checks.rules import RULES, named
from twinld.graph.dataset import Dataset
from twinld.rdf.reading import Comment, Parsed
from twinld.rdf.tokens import COMMENT, SPACE, TOKEN

MARK = re.compile(r"#\s*twinld:\s*(.*)")
LINE = re.compile(r"^[ \t]*(#\s*twinld:.*)$", re.MULTILINE)  # in a query: on a line of its own, for the next one
FORM = re.compile(r"ignore(-file)?\[\s*([^\]]*?)\s*\]\s*(.*)")
DEPTH = {"[": 1, "(": 1, "{": 1, "]": -1, ")": -1, "}": -1}

USELESS = named("SUP001", "useless-suppression", Severity.WARNING,
    """Each suppression hides a finding.

    One that hides nothing is left over from a fault that was mended, and will hide the next one.

    Bad:
        # twinld.toml
        base-iri = "https://example.org/"
        # data/pumps.ttl
        id:p1 rdfs:seeAlso id:p1 . # twinld: ignore[IRI001] the site is described elsewhere
    Good:
        # twinld.toml
        base-iri = "https://example.org/"
        # data/pumps.ttl
        id:p1 rdfs:seeAlso id:gone . # twinld: ignore[IRI001] the site is described elsewhere
    """)  # fmt: skip
UNREASONED = named("SUP002", "suppression-without-reason", Severity.WARNING,
    """Each suppression says why.

    The next reader cannot tell an exception from a fault that somebody was tired of.

    Bad:
        # twinld.toml
        base-iri = "https://example.org/"
        # data/pumps.ttl
        id:p1 rdfs:seeAlso id:gone . # twinld: ignore[IRI001]
    Good:
        # twinld.toml
        base-iri = "https://example.org/"
        # data/pumps.ttl
        id:p1 rdfs:seeAlso id:gone . # twinld: ignore[IRI001] the site is described elsewhere
    """)  # fmt: skip
MALFORMED = named("SUP003", "malformed-suppression", Severity.WARNING,
    """Each comment to twinld names rules that exist, in square brackets.

    One that does not is no suppression, and looks like one.

    Bad:  id:p1 rdfs:seeAlso id:p1 . # twinld: ignore[IRI01O] the site is described elsewhere
    Good: id:p1 rdfs:seeAlso id:p1 . # a comment to nobody
    """)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suppression:
    """What a comment hides: rules, by selectors, on the lines `first` to `last` of a file."""

    place: Place
    selectors: tuple[str, ...]
    reason: str
    first: int
    last: int

    def hides(self, finding: Finding) -> bool:
        """Tell whether the finding begins, or ends, on a line that the comment speaks for."""
        start, end = finding.place.start, finding.place.end
        if start is None or finding.place.file != self.place.file:
            return False
        inside = any(self.first <= spot.line <= self.last for spot in (start, end or start))
        return inside and any(_selects(selector, finding.code) for selector in self.selectors)


def without_suppressed(
    dataset: Dataset, findings: Sequence[Finding], codes: frozenset[str]
) -> tuple[list[Finding], int]:
    """Return the findings that no comment hides, with those about the comments themselves, and how many are hidden.

    A comment is called useless only where every rule that it names was run.
    """
    comments = [found for file in dataset.files for found in _comments(file.parsed)]
    comments += [found for query in _queries(dataset) for found in _comments(query)]
    suppressions = [each for each in comments if isinstance(each, Suppression)]
    by_file = _by_file(suppressions)
    kept = []
    used: set[Suppression] = set()
    for finding in findings:
        hiding = [each for each in by_file.get(finding.place.file, ()) if each.hides(finding)]
        used.update(hiding)
        if not hiding:
            kept.append(finding)
    hidden = len(findings) - len(kept)
    kept += [each for each in comments if isinstance(each, Finding) and each.code in codes]
    kept += [each for each in _about(suppressions, used, codes) if each.code in codes]
    return kept, hidden


def without_ignored(findings: Sequence[Finding], per_file: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Return the findings that the configuration does not ignore; a pattern names files, or a folder."""
    if not per_file:
        return list(findings)
    return [
        finding
        for finding in findings
        if not any(
            matches(finding.place.file, pattern) and any(_selects(selector, finding.code) for selector in selectors)
            for pattern, selectors in per_file.items()
        )
    ]


def matches(name: str, pattern: str) -> bool:
    """Tell whether a file's name in the project meets a pattern such as `data/old/*.ttl`, or lies in its folder."""
    return fnmatch.fnmatchcase(name, pattern) or name.startswith(pattern.rstrip("/") + "/")


def _selects(selector: str, code: str) -> bool:
    return code.startswith(selector) or RULES[code].name == selector


def _known(selector: str) -> bool:
    return any(_selects(selector, code) for code in RULES)


def _by_file(suppressions: Iterable[Suppression]) -> dict[str, list[Suppression]]:
    found: dict[str, list[Suppression]] = {}
    for each in suppressions:
        found.setdefault(each.place.file, []).append(each)
    return found


def _about(suppressions: Sequence[Suppression], used: set[Suppression], codes: frozenset[str]) -> Iterator[Finding]:
    for each in suppressions:
        names = ", ".join(each.selectors)
        if not each.reason:
            yield UNREASONED.finding(
                f"the suppression of {names} gives no reason",
                place=each.place,
                suggestion=f"write it behind the bracket: # twinld: ignore[{names}] why",
            )
        meant = {code for code in RULES if any(_selects(selector, code) for selector in each.selectors)}
        if each not in used and meant <= codes:
            yield USELESS.finding(f"nothing is found here by {names}", place=each.place, suggestion="take it away")


def _queries(dataset: Dataset) -> Iterator[Parsed]:
    """Yield the queries that hold a comment to twinld, as files of comments."""
    from twinld.rdf.formats import TURTLE
    from twinld.rdf.statements import Statements

    root = dataset.project.root
    for path in sorted((root / "sparql").rglob("*.rq")):
        text = path.read_text(encoding="utf-8", errors="replace")
        if "twinld:" in text:
            comments = tuple(Comment(found.start(1), found[1]) for found in LINE.finditer(text))
            name = path.relative_to(root).as_posix()
            yield Parsed(name, text, TURTLE, Statements(), (), None, (), comments, "token", frozenset())


def _comments(parsed: Parsed) -> Iterator[Suppression | Finding]:
    for comment in parsed.comments:
        mark = MARK.match(comment.text)
        if mark is None:
            continue
        place = _place(parsed, comment)
        form = FORM.match(mark[1])
        selectors = tuple(part.strip() for part in form[2].split(",") if part.strip()) if form else ()
        unknown = [selector for selector in selectors if not _known(selector)]
        if form is None or not selectors or unknown:
            said = f"no rule is called {', '.join(unknown)}" if unknown else "this comment is not understood"
            yield MALFORMED.finding(said, place=place, suggestion="write # twinld: ignore[CODE] reason")
        else:
            yield Suppression(place, selectors, form[3].strip(), *_lines(parsed, comment, whole=bool(form[1])))


def _place(parsed: Parsed, comment: Comment) -> Place:
    start = place_at(parsed, comment.offset).start
    assert start is not None
    end = type(start)(start.line, start.column + len(comment.text))
    return Place(parsed.path, start, end)


def _lines(parsed: Parsed, comment: Comment, *, whole: bool) -> tuple[int, int]:
    """Return the first and the last line that a comment speaks for."""
    if whole:
        return 1, parsed.position(len(parsed.text))[0]
    line, column = parsed.position(comment.offset)
    if parsed.text[comment.offset - column + 1 : comment.offset].strip():
        return line, line
    at = _next_token(parsed.text, comment.offset)
    first, column = parsed.position(at)
    is_block = column == 1 and not parsed.path.endswith(".rq")
    return first, parsed.position(_end_of_statement(parsed.text, at))[0] if is_block else first


def _next_token(text: str, at: int) -> int:
    while True:
        space = SPACE.match(text, at)
        at = space.end() if space else at
        comment = COMMENT.match(text, at)
        if comment is None:
            return min(at, max(0, len(text) - 1))
        at = comment.end()


def _end_of_statement(text: str, at: int) -> int:
    """Return where the statement that begins at an offset ends; the text's end where it does not."""
    depth = 0
    while True:
        at = _next_token(text, at)
        token = TOKEN.match(text, at)
        if token is None:
            return at
        depth += DEPTH.get(token[0], 0)
        if (token[0] == "." and depth == 0) or token.end() >= len(text):
            return token.start()
        at = token.end()
