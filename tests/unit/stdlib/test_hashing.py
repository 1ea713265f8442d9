"""`hash/1` gives one answer in every process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waymark.stdlib.natives.hashing import stable_hash

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


def test_every_process_agrees() -> None:
    script = (
        "from waymark.stdlib.natives.hashing import stable_hash as h; print(h(('a', b'b', None, 1.5, (2, 'c\\udc80'))))"
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
