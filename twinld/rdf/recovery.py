"""Where to go on after a syntax error, so that one run reports them all and the other statements are still read."""

from __future__ import annotations

import re

# A dot that ends a line, or a line that begins, in column 1, with what can begin a statement.
_DOT_AT_LINE_END = re.compile(r"\.[ \t]*+(?:#[^\r\n]*+)?(?:\r\n?|\n|\Z)")
_NEW_STATEMENT = re.compile(r"(?:\r\n?|\n)(?=@prefix|@base|PREFIX|BASE|[<\[(}_]|[^\W\d_][\w.\-]*+:)")
_AT_STATEMENT = re.compile(r"@prefix|@base|PREFIX|BASE|[<\[(}_]|[^\W\d_][\w.\-]*+:")


def next_statement(text: str, fault_at: int, statement_at: int) -> int:
    """Return where reading goes on: behind the next dot at a line's end, or at the next line that starts a statement.

    A line that itself begins with the unexpected token, in column 1, is taken as a new statement: the dot before it is
    what is missing.
    """
    in_first_column = fault_at == 0 or text[fault_at - 1] in "\r\n"
    if fault_at > statement_at and in_first_column and _AT_STATEMENT.match(text, fault_at):
        return fault_at
    dot = _DOT_AT_LINE_END.search(text, fault_at)
    line = _NEW_STATEMENT.search(text, fault_at, dot.start() if dot else len(text))
    if line:
        return line.end()
    return dot.end() if dot else len(text)
