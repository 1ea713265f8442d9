"""What runs, and what it waits for, built again: frames, those that own them, futures, tasks, handles, requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..results import FINISHES
from ..values.frames import AsyncEnd, AsyncGenerator, AsyncItem, Coroutine, Frame, Generator
from ..values.functions import UNSET
from ..values.futures import Future, Gathering, Handle, Request, Task
from . import format as tag
from .checks import Values, code, counted, expect, one_of, own_list

_NONE = type(None)
_OWNER_STATES = ("created", "running", "suspended", "closed")
_FUTURE_STATES = ("pending", "finished", "cancelled")
_HANDLE_KINDS = ("call", "init", "step", "wake")


def _fill_frame(made: Frame, values: Values) -> None:
    unit, index, pc, caller, owner, then, *kept = values
    loaded = code(unit, index)
    live = loaded.live.get(pc) if type(pc) is int else None
    if live is None or len(live) != len(kept):
        raise ValueError(f"a frame of {loaded.qualname} stands where none can, or with {len(kept)} registers")
    registers = [UNSET] * loaded.function.registers
    for register, value in zip(live, kept, strict=True):
        registers[register] = value
    made.__init__(loaded, registers)  # type: ignore[misc]
    made.pc = pc
    made.caller = expect(caller, Frame, _NONE)
    made.owner = expect(owner, Coroutine, Generator, AsyncGenerator, _NONE)
    if then is not UNSET and not (type(then) is tuple and then and then[0] in FINISHES):
        raise ValueError("nothing can be made of what a frame returns")
    made.then = then


def _fill_coroutine(made: Coroutine, values: Values) -> None:
    *owner, top, waits_for = values
    _fill_owner(made, owner)
    made.top = expect(top, Frame, _NONE)
    made.waits_for = expect(waits_for, Future, _NONE)
    if (made.top is not None) != (made.state == "suspended"):
        raise ValueError("a coroutine is suspended where its innermost frame stands")


def _fill_generator(made: Generator, values: Values) -> None:
    _fill_owner(made, values[:3])
    number, *awaitable = values[3:]
    made.number = expect(number, int)
    made.awaitable = awaitable == [True]


def _fill_async_generator(made: AsyncGenerator, values: Values) -> None:
    *owner, busy, closing, number = values
    _fill_owner(made, owner)
    made.busy, made.closing = expect(busy, bool), expect(closing, bool)
    made.number = expect(number, int)


def _fill_owner(made: Coroutine | Generator | AsyncGenerator, values: Values) -> None:
    name, state, frame = values
    if type(name) is tuple and len(name) == 2:
        name, called = name
        made.called = expect(called, str)
    else:
        made.called = None
    made.name = expect(name, str)
    made.state = one_of(state, _OWNER_STATES)
    made.frame = expect(frame, Frame, _NONE)


def _fill_outcome(made: Future, values: Values) -> None:
    state, made.value, error, made.cancel_message, request = values
    made.state = one_of(state, _FUTURE_STATES)
    made.error = expect(error, BaseException, _NONE)
    made.request = expect(request, Request, _NONE)


def _fill_future(made: Future, values: Values) -> None:
    _fill_outcome(made, values[:5])
    made.callbacks = own_list(values[5:])


def _fill_gathering(made: Gathering, values: Values) -> None:
    cancel_requested, children = values[5:7]
    Gathering.__init__(made, expect(children, list))
    _fill_outcome(made, values[:5])
    made.cancel_requested = expect(cancel_requested, bool)
    made.callbacks = own_list(counted(values, 7)[0])


def _fill_task(made: Task, values: Values) -> None:
    number, name, coroutine, top, waits_for, must_cancel, cancels = values[:7]
    Future.__init__(made)
    made.context = None
    made.number = expect(number, int)
    made.name = expect(name, str)
    made.coroutine = expect(coroutine, Coroutine, _NONE)
    made.top = expect(top, Frame, _NONE)
    made.waits_for = expect(waits_for, Future, _NONE)
    made.must_cancel = expect(must_cancel, bool)
    made.cancels = expect(cancels, int)
    _fill_outcome(made, values[7:12])
    callbacks, at = counted(values, 12)
    made.callbacks, made.anchors = own_list(callbacks), own_list(values[at:])


def _fill_task_in_context(made: Task, values: Values) -> None:
    _fill_task(made, values[1:])
    made.context = values[0]


def _fill_handle(made: Handle, values: Values) -> None:
    kind, target, args, cancelled, when, number, *context = values
    made.__init__(one_of(kind, _HANDLE_KINDS), target, expect(args, tuple))  # type: ignore[misc]
    if made.kind in ("step", "wake"):
        expect(target, Task)
    made.cancelled = expect(cancelled, bool)
    made.when = expect(when, int, _NONE)
    made.number = expect(number, int)
    if context:
        (made.context,) = context


def _fill_request(made: Request, values: Values) -> None:
    number, key, attempt, args, kwargs, *said = values
    made.__init__(  # type: ignore[misc]
        expect(number, int), expect(key, str), expect(args, tuple), expect(kwargs, dict), expect(attempt, int)
    )
    if said:
        policy, began, due, child = said
        made.policy, made.began = expect(policy, bytes), expect(began, int)
        made.due = expect(due, int, _NONE)
        made.child = None if child is None else _child_of(expect(child, tuple))


def _child_of(child: tuple[object, ...]) -> tuple[str, bytes, bool]:
    key, run, detached = child
    if type(key) is not str or type(run) is not bytes or len(run) != 16 or type(detached) is not bool:
        raise ValueError("a child run has an id, a number of 16 bytes, and whether it is detached")
    return key, run, detached


BARE: dict[int, type] = {
    tag.FRAME: Frame,
    tag.COROUTINE: Coroutine,
    tag.ASYNC_ITEM: AsyncItem,
    tag.ASYNC_END: AsyncEnd,
    tag.ASYNC_GENERATOR: AsyncGenerator,
    tag.GENERATOR: Generator,
    tag.TASK: Task,
    tag.IN_CONTEXT: Task,
    tag.GATHERING: Gathering,
    tag.HANDLE: Handle,
    tag.REQUEST: Request,
}
FILLS: dict[int, Callable[[Any, Values], None]] = {
    tag.FRAME: _fill_frame,
    tag.COROUTINE: _fill_coroutine,
    tag.ASYNC_ITEM: _fill_coroutine,
    tag.ASYNC_END: _fill_coroutine,
    tag.ASYNC_GENERATOR: _fill_async_generator,
    tag.GENERATOR: _fill_generator,
    tag.FUTURE: _fill_future,
    tag.TASK: _fill_task,
    tag.IN_CONTEXT: _fill_task_in_context,
    tag.GATHERING: _fill_gathering,
    tag.HANDLE: _fill_handle,
    tag.REQUEST: _fill_request,
}
