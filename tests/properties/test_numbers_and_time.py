"""Numbers and times of the library: programs that do the same under CPython and on a machine restored at each pause.

The files of `tests/cases/numbers` hold what stands above the class and, behind `---`, the body of `run`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from differential import assert_same, script

FOLDER = Path(__file__).parents[1] / "cases" / "numbers"
LONG = frozenset({"calendar"})  # a restore at each few ticks would take minutes


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.case")), ids=lambda path: path.stem)
def test_numbers_and_times_are_those_of_cpython_across_pauses(path: Path) -> None:
    if path.stem == "calendar" and sys.version_info >= (3, 12):
        pytest.skip("from Python 3.12 on, days and months are enums; the prelude's are numbers")
    above, _, body = path.read_text(encoding="utf-8").partition("\n---\n")
    cuts: tuple[tuple[int, ...], ...] = ((997,), ()) if path.stem in LONG else ((5, 11), ())
    assert_same(script(body, above=above), ticks=cuts)
