"""Futures, tasks and handles: the state of the event loop, which is state of the run.

They hold data; what moves them is `vm/scheduler.py`. The order of everything is asyncio's: a future's callbacks are
queued when it settles, a task makes one step a handle, and nothing but the ready queue wakes a fiber.

`asyncio.Future` and `asyncio.Task` are these classes, so they stand where natives are made. What a frame and a
coroutine are is the machine's affair.
"""

from __future__ import annotations

from typing import Any, Literal

from ..natives.services import Refusal, services

FutureState = Literal["pending", "finished", "cancelled"]


def _text_of(value: Any) -> str:
    serving = services.get(None)
    return f"<{type(value).__name__}>" if serving is None else serving.text_of(value)


class Request:
    """What the outside world was asked, by number. Its outcome settles the future that carries it."""

    __slots__ = ("args", "attempt", "began", "child", "due", "key", "kwargs", "number", "policy")

    def __init__(self, number: int, key: str, args: tuple[Any, ...], kwargs: dict[str, Any], attempt: int = 1) -> None:
        self.number = number
        self.key = key
        self.args = args
        self.kwargs = kwargs
        self.attempt = attempt
        self.policy = b""  # of an action: what the program says of it, as it travels (`policies.py`)
        self.began = 0  # with a policy: when it was asked
        self.due: int | None = None  # when the next attempt follows; None: one is under way, or due by the driver
        self.child: tuple[str, bytes, bool] | None = None  # of a run of another workflow: its id, its number, detached


class Future:
    """A result to come. `callbacks` are functions of the program, or tasks that wait here."""

    __slots__ = ("__weakref__", "anchor", "callbacks", "cancel_message", "error", "request", "state", "value")
    __waymark_awaitable__ = True  # for the checks of `stdlib/natives/contexts.py`

    def __init__(self) -> None:
        self.state: FutureState = "pending"
        self.value: Any = None
        self.error: BaseException | None = None
        self.cancel_message: Any = None
        self.callbacks: list[Any] = []
        self.request: Request | None = None
        self.anchor: Task | None = None  # of an open request: the task in whose `anchors` it is, None for the state's

    def __iter__(self) -> Any:
        raise Refusal("a workflow cannot go through a future, but by `await` and `yield from`")

    def __repr__(self) -> str:
        return _text_of(self)


class Gathering(Future):
    """What `asyncio.gather` gives. To cancel it is to cancel the children; it is done when the last one is."""

    __slots__ = ("cancel_requested", "children")

    def __init__(self, children: list[Any]) -> None:
        super().__init__()
        self.children = children
        self.cancel_requested = False


class Task(Future):
    """A coroutine under way: one fiber. `top` is its innermost frame while it waits; None before it begins.

    `anchors` are the open requests and pending timers that this task made: nobody else may hold them, yet the world
    will come back to them by number. They live in the task's page, so that a step of one fiber writes one page.
    """

    __slots__ = ("anchors", "cancels", "context", "coroutine", "must_cancel", "name", "number", "top", "waits_for")

    def __init__(self, coroutine: Any, number: int, name: str) -> None:
        super().__init__()
        self.coroutine: Any = coroutine  # a `Coroutine`; None when it is over
        self.number = number
        self.name = name
        self.top: Any = None  # a `Frame`
        self.waits_for: Future | None = None
        self.must_cancel = False
        self.cancels = 0
        self.anchors: list[Future | Handle] = []
        self.context: Any = None  # what its steps run in (`vm/contexts.py`); None while nothing was set in one


HandleKind = Literal["call", "init", "step", "wake"]


class Handle:
    """Something queued: a call of a program's function, a task's next step, or its waking by what it waits for.

    A timer is a handle with `when`; when it is due it goes to the ready queue.
    """

    __slots__ = ("anchor", "args", "cancelled", "context", "kind", "number", "target", "when")

    def __init__(self, kind: HandleKind, target: Any, args: tuple[Any, ...] = (), context: Any = None) -> None:
        self.kind: HandleKind = kind
        self.target = target
        self.args = args
        self.cancelled = False
        self.when: int | None = None  # microseconds, of a timer
        self.number = 0  # of a timer: ties run in the order of creation; negative: it was due
        self.anchor: Task | None = None  # of a pending timer: as of an open request
        self.context = context  # of a call: as of a task

    def __repr__(self) -> str:
        return _text_of(self)


class Loop:
    """What `get_running_loop()` gives. A run has one, and the state of the run is its state."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<_UnixSelectorEventLoop running=True closed=False debug=False>"


LOOP = Loop()


class Turn:
    """What `asyncio.sleep(0)` awaits: it gives way for one turn of the loop."""

    __slots__ = ()
    __waymark_awaitable__ = True


TURN = Turn()
# As CPython names them.
Future.__module__ = Task.__module__ = "_asyncio"
Gathering.__name__ = Gathering.__qualname__ = "_GatheringFuture"
Gathering.__module__ = "asyncio.tasks"
Handle.__module__ = "asyncio.events"
Loop.__name__ = Loop.__qualname__ = "_UnixSelectorEventLoop"
Loop.__module__ = "asyncio.unix_events"
