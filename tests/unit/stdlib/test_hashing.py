"""`hash/1` gives one answer in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waymark.stdlib.natives.hashing import stable_hash
from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
VALUES = st.recursive(SCALARS, lambda inner: st.tuples(inner, inner) | st.tuples(inner))


@given(st.integers() | st.floats(allow_nan=False) | st.booleans())
def test_numbers_hash_as_in_cpython(value: float) -> None:
    assert stable_hash(value) == hash(value)


@given(VALUES)
def test_a_hash_is_what_cpythons_hash_may_return(value: object) -> None:
    found = stable_hash(value)
    assert type(found) is int and -(1 << 63) <= found < 1 << 63 and found != -1


@pytest.mark.parametrize("equal", [(1, True, 1.0), ((0, "a"), (False, "a")), ((0.0,), (-0.0,))])
def test_equal_values_hash_alike(equal: tuple[object, ...]) -> None:
    assert len({stable_hash(value) for value in equal}) == 1


def test_what_is_unhashable_is_cpythons_error() -> None:
    with pytest.raises(TypeError, match=r"^unhashable type: 'list'$"):
        stable_hash((1, []))


def test_sets_and_times_that_are_equal_hash_alike() -> None:
    moment = datetime(2026, 1, 2, 3, tzinfo=UTC)
    assert stable_hash(moment) == stable_hash(moment.astimezone(timezone(timedelta(hours=5))))
    assert stable_hash(datetime.min.replace(tzinfo=timezone(timedelta(hours=5)))) != stable_hash(moment)
    assert stable_hash(datetime(2026, 1, 2)) == stable_hash(datetime(2026, 1, 2, fold=1))
    assert stable_hash(time(3, tzinfo=UTC)) == stable_hash(time(4, tzinfo=timezone(timedelta(hours=1))))
    assert stable_hash(UTC) == stable_hash(timezone(timedelta(0), "zero"))
    assert stable_hash(OrderedFrozenSet([1, "a"])) == stable_hash(OrderedFrozenSet(["a", 1]))
    assert stable_hash(OrderedFrozenSet([1, 2])) == hash(frozenset([1, 2]))
    with pytest.raises(TypeError, match=r"^unhashable type: 'set'$"):
        stable_hash(OrderedSet())


def test_every_process_agrees() -> None:
    script = (
        "from waymark.stdlib.natives.hashing import stable_hash as h\n"
        "from waymark.stdlib.values.sets import OrderedFrozenSet\n"
        "from datetime import *\n"
        "print(h(('a', b'b', None, 1.5, (2, 'c\\udc80'), OrderedFrozenSet('xyz'), datetime(2026, 1, 2),"
        " date(2026, 1, 2), timedelta(5), len, str, str.upper, ValueError, object(), ..., range(3), float('nan'))))"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(seen) == 1
