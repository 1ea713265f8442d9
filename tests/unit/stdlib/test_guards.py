"""What no memory has room for is refused before it begins; what has room is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from waymark.stdlib.natives import growth, guards, widths
from waymark.stdlib.natives.formatting import format_text
from waymark.stdlib.natives.methods import bound
from waymark.stdlib.natives.services import Excess

TOO_LARGE: dict[str, Callable[[], Any]] = {
    "a long str": lambda: growth.multiply("ab", 10**12),
    "a long str, turned round": lambda: growth.multiply(10**12, b"ab"),
    "a long list": lambda: growth.multiply([0], 10**12),
    "a list in place": lambda: growth.multiply_in_place([0], 10**12),
    "a tuple in place": lambda: growth.multiply_in_place((0,), 10**12),
    "a tower": lambda: growth.power(10, 10**9),
    "a negative tower": lambda: growth.power(-10, 10**9),
    "a shift": lambda: growth.shift_left(1, 10**12),
    "pow": lambda: guards.check_power(10, 10**9),
    "a range": lambda: guards.check_items(range(10**12)),
    "bytes": lambda: guards.check_bytes(10**12),
    "a width": lambda: bound("a", "ljust")(10**12),
    "a replacement": lambda: bound("a" * 10**5, "replace")("a", "b" * 10**5),
    "a replacement of nothing": lambda: bound("a" * 10**5, "replace")("", "b" * 10**5),
    "a factorial": lambda: guards.check_factorial(10**9),
    "a shift of a large number": lambda: growth.shift_left(1 << (1 << 20), 100),
    "a long sum": lambda: growth.check_sum("a" * (1 << 25), "é" * (1 << 25)),
    "tabs": lambda: bound("\t" * 10**5, "expandtabs")(10**5),
    "a translation": lambda: bound("a" * 10**5, "translate")({97: "b" * 10**5}),
    "a precision": lambda: widths.check_spec(1.0, ".99999999f"),
    "a conversion of a given precision": lambda: widths.modulo("%.*f", (10**9, 1.0)),
    "a set": lambda: guards.check_all_items(range(10**30)),
    "a shift beyond all indices": lambda: growth.shift_left_in_place(1, 2**65),
    "an extension": lambda: bound([], "extend")(range(10**12)),
    "joined texts": lambda: bound("-", "join")(["a" * 10**6] * 10**4),
    "an int as bytes": lambda: bound(1, "to_bytes")(10**12, "big"),
    "a conversion of a given width": lambda: widths.modulo("%s %*d", (1, 10**12, 1)),
    "a wide conversion": lambda: widths.modulo_in_place("%(a)99999999999d", {"a": 1}),
    "a wide conversion of bytes": lambda: widths.modulo(b"%99999999999d", 1),
    "a wide format": lambda: widths.check_spec(1, "*>99999999999d"),
    "a wide field": lambda: format_text("{:99999999999}", 1),
    "a field of a given width": lambda: format_text("{:{}}", 1, 10**12),
}


@pytest.mark.parametrize("make", TOO_LARGE.values(), ids=TOO_LARGE.keys())
def test_what_is_too_large_is_a_memory_error_of_the_program(make: Callable[[], Any]) -> None:
    with pytest.raises(Excess) as caught:
        make()
    assert type(caught.value.error) is MemoryError


def test_what_is_small_is_made() -> None:
    assert growth.multiply("ab", 3) == "ababab" and growth.multiply(3, [1]) == [1, 1, 1]
    assert growth.multiply([1], -(10**12)) == [] and growth.multiply("", 10**12) == ""
    assert growth.power(2, 100) == 1 << 100 and growth.power(2, -1) == 0.5 and growth.power(1, 10**12) == 1
    assert growth.power(2.0, 1000) == 2.0**1000 and growth.shift_left(0, 10**12) == 0
    items = [1]
    assert growth.multiply_in_place(items, 2) is items and items == [1, 1]
    assert bound("a", "ljust")(3, ".") == "a.." and bound("aa", "replace")("a", "bb", 1) == "bba"
    assert widths.modulo("%*d 9999999999 %d", (3, 10**12, 5)).endswith(" 5") and widths.modulo(7, 4) == 3
    assert widths.modulo("%.*f %%", (2, 1.0)) == "1.00 %" and format_text("9999999999{:{}}", 1, 2) == "9999999999 1"
    assert widths.modulo_in_place(b"%d", 10**12) == b"1000000000000"
    guards.check_items(range(10**12, 0)), guards.check_items(range(10)), guards.check_power(10, 10**9, 7)


def test_errors_of_the_operators_are_their_own() -> None:
    for call in (
        lambda: growth.multiply("a", "b"),
        lambda: growth.power("a", 100),
        lambda: growth.shift_left("a", 10**12),
    ):
        with pytest.raises(TypeError, match=r"unsupported operand|can't multiply"):
            call()
    with pytest.raises(ZeroDivisionError):
        growth.power(0, -1)
