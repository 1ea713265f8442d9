"""Arguments that are all bare are read in one go, to the very value or refusal of the careful way."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec
import pytest

from waymark.vm import wire
from waymark.vm.wire_decode import BadValue, _Building

SCALARS: list[Any] = [None, True, 1, 1.0, -5, "a", b"b", "\ud800", 2**70, float("nan"), (1,), [1]]
NODES: list[list[Any]] = [
    *([], [1], [True], [1.0], [2], [2.0, "a", 1], [2, "a"], [2, "a", 1], [2, "a", 1, "a", 2], [2, 1, 1, True, 2]),
    *([1, [1]], [1, 2], [0, 1], [2, [0], 1], [1, [9]]),
]
ROOTS: list[Any] = [[0], [False], [0.0], 0, [1], [0, 0], None]


def with_care(root: Any, nodes: list[list[Any]]) -> Any:
    building = _Building(nodes, (set, frozenset))
    building.build(root)
    return building.value(root)


@pytest.mark.parametrize("first", SCALARS, ids=repr)
def test_arguments_come_back_as_the_careful_way_has_them(first: Any) -> None:
    for second, name in itertools.product(SCALARS, ("x", 1, None)):
        for value in (((first, second), {}), ((first,), {name: second}), {name: first, "y": second}):
            data = wire.encode_value(value)
            assert repr(wire.decode_value(data)) == repr(with_care(*wire._unpack(data, wire._VALUE)))


@pytest.mark.parametrize("root", ROOTS, ids=repr)
def test_damaged_arguments_are_refused_as_the_careful_way_refuses_them(root: Any) -> None:
    calls = [[pair, *two] for pair in ([1, [1], [2]], [True, [1], [2]]) for two in itertools.product(NODES, repeat=2)]
    for nodes in [[], *([node] for node in NODES), *calls]:
        data = wire._VALUE + msgspec.msgpack.encode((root, nodes))
        try:
            expected = repr(with_care(root, nodes))
        except (ValueError, TypeError):
            with pytest.raises(BadValue):
                wire.decode_value(data)
        else:
            assert repr(wire.decode_value(data)) == expected
