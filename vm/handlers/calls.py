"""Calls: of the program's functions, of natives, of methods; and the coroutine of an action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waymark.stdlib.catalogue import NATIVES
from waymark.stdlib.natives.methods import METHODS

from .. import attributes, intrinsics, natively, protocol
from ..calls import call
from ..errors import Thrown, Uncatchable, operate
from ..isa import INTRINSICS, Op
from ..special import find, known_of
from ..values.classes import held_by
from ..values.frames import Coroutine, Frame
from ..values.functions import UNSET, VMFunction
from .registry import Operands, arguments, executes

if TYPE_CHECKING:
    from ..interp import Interpreter


@executes(Op.CALL)
def call_value(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    _dst, callee, places, names = operands
    registers = frame.registers
    args, kwargs = arguments(registers, places, names)
    function = registers[callee]
    if type(function) is not VMFunction:
        call(vm, frame, function, args, kwargs)
        return
    value = vm.call(function, args, kwargs)
    if value is not UNSET:
        vm.deliver(frame, value)


@executes(Op.CALL_SPREAD)
def call_spread(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    _dst, callee, args, kwargs = operands
    listed, named = frame.registers[args], frame.registers[kwargs]
    if type(listed) not in (list, tuple) or type(named) is not dict:
        raise Uncatchable("this code is broken: a call spreads a list and a dict")
    if not all(isinstance(name, str) for name in named):
        raise Thrown(TypeError("keywords must be strings"))
    call(vm, frame, frame.registers[callee], tuple(listed), dict(named))


@executes(Op.CALL_METHOD)
def call_method(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, obj, name, places, names = operands
    target = frame.registers[obj]
    args, kwargs = arguments(frame.registers, places, names)
    if name in METHODS.get(type(target), ()):
        value = natively.call_method(vm, target, name, args, kwargs)
        if value is not UNSET:
            frame.registers[dst] = value
            frame.pc += 1
        return
    function = _method_of(target, name)
    if function is not None:
        call(vm, frame, function, (target, *args), kwargs)
        return
    if attributes.leads_to_program(target, name):
        protocol.enter(vm, "call_attribute", target, name, args, kwargs)
        return
    call(vm, frame, attributes.read(vm, target, name), args, kwargs)


def _method_of(target: Any, name: str) -> VMFunction | None:
    """The function of the program that `target.name` means, if that is a plain method."""
    kind = type(target)
    known = known_of(kind)
    if known is None or name in known.absent:
        return None
    found = find(kind, name)
    if type(found) is not VMFunction or name in held_by(target):
        return None
    return None if "__getattribute__" in known.hooks else found


@executes(Op.NATIVE)
def call_native(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, key, places = operands
    registers = frame.registers
    value = natively.call_native(vm, NATIVES[key], tuple([registers[place] for place in places]), {})
    if value is not UNSET:
        registers[dst] = value
        frame.pc += 1


@executes(Op.INTRINSIC)
def call_intrinsic(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, index, places = operands
    args = [frame.registers[place] for place in places]
    value = operate(intrinsics.SERVICES[INTRINSICS[index]], vm, *args)
    if value is not UNSET:
        frame.registers[dst] = value
        frame.pc += 1


@executes(Op.ACTION)
def call_action(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    _dst, action, via, places, names = operands
    args, kwargs = arguments(frame.registers, places, names)
    value = vm.call(vm.statics.exported(via.unit, via.name), (action.key, args, kwargs), {})
    assert isinstance(value, Coroutine), "the function behind an action is an `async fn`"
    vm.deliver(frame, value)
