"""`make bench`: the time and memory of whole processes, twinld beside four other validators, on generated data.

    python benchmarks/check/run.py [--peers PYTHON] [--sizes 1000,9870] [--limit SECONDS] [--world FOLDER] [-o FILE]

`--peers` is a Python with `requirements.txt` installed. Every validator must find the same; one that differs is marked.
The table is Markdown, with the machine, the versions and the date.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from generate import write
from world import write as write_world

HERE = Path(__file__).parent
OTHERS = ("pySHACL", "pyshacl-turbo", "pyrudof", "pyshifty")


@dataclass(frozen=True)
class Run:
    """One process: seconds on the clock, seconds of processor, peak memory in MB, and what it found."""

    name: str
    seconds: float
    processor: float
    megabytes: float
    found: frozenset[tuple[str, str]] | None


def measure(name: str, command: list[str], limit: float, folder: Path) -> Run:
    """Run a command and return what it took; `found` is `None` where it failed or reached the limit."""
    out = folder / "out"
    started = time.perf_counter()
    with out.open("wb") as stream:
        process = subprocess.Popen(
            _limited(command, limit), stdout=stream, stderr=subprocess.DEVNULL, env=_environment()
        )
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    found = _found(name, out) if os.waitstatus_to_exitcode(status) in (0, 1) else None
    return Run(name, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, found)


def _limited(command: list[str], limit: float) -> list[str]:
    return ["sh", "-c", f'ulimit -t {int(limit)}; exec "$@"', "sh", *command]


def _environment() -> dict[str, str]:
    """Return this environment without what keeps Python from caching bytecode: every validator starts warm."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _found(name: str, out: Path) -> frozenset[tuple[str, str]] | None:
    try:
        answer = json.loads(out.read_text("utf-8"))
    except ValueError:
        return None
    if name.startswith("twinld check"):
        pairs = [(each["focus"], _component(each["rule"])) for each in answer["findings"]]
    else:
        pairs = answer
    return frozenset((focus.strip("<>"), _local(component)) for focus, component in pairs)


def _component(rule: str) -> str:
    """Return the component of a rule's name: `shape-min-count` is MinCount."""
    name = "".join(part.capitalize() for part in rule.removeprefix("shape-").split("-"))
    return "SPARQL" if name == "Sparql" else name


def _local(component: str) -> str:
    return component.rpartition("#")[2].removesuffix("ConstraintComponent")


def commands(peers: str, data: Path, shapes: Path) -> dict[str, list[str]]:
    check = [sys.executable, "-m", "twinld.cli", "check", str(data), "-s", str(shapes)]
    script = str(HERE / "peers.py")
    return {
        **{name: [peers, script, name, str(data), str(shapes)] for name in OTHERS},
        "twinld check": [*check, "--select", "SHC", "--no-cache", "-q", "-f", "json"],
    }


def rows(label: str, runs: list[Run]) -> str:
    """Return the lines of the table for one pair of files; a validator that finds something else is marked."""
    wanted = next((each.found for each in runs if each.name.startswith("twinld")), None)
    lines = []
    for each in runs:
        remark = (
            "failed or over the limit" if each.found is None else "" if each.found == wanted else _differs(each, wanted)
        )
        count = "-" if each.found is None else str(len(each.found))
        numbers = f"{each.seconds:.2f} | {each.processor:.2f} | {each.megabytes:.0f}"
        lines.append(f"| {label} | {each.name} | {numbers} | {count} | {remark} |\n")
    return "".join(lines)


def _differs(run: Run, wanted: frozenset[tuple[str, str]] | None) -> str:
    wanted = wanted or frozenset()
    return f"differs: {len(run.found - wanted)} more, {len(wanted - run.found)} fewer"


def head(peers: str) -> str:
    code = "from importlib.metadata import version as v; print(*(f'{n} {v(n)}' for n in %r), sep=', ')"
    names = ("pyshacl", "pyshacl-turbo", "pyrudof", "pyshifty")
    versions = subprocess.run([peers, "-c", code % (names,)], capture_output=True, text=True, check=True).stdout.strip()
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{datetime.date.today()}, {os.cpu_count()} cores ({platform.machine()}), CPython {platform.python_version()}, "
        f"load {load} at the start. twinld {version('twinld')}, pyoxigraph {version('pyoxigraph')}; {versions}.\n\n"
        "| data | validator | seconds | processor seconds | MB | findings | |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", default=sys.executable)
    parser.add_argument("--sizes", default="1,1000,9870,98700")
    parser.add_argument("--limit", type=float, default=300.0)
    parser.add_argument("--only", default=",".join((*OTHERS, "twinld check")))
    parser.add_argument("--world", type=Path, default=Path("../shared/third_party/wikidata-p190-2016"))
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()
    table = head(options.peers)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for label, data, shapes in _cases(folder, options):
            chosen = {n: c for n, c in commands(options.peers, data, shapes).items() if n in options.only.split(",")}
            runs = [measure(n, command, options.limit, folder) for n, command in chosen.items()]
            table += rows(label, runs)
            print(rows(label, runs), end="", flush=True)
    if options.output:
        options.output.write_text(table, "utf-8")


def _cases(folder: Path, options: argparse.Namespace):
    for size in map(int, options.sizes.split(",")):
        made = folder / str(size)
        write(size, made)
        for constraints in (0, 1, 5):
            label = f"{size * 11:,} triples, {constraints} SPARQL"
            yield label, made / "data.ttl", made / f"shapes{constraints}.ttl"
    if options.world.exists():
        write_world(options.world, folder / "world")
        yield "the world", folder / "world" / "data.ttl", folder / "world" / "shapes.ttl"


if __name__ == "__main__":
    main()
