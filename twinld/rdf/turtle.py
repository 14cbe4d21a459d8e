"""Turtle and TriG with the place of every term, several syntax errors in one run.

One loop: `_run` takes the frequent simple statements by two regular expressions; whatever they do not match is taken by
`_step`, one token at a time, on an explicit stack, so that nesting costs memory and never the interpreter's stack.

Source: https://www.w3.org/TR/turtle/ and https://www.w3.org/TR/trig/
"""

from __future__ import annotations

from enum import IntEnum
from re import Match
from typing import NamedTuple

from twinld.rdf.formats import TRIG
from twinld.rdf.problems import PROBLEMS_PER_FILE, SyntaxProblem, Unreadable, shown
from twinld.rdf.reading import Comment, Job, Parsed, PrefixDeclaration, line_starts, place
from twinld.rdf.recovery import next_statement
from twinld.rdf.scope import BROKEN, Scope
from twinld.rdf.statements import COLUMNS, Growing, Statements
from twinld.rdf.tokens import COMMENT, PREDICATE_OBJECT, SIMPLE_TRIPLE, SPACE, TOKEN

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


class _Mode(IntEnum):
    """What may come next."""

    START = 0  # a statement, a directive, a graph
    VERB = 1  # a verb must come
    VERB_OR_END = 2  # a verb, or what ends the predicate-object list
    OBJECT = 3
    AFTER = 4  # after an object
    ITEM = 5  # an item of a collection, or its end
    LABEL = 6  # after GRAPH
    BRACE = 7  # after GRAPH and its name
    DOT = 8  # after `[ ... ]` as a subject: a verb or the end, no semicolon


# What may stand where a verb could.
_ENDS = {_Mode.VERB_OR_END: (";", ".", "]", "}"), _Mode.DOT: (".", "}")}


class _Frame(NamedTuple):
    """What an opening bracket interrupts; `subject` 0 means it stands as a subject itself."""

    bracket: str
    subject: int
    subject_at: int
    predicate: int
    predicate_at: int
    node: int
    node_at: int


def read_turtle(job: Job) -> Parsed:
    """Return what a Turtle or TriG text says; see `reading.read`."""
    reader = _Reader(job.text, Scope(job.table, job.base, job.blank_prefix), trig=job.format is TRIG)
    reader.run()
    return Parsed(
        job.path,
        job.text,
        job.format,
        reader.whole_statements(),
        tuple(reader.prefixes),
        reader.scope.base,
        reader.problems(),
        tuple(reader.comments),
        "token",
        frozenset(reader.scope.used),
    )


class _Reader:
    def __init__(self, text: str, scope: Scope, *, trig: bool) -> None:
        self.text = text
        self.scope = scope
        self.trig = trig
        self.rows = Growing()
        self.prefixes: list[PrefixDeclaration] = []
        self.comments: list[Comment] = []
        self.faults: list[Unreadable] = scope.faults
        self.stack: list[_Frame] = []
        self.mode = _Mode.START
        self.pos = self.statement_at = 0
        self.subject = self.subject_at = self.predicate = self.predicate_at = self.graph = 0
        self.in_graph = False
        self.may_name_graph = True  # no collection does
        intern = scope.table.intern
        self.type, self.first = intern(f"<{_RDF}type>"), intern(f"<{_RDF}first>")
        self.rest, self.nil = intern(f"<{_RDF}rest>"), intern(f"<{_RDF}nil>")

    def run(self) -> None:
        """Read to the end of the text, going on after each error at the next statement."""
        while len(self.faults) < PROBLEMS_PER_FILE:
            try:
                self._run()
                return
            except Unreadable as fault:
                self._recover(fault)
        at = len(self.text)
        self.faults.append(Unreadable("Further errors in this file are not shown", None, min(self.pos, at)))

    def _recover(self, fault: Unreadable) -> None:
        self.faults.append(fault)
        self.pos = next_statement(self.text, fault.start, self.statement_at)
        self.stack.clear()
        self.mode = _Mode.START

    def _run(self) -> None:
        """Take simple statements as long as they come; leave the others to `_step`."""
        text, names, term = self.text, self.scope.names, self.scope.term
        rows, type_number = self.rows, self.type
        add_s, add_p, add_o, add_g = (
            rows.subject.append,
            rows.predicate.append,
            rows.object.append,
            rows.graph.append,
        )
        add_s_at, add_p_at, add_o_at = rows.subject_at.append, rows.predicate_at.append, rows.object_at.append
        start, triple, pair = _Mode.START, SIMPLE_TRIPLE.match, PREDICATE_OBJECT.match
        while True:
            mode, pos, subject, subject_at = self.mode, self.pos, self.subject, self.subject_at
            predicate, predicate_at, graph = self.predicate, self.predicate_at, self.graph
            nested = bool(self.stack)
            while True:
                if mode == start:
                    match = triple(text, pos)
                    if match is None:
                        break
                    token, verb, value, end = match.groups()
                    subject_at, predicate_at, object_at = match.start(1), match.start(2), match.start(3)
                    self.statement_at = subject_at
                    subject = names.get(token) or term(token, subject_at)
                else:
                    match = pair(text, pos) if mode <= _Mode.OBJECT else None
                    if match is None or (match[1] is None) is not (mode == _Mode.OBJECT):
                        break
                    verb, value, end = match.groups()
                    if nested and end == ".":
                        break
                    if verb is not None:
                        predicate_at = match.start(1)
                    object_at = match.start(2)
                if verb is not None:
                    predicate = type_number if verb == "a" else names.get(verb) or term(verb, predicate_at)
                add_s(subject)
                add_p(predicate)
                add_o(names.get(value) or term(value, object_at))
                add_g(graph)
                add_s_at(subject_at)
                add_p_at(predicate_at)
                add_o_at(object_at)
                pos = match.end()
                mode = start if end == "." else _Mode.VERB_OR_END if end == ";" else _Mode.OBJECT
            self.mode, self.pos, self.subject, self.subject_at = mode, pos, subject, subject_at
            self.predicate, self.predicate_at = predicate, predicate_at
            if self._skip() == pos and not self._step():
                return

    def _skip(self) -> int:
        """Move over white space, keep the comments, return where the next token starts."""
        text = self.text
        while True:
            space = SPACE.match(text, self.pos)
            assert space is not None
            self.pos = space.end()
            comment = COMMENT.match(text, self.pos)
            if comment is None:
                return self.pos
            self.comments.append(Comment(self.pos, comment[0]))
            self.pos = comment.end()

    def _step(self) -> bool:
        """Take one token; return whether there was one."""
        at = self.pos
        if at == len(self.text):
            if self.mode != _Mode.START or self.in_graph:
                self._unfinished()
            return False
        match = TOKEN.match(self.text, at)
        if match is None or not match[0]:
            raise self._no_token(at)
        self.pos = match.end()
        _STEPS[self.mode](self, match, at)
        return True

    def _unfinished(self) -> None:
        at = len(self.text)
        if self.mode == _Mode.START:
            self.faults.append(Unreadable("The graph is not closed", "Write '}' after its last triple.", at))
        else:
            hint = (
                "End it with '.'." if self.mode == _Mode.AFTER and not self.stack else "Finish it and end it with '.'."
            )
            self.faults.append(Unreadable("The file ends inside a statement", hint, at))

    def _no_token(self, at: int) -> Unreadable:
        text, first = self.text, self.text[at]
        line = text[at : at + 200].splitlines()[0] if text[at : at + 1] not in "\n\r" else ""
        if first in "\"'":
            return Unreadable(
                "The string is not closed", "Close it, or use three quotation marks for several lines.", at
            )
        if text.startswith("<<", at):
            return Unreadable("Quoted triples are not read", "Write RDF 1.1: reify the statement or name a graph.", at)
        if first == "<":
            return Unreadable(f"The IRI is malformed: {shown(line)}", "Write spaces and brackets as %20, %3C, %3E.", at)
        if first < " ":
            return Unreadable(f"The control character U+{ord(first):04X} stands outside a string", None, at)
        return Unreadable(f"Unexpected {shown(line.split(' ')[0])}", None, at)

    def _unexpected(self, match: Match[str], wanted: str) -> Unreadable:
        hint = f"Here {wanted} must come."
        before = self.text[: match.start()].rstrip()
        if wanted.startswith("';'") and "\n" in self.text[len(before) : match.start()]:
            hint = f"Is {wanted} missing at the end of line {len(line_starts(before))}?"
        return Unreadable(f"Unexpected {shown(match[0])}", hint, match.start(), match.end())

    # What one token means, by mode.

    def _at_start(self, match: Match[str], at: int) -> None:
        kind, token = match.lastgroup, match[0]
        self.statement_at, self.may_name_graph = at, True
        if kind in ("at", "word"):
            self._directive(match, at)
        elif kind in ("iri", "name", "blank"):
            self.subject, self.subject_at, self.mode = self.scope.term(token, at), at, _Mode.VERB
        elif token in ("[", "("):
            self._open(token, at, subject=0)
        elif token == "{" and self.trig and not self.in_graph:
            self._open_graph(0)
        elif token == "}" and self.in_graph:
            self._close_graph()
        else:
            raise self._unexpected(match, "a subject, '@prefix' or '@base'")

    def _at_verb(self, match: Match[str], at: int) -> None:
        kind, token = match.lastgroup, match[0]
        if kind in ("iri", "name"):
            self.predicate = self.scope.term(token, at)
        elif token == "a":
            self.predicate = self.type
        elif token == "{" and self._is_graph_label():
            return self._open_graph(self.subject)
        elif token == "]" and self.stack and self.mode == _Mode.VERB and self.stack[-1].node == self.subject:
            return self._close("]", empty=True)
        elif token in _ENDS.get(self.mode, ()):
            return self._at_after(match, at)
        else:
            raise self._unexpected(match, "a predicate")
        self.predicate_at, self.mode = at, _Mode.OBJECT
        return None

    def _at_object(self, match: Match[str], at: int) -> None:
        kind, token = match.lastgroup, match[0]
        if token in ("[", "("):
            self._open(token, at, subject=self.subject)
        elif kind in ("iri", "name", "blank", "literal", "number") or token in ("true", "false"):
            self._emit(self.scope.term(token, at), at)
            self.mode = _Mode.ITEM if self.stack and self.stack[-1].bracket == "(" else _Mode.AFTER
        else:
            raise self._unexpected(match, "an object")

    def _at_after(self, match: Match[str], at: int) -> None:
        token = match[0]
        if token == ";":
            self.mode = _Mode.VERB_OR_END
        elif token == ",":
            self.mode = _Mode.OBJECT
        elif token == "." and not self.stack:
            self.mode = _Mode.START
        elif token == "]" and self.stack and self.stack[-1].bracket == "[":
            self._close("]", empty=False)
        elif token == "}" and self.in_graph and not self.stack:
            self._close_graph()
        else:
            raise self._unexpected(match, "';', ',' or ']'" if self.stack else "';', ',' or '.'")

    def _at_item(self, match: Match[str], at: int) -> None:
        if match[0] == ")":
            return self._close_collection(at)
        cell = self.scope.fresh()
        frame = self.stack[-1]
        if frame.node == 0:
            self.stack[-1] = frame._replace(node=cell)
        else:
            self.predicate, self.predicate_at = self.rest, at
            self._emit(cell, at)
        self.subject, self.subject_at = cell, frame.node_at if frame.node == 0 else at
        self.predicate, self.predicate_at = self.first, at
        return self._at_object(match, at)

    def _at_label(self, match: Match[str], at: int) -> None:
        if match.lastgroup not in ("iri", "name", "blank") and match[0] != "[":
            raise self._unexpected(match, "the name of the graph")
        if match[0] == "[":
            self._skip()
            if not self.text.startswith("]", self.pos):
                raise self._unexpected(match, "the name of the graph")
            self.pos += 1
        self.subject = self.scope.fresh() if match[0] == "[" else self.scope.term(match[0], at)
        self.mode = _Mode.BRACE

    def _at_brace(self, match: Match[str], at: int) -> None:
        if match[0] != "{":
            raise self._unexpected(match, "'{'")
        self._open_graph(self.subject)

    # Brackets.

    def _open(self, bracket: str, at: int, *, subject: int) -> None:
        node = self.scope.fresh() if bracket == "[" else 0
        self.stack.append(_Frame(bracket, subject, self.subject_at, self.predicate, self.predicate_at, node, at))
        if bracket == "[":
            self.subject, self.subject_at, self.mode = node, at, _Mode.VERB
        else:
            self.mode = _Mode.ITEM

    def _close(self, bracket: str, *, empty: bool) -> None:
        """End the innermost bracket: its node becomes the object, or the subject, that the bracket stood for."""
        frame = self.stack.pop()
        if frame.subject == 0:
            self.subject, self.subject_at, self.may_name_graph = (
                frame.node,
                frame.node_at,
                frame.bracket == "[",
            )
            self.mode = _Mode.VERB if empty or bracket == ")" else _Mode.DOT
            return
        self.subject, self.subject_at = frame.subject, frame.subject_at
        self.predicate, self.predicate_at = frame.predicate, frame.predicate_at
        self._emit(frame.node, frame.node_at)
        self.mode = _Mode.ITEM if self.stack and self.stack[-1].bracket == "(" else _Mode.AFTER

    def _close_collection(self, at: int) -> None:
        if self.stack[-1].node == 0:
            self.stack[-1] = self.stack[-1]._replace(node=self.nil)
        else:
            self.predicate, self.predicate_at = self.rest, at
            self._emit(self.nil, at)
        self._close(")", empty=False)

    def _emit(self, value: int, at: int) -> None:
        rows = self.rows
        rows.subject.append(self.subject)
        rows.predicate.append(self.predicate)
        rows.object.append(value)
        rows.graph.append(self.graph)
        rows.subject_at.append(self.subject_at)
        rows.predicate_at.append(self.predicate_at)
        rows.object_at.append(at)

    # Graphs and directives.

    def _is_graph_label(self) -> bool:
        return self.trig and self.may_name_graph and not (self.in_graph or self.stack) and self.mode == _Mode.VERB

    def _open_graph(self, name: int) -> None:
        self.graph, self.in_graph, self.mode = name, True, _Mode.START

    def _close_graph(self) -> None:
        self.graph, self.in_graph, self.mode = 0, False, _Mode.START

    def _directive(self, match: Match[str], at: int) -> None:
        word = match[0] if match[0].startswith("@") else match[0].upper()
        if word == "GRAPH" and self.trig and not self.in_graph:
            self.mode = _Mode.LABEL
        elif self.in_graph or word not in ("@prefix", "@base", "PREFIX", "BASE"):
            raise self._unexpected(match, "a subject, '@prefix' or '@base'")
        else:
            self._declare(word)

    def _declare(self, word: str) -> None:
        prefix = None
        if word.upper().endswith("PREFIX"):
            prefix = self._expect("name", "a prefix and its colon")
            if not prefix[0].endswith(":"):
                raise self._unexpected(prefix, "a prefix and its colon, then the IRI in '<>'")
        iri = self._expect("iri", "an IRI in '<>'")
        full = self.scope.absolute(iri[0], iri.start())
        if prefix is None:
            self.scope.rebase(full)
        else:
            self.scope.declare(prefix[0][:-1], full)
            self.prefixes.append(PrefixDeclaration(prefix[0][:-1], full, prefix.start()))
        if word.startswith("@"):
            self._expect("mark", "'.'", ".")

    def _expect(self, kind: str, wanted: str, token: str | None = None) -> Match[str]:
        at = self._skip()
        match = TOKEN.match(self.text, at)
        if match is None:
            raise Unreadable("The declaration is not finished", f"Here {wanted} must come.", at)
        if match.lastgroup != kind or (token is not None and match[0] != token):
            raise self._unexpected(match, wanted)
        self.pos = match.end()
        return match

    # What came of it.

    def whole_statements(self) -> Statements:
        """Return the rows without those that hold a term which could not be read."""
        rows = self.rows
        if not self.faults:
            return rows.whole()
        columns = zip(*(getattr(rows, each) for each in COLUMNS), strict=True)
        kept = Growing()
        adders = [getattr(kept, each).append for each in COLUMNS]
        for row in columns:
            if BROKEN not in row[:4]:
                for add, value in zip(adders, row, strict=True):
                    add(value)
        return kept.whole()

    def problems(self) -> tuple[SyntaxProblem, ...]:
        """Return the errors in the order of the text."""
        starts = line_starts(self.text) if self.faults else []
        return tuple(
            SyntaxProblem(each.message, each.hint, each.start, each.end, *place(starts, each.start))
            for each in sorted(self.faults, key=lambda fault: fault.start)
            if each.message
        )


_STEPS = (
    _Reader._at_start,
    _Reader._at_verb,
    _Reader._at_verb,
    _Reader._at_object,
    _Reader._at_after,
    _Reader._at_item,
    _Reader._at_label,
    _Reader._at_brace,
    _Reader._at_verb,
)
