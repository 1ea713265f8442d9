"""What people want of runs beyond starting them: that they pause, begin later, end in time, or are tried once more.

Orders      the clients who ask for it in a world
OrderCheck  what the database must show of it, commit by commit
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any

from waymark.vm.surface import Instant

from ..model import ENDED, Batch, InboxKind, RunRef, Status, StoredRun
from ..ports import Unreachable
from .plan import MS, RunPlan

if TYPE_CHECKING:
    from .world import World

Calls = dict[int, int]


class Orders:
    def __init__(self, world: World) -> None:
        self._world = world

    async def pause(self, ref: RunRef, plan: RunPlan) -> None:
        """Pause it, and some time later resume it as often as it takes."""
        world, store = self._world, self._world.store
        assert plan.pause_us is not None
        await world.sleep(plan.pause_us)
        await self._ask("a pause", lambda: store.pause(ref))
        world.say("client", f"wants {ref.run} to be paused")
        await world.sleep(world.draw.randint(10 * MS, world.plan.span_us))
        while True:
            row = store.row(ref)
            if row is not None and row.status in ENDED and world.calm and not world.people.may_come_back(row):
                return
            if row is not None and row.status is Status.PAUSED:
                world.say("client", f"resumes {ref.run}, which is paused")
                await self._ask("a resume", lambda: store.resume(ref))
            await world.sleep(world.draw.randint(300 * MS, 900 * MS))

    async def retry(self, ref: RunRef) -> bool:
        """Whether it may come back."""
        return bool(await self._world.ask(lambda: self._world.store.retry(ref)))

    async def _ask(self, what: str, ask: Callable[[], Coroutine[Any, Any, object]]) -> None:
        try:
            await self._world.ask(ask)
        except Unreachable:
            self._world.say("client", f"does not know whether {what} arrived")


class OrderCheck:
    """Told of every commit. `fail` raises a Violation."""

    def __init__(self, fail: Callable[[bool, str, str], None]) -> None:
        self._hold = fail
        self._begins: dict[RunRef, Instant] = {}
        self.lossless = True  # no order that arrived was lost again, so far
        self.retried: Counter[RunRef] = Counter()  # how often
        self._cancelled: set[RunRef] = set()

    def ordered(self, batch: Batch, before: Mapping[RunRef, StoredRun], kinds: Mapping[RunRef, set[int]]) -> None:
        """`kinds`: of the entries that the batch consumes, by run."""
        for write in batch.runs:
            was, said = before[write.ref].status, kinds.get(write.ref, set())
            run = f"run {write.ref.run}"
            if InboxKind.CANCEL in said:
                self._cancelled.add(write.ref)
            if write.status is Status.PAUSED and was is not Status.PAUSED:
                paused = InboxKind.PAUSE in said or not self.lossless
                self._hold(paused, "paused by hand", f"{run} was {was.value}, and nobody paused it")
            if was is Status.PAUSED and write.status not in (Status.PAUSED, Status.PARKED):
                lifted = bool(said & {InboxKind.RESUME, InboxKind.CANCEL}) or not self.lossless
                self._hold(lifted, "paused by hand", f"{run} is {write.status.value}, and nobody resumed it")
            if was is Status.FAILED:
                wanted = InboxKind.RETRY in said or not self.lossless
                self._hold(wanted, "an end is final", f"{run} goes on, and nobody wanted that")
                self.retried[write.ref] += 1

    def dispatched(self, ref: RunRef, now: Instant) -> None:
        """`now`: of the engine, whose clock decides."""
        early_us = self._begins.get(ref, now) - now
        fine = early_us <= 0 or ref in self._cancelled  # who catches that goes on
        self._hold(fine, "not before its time", f"run {ref.run} has an action {early_us} us before it begins")

    def asks(self, row: StoredRun, was: StoredRun, known: Calls | None, asked: Calls) -> None:
        """`known`: what its state asked for before; None: nobody has looked."""
        run = f"run {row.ref.run}"
        if row.start_at is not None:
            self._begins[row.ref] = row.start_at
        if row.status is Status.PAUSED and was.status is Status.PAUSED and known is not None:
            new = asked.items() - known.items()
            self._hold(not new, "a paused run executes nothing", f"{run} asks for {new}")
