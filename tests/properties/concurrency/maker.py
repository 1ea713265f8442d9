"""The maker of concurrent programs: workers that spawn, await, cancel, lock and queue, in one program each.

What can be made is registered by the other files of this folder:

    @scene(weight=3)
    def turn(make: Maker) -> list[str]: ...

Worker `w2` calls, spawns and awaits only `w3` and later, so that no program goes on for ever and no task waits for one
that waits for it; anybody may cancel anybody. Everything said is said with the virtual time and the name of the task.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from ..programs.chance import Chance

MakeScene = Callable[["Maker"], list[str]]
SCENES: list[tuple[int, MakeScene]] = []
DELAYS = ("0", "0.1", "0.1", "0.2", "0.2", "0.3", "0.5", "1")
TOPICS = ("news", "orders")
DEPTH_MAX = 3


def scene(*, weight: int = 1) -> Callable[[MakeScene], MakeScene]:
    """Register what makes some statements."""

    def register(make: MakeScene) -> MakeScene:
        SCENES.append((weight, make))
        return make

    return register


class Maker:
    """Makes one program. `level` is the number of the worker whose body is being made, 0 that of `run`."""

    def __init__(self, random: Random, workers: int) -> None:
        self.chance = Chance(random)
        self.workers = workers
        self.level = 0
        self.depth = 0
        self.budget = 0
        self.made: set[str] = set()  # the scenes that the program has
        self._names = 0

    # --- small parts ---

    def fresh(self, stem: str) -> str:
        """A name that nothing else has."""
        self._names += 1
        return f"{stem}{self._names}"

    def number(self) -> int:
        return self.chance.below(10)

    def delay(self) -> str:
        return self.chance.pick(DELAYS)

    def shared(self, kind: str) -> str:
        """One of two locks, events, queues ... that all workers share."""
        return f"{kind}s[{self.chance.below(2)}]"

    # --- awaitables ---

    def has_workers(self) -> bool:
        return self.level < self.workers

    def later(self) -> int:
        return self.chance.between(self.level + 1, self.workers)

    def coroutine(self) -> str:
        """A call of a worker, of an action or of a sleep, not awaited yet."""
        chance = self.chance
        if self.has_workers() and chance.percent(65):
            return f"w{self.later()}({self.number()})"
        return chance.pick(
            (
                f"act({self.number()})",
                f"act({self.number()})",
                f"flaky({self.number()})",
                f"asyncio.sleep({self.delay()}, {self.number()})",
                f"failing({self.number()})",
                self.message(),
            )
        )

    def message(self) -> str:
        """A message, not awaited yet: mostly with a time in which it must come."""
        limit = self.chance.pick(("", f", {self.delay()}", f", timeout={self.delay()}", ", 5", ", -1"))
        return f"self.receive({self.chance.pick(TOPICS)!r}{limit})"

    def task(self) -> str:
        """A task that was spawned before and may be awaited here, or, if there is none, a future that is done."""
        return f"one({self.later()}, {self.number()})" if self.has_workers() else "one(-1, 0)"

    def any_task(self) -> str:
        """A task to be looked at or cancelled, not awaited."""
        chance = self.chance
        if chance.percent(8):
            return "asyncio.current_task()"
        level = chance.between(0 if chance.percent(20) else 1, self.workers)
        return f"one({level}, {self.number()})"

    def awaitable(self) -> str:
        """A coroutine, a task, or a future that somebody may settle."""
        chance = self.chance
        kind = chance.weighted(((6, "coroutine"), (3, "task"), (1, "future"), (1, "spawned")))
        if kind == "coroutine":
            return self.coroutine()
        if kind == "task":
            return self.task()
        return f"hand({self.number()})" if kind == "future" else f"spawn({self.coroutine()})"

    # --- statements ---

    def statements(self, most: int = 3) -> list[str]:
        lines: list[str] = []
        for _ in range(self.chance.between(1, most)):
            lines += self.statement()
        return lines

    def block(self, most: int = 3) -> list[str]:
        with self.deeper():
            return indented(self.statements(most))

    def statement(self) -> list[str]:
        self.budget -= 1
        if self.budget < 0 or self.depth >= DEPTH_MAX:
            return self.simple()
        make = self.chance.weighted(SCENES)
        self.made.add(make.__name__)
        return make(self)

    def simple(self) -> list[str]:
        """A statement without a block."""
        chance = self.chance
        return [
            chance.pick(
                (
                    f"say({self.number()})",
                    f"await act({self.number()})",
                    "await asyncio.sleep(0)",
                    f"await asyncio.sleep({self.delay()})",
                    f"say(await act({self.number()}))",
                )
            )
        ]

    @contextmanager
    def deeper(self) -> Iterator[None]:
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1

    def guarded(self, lines: list[str]) -> list[str]:
        """The lines; mostly, what leaves them is said and goes no further."""
        chance = self.chance
        if chance.percent(25):
            return lines
        if chance.percent(70):
            return ["try:", *indented(lines), "except Exception as error:", "    tell(error)"]
        last = chance.pick(("raise", "raise", "pass", "asyncio.current_task().uncancel()"))
        return ["try:", *indented(lines), "except BaseException as error:", "    tell(error)", f"    {last}"]


def indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]
