"""Each rule for what is around the code, broken once."""

from __future__ import annotations

import re
from typing import Any

import pytest

from waymark.vm.codec import BadUnit
from waymark.vm.isa import Op
from waymark.vm.unit import Action, Debug, Function, Link, Parameter, StaticClass, Unit, Workflow
from waymark.vm.verify import verify_links, verify_unit

from .assembly import NONE, ONE, function, ins, parameters, unit

HASH = b"\x01" * 32
CODE = (ins(Op.LOAD_CONST, 0, NONE), ins(Op.RETURN, 0))
PLAIN = function(*CODE)
COROUTINE = function(*CODE, kind="coroutine", name="run")
CAPTURING = function(*CODE, captures=("c",), kind="coroutine")
EVALUATED = function(*CODE, params=(Parameter("a", "either", True),), kind="coroutine")


def refused(message: str, *functions: Function, **fields: Any) -> None:
    with pytest.raises(BadUnit, match=re.escape(message)):
        verify_unit(unit(*(functions or (PLAIN,)), **fields), natives={"len/1"})


def taking(*params: Parameter) -> Function:
    return function(ins(Op.LOAD_CONST, 0, NONE), ins(Op.RETURN, 0), params=params, registers=9)


def test_a_unit_with_every_table_passes() -> None:
    whole = unit(
        PLAIN,
        COROUTINE,
        exports=(("a", 0), ("run", 1)),
        natives=("len/1",),
        links=(Link(HASH, "sleep"),),
        actions=(Action("m:charge", parameters("order")),),
        workflows=(Workflow("order", "Order", 1),),
        inits=(0,),
        debug=Debug("m.py", "", (((0, 1, 0, 1, 4), (1, 2, 0, 3, 0)), ()), (((0, "a"),), ())),
    )
    verify_unit(whole, natives={"len/1"})


def test_an_unknown_native_is_refused() -> None:
    refused("native 'open/1' is not known to this waymark", natives=("open/1",))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"modules": ("m", "m")}, "two modules have one name"),
        ({"natives": ("len/1", "len/1")}, "two natives have one name"),
        ({"exports": (("b", 0), ("a", 0))}, "its exports are not sorted by name, or two have one name"),
        ({"exports": (("a", 0), ("a", 0))}, "its exports are not sorted by name, or two have one name"),
        ({"exports": (("a", 4),)}, "export 'a': function 4 does not exist; there are 4"),
        ({"exports": (("a", -1),)}, "export 'a': function -1 does not exist; there are 4"),
        ({"exports": (("a", 2),)}, "export 'a': function 2 captures cells"),
        ({"exports": (("a", 3),)}, "export 'a': function 3 has defaults that must be evaluated"),
        ({"workflows": (Workflow("w", "W", 4),)}, "workflow 'w': function 4 does not exist; there are 4"),
        ({"workflows": (Workflow("w", "W", 0),)}, "workflow 'w': function 0 is no coroutine"),
        ({"workflows": (Workflow("w", "W", 2),)}, "workflow 'w': function 2 captures cells"),
        ({"workflows": (Workflow("w", "W", 1),) * 2}, "two workflows have one name"),
        ({"inits": (0, 0)}, "there are 2 inits for 1 modules"),
        ({"inits": (4,)}, "the init of module 0: function 4 does not exist; there are 4"),
        ({"inits": (-2,)}, "the init of module 0: function -2 does not exist; there are 4"),
        ({"inits": (1,)}, "the init of module 0: function 1 must be a plain one of it, without parameters"),
        ({"inits": (3,)}, "the init of module 0: function 3 must be a plain one of it, without parameters"),
        ({"modules": ("m", "n"), "inits": (-1, 0)}, "the init of module 1: function 0 must be a plain one of it"),
        ({"classes": (StaticClass("m:C", 0),) * 2}, "two static classes have one name"),
        ({"classes": (StaticClass("C", 0),)}, "a static class is named 'C', and its name must be `module:name`"),
        ({"classes": (StaticClass("m:C", 4),)}, "static class 'm:C': function 4 does not exist; there are 4"),
        ({"classes": (StaticClass("m:C", 1),)}, "static class 'm:C': function 1 must be a plain one"),
        ({"classes": (StaticClass("m:C", 2),)}, "static class 'm:C': function 2 captures cells"),
        ({"links": (Link(b"short", "sleep"),)}, "link 0 ('sleep'): its hash has 5 bytes, not 32"),
        ({"links": (Link(HASH, "sleep"),) * 2}, "two links are the same"),
        ({"actions": (Action("charge"),)}, "action 0: its key must be `module:name`, and is 'charge'"),
        ({"actions": (Action("m:a", parameters("x", "x")),)}, "action 0 ('m:a'): two of its parameters have one name"),
    ],
)
def test_a_bad_table_is_refused(fields: dict[str, Any], message: str) -> None:
    refused(message, PLAIN, COROUTINE, CAPTURING, EVALUATED, **fields)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (Function("f", "f", 1, "function", (), (), 1, CODE, ((0, ()),)), "module 1 does not exist; there are 1"),
        (
            Function("f", "f", 0, "function", parameters("a"), (), 0, CODE, ()),
            "it has 0 registers, and needs 1 to 65535",
        ),
        (Function("f", "f", 0, "function", (), (), 65536, CODE, ()), "it has 65536 registers, and needs 0 to 65535"),
        (function(*CODE, captures=("c", "c")), "two of its captures have one name"),
        (function(*CODE, params=parameters("a", "a")), "two of its parameters have one name"),
        (
            taking(Parameter("a", "keyword"), Parameter("b", "either")),
            "its parameters are not in the order positional, ",
        ),
        (taking(Parameter("a", "variadic"), Parameter("b", "variadic")), "it has 2 variadic parameters"),
        (taking(Parameter("a", "keywords"), Parameter("b", "keywords")), "it has 2 keywords parameters"),
        (taking(Parameter("a", "variadic", True)), "its variadic parameter is optional, and always is there"),
        (
            taking(Parameter("a", "either", True), Parameter("b", "either")),
            "a parameter without a default follows one with a default",
        ),
        (
            function(*CODE, params=(Parameter("a", "either", True),), defaults=(5,)),
            "one of its defaults is no constant",
        ),
        (function(*CODE, defaults=(ONE,)), "it has constant defaults, so it is static, and it has defaults that must"),
        (
            function(*CODE, params=(Parameter("a", "either", True),), captures=("c",), defaults=(ONE,)),
            "it has constant defaults, so it is static, and it captures cells",
        ),
    ],
)
def test_a_bad_frame_is_refused(broken: Function, message: str) -> None:
    refused(f"function 0 ('f'): {message}", broken)


@pytest.mark.parametrize(
    ("debug", "message"),
    [
        (Debug(positions=((), ())), "debug: positions of 2 functions, and there are 1"),
        (Debug(variables=((), ())), "debug: variables of 2 functions, and there are 1"),
        (Debug(positions=(((1, 1, 0, 1, 1), (0, 1, 0, 1, 1)),)), "positions of function 0 are not in ascending order"),
        (
            Debug(positions=(((2, 1, 0, 1, 1),),)),
            "positions of function 0 are not in ascending order, or out of its code",
        ),
        (Debug(positions=(((0, 2, 0, 1, 9),),)), "a position of function 0 ends before it begins, or is negative"),
        (Debug(positions=(((0, 1, -1, 1, 9),),)), "a position of function 0 ends before it begins, or is negative"),
        (Debug(variables=(((1, "a"),),)), "a variable of function 0 is in a register that it does not have"),
    ],
)
def test_bad_debug_tables_are_refused(debug: Debug, message: str) -> None:
    refused(message, debug=debug)


def test_links_find_their_unit_and_export() -> None:
    linking = unit(PLAIN, links=(Link(HASH, "sleep"),))
    verify_links(linking, {HASH: unit(PLAIN, exports=(("sleep", 0),))})
    with pytest.raises(BadUnit, match=rf"link 0 \('sleep'\): unit {HASH.hex()} is not there"):
        verify_links(linking, {})
    with pytest.raises(BadUnit, match=rf"link 0: unit {HASH.hex()} does not export 'sleep'"):
        verify_links(linking, {HASH: unit(PLAIN)})


def test_an_instruction_too_many_is_refused() -> None:
    long = Function("f", "f", 0, "function", (), (), 1, (CODE[0],) * (1 << 17), ())
    with pytest.raises(BadUnit, match="393216 instructions are too many for a unit"):
        verify_unit(Unit(("m",), (None,), (long,) * 3), natives=())
