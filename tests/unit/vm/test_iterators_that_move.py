"""An iterator that a host operation reads has moved, and the tracker is told.

Programs hold no iterator in a variable yet (`iter` comes with the language), so handlers are called by themselves.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from waymark.vm.handlers import HANDLERS
from waymark.vm.isa import BINARY_OPERATORS, COMPARE_OPERATORS, Op
from waymark.vm.values.functions import HostMethod
from waymark.vm.values.iterators import iterate

PLUS, OR, IN = BINARY_OPERATORS.index("+"), BINARY_OPERATORS.index("|"), COMPARE_OPERATORS.index("in")

# Register 0 is the iterator, 1 a list, 2 a dict, 3 a list that holds the iterator, 4 a slice, 5 a type, 6 a method.
READS: dict[str, tuple[Op, tuple[Any, ...]]] = {
    "unpacking": (Op.UNPACK, ((8, 9), 0)),
    "a comparison": (Op.COMPARE, (9, IN, 1, 0)),
    "an update": (Op.INPLACE, (9, PLUS, 1, 0)),
    "a slice": (Op.ITEM_SET, (1, 4, 0)),
    "a native": (Op.NATIVE, (9, "list/1", (0,))),
    "a native that the compiler emits": (Op.NATIVE, (9, "list_extend/1", (1, 0))),
    "a type as a value": (Op.CALL, (9, 5, (0,), ())),
    "a method": (Op.CALL_METHOD, (9, 1, "extend", (0,), ())),
    "a method as a value": (Op.CALL, (9, 6, (0,), ())),
    "pairs of a dict": (Op.NATIVE, (9, "dict/1", (3,))),
    "pairs of an update": (Op.CALL_METHOD, (9, 2, "update", (3,), ())),
    "pairs of an operator": (Op.INPLACE, (9, OR, 2, 3)),
}


def iterators() -> list[Any]:
    return [iter([1, 2]), iter((1, 2)), iter("ab"), iter(b"ab"), iter(range(1, 3)), iterate({1: 0, 2: 0})]


@pytest.mark.parametrize("iterator", iterators(), ids=lambda iterator: type(iterator).__name__)
@pytest.mark.parametrize(("op", "operands"), READS.values(), ids=READS.keys())
def test_the_tracker_is_told_of_an_iterator_that_moves(op: Op, operands: tuple[Any, ...], iterator: Any) -> None:
    fresh = next(each for each in iterators() if type(each) is type(iterator))
    items: list[Any] = []
    registers: list[Any] = [
        fresh,
        items,
        {},
        [fresh],
        slice(0, 0),
        tuple,
        HostMethod(items, "extend"),
        None,
        None,
        None,
    ]
    touched: list[Any] = []

    def deliver(frame: Any, value: Any) -> None:
        registers[9] = value

    vm = SimpleNamespace(tracker=SimpleNamespace(touch=touched.append), deliver=deliver)
    HANDLERS[op](vm, SimpleNamespace(registers=registers, pc=0), operands)
    assert next(fresh, "the end") == "the end"
    assert any(value is fresh for value in touched)
