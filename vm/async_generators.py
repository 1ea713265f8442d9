"""Async generators: `__anext__`, `asend`, `athrow` and `aclose` make an awaitable, whose frame resumes the generator's.

    await pages.__anext__()    frame of the one who awaits  <-  AsyncItem's frame (prelude)  <-  the generator's frame

A yield of the generator is what the awaitable's frame gets from `async_send`, and returns. An await of the generator is
one of the fiber, as everywhere. The state is CPython's: `busy` while an item is awaited, `closing` once it was closed
or has ended.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import protocol, raising
from .abandoned import note
from .errors import Thrown
from .generators import error_of
from .values.frames import AsyncEnd, AsyncGenerator, AsyncItem, Frame
from .values.functions import UNSET

if TYPE_CHECKING:
    from .interp import Interpreter

_RUNNING = "asynchronous generator is already running"


def _awaitable(vm: Interpreter, kind: type[AsyncItem] | type[AsyncEnd], export: str, *args: Any) -> Any:
    loaded = protocol.function(vm, export).loaded
    unset = [UNSET] * (loaded.function.registers - len(args))
    return kind(Frame(loaded, [*args, *unset]), export)


def next_item(vm: Interpreter, generator: AsyncGenerator) -> Any:
    return send(vm, generator, None)


def send(vm: Interpreter, generator: AsyncGenerator, value: Any) -> Any:
    note(vm, generator)
    return _awaitable(vm, AsyncItem, "async_generator.asend", generator, value)


def throw(vm: Interpreter, generator: AsyncGenerator, *args: Any) -> Any:
    note(vm, generator)
    return _awaitable(vm, AsyncEnd, "async_generator.athrow", generator, args)


def close(vm: Interpreter, generator: AsyncGenerator) -> Any:
    note(vm, generator)
    return _awaitable(vm, AsyncEnd, "async_generator.aclose", generator)


# --- what the awaitables call ---


def resume(vm: Interpreter, generator: AsyncGenerator, value: Any) -> Any:
    """The next item. UNSET: the generator's frame was entered, and delivers."""
    if generator.busy:
        raise Thrown(RuntimeError(f"anext(): {_RUNNING}"))
    if generator.frame is None:
        raise Thrown(StopAsyncIteration())
    if generator.state == "created":
        if value is not None:
            raise Thrown(TypeError("can't send non-None value to a just-started async generator"))
        vm.begin(generator)
    else:
        frame = vm.take_up(generator)
        vm.ticks -= 1
        vm.deliver(frame, value)
    generator.busy = True
    return UNSET


def begin_end(vm: Interpreter, generator: AsyncGenerator, word: str) -> bool:
    """Whether there is anything to throw into; `word` is `athrow` or `aclose`."""
    if generator.frame is None:
        return False
    if generator.busy:
        raise Thrown(RuntimeError(f"{word}(): {_RUNNING}"))
    if generator.closing:
        raise Thrown(StopAsyncIteration())
    generator.closing = word == "aclose"
    vm.tracker.touch(generator)
    return True


def throw_into(vm: Interpreter, generator: AsyncGenerator, args: tuple[Any, ...]) -> Any:
    """Raise an exception where the generator stands."""
    error = error_of(*args)
    if generator.frame is None:
        raise Thrown(error, fresh=False)
    if generator.state == "running":
        raise Thrown(ValueError("async generator already executing"))
    frame = vm.take_up(generator)
    generator.busy = True
    vm.ticks -= 1
    raising.put_context(vm, error, frame.handled())
    raising.unwind(vm, frame, error)
    return UNSET


SERVICES: dict[str, Callable[..., Any]] = {
    "async_send": resume,
    "async_begin_end": begin_end,
    "async_throw": throw_into,
}
