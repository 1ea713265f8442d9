"""Where a stored run stands, as plain values: each fiber with its lines, its variables, and what it waits for.

Read from the snapshot alone: nothing runs, nothing of the program is called, and no engine has to be there.
`vm/inspection.py` shows the same to those who work on Waymark itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import msgspec

from . import futures, mailboxes
from .showing import Show
from .snapshot import restore
from .snapshot.paths import variables_of
from .state import State
from .static_classes import ready_unit
from .statics import Statics
from .surface import Instant, PageId
from .trace import line_of
from .unit import Unit
from .values.frames import Frame
from .values.futures import Future, Request, Task

# Before the dot of names that the compiler makes up, such as `held.0`.
MADE_UP = frozenset(
    "base broke chosen decorator error exc finished genexpr handling header held item items iterator lambda old raised "
    "result self subject value".split()
)


class Line(msgspec.Struct, frozen=True):
    """A call that has not returned: where it stands, and the variables that it still needs, as text."""

    file: str
    line: int
    function: str
    locals: dict[str, str]


class Fiber(msgspec.Struct, frozen=True):
    """A task of the run. `lines` are the program's, the innermost first.

    `since`: the run's last step, so it waits at least as long as that; a run with one fiber, exactly so long.
    """

    number: int
    name: str
    main: bool
    awaits: str
    since: Instant
    lines: tuple[Line, ...]


class OpenCall(msgspec.Struct, frozen=True):
    """A call of an action that has no outcome yet."""

    request: int
    action: str
    arguments: str
    attempt: int


class Standing(msgspec.Struct, frozen=True):
    """A whole run. `now` is its own time, at its last step."""

    workflow: str
    now: Instant
    fibers: tuple[Fiber, ...]
    calls: tuple[OpenCall, ...]
    topics: tuple[str, ...]  # of which it waits for a message
    next_at: Instant | None  # when its next timer is due


def standing(load_unit: Callable[[bytes], Unit], root: bytes, load_page: Callable[[PageId], bytes]) -> Standing:
    """What a stored run says of itself. Raises `BadSnapshot`, as restoring it does."""
    state, _ = restore(Statics(partial(ready_unit, load_unit)), root, load_page)
    tasks = list(state.tasks.values())
    if state.main is not None and state.main not in tasks:
        tasks.insert(0, state.main)
    show = Show()
    [_fiber(task, state, show) for task in tasks]
    show.again()
    calls = [_call(future.request, show) for _, future in sorted(state.requests.items()) if future.request is not None]
    due = [when for when, _, handle in state.timers if not handle.cancelled]
    return Standing(
        workflow=state.workflow,
        now=state.now,
        fibers=tuple(_fiber(task, state, show) for task in tasks),
        calls=tuple(calls),
        topics=tuple(mailboxes.waited_for(state)),
        next_at=min(due, default=None),
    )


def _fiber(task: Task, state: State, show: Show) -> Fiber:
    running = task is state.current
    top = state.frame if running else task.top
    if top is None and task.coroutine is not None:
        top = task.coroutine.frame
    return Fiber(
        number=task.number,
        name=task.name,
        main=task is state.main,
        awaits="nothing: it goes on by itself" if running else _awaited(task, state, show),
        since=state.now,
        lines=tuple(_lines(top, show, state)),
    )


def _lines(frame: Frame | None, show: Show, state: State) -> Iterator[Line]:
    """Those of the program and of the modules that it uses: what is in the library is no place of the user's."""
    while frame is not None:
        at = line_of(frame)
        if not at.source.startswith("<") and not _is_entry(frame, state):
            yield Line(at.source, at.line, at.function, dict(_locals(frame, show)))
        frame = frame.caller


def _is_entry(frame: Frame, state: State) -> bool:
    """Whether this is what makes the object and awaits its `run`: a call that stands in no source."""
    unit, at = frame.loaded.unit, (frame.loaded.index, frame.loaded.qualname)
    entries = ((each.function, each.qualname) for each in unit.unit.workflows if each.name == state.workflow)
    return unit.code_hash == state.unit and at in entries


def _locals(frame: Frame, show: Show) -> Iterator[tuple[str, str]]:
    """Without what only the compiler has a name for; a variable that it renamed has its own name again."""
    for name, value in variables_of(frame):
        own, dot, _ = name.partition(".")
        if not name.startswith("register ") and not (dot and own in MADE_UP):
            yield own, show.value(value)


def _awaited(task: Task, state: State, show: Show) -> str:
    waits_for = task.waits_for
    if waits_for is None:
        return "nothing: it goes on by itself"
    if isinstance(waits_for, Task):
        return f"task {waits_for.number} {waits_for.name}"
    if (asked := waits_for.request) is not None:
        call = _call(asked, show)
        return f"action {call.action}({call.arguments}), attempt {call.attempt}"
    if (topic := _topic(waits_for, state)) is not None:
        return f"a message {topic!r}"
    for when, _, handle in state.timers:
        if not handle.cancelled and any(arg is waits_for for arg in handle.args or ()):
            return f"a timer at {when}"
    children = getattr(waits_for, "children", None)
    if children:
        return f"{sum(not futures.done(child) for child in children)} of {len(children)} that are gathered"
    return "a future"


def _topic(waits_for: Future, state: State) -> str | None:
    for topic, box in state.modules.get(mailboxes.MODULE, {}).items():
        if any(each is waits_for for each in box["waiting"]):
            return topic
    return None


def _call(asked: Request, show: Show) -> OpenCall:
    args = [*map(show.value, asked.args), *(f"{name}={show.value(value)}" for name, value in asked.kwargs.items())]
    return OpenCall(asked.number, asked.key, ", ".join(args), asked.attempt)
