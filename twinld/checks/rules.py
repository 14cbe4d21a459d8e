"""The registry of rules: small generators, each with a code, a name, and a Bad and a Good example in its docstring."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from twinld.checks.findings import Finding, Severity
from twinld.errors import UsageError
from twinld.graph.dataset import Dataset

Check = Callable[[Dataset], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its code for ever, its name, how grave it is, and what to run (`None`: another part reports it).

    A rule that is `per_file` looks at each file alone, with the configuration and the base IRI: what it finds in a file
    is the same whatever the other files say, so it is not run again on a file that has not changed. One that is
    `optional` runs where it is asked for.
    """

    code: str
    name: str
    severity: Severity
    doc: str
    check: Check | None = None
    per_file: bool = False
    optional: bool = False

    def finding(self, message: str, **parts: object) -> Finding:
        """Return a finding of this rule."""
        return Finding(self.code, self.name, self.severity, message, **parts)  # type: ignore[arg-type]


RULES: dict[str, Rule] = {}


def rule(
    code: str, severity: Severity, *, per_file: bool = False, optional: bool = False
) -> Callable[[Callable[[Rule, Dataset], Iterator[Finding]]], Rule]:
    """Register a generator as a rule; its name is the function's, its page the docstring."""

    def register(function: Callable[[Rule, Dataset], Iterator[Finding]]) -> Rule:
        made = Rule(
            code,
            function.__name__.replace("_", "-"),
            severity,
            inspect.getdoc(function) or "",
            lambda dataset: function(RULES[code], dataset),
            per_file,
            optional,
        )
        return _register(made)

    return register


def named(code: str, name: str, severity: Severity, doc: str) -> Rule:
    """Register a rule whose findings are made elsewhere (syntax, shapes)."""
    return _register(Rule(code, name, severity, inspect.cleandoc(doc)))


def _register(made: Rule) -> Rule:
    assert made.code not in RULES, made.code
    RULES[made.code] = made
    return made


def selected(
    codes: Iterable[str], select: Iterable[str], ignore: Iterable[str], *, extend: Iterable[str] = ()
) -> frozenset[str]:
    """Return the codes that are selected and not ignored; names, codes, their beginnings and `ALL` are understood.

    Without `select` they are those that are not optional, and `extend`. Raises `UsageError` naming every selector that
    selects nothing.
    """
    known = list(codes)
    usual = {code for code in known if not RULES[code].optional}
    chosen = _expand(known, select) if select else usual | _expand(known, extend)
    return frozenset(chosen - _expand(known, ignore))


def _expand(known: list[str], selectors: Iterable[str]) -> set[str]:
    found: set[str] = set()
    wrong = []
    for selector in selectors:
        hits = {
            code for code in known if selector == "ALL" or code.startswith(selector) or RULES[code].name == selector
        }
        found |= hits
        if not hits:
            wrong.append(selector)
    if wrong:
        words = [*known, *(RULES[code].name for code in known)]
        near = [word for each in wrong for word in difflib.get_close_matches(each, words, n=1)]
        hint = f"did you mean {', '.join(near)}?" if near else "twinld rule lists them all"
        raise UsageError(f"no rule is called {', '.join(wrong)}", hint=hint)
    return found
