"""Each rule for code, broken once. The message names function, pc and instruction."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from waymark.vm.codec import BadUnit
from waymark.vm.isa import INTRINSICS, Op
from waymark.vm.unit import Action, Function, Link, Parameter, Unit
from waymark.vm.verify import verify_unit
from waymark.vm.verify_code import LOOPS_MAX, NESTING_MAX

from .assembly import NAME, NO_NAMES, NONE, ONE, ONE_NAME, function, ins, parameters, unit

RETURN = ins(Op.RETURN, 0)
END = ins(Op.END)
LINK = Link(b"\x01" * 32, "linked")


def load(dst: int) -> tuple[Any, ...]:
    return ins(Op.LOAD_CONST, dst, NONE)


def verify(*functions: Function, **fields: Any) -> None:
    verify_unit(unit(*functions, **fields), natives={"len/1"})


def refused(message: str, *functions: Function, **fields: Any) -> None:
    with pytest.raises(BadUnit, match=re.escape(message)):
        verify(*functions, **fields)


def raw(*code: Any, registers: int = 3, kind: Any = "function") -> Function:
    """A function of one parameter, whatever its code is."""
    return Function("f", "f", 0, kind, parameters("a"), (), registers, code, ())


def test_a_sound_function_passes() -> None:
    verify(function(ins(Op.BINARY, 1, 0, 0, 0), ins(Op.RETURN, 1), params=parameters("a")))


def test_a_finding_names_function_pc_and_instruction() -> None:
    refused(
        "unit: refused by the verifier\n"
        "  function 0 ('f'), pc 1, `move r9, r0`: dst is 9, and there are 3 registers\n"
        "  function 0 ('f'), pc 2, `return r7`: src is 7, and there are 3 registers",
        raw(load(1), ins(Op.MOVE, 9, 0), ins(Op.RETURN, 7)),
    )


@pytest.mark.parametrize(
    ("instruction", "message"),
    [
        (None, "pc 0, `None`: it is no instruction"),
        ((), "pc 0, `()`: it is no instruction"),
        ([1, 2], "pc 0, `[1, 2]`: it is no instruction"),
        ((True, 0), "pc 0, `(True, 0)`: it is no instruction"),
        ((0xFF, 0), "pc 0, `(255, 0)`: opcode 255 is not known to this waymark"),
        (ins(Op.MOVE, 1), "it has 1 operands, and should have 2"),
        (ins(Op.MOVE, 1, 0, 0), "it has 3 operands, and should have 2"),
        (ins(Op.MOVE, True, 0), "dst must be an int, and is True"),
        (ins(Op.MOVE, 1, 0.0), "src must be an int, and is 0.0"),
        (ins(Op.MOVE, 1, -1), "src is -1, and there are 3 registers"),
        (ins(Op.MOVE, 1, 1 << 5000), "src is <int of 5001 bits>, and there are 3 registers"),
        (ins(Op.LIST, 1, 0), "items must be a tuple of registers, and is 0"),
        (ins(Op.LIST, 1, [0]), "items must be a tuple of registers, and is [0]"),
        (ins(Op.LIST, 1, (0, 3)), "items is 3, and there are 3 registers"),
        (ins(Op.LIST, 1, (0, False)), "items must be an int, and is False"),
        (ins(Op.UNPACK, (1, 5), 0), "targets is 5, and there are 3 registers"),
        (ins(Op.LOAD_CONST, 1, 5), "value is 5, and there are 5 constants"),
        (ins(Op.CHECK, 0, ONE), "name must be a constant str, and c1 is 1"),
        (ins(Op.CHECK, 0, 5), "name is 5, and there are 5 constants"),
        (ins(Op.CALL, 1, 0, (), NAME), "names must be a constant tuple of distinct str, and c2 is 'name'"),
        (ins(Op.LOAD_FUNC, 1, 1), "func is 1, and there are 1 functions"),
        (ins(Op.GLOBAL_GET, 1, 1, NAME), "module is 1, and there are 1 modules"),
        (ins(Op.NATIVE, 1, 0, (0,)), "native is 0, and there are 0 natives"),
        (ins(Op.LOAD_LINK, 1, 0), "link is 0, and there are 0 links"),
        (ins(Op.ACTION, 1, 0, 0, (), NO_NAMES), "action is 0, and there are 0 actions"),
        (ins(Op.INTRINSIC, 1, 99, ()), f"intrinsic is 99, and there are {len(INTRINSICS)} intrinsics"),
        (ins(Op.UNARY, 1, 3, 0), "operator is 3, and there are 3 unary operators"),
        (ins(Op.BINARY, 1, 13, 0, 0), "operator is 13, and there are 13 binary operators"),
        (ins(Op.COMPARE, 1, 10, 0, 0), "operator is 10, and there are 10 comparisons"),
        (ins(Op.EXIT, -1), "depth is -1, and there are 1000 levels at most"),
        (ins(Op.DICT, 1, (0,)), "items are key, value, key, value ..., and there are 1"),
        (ins(Op.CALL, 1, 0, (), ONE_NAME), "it names 1 arguments, and passes 0"),
        (ins(Op.CALL_METHOD, 1, 0, NAME, (), ONE_NAME), "it names 1 arguments, and passes 0"),
        (ins(Op.AWAIT, 1, 0), "it may stand in a coroutine or async_generator, and this is a function"),
        (ins(Op.YIELD, 1, 0), "it may stand in a generator or async_generator, and this is a function"),
    ],
)
def test_a_bad_instruction_is_refused(instruction: Any, message: str) -> None:
    refused(message, raw(instruction, RETURN))


def test_names_must_be_distinct_str() -> None:
    for names in (("a", "a"), ("a", 1)):
        refused("constant tuple of distinct str", raw(ins(Op.CALL, 1, 0, (0, 0), 0), RETURN), constants=(names,))


def test_an_action_names_no_more_arguments_than_it_passes() -> None:
    code = (ins(Op.ACTION, 1, 0, 0, (), ONE_NAME), RETURN)
    refused("it names 1 arguments, and passes 0", raw(*code), actions=(Action("m:a"),), links=(LINK,))


def test_yield_and_await_pass_in_their_own_kinds() -> None:
    verify(function(ins(Op.YIELD, 1, 0), RETURN, params=parameters("a"), kind="generator"))
    verify(function(ins(Op.AWAIT, 1, 0), RETURN, params=parameters("a"), kind="coroutine"))


OPTIONAL = (Parameter("a", "either", True), Parameter("b", "keyword", True))
INNER = function(RETURN, params=OPTIONAL, captures=("c",))


@pytest.mark.parametrize(
    ("operands", "message"),
    [
        (((), (0,), (0,)), "it hands over 0 defaults, and f1 ('f') takes 1"),
        (((0,), (0, 0), (0,)), "it hands over 2 keyword defaults, and f1 ('f') takes 1"),
        (((0,), (0,), ()), "it hands over 0 cells, and f1 ('f') takes 1"),
    ],
)
def test_a_closure_gets_what_its_function_takes(operands: tuple[Any, ...], message: str) -> None:
    refused(message, raw(ins(Op.CLOSURE, 1, 1, *operands), RETURN), INNER)


def test_a_sound_closure_passes() -> None:
    verify(function(ins(Op.CLOSURE, 1, 1, (0,), (0,), (0,)), RETURN, params=parameters("a")), INNER)


def test_a_closure_is_not_made_of_a_static_function_with_defaults() -> None:
    static = function(RETURN, params=(Parameter("a", "either", True),), defaults=(ONE,))
    refused("f1 ('f') has constant defaults", raw(ins(Op.CLOSURE, 1, 1, (0,), (), ()), RETURN), static)


def test_load_func_takes_static_functions_alone() -> None:
    caller = raw(ins(Op.LOAD_FUNC, 1, 1), RETURN)
    refused("f1 ('f') captures cells; CLOSURE can make it", caller, function(RETURN, captures=("c",)))
    defaults = "f1 ('f') has defaults that must be evaluated; CLOSURE can make it"
    refused(defaults, caller, function(RETURN, params=OPTIONAL))
    sound = function(ins(Op.LOAD_FUNC, 1, 1), RETURN, params=parameters("a"))
    verify(sound, function(RETURN, params=OPTIONAL, defaults=(ONE, NONE)))


def test_misnested_regions_are_refused() -> None:
    refused("pc 0, `block`: opens a region that has no END", raw(ins(Op.BLOCK), RETURN))
    refused("pc 0, `exit ^0`: depth 0 reaches out of the function", raw(ins(Op.EXIT, 0), RETURN))


def test_nesting_has_a_limit() -> None:
    depth = NESTING_MAX + 1
    code = (*[ins(Op.BLOCK)] * depth, *[END] * depth, RETURN)
    refused(f"pc {NESTING_MAX}, `block`: more than 1000 regions or 32 loops are around it", raw(*code))
    depth = LOOPS_MAX + 1
    refused("more than 1000 regions or 32 loops", raw(*[ins(Op.LOOP)] * depth, RETURN, *[END] * depth))


def test_control_must_not_go_off_the_end() -> None:
    refused("pc 0, `move r1, r0`: control can go on behind it, off the end", raw(ins(Op.MOVE, 1, 0)))
    refused("pc 1, `exit ^0`: control can go on behind it", raw(ins(Op.BLOCK), ins(Op.EXIT, 0), END))
    verify(function(ins(Op.LOOP), END, params=parameters("a")))


def test_a_function_without_code_is_refused() -> None:
    refused("function 0 ('f'): it has no code", raw())


def test_a_function_too_large_for_liveness_is_refused() -> None:
    refused("5000 instructions over 60000 registers are too many", raw(*[load(0)] * 5000, registers=60000))


@pytest.mark.parametrize(
    "code",
    [
        (ins(Op.RETURN, 1),),
        (ins(Op.IF, 0), load(1), END, ins(Op.RETURN, 1)),
        (ins(Op.IF, 0), load(1), ins(Op.ELSE), load(2), END, ins(Op.RETURN, 1)),
        (ins(Op.FOR, 1, 0), END, ins(Op.RETURN, 1)),
        (ins(Op.FOR, 2, 0), load(1), END, ins(Op.RETURN, 1)),
        (ins(Op.LOOP), ins(Op.EXIT_IF, 0, 0), load(1), END, ins(Op.RETURN, 1)),
        (ins(Op.TRY, 2), load(1), ins(Op.CATCH), END, ins(Op.RETURN, 1)),
        (ins(Op.TRY, 2), load(1), ins(Op.CATCH), ins(Op.RETURN, 1), END, RETURN),
        (ins(Op.TRY, 1), load(2), ins(Op.CATCH), END, ins(Op.RETURN, 1)),
        (ins(Op.BLOCK), ins(Op.EXIT_UNLESS, 0, 0), load(1), END, ins(Op.RETURN, 1)),
        (ins(Op.HANDLED, 1), END, RETURN),
        (ins(Op.CALL, 2, 0, (1,), NO_NAMES), RETURN),
    ],
)
def test_a_register_is_assigned_on_every_path_before_it_is_read(code: tuple[Any, ...]) -> None:
    refused("it reads {r1}, not assigned on every path that leads here", raw(*code))


@pytest.mark.parametrize(
    "code",
    [
        (ins(Op.IF, 0), load(1), ins(Op.ELSE), load(1), END, ins(Op.RETURN, 1)),
        (ins(Op.IF, 0), load(1), ins(Op.ELSE), RETURN, END, ins(Op.RETURN, 1)),
        (ins(Op.FOR, 1, 0), ins(Op.RETURN, 1), END, RETURN),
        (ins(Op.LOOP), load(1), ins(Op.EXIT_IF, 0, 0), END, ins(Op.RETURN, 1)),
        (ins(Op.TRY, 1), load(1), ins(Op.CATCH), END, ins(Op.RETURN, 1)),
        (ins(Op.UNPACK, (1, 2), 0), ins(Op.LIST, 1, (1, 2)), RETURN),
        (RETURN, ins(Op.RETURN, 1)),
    ],
)
def test_assignment_on_every_path_passes(code: tuple[Any, ...]) -> None:
    verify(function(*code, params=parameters("a")))


ORDER = "function 0 ('f'): the rows of its live table are not in ascending order, or beyond its 4 instructions"
LOOPING = (ins(Op.FOR, 1, 0), ins(Op.CALL, 1, 1, (), NO_NAMES), END, RETURN)


@pytest.mark.parametrize(
    ("live", "message"),
    [
        ((), "pc 0, `for r1, r0`: the live table has no row for it, and should have {r0}"),
        (
            ((0, (0,)), (1, (0, 1))),
            "pc 1, `call r1, r1, [], ns3`: the live table has {r0, r1} for it, and should have {r0}",
        ),
        (((0, (0,)), (1, (0,)), (2, ())), "pc 2, `end`: the live table has a row for it, and should have none"),
        (((0, (0, 0)), (1, (0,))), "pc 0, `for r1, r0`: the live table has {r0, r0} for it, and should have {r0}"),
        (((0, (1 << 70,)), (1, (0,))), "pc 0, `for r1, r0`: the live table has {r1180591620717411303424} for it"),
        (((0, (-1,)), (1, (0,))), "pc 0, `for r1, r0`: the live table has {r-1} for it, and should have {r0}"),
        (((1, (0,)), (0, (0,))), ORDER),
        (((0, (0,)), (0, (0,)), (1, (0,))), ORDER),
        (((0, (0,)), (1, (0,)), (4, ())), ORDER),
    ],
)
def test_the_live_table_must_be_the_computed_one(live: Any, message: str) -> None:
    refused(message, function(*LOOPING, params=parameters("a"), live=live))


def test_many_findings_are_cut() -> None:
    with pytest.raises(BadUnit) as caught:
        verify(raw(*[ins(Op.MOVE, 9, 0)] * 1000))
    assert len(str(caught.value).splitlines()) == 52
    assert str(caught.value).endswith("\n  and more")


def test_the_unit_is_named_by_its_source() -> None:
    broken: Unit = unit(raw())
    named = msgspec.structs.replace(broken, debug=msgspec.structs.replace(broken.debug, source_name="shop/order.py"))
    with pytest.raises(BadUnit, match=r"^shop/order\.py: refused by the verifier"):
        verify_unit(named, natives=())
