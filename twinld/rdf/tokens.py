"""The terminals of Turtle, TriG, N-Triples and N-Quads as regular expressions, and what stands behind an escape.

Every loop is possessive, so that a file of 50 MB in one line costs one pass and no stack.
Source: https://www.w3.org/TR/turtle/#sec-grammar-grammar
"""

from __future__ import annotations

import re

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHARS = _BASE + "_0-9\u00b7\u0300-\u036f\u203f\u2040\\-"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"

# How many dots or escapes a name may have: `re` keeps 200 bytes for each turn of a loop, and a name has few.
_TURNS = "{0,5000}"

PREFIX = rf"(?:[{_BASE}][{_CHARS}]*+(?:\.++[{_CHARS}]++){_TURNS})?:"
_LOCAL_RUN = rf"(?:[{_CHARS}:]++|{_PLX})"
LOCAL = rf"(?:[{_BASE}_0-9:]|{_PLX}){_LOCAL_RUN}{_TURNS}(?:\.++{_LOCAL_RUN}{{1,5000}}){_TURNS}"
IRI = rf"<(?:[^\x00-\x20<>\"{{}}|^`\\]++|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}}){_TURNS}>"
BLANK = rf"_:[{_BASE}_0-9][{_CHARS}]*+(?:\.++[{_CHARS}]++){_TURNS}"
LANGUAGE = r"@[A-Za-z]++(?:-[A-Za-z0-9]++){0,50}"

# A group is never repeated possessively: CPython before 3.11.4 (Debian 12 has 3.11.2) gets that wrong.
_LONG_DOUBLE = r'"""[^"\\]*+(?:(?:\\.|"(?!"")|""(?!"))[^"\\]*+)*"""'
_LONG_SINGLE = r"'''[^'\\]*+(?:(?:\\.|'(?!'')|''(?!'))[^'\\]*+)*'''"
_SHORT_DOUBLE = r'"(?:[^"\\\n\r]++|\\[^\n\r])*"'
_SHORT_SINGLE = r"'(?:[^'\\\n\r]++|\\[^\n\r])*'"
STRING = f"{_LONG_DOUBLE}|{_LONG_SINGLE}|{_SHORT_DOUBLE}|{_SHORT_SINGLE}"
_STRING = re.compile(STRING, re.DOTALL)
_NUMBER = r"[+-]?+(?:(?:[0-9]++\.[0-9]*+|\.[0-9]++|[0-9]++)[eE][+-]?+[0-9]++|[0-9]*+\.[0-9]++|[0-9]++)"

# One token of Turtle or TriG; the group's name is its kind.
TOKEN = re.compile(
    rf"(?P<iri>{IRI})"
    rf"|(?P<literal>(?:{STRING})(?:[ \t]*+{LANGUAGE}|[ \t\r\n]*+\^\^[ \t\r\n]*+(?:{IRI}|{PREFIX}(?:{LOCAL})?))?)"
    rf"|(?P<blank>{BLANK})"
    rf"|(?P<name>{PREFIX}(?:{LOCAL})?)"
    rf"|(?P<number>{_NUMBER})"
    rf"|(?P<at>@[A-Za-z]++)"
    rf"|(?P<word>[A-Za-z]++)"
    rf"|(?P<mark>[\[\](){{}};,.])",
    re.DOTALL,
)
SPACE = re.compile(r"[ \t\r\n]*+")
COMMENT = re.compile(r"#[^\r\n]*+")
LINE_END = re.compile(r"\r\n?|\n")

# The frequent simple cases, tried first: an optional verb, one object without escapes, and what ends it. A dot ends
# only before white space, so that `ex:a.b` and `1.5` are left to TOKEN.
_NAME_FAST = r"[A-Za-z][A-Za-z0-9_\-]*+:[A-Za-z0-9_][A-Za-z0-9_:\-]*+(?:\.++[A-Za-z0-9_:\-]++)*"
_IRI_FAST = r'<[^\x00-\x20<>"{}|^`\\]*+>'
_BLANK_FAST = r"_:[A-Za-z0-9_][A-Za-z0-9_\-]*+(?:\.++[A-Za-z0-9_\-]++)*"
_STRING_FAST = rf'"[^"\\\n\r]*+"(?!")(?:{LANGUAGE}|\^\^(?:{_NAME_FAST}|{_IRI_FAST}))?'
_OBJECT_FAST = rf"{_NAME_FAST}|{_STRING_FAST}|{_IRI_FAST}|[0-9]++(?:\.[0-9]++)?|{_BLANK_FAST}|true|false"
_VERB_FAST = rf"{_NAME_FAST}|a|{_IRI_FAST}"
_END_FAST = r"[ \t\r\n]*+([;,]|\.(?=[ \t\r\n]|\Z))[ \t\r\n]*+"
PREDICATE_OBJECT = re.compile(rf"(?:({_VERB_FAST})[ \t\r\n]++)?({_OBJECT_FAST}){_END_FAST}")
SIMPLE_TRIPLE = re.compile(
    rf"({_NAME_FAST}|{_IRI_FAST}|{_BLANK_FAST})[ \t\r\n]++({_VERB_FAST})[ \t\r\n]++({_OBJECT_FAST}){_END_FAST}"
)

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.)|$)", re.DOTALL)
_LOCAL_ESCAPE = re.compile(r"\\(.)")
_CONTROLS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def unescape(text: str) -> str:
    """Return a string or IRI with its escapes resolved.

    Raises `ValueError` with a sentence for an escape that Turtle has not, and for code points that are no characters.
    """
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    short, long, control = match.groups()
    if control is not None or (short is None and long is None):
        if control not in _CONTROLS:
            raise ValueError(f"The escape {match[0]} does not exist")
        return _CONTROLS[control]
    code = int(short or long, 16)
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        raise ValueError(f"The escape {match[0]} is no character")
    return chr(code)


def unescape_local(local: str) -> str:
    r"""Return a local name with `\-` and its like resolved; `%20` stays as it is.

    Source: https://www.w3.org/TR/turtle/#reserved
    """
    return _LOCAL_ESCAPE.sub(r"\1", local) if "\\" in local else local


def split_literal(token: str) -> tuple[str, str]:
    """Return the text between a literal's quotation marks, and what follows them (`@en`, `^^xsd:date` or nothing)."""
    match = _STRING.match(token)
    assert match is not None
    width = 3 if match.end() >= 6 and token[:3] in ('"""', "'''") else 1
    return token[width : match.end() - width], "".join(token[match.end() :].split())
