"""What a run has to do with others, and with whoever looks at it: child runs, its id, its status, policies of calls.

A child run is a request like an action's, whose outcome is that of the other run. It has a number of its own from the
start, which follows from the seed and from the request's: the same for whoever goes on with this run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from waymark.stdlib.values.failures import lines_of
from waymark.stdlib.values.policies import over
from waymark.stdlib.values.run_errors import WorkflowFailed

from . import futures
from .surface import OpenRun, SendRun, SetStatus, StartRun
from .values.frames import Coroutine
from .values.futures import Future, Request
from .wire_encode import Unencodable, check_value

if TYPE_CHECKING:
    from .interp import Interpreter

STATUS_CHARS_MAX = 1_000
KEY_BYTES_MAX = 1000  # as the stores have it
PRIORITY_MAX = (1 << 31) - 1

_CALL_ACTION = ("waymark.prelude.core", "call_action")
_POLICY = 3  # the register of its parameter


def give_policy(vm: Interpreter, awaitable: Any, policy: bytes) -> bool:
    """Put a policy over the one that the call of an action has. False: it is none, or it has begun."""
    if type(awaitable) is not Coroutine or awaitable.state != "created" or awaitable.frame is None:
        return False
    frame = awaitable.frame
    if (frame.loaded.module, frame.loaded.function.name) != _CALL_ACTION:
        return False
    if policy:
        vm.tracker.touch(awaitable)
        vm.tracker.touch(frame)
        frame.registers[_POLICY] = over(frame.registers[_POLICY], policy)
    return True


def start_run(
    vm: Interpreter,
    workflow: str,
    key: Any,
    detached: Any,
    priority: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> tuple[Future, str, bytes]:
    """Ask for a run of another workflow. It starts when the state that asks is durable."""
    _check_options(key, detached, priority)
    check_arguments(workflow, args, kwargs)
    state = vm.state
    number = state.next_request
    run = _number(state.seed, number, state.now)
    key = str(key) if key is not None else _shown(run)
    future = Future()
    future.request = Request(number, workflow, (), {})
    future.request.child = (key, run, detached)
    state.next_request += 1
    state.requests[number] = future
    futures.anchor(vm, future)
    vm.effects.append(StartRun(number, workflow, key, run, args, kwargs, detached, priority))
    return future, key, run


def tell_run(vm: Interpreter, workflow: str, key: str, run: bytes, topic: Any, value: Any) -> None:
    """Send a message to a run that this one has started; without a topic, ask it to stop."""
    if topic is None:
        if value is not None and not isinstance(value, str):
            raise TypeError(f"the reason of a cancel is a str, and this one is of type {type(value).__name__}")
        vm.effects.append(SendRun(workflow, key, run, None, "" if value is None else str(value)))
        return
    if not isinstance(topic, str):
        raise TypeError(f"a topic is a str, and this one is of type {type(topic).__name__}")
    try:
        check_value(value, "message")
    except Unencodable as refused:
        problem = str(refused)
    else:
        vm.effects.append(SendRun(workflow, key, run, str(topic), value))
        return
    raise TypeError(f"a message to the run {key!r} of {workflow!r} cannot be sent: {problem}")


def run_id(vm: Interpreter) -> str:
    return vm.run_id


def set_status(vm: Interpreter, text: Any) -> None:
    """What the run says of itself: shown from the next commit on."""
    if not isinstance(text, str):
        raise TypeError(f"the status of a run is a str, and this one is of type {type(text).__name__}")
    if len(text) > STATUS_CHARS_MAX:
        raise ValueError(f"the status of a run has at most {STATUS_CHARS_MAX} characters, and this has {len(text)}")
    vm.effects.append(SetStatus(str(text)))


def open_runs(requests: dict[int, Future], settled: set[int | str]) -> tuple[OpenRun, ...]:
    """The runs that were started and whose outcome has not come, by request."""
    found = []
    for number, future in sorted(requests.items()):
        asked = future.request
        if asked is not None and asked.child is not None and number not in settled:
            key, run, detached = asked.child
            found.append(OpenRun(number, asked.key, key, run, detached))
    return tuple(found)


def failed(asked: Request, error: BaseException) -> WorkflowFailed:
    """What this run gets when one that it has started failed. Made before the error is one of this run's own classes,
    since the text of those is the program's affair."""
    assert asked.child is not None
    return WorkflowFailed(asked.key, asked.child[0], error, lines_of(error))


# --- the parts ---


def _check_options(key: Any, detached: Any, priority: Any) -> None:
    if key is not None and not isinstance(key, str):
        raise TypeError(f"the id of a run is a str, and this one is of type {type(key).__name__}")
    if key is not None and not key:
        raise ValueError("the id of a run is a text that is not empty, such as 'order-7'")
    if key is not None and ("\0" in key or len(key.encode("utf-8", "surrogatepass")) > KEY_BYTES_MAX or _halved(key)):
        raise ValueError(f"the id of a run has at most {KEY_BYTES_MAX} bytes of UTF-8, and no NUL among them")
    if type(detached) is not bool:
        raise TypeError(f"detached=... is True or False, and this is of type {type(detached).__name__}")
    if isinstance(priority, bool) or not isinstance(priority, int):
        raise TypeError(f"priority=... takes an int, and this is of type {type(priority).__name__}")
    if abs(priority) > PRIORITY_MAX:
        raise ValueError("priority=... is an int of 32 bits")


def _halved(text: str) -> bool:
    """Whether it holds half a surrogate pair, which no database can store."""
    return any("\ud800" <= char <= "\udfff" for char in text)


def check_arguments(workflow: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Refuse, where the program can catch it, what cannot be sent to another run."""
    named = [*((f"argument {place}", value) for place, value in enumerate(args, 1))]
    named += [(f"argument `{name}`", value) for name, value in kwargs.items()]
    try:
        for name, value in named:
            check_value(value, name)
        return
    except Unencodable as refused:
        problem = str(refused)
    raise TypeError(f"the arguments of workflow {workflow} cannot be sent to it: {problem}")


def _number(seed: bytes, request: int, now: int) -> bytes:
    """A UUID of version 7: the time of the slice, and what follows from the seed."""
    drawn = hashlib.blake2b(request.to_bytes(8, "big"), digest_size=10, key=seed, person=b"child run").digest()
    number = (now // 1000 & (1 << 48) - 1) << 80 | int.from_bytes(drawn, "big")
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return number.to_bytes(16, "big")


def _shown(run: bytes) -> str:
    text = run.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


SERVICES: dict[str, Callable[..., Any]] = {
    "give_policy": give_policy,
    "start_run": start_run,
    "tell_run": tell_run,
    "run_id": run_id,
    "set_status": set_status,
}
