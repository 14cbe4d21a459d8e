"""Turtle and TriG in one layout: a block for each subject, a line for each value, every comment kept.

The order of statements and values stays. It stands in this room since it knows RDF's syntax and no project. The layout
is that of turtlefmt, but for long brackets, which get a line for each value, and comments, which stay where they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from twinld.rdf.formats import TRIG, TURTLE, RdfFormat
from twinld.rdf.tokens import COMMENT, LINE_END, SPACE, TOKEN, split_literal

WIDTH = 120  # brackets that would be longer than this get a line for each value
INDENT = " " * 4
DEEPEST = 200  # nested brackets; deeper ones are left to their author
FORMATTED = (TURTLE, TRIG)
TYPE = ("a", "rdf:type")
OPEN, CLOSE = ("[", "(", "{"), ("]", ")", "}")


@dataclass(slots=True)
class _Token:
    """A token, the comments before it, and whether an empty line stands directly before it."""

    text: str
    comments: list[_Comment]
    apart: bool


@dataclass(frozen=True, slots=True)
class _Comment:
    text: str
    own_line: bool
    apart: bool


@dataclass(slots=True)
class _Value:
    """A term (`bracket` empty), or a bracket with what stands in it."""

    text: str = ""
    bracket: str = ""
    items: list[_Item] = field(default_factory=list)


@dataclass(slots=True)
class _Item:
    """A verb (empty in a collection) and one value, with the comments above and behind."""

    verb: str
    value: _Value
    before: list[_Comment]
    after: list[_Comment] = field(default_factory=list)


@dataclass(slots=True)
class _Block:
    """What stands between two empty lines: a directive, a subject with its items, or a graph with its blocks."""

    kind: str
    head: str | _Value
    before: list[_Comment]
    apart: bool
    items: list[_Item] = field(default_factory=list)
    blocks: list[_Block] = field(default_factory=list)
    after: list[_Comment] = field(default_factory=list)


def format_text(text: str, *, format: RdfFormat = TURTLE) -> str:
    """Return a text of Turtle or TriG, known to have no syntax error, in the one layout.

    Its graph is the same but for the labels of blank nodes; a text in that layout comes back as it is. Line ends
    inside strings stay, those between are the file's first kind. A text that is nested very deeply comes back as it is.
    """
    tokens = list(_tokens(text))
    if _depth(tokens) > DEEPEST:
        return text
    blocks = _Parser(tokens, trig=format is TRIG).blocks("")
    lines = list(_laid_out(blocks, ""))
    while lines and not lines[0]:
        lines.pop(0)
    return "".join(line + _line_end(text) for line in lines)


def _line_end(text: str) -> str:
    first = LINE_END.search(text)
    return "\r\n" if first and first[0] == "\r\n" else "\n"


def _depth(tokens: Sequence[_Token]) -> int:
    depth = deepest = 0
    for token in tokens:
        depth += (token.text in OPEN) - (token.text in CLOSE)
        deepest = max(deepest, depth)
    return deepest


def _tokens(text: str) -> Iterator[_Token]:
    """Yield the tokens, each with the comments before it; an empty one at the end has the last comments."""
    at = 0
    comments: list[_Comment] = []
    own_line, apart = True, False
    while True:
        space = SPACE.match(text, at)
        assert space is not None
        lines = len(LINE_END.findall(space[0]))
        own_line, apart = own_line or lines > 0, lines > 1
        at = space.end()
        if comment := COMMENT.match(text, at):
            comments.append(_Comment(comment[0].rstrip(), own_line, apart))
            at, own_line = comment.end(), False
            continue
        token = TOKEN.match(text, at)
        if token is None:
            yield _Token("", comments, apart)
            return
        yield _Token(_plain(token[0], token.lastgroup), comments, apart)
        comments, at, own_line = [], token.end(), False


def _plain(token: str, kind: str | None) -> str:
    """Return a literal without space before its tag, in double quotes where that needs no escape."""
    if kind != "literal":
        return token
    inner, tail = split_literal(token)
    long = bool(inner) and token.startswith(('"""', "'''"))
    plain = token[0] == '"' or long or '"' in inner or "\\" in inner
    mark = (token[0] if plain and inner else '"') * (3 if long else 1)
    return f"{mark}{inner}{mark}{tail}"


class _Parser:
    """Reads tokens of a text that is known to be right; so it need not look for errors."""

    def __init__(self, tokens: list[_Token], *, trig: bool) -> None:
        self.tokens = tokens
        self.trig = trig
        self.at = 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def advance(self) -> str:
        text = self.next.text
        self.at += 1
        return text

    def comments(self) -> list[_Comment]:
        """Take the comments before the next token."""
        found, self.next.comments = self.next.comments, []
        return found

    def trailing(self, after: list[_Comment]) -> None:
        """Take the comment that stands on the line of the last token, if there is one."""
        if self.next.comments and not self.next.comments[0].own_line:
            after.append(self.next.comments.pop(0))

    def blocks(self, end: str) -> list[_Block]:
        """Read directives, subjects and graphs up to an end."""
        found = []
        while self.next.text != end:
            found.append(self.block())
        apart = self.next.apart
        found.append(_Block("end", "", self.comments(), apart))
        return found

    def block(self) -> _Block:
        apart, before = self.next.apart, self.comments()
        word = self.next.text
        if word.lower() in ("@prefix", "@base", "prefix", "base"):
            return self.directive(before, apart)
        return self.graph(before, apart) if self.trig and self.opens_graph() else self.subject(before, apart)

    def opens_graph(self) -> bool:
        words = [token.text for token in self.tokens[self.at : self.at + 3]]
        return words[0] == "{" or words[0].upper() == "GRAPH" or words[1] == "{" or words == ["[", "]", "{"]

    def directive(self, before: list[_Comment], apart: bool) -> _Block:
        parts = ["@" + self.advance().lower().removeprefix("@")]
        for _ in range(2 if parts[0] == "@prefix" else 1):
            before += self.comments()
            parts.append(self.advance())
        made = _Block(parts[0], " ".join(parts), before, apart)
        if self.next.text == ".":
            before += self.comments()
            self.advance()
        self.trailing(made.after)
        return made

    def graph(self, before: list[_Comment], apart: bool) -> _Block:
        words = []
        while self.next.text != "{":
            before += self.comments()
            words.append(self.advance())
        before += self.comments()
        self.advance()
        made = _Block("graph", " ".join([*words, "{"]).replace("[ ]", "[]"), before, apart)
        made.blocks = self.blocks("}")
        self.advance()
        self.trailing(made.after)
        return made

    def subject(self, before: list[_Comment], apart: bool) -> _Block:
        made = _Block("subject", self.value(before), before, apart)
        made.items, left = self.items((".", "}"))
        before += left
        if self.next.text == ".":
            self.advance()
        self.trailing(made.items[-1].after if made.items else made.after)
        if made.items:
            first = made.items[0]
            before += [*first.before, *first.after[:-1]]
            first.before, first.after = [], first.after[-1:]
        return made

    def items(self, ends: tuple[str, ...]) -> tuple[list[_Item], list[_Comment]]:
        """Read verbs and values up to an end, which stays; comments that have no item of their own come back."""
        found: list[_Item] = []
        left: list[_Comment] = []
        while True:
            if found:
                self.trailing(found[-1].after)
            left += self.comments()
            if self.next.text == ";":
                self.advance()
                continue
            if self.next.text in ends:
                if found:
                    found[-1].before += left
                    left = []
                return found, left
            found += self.values(left)
            left = []

    def values(self, before: list[_Comment]) -> list[_Item]:
        """Read a verb and its values, each an item of its own; but types stay together."""
        verb = self.advance()
        found: list[_Item] = []
        while True:
            before += self.comments()
            made = _Item(verb, self.value(before), before)
            last = found[-1] if found else None
            if last and verb in TYPE and not last.after and not (last.value.bracket or made.value.bracket):
                last.value.text += f" , {made.value.text}"
                last.before += made.before
                made = last
            else:
                found.append(made)
            self.trailing(made.after)
            if self.next.text != ",":
                return found
            before = self.comments()
            self.advance()
            self.trailing(made.after)

    def value(self, before: list[_Comment]) -> _Value:
        text = self.advance()
        if text == "[":
            items, left = self.items(("]",))
            before += left
            self.advance()
            return _Value(bracket="[", items=items)
        if text == "(":
            return self.collection(before)
        return _Value(text)

    def collection(self, before: list[_Comment]) -> _Value:
        made = _Value(bracket="(")
        while True:
            if made.items:
                self.trailing(made.items[-1].after)
            above = self.comments()
            if self.next.text == ")":
                (made.items[-1].before if made.items else before).extend(above)
                self.advance()
                return made
            made.items.append(_Item("", self.value(above), above))


def _laid_out(blocks: Sequence[_Block], indent: str) -> Iterator[str]:
    """Yield the lines of blocks: an empty one between two, none between directives and none at the end."""
    former = ""
    for block in _prefixes_sorted(blocks):
        if former and _empty_line_between(former, block):
            yield ""
        yield from _above(block, indent)
        yield from _body(block, indent)
        former = block.kind


def _empty_line_between(former: str, block: _Block) -> bool:
    """Directives stand together, unless their author put an empty line and a comment between."""
    if block.kind == "end":
        return bool(block.before)
    if former.startswith("@") and block.kind.startswith("@"):
        return bool(block.before) and block.before[0].apart
    return True


def _above(block: _Block, indent: str) -> Iterator[str]:
    """Yield the comments above a block, with the empty lines that their author put between."""
    for number, comment in enumerate(block.before):
        if number and comment.apart:
            yield ""
        yield indent + comment.text
    if block.before and block.apart and block.kind != "end":
        yield ""


def _body(block: _Block, indent: str) -> Iterator[str]:
    match block.kind:
        case "end":
            return
        case "subject":
            yield from _subject_lines(block, indent)
        case "graph":
            yield indent + str(block.head)
            yield from _laid_out(block.blocks, indent + INDENT)
            yield indent + _with("}", block.after)
        case _:
            yield indent + _with(f"{block.head} .", block.after)


def _with(line: str, comments: Sequence[_Comment]) -> str:
    return line + "".join(f" {comment.text}" for comment in comments)


def _subject_lines(block: _Block, indent: str) -> Iterator[str]:
    assert isinstance(block.head, _Value)
    *above, head = _rendered(block.head, indent, len(indent), 2)
    yield from (f"{indent if number == 0 else ''}{line}" for number, line in enumerate(above))
    head = head if above else indent + head
    if not block.items:
        yield _with(f"{head} .", block.after)
    for item in block.items:
        end = " ." if item is block.items[-1] else " ;"
        if item is block.items[0]:
            yield from _item_lines(item, indent, f"{head} ", end)
        else:
            yield from _item_lines(item, indent + INDENT, indent + INDENT, end)


def _item_lines(item: _Item, indent: str, start: str, end: str) -> Iterator[str]:
    """Yield the comments above an item, then what stands before it on its line, the item and its end."""
    for comment in (*item.before, *item.after[:-1]):
        yield indent + comment.text
    start += f"{item.verb} " if item.verb else ""
    lines = _rendered(item.value, indent, len(start), len(end))
    lines[0] = start + lines[0]
    lines[-1] = _with(lines[-1] + end, item.after[-1:])
    yield from lines


def _rendered(value: _Value, indent: str, column: int, tail: int) -> list[str]:
    """Return a value on one line if it can be and fits behind a column, else with a line for each item."""
    if not value.bracket:
        return [value.text]
    flat = _flat(value)
    if flat is not None and column + len(flat) + tail <= WIDTH:
        return [flat]
    lines = [value.bracket]
    for item in value.items:
        end = "" if value.bracket == "(" or item is value.items[-1] else " ;"
        lines += _item_lines(item, indent + INDENT, indent + INDENT, end)
    return [*lines, indent + ("]" if value.bracket == "[" else ")")]


def _flat(value: _Value) -> str | None:
    """Return a value on one line; `None` where a comment or a string of several lines stands in it."""
    if not value.bracket:
        return None if "\n" in value.text or "\r" in value.text else value.text
    close = "]" if value.bracket == "[" else ")"
    if not value.items:
        return value.bracket + close
    parts = []
    for item in value.items:
        inner = None if item.before or item.after else _flat(item.value)
        if inner is None:
            return None
        parts.append(f"{item.verb} {inner}" if item.verb else inner)
    return f"{value.bracket} {(' ; ' if value.bracket == '[' else ' ').join(parts)} {close}"


def _prefixes_sorted(blocks: Sequence[_Block]) -> list[_Block]:
    """Return the blocks with each run of prefixes in order; a comment above one begins a new run."""
    found: list[_Block] = []
    run: list[_Block] = []
    for block in blocks:
        if block.kind != "@prefix" or block.before:
            found += _ordered(run)
            run = []
        if block.kind == "@prefix":
            run.append(block)
        else:
            found.append(block)
    return found + _ordered(run)


def _name(head: str | _Value) -> str:
    return str(head).split(" ")[1]


def _ordered(run: list[_Block]) -> list[_Block]:
    """Return a run in order of prefix; the comments above its first line stay above its first line.

    Where a prefix is declared twice, the second must stay the second, and the run stays as it is.
    """
    if len({_name(block.head) for block in run}) < len(run) or not run:
        return run
    before, apart = run[0].before, run[0].apart
    run[0].before = []
    ordered = sorted(run, key=lambda block: _name(block.head))
    for block in ordered:
        block.apart = False
    ordered[0].before, ordered[0].apart = before, apart
    return ordered
