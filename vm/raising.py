"""Exceptions between frames: what one that is raised has for a context, and the frames that it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import parting
from .errors import chain
from .isa import INTRINSICS, Op
from .special import reads_by_hand
from .trace import note
from .values.errors import fields_of, set_field
from .values.frames import AsyncGenerator, Frame, Owner

if TYPE_CHECKING:
    from .interp import Interpreter


def handled(vm: Interpreter, frame: Frame | None) -> BaseException | None:
    """The exception being handled: of the innermost HANDLED that holds one, else of the calling frames, else outside.

    Tasks that are left when `run` has raised are ended by `asyncio.run` inside of an `except` for that.
    """
    while frame is not None:
        error = frame.handled()
        if error is not None:
            return error
        frame = parting.beyond(frame) if parting.is_parted(frame) else frame.caller
    from . import ending  # which needs this module while it is loaded

    return ending.reason(vm)


def raise_in(vm: Interpreter, frame: Frame | None, error: BaseException, first: BaseException | None = None) -> None:
    """A new exception where `frame` stands: what is being handled there becomes its context, or that of the first
    one that led to it."""
    put_context(vm, error if first is None else first, handled(vm, frame))
    unwind(vm, frame, error)


def throw_in(vm: Interpreter, top: Frame, error: BaseException) -> None:
    """Go on with frames that await each other by an exception: it is raised in the innermost, past the others."""
    put_context(vm, error, top.handled())
    parting.part(vm, top)
    unwind(vm, top, error)


def put_context(vm: Interpreter, error: BaseException, handled: BaseException | None) -> None:
    """Chain the exception to what is being handled where it is raised."""
    cut = chain(error, handled)
    if cut is not None:
        vm.tracker.touch(cut)


def unwind(vm: Interpreter, frame: Frame | None, error: BaseException, *, again: bool = False) -> None:
    """Find the CATCH for an exception that is raised where `frame` stands, leaving frames on the way.

    `again`: it was caught there and goes on; as in CPython, its traceback has the line where that frame was left.
    """
    vm.tracker.touch(error)
    while frame is not None:
        if not frame.loaded.silent and not again:
            note(error, frame)
        again = False
        catch = frame.loaded.catches[frame.pc]
        if catch is not None:
            frame.pc, register = catch
            frame.registers[register] = error
            vm.frame = frame
            return
        caller, owner = vm.abandon(frame)
        if owner is not None and isinstance(error, StopIteration | StopAsyncIteration):
            error = escaped(owner, error)
        if vm.nested and vm.nested[-1].frame is frame:
            vm.end_nested(error=error)
            return
        parted = parting.is_parted(frame)
        frame = caller
        if parted and frame is not None:
            put_context(vm, error, frame.handled())
            parting.part(vm, frame)
        if isinstance(error, AttributeError) and frame is not None:
            _say_what_was_read(error, frame)
        if isinstance(error, StopIteration) and frame is not None and frame.loaded.operations[frame.pc] is Op.FOR:
            vm.frame = frame
            frame.pc = frame.loaded.targets[frame.pc]
            return
    vm.frame = None
    vm.scheduler.raised(vm, error)


def escaped(owner: Owner, error: BaseException) -> BaseException:
    """StopIteration must not leave a generator or coroutine: it would look like its end."""
    if isinstance(error, StopAsyncIteration) and type(owner) is not AsyncGenerator:
        return error
    word = "StopIteration" if isinstance(error, StopIteration) else "StopAsyncIteration"
    replaced = RuntimeError(f"{owner.word} raised {word}")
    replaced.__cause__ = error
    replaced.__context__ = error
    return replaced


def _say_what_was_read(error: AttributeError, frame: Frame) -> None:
    """As in CPython, an AttributeError that leaves a lookup gets its `name` and `obj`, if it has neither."""
    operands = frame.loaded.operands[frame.pc]
    match frame.loaded.operations[frame.pc]:
        case Op.ATTR_GET:
            _, place, name = operands
            value = frame.registers[place]
        case Op.INTRINSIC if INTRINSICS[operands[1]] == "attribute":
            value, name = (frame.registers[place] for place in operands[2])
            if frame.loaded.qualname == "call_attribute" and not reads_by_hand(value):
                return  # `x.name()` with a descriptor: CPython finds methods in another way, which says nothing
        case _:
            return
    if not any(field in ("name", "obj") for field, _ in fields_of(error)):
        set_field(error, "name", name)
        set_field(error, "obj", value)
