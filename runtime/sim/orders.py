"""What people want of runs beyond starting them: that they pause, begin later, end in time, or are tried once more.

Orders      the clients who ask for it in a world
OrderCheck  what the database must show of it, commit by commit
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any

from waymark.vm.surface import Instant

from ..engine.events import Dispatch
from ..engine.slices import OVERDUE
from ..engine.timing import OVERDUE_PAGE
from ..model import ENDED, Batch, InboxKind, RunRef, RunWrite, Status, StoredRun
from ..ports import Unreachable
from .plan import MS, SECOND, RunPlan
from .steps import AGAIN, read_state

if TYPE_CHECKING:
    from .world import World

Calls = dict[int, int]

STILL = frozenset({Status.PAUSED, Status.PARKED, Status.FAILED})
SLACK_US = 6 * SECOND  # between an order and the commit that says so


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
        self.exact = True  # nobody sets clocks
        self.still_us: Counter[RunRef] = Counter()  # how long nobody could execute it
        self._since: dict[RunRef, Instant] = {}
        self.lossless = True  # no order that arrived was lost again, so far
        self.retried: Counter[RunRef] = Counter()  # how often
        self._cancelled: set[RunRef] = set()
        self._dues: dict[tuple[RunRef, int, int], Instant] = {}  # durable: when an attempt is due, and not before

    def failed_over(self) -> None:
        self.lossless = False
        self._dues.clear()

    def ordered(
        self, batch: Batch, before: Mapping[RunRef, StoredRun], kinds: Mapping[RunRef, set[int]], now: Instant
    ) -> None:
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
            self._time_of(write, before[write.ref], now)

    def _time_of(self, write: RunWrite, row: StoredRun, now: Instant) -> None:
        """The time of a run stands still while nobody may execute it."""
        told = OVERDUE_PAGE in write.put or OVERDUE.encode() in (write.outcome or b"")
        if row.status in STILL and (told or write.status not in STILL):
            since = self._since.pop(write.ref, now)
            self.still_us[write.ref] += max(0, now - max(since, row.start_at or 0))
        elif write.status in STILL and row.status not in STILL:
            self._since[write.ref] = now
            self.still_us[write.ref] += 0
        if told and row.deadline_at is not None:
            left_us = row.deadline_at + self.still_us[write.ref] - now
            fine = left_us <= SLACK_US or not (self.lossless and self.exact)
            self._hold(fine, "its time stands still", f"run {write.ref.run} is over, and has {left_us} us left")

    def dispatched(self, dispatch: Dispatch, now: Instant) -> None:
        """`now`: of the engine, whose clock decides."""
        ref = dispatch.ref
        due = self._dues.get((ref, dispatch.request, dispatch.attempt), now)
        self._hold(now >= due, "pauses are kept", f"call {dispatch.request} of run {ref.run} is {due - now} us early")
        early_us = self._begins.get(ref, now) - now
        fine = early_us <= 0 or ref in self._cancelled  # who catches that goes on
        self._hold(fine, "not before its time", f"run {ref.run} has an action {early_us} us before it begins")

    def asks(self, row: StoredRun, was: StoredRun, known: Calls | None, asked: Calls) -> None:
        """`known`: what its state asked for before; None: nobody has looked."""
        run = f"run {row.ref.run}"
        if AGAIN.encode() in row.root:
            for request, call in read_state(row.root).open.items():
                if call.due is not None:
                    self._dues[row.ref, request, call.attempt + 1] = call.due
        if row.start_at is not None:
            self._begins[row.ref] = row.start_at
        if row.status is Status.PAUSED and was.status is Status.PAUSED and known is not None:
            new = asked.items() - known.items()
            self._hold(not new, "a paused run executes nothing", f"{run} asks for {new}")
