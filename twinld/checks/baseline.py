"""The findings that a project had when it began to be checked: kept in a file, and not reported again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from twinld.checks.findings import Finding
from twinld.errors import UsageError

VERSION = 1


def baseline_text(findings: Iterable[Finding]) -> str:
    """Return the findings as a baseline's JSON: sorted, a line each, so that a diff shows what was mended."""
    counts = Counter((f.fingerprint, f.code, f.place.file) for f in findings)
    rows = sorted((file, code, fingerprint, count) for (fingerprint, code, file), count in counts.items())
    lines = [
        json.dumps({"file": file, "code": code, "fingerprint": fingerprint, "count": count}, ensure_ascii=False)
        for file, code, fingerprint, count in rows
    ]
    body = ",\n".join(f"    {line}" for line in lines)
    return f'{{\n  "version": {VERSION},\n  "findings": [\n{body}\n  ]\n}}\n'


def read_baseline(path: Path) -> Counter[str]:
    """Return how many findings of each fingerprint are known; raises `UsageError` for a file that is no baseline."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return Counter({str(row["fingerprint"]): int(row["count"]) for row in document["findings"]})
    except OSError as error:
        hint = "make it with --write-baseline"
        raise UsageError(f"{path}: {error.strerror or error}", hint=hint) from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} is not a baseline", hint="make it anew with --write-baseline") from error


def new_findings(findings: Sequence[Finding], known: Counter[str]) -> list[Finding]:
    """Return the findings beyond the known number of each fingerprint."""
    left = Counter(known)
    new = []
    for finding in findings:
        if left[finding.fingerprint] > 0:
            left[finding.fingerprint] -= 1
        else:
            new.append(finding)
    return new
