"""Golden cases: `# case: name`, then sections such as `[python]`; the last section is what the code is to produce.

`pytest --update-golden` rewrites the last section of each case that fails, and the diff is reviewed like code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

CASES = Path(__file__).parents[2] / "cases"
_SECTION = re.compile(r"^\[([a-z]+)\]$", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    file: Path
    name: str
    sections: dict[str, str]

    def __str__(self) -> str:
        return f"{self.file.stem}-{self.name}"


def cases(folder: str) -> list[Case]:
    """Every case of a folder, in the order of the files."""
    found = [case for path in sorted((CASES / folder).glob("*.case")) for case in _read(path)]
    assert found, f"no cases in {folder}"
    return found


def _read(path: Path) -> list[Case]:
    _, *blocks = path.read_text(encoding="utf-8").split("# case: ")
    made = []
    for block in blocks:
        name, _, rest = block.partition("\n")
        parts = _SECTION.split(rest)
        made.append(
            Case(path, name, {key: text.strip("\n") for key, text in zip(parts[1::2], parts[2::2], strict=True)})
        )
    return made


def check(case: Case, section: str, produce: Callable[[], str], config: pytest.Config) -> None:
    """Compare the last section with what is produced now, or rewrite it."""
    produced = produce().strip("\n")
    if config.getoption("--update-golden", False) and case.sections[section] != produced:
        text = case.file.read_text(encoding="utf-8")
        start = text.index(f"# case: {case.name}\n")
        begin = text.index(f"[{section}]\n", start) + len(section) + 3
        next_case = text.find("\n# case: ", begin)
        rest = "\n" if next_case < 0 else "\n" + text[next_case:]
        case.file.write_text(text[:begin] + produced + rest, encoding="utf-8")
        return
    assert produced == case.sections[section]
