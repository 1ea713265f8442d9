"""The machine's own services, by the names in `isa.INTRINSICS`. Only prelude code calls them.

What they raise enters the program: they are called through `operate`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import (
    abandoned,
    async_generators,
    contexts,
    coroutines,
    futures,
    loop_services,
    mailboxes,
    protocol_services,
    runs,
)
from .isa import INTRINSICS
from .surface import StartAction
from .values.futures import TURN, Future, Request, Task, Turn
from .wire_encode import Unencodable, check_value, is_bare

if TYPE_CHECKING:
    from .interp import Interpreter


def request_action(
    vm: Interpreter, key: str, args: tuple[Any, ...], kwargs: dict[str, Any], policy: bytes = b""
) -> Future:
    """Ask the outside world to run an action. The effect leaves only after the state is durable."""
    check_arguments(key, args, kwargs)
    state = vm.state
    future = Future()
    asked = future.request = Request(state.next_request, key, args, kwargs)
    if policy:
        asked.policy, asked.began = policy, state.now
    state.next_request += 1
    state.requests[asked.number] = future
    futures.anchor(vm, future)
    vm.effects.append(StartAction(asked.number, key, args, kwargs, 1, policy, asked.began))
    return future


def check_arguments(key: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Refuse, where the program can catch it, what no driver could send to an action."""
    if all(map(is_bare, args)) and not kwargs:
        return
    named = [*((f"argument {place}", value) for place, value in enumerate(args, 1))]
    named += [(f"argument `{name}`", value) for name, value in kwargs.items()]
    try:
        for name, value in named:
            check_value(value, name)
        return
    except Unencodable as refused:
        problem = str(refused)
    raise TypeError(f"the arguments of action {key} cannot be sent to it: {problem}")


def turn(vm: Interpreter) -> Turn:
    return TURN


def current_task(vm: Interpreter) -> Task | None:
    return vm.state.current


def now(vm: Interpreter) -> int:
    return vm.state.now


SERVICES: dict[str, Callable[..., Any]] = {
    "request_action": request_action,
    "turn": turn,
    "current_task": current_task,
    "now": now,
    "hand_out": coroutines.hand_out,
    "may_delegate": coroutines.may_delegate,
    **abandoned.SERVICES,
    **async_generators.SERVICES,
    **contexts.SERVICES,
    **loop_services.SERVICES,
    **mailboxes.SERVICES,
    **protocol_services.SERVICES,
    **runs.SERVICES,
}
assert set(SERVICES) == set(INTRINSICS), "every intrinsic has exactly one service"
