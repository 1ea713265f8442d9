"""A snapshot as text, for people: every fiber, with its frames, their lines and their variables, and what is to come.

    workflow checkout of unit 24f315e9b33d, 2 pages
      now        2026-11-21T16:28:58.000000Z
    task 1 Task-1, the main one, waits for request 2: shop:charge(7), attempt 1
      run  shop.py:14, at 39
        order    {'id': 7}
        number   3

Nothing runs, and nothing of the program is called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from .showing import Show, place
from .snapshot import restore
from .snapshot.paths import variables_of
from .state import State
from .static_classes import ready_unit
from .statics import Statics
from .surface import PageId, Raised
from .unit import Unit
from .values.frames import Frame
from .values.futures import Future, Handle, Request, Task

SHORT_HASH = 12  # hex digits


def inspect(load_unit: Callable[[bytes], Unit], root: bytes, load_page: Callable[[PageId], bytes]) -> str:
    """What a stored run holds. Raises `BadSnapshot`, as restoring it does."""
    state, tracker = restore(Statics(partial(ready_unit, load_unit)), root, load_page)
    show = Show()
    list(_lines(state, tracker.page_count, show))
    show.again()
    return "\n".join(_lines(state, tracker.page_count, show)) + "\n"


def _lines(state: State, pages: int, show: Show) -> Iterator[str]:
    stored = f"{pages} page{'s' * (pages != 1)}" if pages else "plain"
    yield f"workflow {state.workflow} of unit {state.unit.hex()[:SHORT_HASH]}, {stored}"
    yield f"  now        {_instant(state.now)}"
    yield f"  next       request {state.next_request}, timer {state.next_timer}, task {state.next_task}"
    if state.draws:
        yield f"  random     {state.draws} drawn"
    tasks = list(state.tasks.values())
    if state.main is not None and state.main not in tasks:
        tasks.insert(0, state.main)
    for task in tasks:
        yield from _task(task, state, show)
    if state.frame is not None and state.current is None:
        yield "callback, cut short"
        yield from _frames(state.frame, show)
    for handle in state.ready:
        yield f"ready: {_handle(handle, show)}"
    for number, outcome in state.arrivals:
        came = f"raises {show.value(outcome.error)}" if isinstance(outcome, Raised) else show.value(outcome.value)
        kind = "message" if isinstance(number, str) else "request" if number else "cancel"
        yield f"arrived: {kind} {number} {came}"
    for when, number, handle in sorted(state.timers, key=lambda timer: timer[:2]):
        yield f"timer {number} at {_instant(when)}: {_handle(handle, show)}"
    for number, future in sorted(state.requests.items()):
        asked = future.request
        assert asked is not None
        yield f"request {number}: {_asked(asked, show)}"
    for name, variables in sorted(state.modules.items()):
        yield f"module {name}"
        for variable, value in variables.items():
            yield f"    {variable} = {show.value(value)}"


def _task(task: Task, state: State, show: Show) -> Iterator[str]:
    main = ", the main one" if task is state.main else ""
    running = task is state.current
    waiting = f", waits for {_awaited(task.waits_for)}" if task.waits_for is not None else ""
    doing = "running, cut short" if running else task.state
    asked_to_stop = ", asked to stop" if task.must_cancel else ""
    yield f"task {task.number} {task.name}{main}, {doing}{waiting}{asked_to_stop}"
    top = state.frame if running else task.top
    if top is None and task.coroutine is not None:
        top = task.coroutine.frame
    yield from _frames(top, show)
    if task.state == "finished":
        yield f"    came to {show.value(task.value) if task.error is None else show.value(task.error)}"


def _frames(frame: Frame | None, show: Show) -> Iterator[str]:
    """The innermost first."""
    while frame is not None:
        yield f"  {frame.loaded.qualname}  {place(frame)}, at {frame.pc}"
        for name, value in variables_of(frame):
            yield f"    {name} = {show.value(value)}"
        frame = frame.caller


def _awaited(future: Future) -> str:
    if isinstance(future, Task):
        return f"task {future.number}"
    return f"request {future.request.number}" if future.request is not None else f"a future, {future.state}"


def _asked(asked: Request, show: Show) -> str:
    args = [*map(show.value, asked.args), *(f"{name}={show.value(value)}" for name, value in asked.kwargs.items())]
    return f"{asked.key}({', '.join(args)}), attempt {asked.attempt}"


def _handle(handle: Handle, show: Show) -> str:
    if handle.kind in ("step", "wake"):
        return f"{handle.kind} of task {handle.target.number}"
    called = f"{show.value(handle.target)}({', '.join(map(show.value, handle.args))})"
    return f"{called}, cancelled" if handle.cancelled else called


def _instant(microseconds: int) -> str:
    try:
        return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds):%Y-%m-%dT%H:%M:%S.%fZ}"
    except OverflowError:
        return f"{microseconds} us"
