"""The query of a SPARQL constraint, made to judge many focus nodes at once: pre-binding as a join in every group.

Pre-binding means that `$this` has its value in every group of the query, nested ones too (SHACL appendix A). So each
group is opened with a pattern that binds the row of the focus node: with one row that is pre-binding itself, with many
it means the same as long as nothing counts or cuts solutions across focus nodes. What does is run row by row.

Source: https://www.w3.org/TR/shacl/#pre-binding
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from twinld.shacl.ill_formed import IllFormed

ROWS = "urn:x-twinld:rows"
ROW = "twinldRow"
DEEPEST = 100  # nested brackets; pyoxigraph's parser ends the process at some thousand

_TOKEN = re.compile(
    r"""(?P<skip>[ \t\r\n]++|\#[^\r\n]*+)
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*+>)
    |(?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    |(?P<variable>[?$][\w·]++)
    |(?P<word>@?[^\W\d_][\w\-.]*+(?::[^\s(){}\[\];,|^*+?!=<>"'/]*+)?|:[^\s(){}\[\];,|^*+?!=<>"'/]*+)
    |(?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_REFUSED = {"MINUS": "MINUS", "VALUES": "VALUES", "SERVICE": "SERVICE", "FROM": "FROM"}
_ACROSS = {"GROUP", "HAVING", "LIMIT", "OFFSET", "COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT"}


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a query: `text` as written, `word` in capitals if it is a keyword or a name."""

    kind: str
    text: str
    gap: str = ""  # what separates it from the token before: white space, or a comment's line end

    @property
    def word(self) -> str:
        """The token in capitals, empty if it is no word."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def variable(self) -> str | None:
        """The name of a variable, `None` for other tokens."""
        return self.text[1:] if self.kind == "variable" else None


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A query that binds its rows itself. `batched` says whether it may have many rows at once; if not, `why`."""

    text: str
    batched: bool
    why: str


def tokens_of(query: str) -> list[Token]:
    """Return the tokens of a query, white space and comments left out."""
    found: list[Token] = []
    gap = ""
    for match in _TOKEN.finditer(query):
        kind = match.lastgroup or "mark"
        if kind == "skip":
            gap = "\n" if "\n" in match[0] or match[0].startswith("#") else " "
        else:
            found.append(Token(kind, match[0], gap))
            gap = ""
    return found


def rewrite(query: str, *, ask: bool, bound: tuple[str, ...]) -> Rewritten:
    """Return a constraint's query with its rows bound in every group; raises `IllFormed` for what SHACL forbids.

    `bound` names the variables that are pre-bound. An ASK becomes a SELECT of the rows that it is true for.
    """
    tokens = tokens_of(query)
    _refuse(tokens, bound)
    selects = [n for n, each in enumerate(tokens) if each.word == "SELECT"]
    across = next((each.word for each in tokens if each.word in _ACROSS), None)
    why = "it has a sub-SELECT" if len(selects) > (0 if ask else 1) else f"it has {across}" if across else ""
    head = next((n for n, each in enumerate(tokens) if each.word in ("SELECT", "ASK")), None)
    if head is None or (tokens[head].word == "ASK") is not ask:
        raise IllFormed(f"the query is no {'ASK' if ask else 'SELECT'}")
    for n in selects[0 if ask else 1 :]:
        _check_subselect(tokens, n, bound)
    opening = _opening(bound)
    parts = [_head_of(tokens, head, ask=ask, batched=not why)]
    for n in range(_body(tokens, head, ask=ask), len(tokens)):
        parts.append(tokens[n].gap + tokens[n].text)
        if tokens[n].text == "{" and tokens[n].kind == "mark" and not _is_select(tokens, n + 1):
            parts.append(f" {opening} ")
    return Rewritten("".join(parts), not why, why)


def _refuse(tokens: list[Token], bound: tuple[str, ...]) -> None:
    depth = 0
    for n, each in enumerate(tokens):
        if each.word in _REFUSED:
            raise IllFormed(f"SHACL does not allow {each.word} in a constraint's query")
        if each.word == "AS" and n + 1 < len(tokens) and tokens[n + 1].variable in bound:
            raise IllFormed(f"SHACL does not allow AS {tokens[n + 1].text}: the variable is pre-bound")
        depth += (each.text in "{([") - (each.text in "})]") if each.kind == "mark" else 0
        if depth > DEEPEST:
            raise IllFormed(f"the query is nested deeper than {DEEPEST} brackets")


def _is_select(tokens: list[Token], n: int) -> bool:
    return n < len(tokens) and tokens[n].word == "SELECT"


def _check_subselect(tokens: list[Token], n: int, bound: tuple[str, ...]) -> None:
    """A sub-SELECT returns the pre-bound variables (`currentShape` and `shapesGraph` may be left out)."""
    named: set[str | None] = set()
    for each in tokens[n + 1 :]:
        if each.text == "{":
            break
        named.add(each.variable)
    missing = [name for name in bound if name not in named and name not in ("currentShape", "shapesGraph")]
    if missing:
        raise IllFormed(f"a sub-SELECT must return ${missing[0]}: it is pre-bound")


def _opening(bound: tuple[str, ...]) -> str:
    pairs = " ; ".join(f"<{ROWS}/{name}> ?{name}" for name in bound)
    return f"GRAPH <{ROWS}> {{ ?{ROW} {pairs} . }}"


def _body(tokens: list[Token], head: int, *, ask: bool) -> int:
    """Return where the query goes on behind what `_head_of` has written."""
    n = head + 1
    while tokens[n : n + 1] and tokens[n].word in (("WHERE",) if ask else ("DISTINCT", "REDUCED")):
        n += 1
    return n


def _head_of(tokens: list[Token], head: int, *, ask: bool, batched: bool) -> str:
    before = "".join(each.gap + each.text for each in tokens[:head])
    if ask:
        return f"{before} SELECT DISTINCT ?{ROW} WHERE"
    after = tokens[_body(tokens, head, ask=False)]
    row = f"?{ROW}" if batched and after.text != "*" else ""
    distinct = "DISTINCT" if _body(tokens, head, ask=False) > head + 1 else ""
    return f"{before} SELECT {distinct} {row} "
