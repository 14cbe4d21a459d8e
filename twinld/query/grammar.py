"""Where exactly a query breaks the grammar: asked only about queries that the engine refused.

The engine's own places are those of its parser's longest look-ahead, often the end of the query. Here the tokens are
matched against the grammar of SPARQL 1.1 (section 19.8), and the token that nothing could take is the place.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from twinld.query.errors import QuerySyntaxError
from twinld.query.tokens import Token, tokens, wrong

# Bare capitals are keywords, 'quoted' is punctuation, <angle> a kind of token, the rest are rules.
RULES = """
Query = Prologue (SelectQuery | ConstructQuery | DescribeQuery | AskQuery) ValuesClause? <end>
Prologue = (BASE <iri> | PREFIX <name> <iri> | VERSION <string>)*
SelectQuery = SelectClause DatasetClause* WhereClause SolutionModifier
SubSelect = SelectClause WhereClause SolutionModifier ValuesClause?
SelectClause = SELECT (DISTINCT | REDUCED)? ('*' | (<variable> | '(' Expression AS <variable> ')')+)
ConstructQuery = CONSTRUCT ConstructRest SolutionModifier
ConstructRest = '{' TriplesBlock? '}' DatasetClause* WhereClause | DatasetClause* WHERE '{' TriplesBlock? '}'
DescribeQuery = DESCRIBE ('*' | (<variable> | Iri)+) DatasetClause* WhereClause? SolutionModifier
AskQuery = ASK DatasetClause* WhereClause SolutionModifier
DatasetClause = FROM NAMED? Iri
WhereClause = WHERE? GroupGraphPattern
SolutionModifier = GroupClause? HavingClause? OrderClause? LimitOffset?
GroupClause = GROUP BY (Constraint | <variable> | '(' Expression AS <variable> ')')+
HavingClause = HAVING Constraint+
OrderClause = ORDER BY ((ASC | DESC) '(' Expression ')' | Constraint | <variable>)+
LimitOffset = LIMIT <number> (OFFSET <number>)? | OFFSET <number> (LIMIT <number>)?
ValuesClause = VALUES DataBlock
GroupGraphPattern = '{' (SubSelect | GroupPatterns) '}'
GroupPatterns = TriplesBlock? (OtherPattern '.'? TriplesBlock?)*
TriplesBlock = TriplesSameSubject ('.' TriplesBlock?)?
OtherPattern = Group | Optional | Minus | Graph | Filter | Bind | ValuesClause
Group = GroupGraphPattern (UNION GroupGraphPattern)*
Optional = OPTIONAL GroupGraphPattern
Minus = MINUS GroupGraphPattern
Graph = GRAPH (<variable> | Iri) GroupGraphPattern
Filter = FILTER Constraint
Bind = BIND '(' Expression AS <variable> ')'
DataBlock = <variable> '{' DataValue* '}' | '(' <variable>* ')' '{' ('(' DataValue* ')')* '}'
DataValue = Iri | Literal | UNDEF
Constraint = '(' Expression ')' | BuiltInCall | Iri ArgList
ArgList = '(' (DISTINCT? Expression (',' Expression)*)? ')'
TriplesSameSubject = VarOrTerm PropertyList | TriplesNode PropertyList?
PropertyList = Verb ObjectList (';' (Verb ObjectList)?)*
Verb = Path | <variable>
ObjectList = GraphNode (',' GraphNode)*
GraphNode = VarOrTerm | TriplesNode
TriplesNode = '(' GraphNode+ ')' | '[' PropertyList ']'
VarOrTerm = <variable> | Iri | Literal | <blank> | '[' ']' | '(' ')'
Path = PathSequence ('|' PathSequence)*
PathSequence = PathElement ('/' PathElement)*
PathElement = '^'? PathPrimary ('?' | '*' | '+')?
PathPrimary = Iri | <a> | '!' NegatedSet | '(' Path ')'
NegatedSet = NegatedOne | '(' (NegatedOne ('|' NegatedOne)*)? ')'
NegatedOne = '^'? (Iri | <a>)
Expression = Conjunction ('|' '|' Conjunction)*
Conjunction = Relation ('&' '&' Relation)*
Relation = Sum (Comparison Sum | NOT? IN '(' (Expression (',' Expression)*)? ')')?
Comparison = '=' | '!' '=' | '<' '='? | '>' '='?
Sum = Product (('+' | '-') Product)*
Product = Unary (('*' | '/') Unary)*
Unary = ('!' | '+' | '-')* Primary
Primary = '(' Expression ')' | BuiltInCall | Iri ArgList? | Literal | <variable>
BuiltInCall = NOT? EXISTS GroupGraphPattern | Count | GroupConcat | <function> ArgList
Count = COUNT '(' DISTINCT? ('*' | Expression) ')'
GroupConcat = GROUP_CONCAT '(' DISTINCT? Expression (';' SEPARATOR '=' <string>)? ')'
Literal = <string> (<language> | '^' '^' Iri)? | ('+' | '-')? <number> | TRUE | FALSE
Iri = <iri> | <name>
"""
FUNCTION_NAMES = """
STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE
ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ
NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRDT SAMETERM ISIRI ISURI ISBLANK
ISLITERAL ISNUMERIC REGEX SUBSTR REPLACE SUM MIN MAX AVG SAMPLE
"""
IN_WORDS = {"iri": "an IRI", "name": "a prefixed name", "string": "a string", "number": "a number"}
IN_WORDS |= {"variable": "a variable", "blank": "a blank node", "language": "@language", "function": "a function"}
LARGEST = 20_000  # tokens; a longer query is not looked at
FRAMES = 60_000  # of recursion: 200 brackets deep, each some thirty rules
LISTED = 8  # of what could stand at a place; more helps nobody
SHOWN = 40  # characters of a token
ONE_AT_A_TIME = threading.Lock()  # the depth that Python allows is one number for all threads
NOTATION = re.compile(r"\s*('[^']+'|<\w+>|[A-Z_]{2,}\b|\w+|[()|?*+=])")

Step = Callable[["Matching", int], int | None]


@dataclass(frozen=True)
class Misfit:
    """The token that nothing could take (`None`: the end), and what could have stood there."""

    token: Token | None
    expected: tuple[str, ...]


@dataclass
class Matching:
    """One matching: the tokens, the furthest place reached, what was expected there."""

    tokens: list[Token]
    furthest: int = 0
    expected: dict[str, None] = field(default_factory=dict)
    known: dict[tuple[str, int], int | None] = field(default_factory=dict)

    def miss(self, at: int, name: str) -> None:
        """Note that something was expected at a place."""
        if at > self.furthest:
            self.furthest, self.expected = at, {}
        if at == self.furthest:
            self.expected[name] = None


def misfit(query: str) -> Misfit | None:
    """Return where a query breaks the grammar of SPARQL 1.1, `None` if it does not (or cannot be told)."""
    found = list(tokens(query))
    if len(found) > LARGEST or any(token.kind == "mark" for token in found):
        return None  # RDF 1.2 in queries is not in this grammar
    matching = Matching(found)
    with ONE_AT_A_TIME:
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(FRAMES)
        try:
            fits = _rules()["Query"](matching, 0) is not None
        except RecursionError:
            return None
        finally:
            sys.setrecursionlimit(before)
    if fits:
        return None
    token = found[matching.furthest] if matching.furthest < len(found) else None
    return Misfit(token, tuple(matching.expected))


def misfit_error(query: str, found: Misfit) -> QuerySyntaxError:
    """Return the error for a misfit: its place, and what could have stood there."""
    what = found.token.text if found.token else "the end of the query"
    at = found.token.at if found.token else len(query.rstrip())
    wanted = ", ".join(found.expected[:LISTED]) + (", ..." if len(found.expected) > LISTED else "")
    return wrong(query, at, f"{_short(what)} cannot stand here", f"What can stand here: {wanted}")


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."


@cache
def _rules() -> dict[str, Step]:
    rules: dict[str, Step] = {}
    for line in RULES.strip().splitlines():
        name, _, body = line.partition(" = ")
        parts = NOTATION.findall(body)
        rules[name] = _remembered(name, _alternatives(parts, rules))
    return rules


def _remembered(name: str, step: Step) -> Step:
    def match(matching: Matching, at: int) -> int | None:
        key = (name, at)
        if key not in matching.known:
            matching.known[key] = step(matching, at)
        return matching.known[key]

    return match


def _alternatives(parts: list[str], rules: dict[str, Step]) -> Step:
    """Take alternatives from the front of the notation, up to a closing bracket or the end."""
    choices = [_sequence(parts, rules)]
    while parts and parts[0] == "|":
        parts.pop(0)
        choices.append(_sequence(parts, rules))
    if len(choices) == 1:
        return choices[0]

    def match(matching: Matching, at: int) -> int | None:
        for choice in choices:
            end = choice(matching, at)
            if end is not None:
                return end
        return None

    return match


def _sequence(parts: list[str], rules: dict[str, Step]) -> Step:
    steps: list[Step] = []
    while parts and parts[0] not in ("|", ")"):
        step = _single(parts, rules)
        mark = parts.pop(0) if parts and parts[0] in ("?", "*", "+") else ""
        steps.append(_repeated(step, mark) if mark else step)

    def match(matching: Matching, at: int) -> int | None:
        for step in steps:
            end = step(matching, at)
            if end is None:
                return None
            at = end
        return at

    return match


def _repeated(step: Step, mark: str) -> Step:
    most = 1 if mark == "?" else LARGEST

    def match(matching: Matching, at: int) -> int | None:
        count = 0
        while count < most and (end := step(matching, at)) is not None and end > at:
            at, count = end, count + 1
        return None if mark == "+" and count == 0 else at

    return match


def _single(parts: list[str], rules: dict[str, Step]) -> Step:
    part = parts.pop(0)
    if part == "(":
        inner = _alternatives(parts, rules)
        parts.pop(0)
        return inner
    if part[0] in "'<" or part.isupper():
        return _terminal(part)

    def match(matching: Matching, at: int) -> int | None:
        return rules[part](matching, at)  # which may not be made yet while the notation is read

    return match


def _terminal(part: str) -> Step:
    fits = _test(part)
    name = IN_WORDS.get(part[1:-1], part.strip("'<>")) if part[0] != "'" else part[1:-1]

    def match(matching: Matching, at: int) -> int | None:
        token = matching.tokens[at] if at < len(matching.tokens) else None
        if part == "<end>":
            if token is None:
                return at
        elif token is not None and fits(token):
            return at + 1
        matching.miss(at, name)
        return None

    return match


def _test(part: str) -> Callable[[Token], bool]:
    """Return whether a token is a terminal of the notation."""
    inner = part[1:-1]
    if part[0] == "'":
        return lambda token: token.text == inner
    if part == "<a>":
        return lambda token: token.kind == "word" and token.text == "a"
    if part == "<function>":
        functions = frozenset(FUNCTION_NAMES.split())
        return lambda token: token.kind == "word" and token.text.upper() in functions
    if part[0] == "<":
        return lambda token: token.kind == inner
    return lambda token: token.kind == "word" and token.text.upper() == part
