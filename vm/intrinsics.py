"""The machine's own services, by the names in `isa.INTRINSICS`. Only prelude code calls them.

What they raise enters the program: they are called through `operate`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import abandoned, async_generators, coroutines, futures, protocol_services, timers
from .isa import INTRINSICS
from .surface import StartAction
from .values.frames import Coroutine
from .values.futures import TURN, Future, Handle, Request, Task, Turn
from .wire_encode import Unencodable, check_value

if TYPE_CHECKING:
    from .interp import Interpreter

MICROSECONDS = 1_000_000
INSTANT_MAX = (1 << 62) - 1  # "never": of a timer after an infinite time


def request_action(vm: Interpreter, key: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Future:
    """Ask the outside world to run an action. The effect leaves only after the state is durable."""
    check_arguments(key, args, kwargs)
    state = vm.state
    future = Future()
    future.request = Request(state.next_request, key, args, kwargs)
    state.next_request += 1
    state.requests[future.request.number] = future
    futures.anchor(vm, future)
    vm.effects.append(StartAction(future.request.number, key, args, kwargs))
    return future


def check_arguments(key: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Refuse, where the program can catch it, what no driver could send to an action."""
    named = [*((f"argument {place}", value) for place, value in enumerate(args, 1))]
    named += [(f"argument `{name}`", value) for name, value in kwargs.items()]
    try:
        for name, value in named:
            check_value(value, name)
        return
    except Unencodable as refused:
        problem = str(refused)
    raise TypeError(f"the arguments of action {key} cannot be sent to it: {problem}")


def new_future(vm: Interpreter) -> Future:
    return Future()


def new_task(vm: Interpreter, coroutine: Any, name: str | None = None) -> Task:
    if not isinstance(coroutine, Coroutine):
        raise TypeError(f"a coroutine was expected, got {coroutine!r}")
    return vm.scheduler.start_task(vm, coroutine, name)


def call_soon(vm: Interpreter, function: Any, args: tuple[Any, ...]) -> Handle:
    handle = Handle("call", function, tuple(args))
    vm.state.ready.append(handle)
    return handle


def call_at(vm: Interpreter, when: float, function: Any, args: tuple[Any, ...]) -> Handle:
    if when != when:
        raise ValueError("Invalid delay: NaN (not a number)")
    instant = round(when * MICROSECONDS) if when < INSTANT_MAX / MICROSECONDS else INSTANT_MAX
    return timers.call_at(vm, instant, function, tuple(args))


def time(vm: Interpreter) -> float:
    return vm.state.now / MICROSECONDS


def turn(vm: Interpreter) -> Turn:
    return TURN


def current_task(vm: Interpreter) -> Task | None:
    return vm.state.current


def now(vm: Interpreter) -> int:
    return vm.state.now


SERVICES: dict[str, Callable[..., Any]] = {
    "request_action": request_action,
    "future": new_future,
    "task": new_task,
    "call_soon": call_soon,
    "call_at": call_at,
    "time": time,
    "turn": turn,
    "current_task": current_task,
    "now": now,
    "hand_out": coroutines.hand_out,
    **abandoned.SERVICES,
    **async_generators.SERVICES,
    **protocol_services.SERVICES,
}
assert set(SERVICES) == set(INTRINSICS), "every intrinsic has exactly one service"
