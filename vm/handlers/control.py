"""Regions, exits, returns and raises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import protocol, raising
from ..errors import Thrown, Uncatchable, operate
from ..isa import Op
from ..kinds import is_class
from ..values.frames import Frame
from .registry import Operands, executes

if TYPE_CHECKING:
    from ..interp import Interpreter


@executes(Op.BLOCK)
@executes(Op.TRY)
@executes(Op.HANDLED)
def open_region(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    frame.pc += 1


@executes(Op.END)
@executes(Op.ELSE)
@executes(Op.CATCH)
@executes(Op.EXIT)
@executes(Op.AGAIN)
def go(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    frame.pc = frame.loaded.targets[frame.pc]


@executes(Op.IF)
def branch(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    (test,) = operands
    frame.pc = frame.pc + 1 if frame.registers[test] is True else frame.loaded.targets[frame.pc]


@executes(Op.EXIT_IF)
def exit_if(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    test, _depth = operands
    frame.pc = frame.loaded.targets[frame.pc] if frame.registers[test] is True else frame.pc + 1


@executes(Op.EXIT_UNLESS)
def exit_unless(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    test, _depth = operands
    frame.pc = frame.pc + 1 if frame.registers[test] is True else frame.loaded.targets[frame.pc]


@executes(Op.LOOP)
def loop(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    if vm.ticks > 0:  # as `vm.tick` does
        vm.ticks -= 1
        frame.pc += 1
    elif vm.tick():
        frame.pc += 1


@executes(Op.RETURN)
def leave(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    (src,) = operands
    vm.leave(frame, frame.registers[src])


def _instance(error: Any) -> BaseException:
    """What `raise error` raises."""
    if isinstance(error, type) and issubclass(error, BaseException):
        made = operate(error)
        if isinstance(made, BaseException):
            return made
        kind = type(made).__name__
        raise Thrown(
            TypeError(f"calling {error!r} should have returned an instance of BaseException, not <class '{kind}'>")
        )
    if isinstance(error, BaseException):
        return error
    raise Thrown(TypeError("exceptions must derive from BaseException"))


@executes(Op.RAISE)
def throw(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    (src,) = operands
    error = frame.registers[src]
    if is_class(error) and issubclass(error, BaseException):
        protocol.enter(vm, "throw", error)
        return
    raise Thrown(_instance(error))


@executes(Op.RAISE_FROM)
def throw_from(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    src, cause = operands
    error, reason = frame.registers[src], frame.registers[cause]
    if any(is_class(each) and issubclass(each, BaseException) for each in (error, reason)):
        protocol.enter(vm, "throw_from", error, reason)
        return
    error = _instance(error)
    if isinstance(reason, type) and issubclass(reason, BaseException):
        reason = operate(reason)
    elif reason is not None and not isinstance(reason, BaseException):
        raise Thrown(TypeError("exception causes must derive from BaseException"))
    vm.tracker.touch(error)
    error.__cause__ = reason
    raise Thrown(error)


@executes(Op.RERAISE)
def rethrow(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    (exc,) = operands
    # Not by Thrown: an exception that goes on keeps the context that it has.
    error = frame.registers[exc]
    if not isinstance(error, BaseException):
        raise Uncatchable("this code is broken: what it raises again is no exception")
    raising.unwind(vm, frame, error, again=True)


@executes(Op.RAISE_BARE)
def throw_again(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    error = raising.handled(vm, frame)
    if error is None:
        raise Thrown(RuntimeError("No active exception to reraise"))
    raising.unwind(vm, frame, error, again=True)
