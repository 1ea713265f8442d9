"""asyncio itself with a clock that jumps, and nothing left to chance: the loop of CPython's side of a comparison.

The clock moves on by a nanosecond each time it is read, so that what is asked for later is later. What asyncio leaves
to its heap or to the addresses of objects is done as the machine does it, as docs/LANGUAGE.md promises:

- timers whose times differ by less than the clock can mean are due together, in the order of their creation;
- the sets of tasks that asyncio keeps (of a group, of `wait`, of all tasks at the end) have the order of insertion;
- tasks are named from `Task-1`, in each run anew.

What failed and was not asked about is kept until the end, where it is told of. A program that sets an exception handler
is told as CPython does it: when nothing refers to the future any more.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any

MEANT = 1e-4  # seconds: what programs of tests say is a multiple of it; less is the clock's nanoseconds


class VirtualLoop(asyncio.SelectorEventLoop):
    """Never sleeps: when nothing is ready, it is the time of the next timer."""

    def __init__(self) -> None:
        super().__init__()
        self.instant = 0.0
        self._made: list[weakref.ref[asyncio.Task[Any]]] = []
        self._kept: list[asyncio.Future[Any]] = []
        self._clock_resolution = MEANT / 2
        self._timers_made = 0

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        """Who wants to know says so in a class of its own."""

    def set_exception_handler(self, handler: Any) -> None:
        super().set_exception_handler(handler)
        self._kept.clear()

    def keep(self, future: asyncio.Future[Any]) -> None:
        if self.get_exception_handler() is None:
            self._kept.append(future)

    def create_future(self) -> asyncio.Future[Any]:
        future = super().create_future()
        self.keep(future)
        return future

    @property
    def made(self) -> list[asyncio.Task[Any]]:
        """The tasks that there are, in the order of their creation."""
        return [task for task in (made() for made in self._made) if task is not None]

    def tell_of_failed(self) -> None:
        """The run is over: of what nobody has asked about."""
        for future in dict.fromkeys([*self.made, *self._kept]):
            if future.done() and future._log_traceback:  # type: ignore[attr-defined]
                error = future.exception()
                message = f"{type(future).__name__} exception was never retrieved"
                self.call_exception_handler({"message": message, "exception": error, "future": future})

    def time(self) -> float:
        self.instant += 1e-9
        return self.instant

    def call_at(
        self, when: float, callback: Callable[..., object], *args: Any, context: Any = None
    ) -> asyncio.TimerHandle:
        if when is None:
            raise TypeError("when cannot be None")
        self._timers_made += 1
        timer = _Timer(when, callback, args, self, context)
        timer.number = self._timers_made
        heapq.heappush(self._scheduled, timer)  # type: ignore[attr-defined]
        timer._scheduled = True  # type: ignore[attr-defined]
        return timer

    def create_task(self, coro: Any, *, name: object = None, context: Any = None, **options: Any) -> asyncio.Task[Any]:
        name = f"Task-{len(self._made) + 1}" if name is None else name
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=self, name=name, context=context, **options)
        self._made.append(weakref.ref(task))
        self.keep(task)
        return task

    def has_timer(self) -> bool:
        return any(not timer.cancelled() for timer in self._scheduled)  # type: ignore[attr-defined]

    def is_due(self) -> bool:
        """Whether the time of the next timer has come."""
        return any(when < self.instant + self._clock_resolution for when in self._times())

    def jump(self) -> None:
        """Let the time of the next timer come."""
        self.instant = max(self.instant, min(self._times(), default=self.instant))

    def _times(self) -> list[float]:
        return [timer.when() for timer in self._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]

    def _run_once(self) -> None:
        if not self._ready:  # type: ignore[attr-defined]
            self.jump()
        super()._run_once()  # type: ignore[misc]


class _Timer(asyncio.TimerHandle):
    number: int

    def __lt__(self, other: object) -> bool:
        assert isinstance(other, _Timer)
        return (round(self.when() / MEANT), self.number) < (round(other.when() / MEANT), other.number)


class OrderedSet(set[Any]):
    """A set whose order is that of insertion, as the machine's are."""

    def __init__(self, items: Iterable[Any] = ()) -> None:
        super().__init__()
        self._items: dict[Any, None] = {}
        for item in items:
            self.add(item)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __repr__(self) -> str:
        return f"{{{', '.join(map(repr, self))}}}" if self else "set()"

    def add(self, item: Any) -> None:
        super().add(item)
        self._items[item] = None

    def discard(self, item: Any) -> None:
        super().discard(item)
        self._items.pop(item, None)

    def remove(self, item: Any) -> None:
        super().remove(item)
        del self._items[item]

    def pop(self) -> Any:
        item = next(iter(self._items), None)
        if not self._items:
            raise KeyError("pop from an empty set")
        self.remove(item)
        return item

    def clear(self) -> None:
        super().clear()
        self._items.clear()


class _Gathering(asyncio.tasks._GatheringFuture):  # type: ignore[name-defined,misc]
    def __init__(self, children: list[asyncio.Future[Any]], *, loop: VirtualLoop) -> None:
        super().__init__(children, loop=loop)
        loop.keep(self)


_Gathering.__name__ = _Gathering.__qualname__ = "_GatheringFuture"
_Gathering.__module__ = "asyncio.tasks"
OrderedSet.__name__ = OrderedSet.__qualname__ = "set"  # by which a program may show it


def _all_tasks(loop: asyncio.AbstractEventLoop | None = None) -> OrderedSet:
    loop = asyncio.get_running_loop() if loop is None else loop
    assert isinstance(loop, VirtualLoop)
    return OrderedSet(task for task in loop.made if not task.done())


@contextlib.contextmanager
def in_order() -> Iterator[None]:
    """Give asyncio's modules sets that have an order, as long as this lasts."""
    real, gathering = asyncio.tasks.all_tasks, asyncio.tasks._GatheringFuture  # type: ignore[attr-defined]
    vars(asyncio.tasks)["_GatheringFuture"] = _Gathering
    for module in (asyncio.tasks, asyncio.taskgroups):
        vars(module)["set"] = OrderedSet
    for holder in (asyncio.tasks, asyncio):
        vars(holder)["all_tasks"] = _all_tasks
    try:
        yield
    finally:
        vars(asyncio.tasks)["_GatheringFuture"] = gathering
        for holder in (asyncio.tasks, asyncio):
            vars(holder)["all_tasks"] = real
        for module in (asyncio.tasks, asyncio.taskgroups):
            del vars(module)["set"]
