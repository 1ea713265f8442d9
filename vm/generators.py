"""Generators: resumed like a call, but on a frame that exists already, and left by a yield as well as by a return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import Thrown
from .isa import Op
from .values.frames import Coroutine, Frame, Generator

if TYPE_CHECKING:
    from .interp import Interpreter


def resume(vm: Interpreter, generator: Generator, sent: Any) -> None:
    """Enter a generator's frame again. What it yields is delivered to the frame that is innermost now."""
    if generator.state == "running":
        raise Thrown(ValueError("generator already executing"))
    if generator.frame is None:
        raise Thrown(StopIteration())
    if generator.state == "created":
        if sent is not None:
            raise Thrown(TypeError("can't send non-None value to a just-started generator"))
        vm.begin(generator)
    else:
        # Its frame does not stand at a safe point: a resumption is paid, but never cut short.
        frame = vm.take_up(generator)
        vm.ticks -= 1
        vm.deliver(frame, sent)


def throw_into(vm: Interpreter, generator: Generator, error: BaseException) -> None:
    """Raise an exception where a generator stands; as in CPython, only what it handles itself is the context."""
    if generator.state == "running":
        raise Thrown(ValueError("generator already executing"))
    if generator.frame is None:
        raise Thrown(error, fresh=False)
    frame = vm.take_up(generator)
    vm.ticks -= 1
    vm.chain(error, frame.handled())
    vm.unwind(frame, error)


def is_below(frame: Frame | None, owner: Coroutine | Generator) -> bool:
    """Whether a frame of the owner is under way in this chain."""
    while frame is not None:
        if frame.owner is owner:
            return True
        frame = frame.caller
    return False


def hand_out(vm: Interpreter, frame: Frame, value: Any) -> None:
    """The innermost frame is a generator's and hands a value to its resumer."""
    generator = frame.owner
    assert isinstance(generator, Generator), "verified: only generators yield"
    generator.state = "suspended"
    vm.tracker.touch(generator)  # it may have been resumed in an earlier slice
    caller, frame.caller = frame.caller, None
    if vm.nested and vm.nested[-1].frame is frame:
        vm.end_nested(value)
        return
    vm.frame = caller
    if caller is None:  # a callback: nobody takes the value
        vm.scheduler.returned(vm, value)
    else:
        vm.deliver(caller, value)


def exhaust(vm: Interpreter, frame: Frame | None, value: Any) -> None:
    """The generator that `frame` was asking for an item is finished."""
    if frame is not None and frame.loaded.operations[frame.pc] is Op.FOR:
        frame.pc = frame.loaded.targets[frame.pc]
    else:
        raise Thrown(StopIteration() if value is None else StopIteration(value))
