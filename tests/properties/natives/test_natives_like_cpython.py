"""Every native does what CPython's function does: some two hundred calls each, boundary values first.

`ci` compares a part of them, the same one each time; `long` compares all of them:
`HYPOTHESIS_PROFILE=long pytest tests/properties/natives`. A call that ends the run with a reason is no difference: what
is refused is refused aloud, and `docs/reference/library.md` lists it.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator

import pytest

from examples import profile

from .calls import calls_of
from .names import Compared, compared
from .worlds import REFUSED, by_cpython, by_machine, programs

PART = 1 if profile() == "long" else 12  # of so many natives one is compared
PARTS = 12
CALLS_MIN = 200

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="texts of wrappers are those of 3.11")

# Differences that are meant, or that nobody will meet: each is of one exotic call.
_ACCEPTED = {
    "zoneinfo.ZoneInfo": "the key of a zone is a str; CPython takes any object as the name of a cache entry",
}


def _chosen(part: int) -> list[Compared]:
    numbered = ((zlib.crc32(each.name.encode()), each) for each in compared() if each.name not in _ACCEPTED)
    return [each for number, each in numbered if number % PARTS == part and number // PARTS % PART == 0]


def _differences(functions: list[Compared]) -> Iterator[str]:
    for each, compilation, number in programs(functions):
        calls = calls_of(each.function, each.native.guard, each.name)
        pairs = zip(calls, by_cpython(each.function, calls), by_machine(compilation, number, calls), strict=True)
        for call, expected, seen in pairs:
            if seen != expected and not seen.startswith(REFUSED):
                yield f"{each.name}{call}\n    CPython {expected}\n    machine {seen}"
                break


@pytest.mark.parametrize("part", range(PARTS))
def test_a_native_gives_or_raises_what_cpython_does(part: int) -> None:
    functions = _chosen(part)
    assert functions
    assert not [*_differences(functions)], "\n".join(_differences(functions))


def test_a_native_is_called_two_hundred_times_by_place_and_by_name() -> None:
    for each in _chosen(0):
        calls = calls_of(each.function, each.native.guard, each.name)
        assert len(calls) >= CALLS_MIN, f"{each.name}: {len(calls)}"
        assert any(kwargs for _, kwargs in calls) and any(not args for args, _ in calls)


def test_a_difference_would_be_seen() -> None:
    (found,) = [each for each in compared() if each.name == "math.sqrt"]
    (each, compilation, number), calls = next(programs([found])), calls_of(found.function, None, found.name)
    told = by_machine(compilation, number, calls)
    assert told == by_cpython(each.function, calls) != by_cpython(lambda x: x, calls)
