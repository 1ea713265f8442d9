"""Generators that nobody will go on with: closed where the compiler asks, and the rest of them at the end of the run.

CPython closes one when its reference count comes to zero. Here a generator is abandoned if a snapshot taken now would
not hold it: what a machine has in memory beside that (registers of the past, pages of the last commit) differs from
machine to machine, and must not decide.

`State.generators` has those whose end can be noticed, in the order in which they began.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import protocol
from .surface import Log
from .values.frames import AsyncGenerator, Generator
from .values.functions import UNSET
from .values.futures import Handle

if TYPE_CHECKING:
    from .interp import Interpreter


def note(vm: Interpreter, generator: Generator | AsyncGenerator) -> None:
    """It has begun."""
    if generator.number == 0 and generator.frame is not None:
        state = vm.state
        generator.number = state.next_generator
        state.next_generator += 1
        state.generators[generator.number] = generator
        vm.tracker.touch(generator)


def guard(vm: Interpreter) -> None:
    """The generator that calls this, by prelude code, wants to be closed."""
    frame = None if vm.frame is None else vm.frame.caller
    if frame is not None and type(frame.owner) is Generator:
        note(vm, frame.owner)


def abandon(vm: Interpreter, value: Any) -> Any:
    """Close a generator that nothing refers to. UNSET: a frame was entered, and delivers."""
    if not isinstance(value, Generator | AsyncGenerator) or value.number not in vm.state.generators:
        return None
    frame = vm.frame  # of the prelude's function that asks
    assert frame is not None
    if value.state != "suspended" or vm.nested or vm.tracker.reaches(vm.state, frame.caller, value):
        return None
    return close(vm, value)


def close(vm: Interpreter, generator: Generator | AsyncGenerator) -> Any:
    vm.state.generators.pop(generator.number, None)
    if type(generator) is Generator:
        protocol.enter(vm, "generator.end", generator)
        return UNSET
    # As the loop's hook does: a task closes it, some turns later.
    vm.state.ready.append(Handle("call", protocol.function(vm, "async_generator.end"), (generator,)))
    return None


def ignored(vm: Interpreter, generator: Generator, error: BaseException) -> None:
    """What an abandoned generator raises while it is closed is told, and goes no further."""
    text = f"Exception ignored in: <generator object {generator.name}>: {type(error).__name__}: {error}"
    vm.effects.append(Log("error", text))


SERVICES: dict[str, Callable[..., Any]] = {"guard": guard, "abandon": abandon, "ignored": ignored}
