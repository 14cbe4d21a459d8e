"""The Bad and the Good example of a rule, read from its docstring: small projects that show it, and its first tests.

Either a line (`Bad:  ex:a ex:b "c" .`) or a block below `Bad:`, in which a line such as `# shapes/pump.ttl` begins the
next file. Prefixes that an example uses and does not declare are those of `PREFIXES`.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping

from twinld.checks.rules import Rule

PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "ex": "https://example.org/ns#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "id": "https://example.org/id/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "shape": "https://example.org/shapes#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
CONFIG = 'base-iri = "https://example.org/"\nlanguages = ["en"]\n'
FILE = re.compile(r"# ([\w./-]+\.(?:ttl|trig|nt|rq|toml))$")
DECLARED = re.compile(r"^\s*@?prefix\b", re.IGNORECASE | re.MULTILINE)


def example(rule: Rule, which: str) -> Mapping[str, str] | None:
    """Return the files of a rule's `Bad` or `Good` example as a project, `None` for a rule without one."""
    text = example_text(rule.doc, which)
    return None if text is None else files_of(text)


def example_text(doc: str, which: str) -> str | None:
    """Return an example as it is written, without its indentation."""
    found = re.search(rf"^{which}:(.*(?:\n(?:[ ]{{4,}}.*|[ ]*(?=\n[ ]{{4}})))*)", doc, re.MULTILINE)
    if found is None:
        return None
    first, _, rest = found[1].partition("\n")
    return textwrap.dedent(rest).strip("\n") if not first.strip() else first.strip()


def files_of(text: str) -> Mapping[str, str]:
    """Return the files that an example's text stands for, prefixes and a configuration added."""
    files: dict[str, list[str]] = {}
    name = "data/example.ttl"
    for line in text.splitlines():
        marker = FILE.match(line)
        name = marker[1] if marker else name
        files.setdefault(name, [])
        if not marker:
            files[name].append(line)
    whole = {name: _with_prefixes(name, "\n".join(lines) + "\n") for name, lines in files.items() if lines or name}
    return {"twinld.toml": CONFIG, **whole}


def _with_prefixes(name: str, text: str) -> str:
    if name.endswith((".toml", ".nt")) or DECLARED.search(text):
        return text
    used = [prefix for prefix in PREFIXES if re.search(rf"(?<![\w-]){prefix}:(?!//)", text)]
    return "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in used) + text
