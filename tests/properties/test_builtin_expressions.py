"""Every expression of `tests/cases/builtins/`, one a line, comes to what CPython says: value, or error and text."""

from __future__ import annotations

from pathlib import Path

import pytest
from differential import assert_same, script

FOLDER = Path(__file__).parents[1] / "cases" / "builtins"
LINES_MAX = 40  # of one program


def programs() -> list[tuple[str, list[str]]]:
    found = []
    for path in sorted(FOLDER.glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        found += [(f"{path.stem}-{at}", lines[at : at + LINES_MAX]) for at in range(0, len(lines), LINES_MAX)]
    return found


@pytest.mark.parametrize(("name", "lines"), programs(), ids=lambda value: value if isinstance(value, str) else "")
def test_expressions_come_to_what_cpython_says(name: str, lines: list[str]) -> None:
    tries = "".join(
        f"""
try:
    value = {line}
    seen.append((type(value).__name__, repr(value).split(" at 0x")[0].removesuffix(">")))
except Exception as error:
    seen.append((type(error).__name__, str(error)))
"""
        for line in lines
    )
    body = (
        f"seen = []\n{tries}\nshow = {{}}\nfor number, each in enumerate(seen):\n    show[number] = each\nreturn show"
    )
    assert_same(script(body, actions=""), ticks=((5,), ()))
