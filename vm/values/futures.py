"""Futures, tasks and handles: the state of the event loop, which is state of the run.

They hold data; what moves them is `vm/scheduler.py`. The order of everything is asyncio's: a future's callbacks are
queued when it settles, a task makes one step a handle, and nothing but the ready queue wakes a fiber.
"""

from __future__ import annotations

from typing import Any, Literal

from .frames import Coroutine, Frame

FutureState = Literal["pending", "finished", "cancelled"]


class Request:
    """What the outside world was asked, by number. Its outcome settles the future that carries it."""

    __slots__ = ("args", "attempt", "key", "kwargs", "number")

    def __init__(self, number: int, key: str, args: tuple[Any, ...], kwargs: dict[str, Any], attempt: int = 1) -> None:
        self.number = number
        self.key = key
        self.args = args
        self.kwargs = kwargs
        self.attempt = attempt


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


class Task(Future):
    """A coroutine under way: one fiber. `top` is its innermost frame while it waits; None before it begins.

    `anchors` are the open requests and pending timers that this task made: nobody else may hold them, yet the world
    will come back to them by number. They live in the task's page, so that a step of one fiber writes one page.
    """

    __slots__ = ("anchors", "cancels", "coroutine", "must_cancel", "name", "number", "top", "waits_for")

    def __init__(self, coroutine: Coroutine, number: int, name: str) -> None:
        super().__init__()
        self.coroutine: Coroutine | None = coroutine
        self.number = number
        self.name = name
        self.top: Frame | None = None
        self.waits_for: Future | None = None
        self.must_cancel = False
        self.cancels = 0
        self.anchors: list[Future | Handle] = []


HandleKind = Literal["call", "init", "step", "wake"]


class Handle:
    """Something queued: a call of a program's function, a task's next step, or its waking by what it waits for.

    A timer is a handle with `when`; when it is due it goes to the ready queue.
    """

    __slots__ = ("anchor", "args", "cancelled", "kind", "number", "target", "when")

    def __init__(self, kind: HandleKind, target: Any, args: tuple[Any, ...] = ()) -> None:
        self.kind: HandleKind = kind
        self.target = target
        self.args = args
        self.cancelled = False
        self.when: int | None = None  # microseconds, of a timer
        self.number = 0  # of a timer: ties run in the order of creation
        self.anchor: Task | None = None  # of a pending timer: as of an open request


class Turn:
    """What `asyncio.sleep(0)` awaits: it gives way for one turn of the loop."""

    __slots__ = ()
    __waymark_awaitable__ = True


TURN = Turn()
