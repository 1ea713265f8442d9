"""Disassemblies as golden files: tests/cases/disasm/<name>.txt, rewritten with WAYMARK_UPDATE_GOLDEN=1."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from waymark.vm.disasm import disassemble
from waymark.vm.instruction_text import brief, instruction_text
from waymark.vm.isa import BINARY_OPERATORS, COMPARE_OPERATORS, INTRINSICS, UNARY_OPERATORS, Op
from waymark.vm.unit import Action, Debug, Link, Parameter, Unit, Workflow
from waymark.vm.verify import verify_unit

from .assembly import function, ins, parameters, unit

CASES = Path(__file__).parents[2] / "cases" / "disasm"

SOURCE = """\
class Order(Workflow):
    async def run(self, count):
        total = 0
        for number in range(count):
            try:
                total += await charge(number, note="n")
            except ValueError:
                break
        return total
"""
CONSTANTS = (0, (), ("note",), "n", "ValueError", ("a tuple that is", "too long", "for one line"))
ZERO, NO_NAMES, NOTE, N = range(4)
PLUS, IS = BINARY_OPERATORS.index("+"), COMPARE_OPERATORS.index("is")
HASH = bytes.fromhex("0123456789abcdef" * 4)

RUN = function(
    ins(Op.LOAD_CONST, 2, ZERO),
    ins(Op.NATIVE, 3, 0, (1,)),
    ins(Op.ITER, 3, 3),
    ins(Op.FOR, 4, 3),
    ins(Op.TRY, 5),
    ins(Op.LOAD_CONST, 6, N),
    ins(Op.ACTION, 6, 0, 0, (4, 6), NOTE),
    ins(Op.AWAIT, 6, 6),
    ins(Op.INPLACE, 2, PLUS, 2, 6),
    ins(Op.CATCH),
    ins(Op.HANDLED, 5),
    ins(Op.LOAD_NATIVE, 6, 1),
    ins(Op.NATIVE, 6, 2, (5, 6)),
    ins(Op.IF, 6),
    ins(Op.EXIT, 3),
    ins(Op.ELSE),
    ins(Op.RERAISE, 5),
    ins(Op.END),
    ins(Op.END),
    ins(Op.END),
    ins(Op.END),
    ins(Op.RETURN, 2),
    params=parameters("self", "count"),
    kind="coroutine",
    name="Order.run",
)
POSITIONS = (
    (0, 3, 8, 3, 17),
    (1, 4, 22, 4, 34),
    (4, 5, 12, 8, 21),
    (5, 6, 16, 6, 55),
    (10, 7, 12, 8, 21),
    (14, 8, 16, 8, 21),
    (16, 7, 12, 8, 21),
    (21, 9, 8, 9, 20),
)
INIT = function(
    ins(Op.CELL, 0),
    ins(Op.CLOSURE, 1, 2, (), (0,), (0,)),
    ins(Op.GLOBAL_SET, 0, N, 1),
    ins(Op.LOAD_FUNC, 1, 3),
    ins(Op.INTRINSIC, 1, INTRINSICS.index("now"), ()),
    ins(Op.COMPARE, 1, IS, 1, 0),
    ins(Op.UNARY, 1, UNARY_OPERATORS.index("-"), 1),
    ins(Op.UNPACK, (0, 1), 1),
    ins(Op.CALL_METHOD, 1, 0, 4, (), NO_NAMES),
    ins(Op.RETURN, 1),
    name="<module>",
)
COUNTER = function(
    ins(Op.LOOP),
    ins(Op.CELL_GET, 3, 2, N),
    ins(Op.YIELD, 3, 3),
    ins(Op.EXIT_UNLESS, 3, 0),
    ins(Op.AGAIN, 0),
    ins(Op.END),
    ins(Op.RETURN, 0),
    params=(Parameter("items", "variadic"), Parameter("step", "keyword", True)),
    captures=("total",),
    kind="generator",
    name="counter",
)
STATIC = function(
    ins(Op.RETURN, 0),
    params=(
        Parameter("first", "positional"),
        Parameter("second", "either", True),
        Parameter("third", "keyword", True),
        Parameter("rest", "keywords"),
    ),
    defaults=(ZERO, N),
    name="static",
)
ORDER = unit(
    RUN,
    INIT,
    COUNTER,
    STATIC,
    constants=CONSTANTS,
    modules=("shop.order",),
    exports=(("static", 3),),
    natives=("range/1", "ValueError", "isinstance/1"),
    links=(Link(HASH, "call_action"), Link(HASH, "matches")),
    actions=(Action("shop.order:charge", (*parameters("number"), Parameter("note", "keyword", True))),),
    workflows=(Workflow("order", "Order", 0),),
    inits=(1,),
    debug=Debug(
        "shop/order.py",
        "",
        (POSITIONS, (), (), ()),
        (((0, "self"), (1, "count"), (2, "total"), (4, "number")), (), ((0, "items"), (1, "step")), ()),
    ),
)
BARE = unit(STATIC, constants=CONSTANTS)


@pytest.mark.parametrize(("name", "shown", "source"), [("order", ORDER, SOURCE), ("bare", BARE, None)])
def test_a_unit_reads_as_in_its_golden_file(name: str, shown: Unit, source: str | None) -> None:
    verify_unit(shown, natives=shown.natives)
    text = disassemble(shown, source=source)
    golden = CASES / f"{name}.txt"
    if os.environ.get("WAYMARK_UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("instruction", "text"),
    [
        (ins(Op.EXIT_IF, 3, 1), "exit_if r3, ^1"),
        (ins(Op.UNPACK, (1, 2), 0), "unpack [r1, r2], r0"),
        (ins(Op.END), "end"),
        (ins(Op.UNPACK, 1, (2,)), "unpack [r]1, r(2,)"),
        (ins(Op.MOVE), "(2,)"),
        (("move", 1), "('move', 1)"),
        (None, "None"),
    ],
)
def test_an_instruction_has_a_text_whatever_it_is(instruction: object, text: str) -> None:
    assert instruction_text(instruction) == text


def test_a_value_is_cut_to_a_readable_width() -> None:
    assert brief("a" * 1_000_000) == "'" + "a" * 36 + "..."
    assert brief(1 << 100_000) == "<int of 100001 bits>"
    assert brief((1 << 100_000,)) == "(<int of 100001 bits>,)"
