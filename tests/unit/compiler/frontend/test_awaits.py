"""Coroutines that nobody awaits: what is surely a mistake is said, and everything else is a value as any other."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..modules.projects import flow, project
from ..programs import codes, compiled

HELPER = "async def helper(n=0):\n    return await charge(n)\n"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("charge(1)", "WM301"),
        ("asyncio.sleep(1)", "WM301"),
        (f"{HELPER}helper()", "WM301"),
        (f"{HELPER}def inner():\n    helper()\ninner()", "WM301"),
        ("async def inner():\n    charge(1)\nawait inner()", "WM301"),
        ("pending = charge(1)", "WM302"),
        ("return charge(1)", "WM302"),
        (f"{HELPER}return helper()", "WM302"),
        ("return charge(1) + 1", "WM302"),
        ("return -charge(1)", "WM302"),
        ("return 1 < charge(1)", "WM302"),
        ("return 0 < charge(1) < 2", "WM302"),
        ("return f'{charge(1)}'", "WM302"),
        ("return charge(1)[0]", "WM302"),
        ("return [*charge(1)]", "WM302"),
        ("return items[charge(1):]", "WM302"),
        ("if charge(1): pass", "WM302"),
        ("while charge(1): break", "WM302"),
        ("return 1 if charge(1) else 2", "WM302"),
        ("return charge(1) and 2", "WM302"),
        ("total += charge(1)\nreturn total", "WM302"),
        ("for item in charge(1): pass", "WM302"),
        ("for item, other in charge(1): pass", "WM302"),
    ],
)
def test_a_coroutine_in_the_place_of_its_result_is_found(body: str, found: str) -> None:
    assert codes(compiled(body)) == [found]


@pytest.mark.parametrize(
    "body",
    [
        "pending = charge(1)\nreturn await pending",
        "pending = [charge(1), ship(2)]\nreturn [await each for each in pending]",
        "return await (lambda: charge(1))()",
        "def make(n):\n    return charge(n)\nreturn await make(1)",
        f"{HELPER}pending = helper()\nreturn await pending",
        f"{HELPER}pending = dict(a=helper(), b=helper(1))\nreturn await pending['a']",
        f"{HELPER}helper = print\nhelper()",
        "async def inner(): pass\ndef inner(): pass\ninner()",
        "charge(1).close()",
        "items.append(charge(1))",
        "return await charge(1) + await charge(2)",
    ],
)
def test_a_coroutine_is_a_value_as_any_other(body: str) -> None:
    assert codes(compiled(body)) == []


def test_a_lost_coroutine_in_a_helper_shows_who_calls_it(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "program.py": flow("return twice()", imports="from helper import twice"),
            "helper.py": """
                async def price():
                    return 2

                def total():
                    return price() + 1

                def twice():
                    return total() * 2
                """,
        },
    )
    (only,) = found.diagnostics
    last = next(line for line, text in enumerate(found.text.splitlines(), 1) if "return twice()" in text)
    assert (only.code, only.path, only.line) == ("WM302", "helper.py", 5)
    assert only.remarks == (
        "called by `twice` (helper.py:8)",
        f"called by `Script.run` (program.py:{last})",
    )


def test_a_coroutine_that_a_module_drops_at_its_top_shows_when_it_runs(tmp_path: Path) -> None:
    files = {
        "program.py": flow("return helper.LIMIT", imports="import helper"),
        "helper.py": "async def price():\n    return 2\n\nLIMIT = -price()\n",
    }
    (only,) = project(tmp_path, files).diagnostics
    assert (only.code, only.path, only.line) == ("WM302", "helper.py", 4)
    assert only.remarks[0].startswith("`LIMIT` is used by `Script.run` (program.py:")
