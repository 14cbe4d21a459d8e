"""The code that the page of the data shows runs as it stands; R by reading, where there is no R."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import sys
from urllib.request import urlopen

import pytest

RUNNERS = {
    "curl": ["sh", "-c"],
    "Python": [sys.executable, "-c"],
    "JavaScript": ["node", "--input-type=module", "-e"],
    "R": ["Rscript", "-e"],
}
AUTHORITY = "https://w3id.org/twinld/ns#LocalAuthority"
PUBLIC = "https://w3id.org/twinld/"  # the address that the site of the tests would be deployed at
SAMPLE = re.compile(r'<summary>([^<]*)</summary><pre tabindex="0"><code>(.*?)</code>', re.DOTALL)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("curl", ""),
        ("Python · rdflib", r"^\d{5,}$"),
        ("curl · SPARQL", AUTHORITY),
        ("Python · SPARQL", rf"{AUTHORITY} \d+"),
        ("JavaScript · SPARQL", "LocalAuthority"),
        ("R · SPARQL", AUTHORITY),
    ],
)
def test_a_code_sample_runs(site, tmp_path, name, expected):
    with urlopen(f"{site}data/index.html") as answer:
        samples = dict(SAMPLE.findall(answer.read().decode()))
    runner = RUNNERS[name.split()[0]]
    if not shutil.which(runner[0]):
        pytest.skip(f"{runner[0]} is not installed")
    code = html.unescape(samples[name]).replace(PUBLIC, site)
    done = subprocess.run([*runner, code], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)

    assert re.search(expected, done.stdout, re.MULTILINE)
    if name == "curl":
        assert (tmp_path / "twinld.ttl").stat().st_size > 1_000_000  # everything, and not the shapes alone
