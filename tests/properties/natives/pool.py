"""Values that functions are called with: the boundaries of each type first, then what is neither here nor there."""

from __future__ import annotations

import math
from typing import Any

WHOLE: tuple[Any, ...] = (
    0, 1, -1, 2, 7, 10, 255, 256, -255, 97, 1000, 2**31 - 1, -(2**31), 2**63 - 1, 2**63, -(2**63) - 1, 10**30, True,
    False,
)  # fmt: skip
REAL: tuple[Any, ...] = (
    0.0, -0.0, 1.0, -1.5, 0.1, 2.5, 1e16, 1e300, 5e-324, math.inf, -math.inf, math.nan, 1j, -2 + 0.5j,
    complex(0.0, -0.0),
)  # fmt: skip
TEXT: tuple[Any, ...] = (
    "", "a", "abc", "aBc dE", " x ", "0", "-12", "1.5", "1e3", "nan", "ß", "é", "İ", "\ud800", "a\x00b", "\n", "\t",
    "x,y,,z", "12_3", "0x1f", "a b\tc\nd", "utf-8", "<8", "%s", "{}", "\U0001f600", "2024-02-29", "10:30",
)  # fmt: skip
BYTES: tuple[Any, ...] = (b"", b"a", b"abc", b"\x00\xff", b" x ", b"0", b"YWJj", bytearray(b"xy"), bytearray())
HOLDING: tuple[Any, ...] = (
    [], [1], [3, 1, 2], ["b", "a"], [1, "a"], [[1], [0]], [1.5, 2, math.nan], (), (1,), (1, 2), ("a", "b"), (2, 1, 3),
    {}, {"a": 1}, {1: 2, 3: 4}, {97: "z"}, {1, 2}, frozenset((3,)), range(0), range(5), range(5, 0, -2),
    [("a", 1), ("b", 2)], [b"a", b"b"], [True, False],
)  # fmt: skip
OTHER: tuple[Any, ...] = (None, ...)
POOL: tuple[Any, ...] = (*WHOLE, *REAL, *TEXT, *BYTES, *HOLDING, *OTHER)
FEW: tuple[Any, ...] = (
    0,
    1,
    -1,
    2**63,
    1.5,
    "",
    "a",
    "abc",
    b"a",
    [],
    [1, 2],
    (1, 2),
    {"a": 1},
    None,
    math.nan,
    True,
    3,
)
