"""Exceptions and groups do what CPython's do: whole programs in tests/cases/exceptions, and what may not happen."""

from __future__ import annotations

from pathlib import Path

import pytest
from differential import assert_same, compare, compiled, script

PROGRAMS = sorted((Path(__file__).parents[2] / "cases" / "exceptions").glob("*.py"))
assert PROGRAMS, "the programs have gone"


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_does_what_it_does_in_cpython(path: Path) -> None:
    assert_same(path.read_text(encoding="utf-8"), ticks=((3, 7), ()))


@pytest.mark.parametrize(
    "raised",
    [
        "KeyboardInterrupt('x')",
        "SystemExit",
        "SystemExit(3)",
        "GeneratorExit(1)",
        "BaseException(2)",
        "asyncio.CancelledError('z')",
        "StopIteration(3)",
        "StopAsyncIteration(3)",
        "BaseExceptionGroup('g', [KeyboardInterrupt(), ValueError(1)])",
    ],
)
def test_what_a_run_raises_is_what_it_comes_to(raised: str) -> None:
    assert_same(f"def helper():\n    raise {raised}\nawait act(1)\nhelper()")


@pytest.mark.parametrize("leaving", ["break", "continue", "return 1"])
def test_no_statement_leaves_a_clause_with_a_star(leaving: str) -> None:
    assert refused(f"while True:\n    try:\n        pass\n    except* ValueError:\n        {leaving}") == ["WM101"]


def test_plain_clauses_and_clauses_with_a_star_do_not_mix() -> None:
    body = "try:\n    pass\nexcept ValueError:\n    pass\nexcept* KeyError:\n    pass"
    assert refused(body) == ["WM101"]


@pytest.mark.parametrize("name", ["tb_frame", "tb_lasti"])
def test_a_traceback_leads_to_no_frame(name: str) -> None:
    body = f"try:\n    1 // 0\nexcept Exception as error:\n    return error.__traceback__.{name}"
    assert "cannot reach" in ended(body)


def test_a_program_makes_no_traceback_and_changes_none() -> None:
    begin = "try:\n    1 // 0\nexcept ZeroDivisionError as error:\n    tb = error.__traceback__\n"
    assert "cannot make a traceback" in ended(f"{begin}type(tb)('shop.py', 1, 'run', None)")
    assert "cannot reach `tb_next`" in ended(f"{begin}tb.tb_next = None")


def ended(body: str) -> str:
    """What a run came to that no `except` can stop."""
    (seen,) = compare(script(body), ticks=((),)).seen.values()
    assert seen.came_to.startswith("raised LimitExceeded"), seen.came_to
    return seen.came_to


def refused(body: str) -> list[str]:
    return [each.code for each in compiled(script(body)).diagnostics]
