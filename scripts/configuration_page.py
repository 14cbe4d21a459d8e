"""Writes docs/configuration.md from the keys in the code: `python scripts/configuration_page.py`."""

from __future__ import annotations

from pathlib import Path

from twinld.source.config import KEYS

HEAD = """\
# Configuration

```
twinld check        # says what is wrong with the configuration, too
```

A project is configured in `twinld.toml`, or in the table `[tool.twinld]` of `pyproject.toml`.
Every key is optional, and nothing has an invented default: what is not said is left out.
This page is made from the code by `python scripts/configuration_page.py`.
"""


def page() -> str:
    """Return the page: a section a key, with its meaning and an example that is a line of TOML."""
    sections = (f"\n## {name}\n\n{key.meaning}\n\n```toml\n{name} = {key.example}\n```\n" for name, key in KEYS.items())
    return HEAD + "".join(sections)


if __name__ == "__main__":
    Path(__file__).parent.parent.joinpath("docs/configuration.md").write_text(page(), encoding="utf-8")
