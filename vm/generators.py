"""Generators: resumed like a call, but on a frame that exists already, and left by a yield as well as by a return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import parting, raising
from .errors import HOST_CONDITIONS, Thrown, Uncatchable
from .isa import Op
from .special import ABSENT, find
from .surface import Fault
from .values.classes import class_info
from .values.frames import AsyncGenerator, Frame, Generator, Owner
from .values.functions import UNSET

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
    raising.put_context(vm, error, frame.handled())
    raising.unwind(vm, frame, error)


def hands_on(generator: Generator, args: tuple[Any, ...]) -> bool:
    """Whether what is thrown into the generator goes on to an iterator as it came, from a `yield from`.

    An exception that is made already goes the usual way: it is the same for whoever gets it.
    """
    frame = generator.frame
    if frame is None or generator.state != "suspended" or (len(args) == 1 and isinstance(args[0], BaseException)):
        return False
    catch = frame.loaded.catches[frame.pc]
    if catch is None:
        return False
    handler = catch[0] + 1  # behind HANDLED
    if frame.loaded.operations[handler] is not Op.NATIVE:
        return False
    _, key, places = frame.loaded.operands[handler]
    if key != "thrown_in/1":
        return False
    iterator = frame.registers[places[0]]
    if isinstance(iterator, Generator):  # where something is handled around it, that is the context of what is thrown
        return frame.handled() is None
    kind = type(iterator)
    return class_info(kind) is not None and any(find(kind, name) is not ABSENT for name in ("throw", "__getattr__"))


def error_of(kind: Any, value: Any = None, traceback: Any = None, /) -> BaseException:
    """What `throw(kind, value, traceback)` throws. What making it raises is thrown in its place."""
    if traceback is not None and type(traceback).__name__ != "traceback":
        raise TypeError("throw() third argument must be a traceback object")
    if isinstance(kind, BaseException):
        if value is not None:
            raise TypeError("instance exception may not have a separate value")
        return kind
    if not (isinstance(kind, type) and issubclass(kind, BaseException)):
        name = type(kind).__name__
        raise TypeError(f"exceptions must be classes or instances deriving from BaseException, not {name}")
    if isinstance(value, kind):
        return value
    try:
        made = kind(*(() if value is None else value if type(value) is tuple else (value,)))
    except (Thrown, Fault, Uncatchable, *HOST_CONDITIONS):
        raise
    except BaseException as error:
        error.__traceback__ = None
        return error
    if isinstance(made, BaseException):
        return made
    shown = f"calling {kind!r} should have returned an instance of BaseException, not {type(made).__name__}"
    return TypeError(shown)


def is_below(frame: Frame | None, owner: Owner) -> bool:
    """Whether a frame of the owner is under way in this chain."""
    while frame is not None:
        if frame.owner is owner:
            return True
        frame = frame.caller
    return False


def hand_out(vm: Interpreter, frame: Frame, value: Any) -> None:
    """The innermost frame is a generator's and hands a value to its resumer."""
    generator = frame.owner
    assert isinstance(generator, Generator | AsyncGenerator), "verified: only generators yield"
    generator.state = "suspended"
    if type(generator) is AsyncGenerator:
        generator.busy = False
    vm.tracker.touch(generator)  # it may have been resumed in an earlier slice
    caller, frame.caller = frame.caller, None
    if frame.then is not UNSET:  # only what an exception has entered gets one so
        frame.then = UNSET
        assert caller is not None, "a frame that is parted has a caller"
        parting.part(vm, caller)
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
