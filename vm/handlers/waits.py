"""Await and yield: where a fiber gives way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import coroutines, generators
from ..errors import Thrown
from ..isa import Op
from ..special import ABSENT, find_special
from ..values.frames import Coroutine, Frame, Generator
from ..values.futures import Future, Turn
from .registry import Operands, executes

if TYPE_CHECKING:
    from ..interp import Interpreter


@executes(Op.AWAIT)
def wait(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    _dst, src = operands
    awaited = frame.registers[src]
    if isinstance(awaited, Coroutine):
        _enter(vm, frame, awaited)
    elif isinstance(awaited, Future):
        vm.scheduler.wait(vm, frame, awaited)
    elif isinstance(awaited, Turn):
        if not coroutines.give_way(vm, frame, awaited, None):
            vm.scheduler.give_way(vm, frame)
    elif type(awaited) is Generator and awaited.awaitable:
        coroutines.enter_iterator(vm, awaited)
    elif find_special(type(awaited), "__await__") is not ABSENT:
        coroutines.enter_object(vm, awaited)
    else:
        raise Thrown(TypeError(f"object {type(awaited).__name__} can't be used in 'await' expression"))


def _enter(vm: Interpreter, frame: Frame, coroutine: Coroutine) -> None:
    """Awaiting a coroutine runs it here and now, in the fiber of the one who awaits."""
    if coroutine.state == "created":
        vm.begin(coroutine)
    elif coroutine.state == "closed":
        raise Thrown(RuntimeError(coroutine.reused))
    elif generators.is_below(frame, coroutine):
        raise Thrown(ValueError("coroutine already executing"))
    else:
        raise Thrown(RuntimeError("coroutine is being awaited already"))


@executes(Op.YIELD)
def hand_out(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    _dst, src = operands
    generators.hand_out(vm, frame, frame.registers[src])
