"""Await and yield: where a fiber gives way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import generators
from ..errors import Thrown, Uncatchable
from ..isa import Op
from ..special import ABSENT, find_special
from ..values.frames import Coroutine, Frame
from ..values.futures import Future, Turn
from .registry import executes

if TYPE_CHECKING:
    from ..interp import Interpreter


@executes(Op.AWAIT)
def wait(vm: Interpreter, frame: Frame, dst: int, src: int) -> None:
    awaited = frame.registers[src]
    if isinstance(awaited, Coroutine):
        _enter(vm, frame, awaited)
    elif isinstance(awaited, Future):
        vm.scheduler.wait(vm, frame, awaited)
    elif isinstance(awaited, Turn):
        vm.scheduler.give_way(vm, frame)
    else:
        kind = type(awaited).__name__
        if find_special(type(awaited), "__await__") is not ABSENT:
            raise Uncatchable(f"a workflow cannot await a {kind} by its own `__await__` yet; await a coroutine")
        raise Thrown(TypeError(f"object {kind} can't be used in 'await' expression"))


def _enter(vm: Interpreter, frame: Frame, coroutine: Coroutine) -> None:
    """Awaiting a coroutine runs it here and now, in the fiber of the one who awaits."""
    if coroutine.state == "created":
        vm.begin(coroutine)
    elif coroutine.state == "closed":
        raise Thrown(RuntimeError("cannot reuse already awaited coroutine"))
    elif generators.is_below(frame, coroutine):
        raise Thrown(ValueError("coroutine already executing"))
    else:
        raise Thrown(RuntimeError("coroutine is being awaited already"))


@executes(Op.YIELD)
def hand_out(vm: Interpreter, frame: Frame, dst: int, src: int) -> None:
    generators.hand_out(vm, frame, frame.registers[src])
