"""Clients and schedulers: they start runs until the database knows them, write to some, and cancel some."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from ..machines.instants import Interval
from ..model import ENDED, NewRun, Part, RunRef, Status, StoredRun
from ..ports import Unreachable
from .acting import LATE_UNIT, UNIT, Answer
from .database import FUTURE_KIND
from .orders import Orders
from .plan import MS, SECOND, RunPlan
from .pool import Known, arguments_of
from .steps import child_of, child_steps, is_frail, run_of

if TYPE_CHECKING:
    from .world import World

WORKFLOW = "sim"


class People:
    def __init__(self, world: World) -> None:
        self._world = world
        self.plans: dict[RunRef, RunPlan] = {}
        self.children: dict[RunRef, tuple[RunPlan, RunRef]] = {}  # with the run that starts them
        self.orders = Orders(world)
        self.cancelled: set[RunRef] = set()  # a cancel was sent, and may have arrived
        self._done: list[NewRun] = []  # those that their clients know to have ended
        for plan in world.plan.runs:
            self._expect(plan)
        for number, every_us in enumerate(world.plan.schedules):
            for instant in self._instants(every_us):
                self._expect(self._fired(number, instant))

    def _instants(self, every_us: int) -> Iterator[int]:
        first = self._world.database_now()
        return iter(range(first, first + self._world.plan.span_us, every_us))

    def _fired(self, number: int, instant: int) -> RunPlan:
        return RunPlan(f"schedule-{number}-{instant}", (("call", 1), ("say", 1)), 0)

    def _expect(self, plan: RunPlan) -> None:
        new = self._new(plan)
        self.plans[new.ref] = plan
        for at, (step, argument) in enumerate(plan.steps):
            if step == "child":
                child = RunPlan(child_of(new.run, at), child_steps(argument), 0)
                self.children[self._new(child).ref] = child, new.ref
        for step, argument in plan.steps:
            if step == "say":
                self._world.checker.may_say(f"{new.run} {argument}\n", 1)
        if (known := self.known(plan)) is not None:
            for text, times in known.prints.items():
                self._world.checker.may_say(text.replace("*", str(new.run)), times)

    def known(self, plan: RunPlan) -> Known | None:
        """What must come of a compiled program."""
        if plan.program is None:
            return None
        assert self._world.pool is not None, "whoever made this plan had a pool"
        return self._world.pool.known[plan.program]

    def _new(self, plan: RunPlan) -> NewRun:
        run = run_of(plan.key)
        unit, workflow, said = LATE_UNIT if plan.unknown_unit else UNIT, WORKFLOW, msgspec.msgpack.encode(plan.steps)
        if (known := self.known(plan)) is not None:
            unit, workflow, said = known.program.entry, known.program.workflow, arguments_of(str(run))
        return NewRun(
            workflow, plan.key, run, unit, said, bytes(16), plan.priority,
            delay_us=plan.delay_us, timeout_us=plan.timeout_us,
        )  # fmt: skip

    def may_come_back(self, row: StoredRun) -> bool:
        """Whether it failed in such a way that its client has it tried again."""
        if row.status is not Status.FAILED or row.ref in self.children or not is_frail(self.plans[row.ref].steps):
            return False
        said = str(msgspec.msgpack.decode(row.outcome or b"", type=Answer).value)
        return said.startswith("ValueError: no ") and not said.endswith(" 7")  # which is what always fails

    @property
    def parts(self) -> frozenset[Part]:
        return frozenset(ref.part for ref in (*self.plans, *self.children))

    # --- what they do ---

    def begin(self) -> None:
        world = self._world
        for plan in world.plan.runs:
            world.spawn(None, self._client(plan))
        for number, every_us in enumerate(world.plan.schedules):
            for _ in range(2):
                world.spawn(None, self._scheduler(number, every_us))

    async def _client(self, plan: RunPlan) -> None:
        world = self._world
        new = self._new(plan)
        await world.sleep(plan.start_us)
        if plan.pause_us is not None:
            world.spawn(None, self.orders.pause(new.ref, plan))
        if plan.cancel_us is not None:
            world.later(max(0, plan.cancel_us - plan.start_us), lambda: world.spawn(None, self._cancel(new.ref)))
        known = self.known(plan)
        asked = [number for step, number in plan.steps if step == "receive"]
        for number in range(1, (known.messages if known is not None else max(asked, default=0)) + 1):
            world.spawn(None, self._write(new.ref, number))
        await self._ensure(new)

    async def _write(self, ref: RunRef, number: int) -> None:
        """Say it until the run has it, or has ended; and again after a failover or a failure, which may lose it."""
        world, store = self._world, self._world.store
        said = (-1, -1)
        while True:
            await world.sleep(world.draw.randint(10 * MS, world.plan.span_us))
            row, lives = store.row(ref), (world.generation, world.checker.orders.retried[ref])
            if row is not None and row.status in ENDED and world.calm and not self.may_come_back(row):
                return
            if lives == said:
                continue
            try:
                if await world.ask(lambda: store.send(ref, msgspec.msgpack.encode(number))):
                    said = lives
            except Unreachable:
                world.say("client", f"does not know whether message {number} arrived")

    async def _ensure(self, new: NewRun) -> None:
        """Start it as often as it takes, until it has ended; and after a failover, which may have lost all of that."""
        world = self._world
        while True:
            try:
                row = await world.ask(lambda: world.store.get_run(new.ref))
                if row is None:
                    await world.ask(lambda: world.store.start(new))
                    if world.strikes("twice"):
                        await world.ask(lambda: world.store.start(new))
                elif row.status in ENDED:
                    if not (self.may_come_back(row) and await self.orders.retry(new.ref)):
                        self._done.append(new)
                        return
                    world.say("client", f"wants {new.run} to be tried again")
            except Unreachable:
                pass  # asked again below
            await world.sleep(world.draw.randint(100 * MS, 900 * MS))

    async def _cancel(self, ref: RunRef) -> None:
        """Once: whether it arrives is its luck."""
        world = self._world
        self.cancelled.add(ref)
        try:
            await world.ask(lambda: world.store.cancel(ref, "enough"))
        except Unreachable:
            world.say("client", "does not know whether its cancel arrived")

    async def _scheduler(self, number: int, every_us: int) -> None:
        world = self._world
        instants = list(self._instants(every_us))
        rhythm, following = Interval(instants[0], every_us), instants[0]
        while following <= instants[-1]:
            while following <= min(instants[-1], world.database_now()):
                world.spawn(None, self._ensure(self._new(self._fired(number, following))))
                following = rhythm.after(following)
            await world.sleep(min(every_us, SECOND))

    # --- what is done to runs ---

    def corrupt(self) -> None:
        world = self._world
        held = [(row.ref, page) for row in world.store.live() for page in sorted(world.store.page_of(row.ref))]
        if held:
            ref, page = world.draw.choice(held)
            world.store.lost.setdefault((ref, page), world.store.page_of(ref)[page])
            world.store.page_of(ref)[page] = b"rubbish"
            world.say("database", f"page {page} of {ref.run} is damaged")

    def leave_future(self) -> None:
        world = self._world
        if live := world.store.live():
            ref = world.draw.choice(live).ref
            world.store.leave(ref, FUTURE_KIND)
            world.say("client", f"a later version writes to {ref.run}")

    def failed_over(self) -> None:
        """Pages that the standby never had damaged are whole, and nobody knows what else is as it was."""
        store = self._world.store
        store.lost = {
            (ref, page): body for (ref, page), body in store.lost.items() if store.page_of(ref).get(page) == b"rubbish"
        }
        for new in list(self._done):
            self._done.remove(new)  # its end may be lost, and even its start
            self._world.spawn(None, self._ensure(new))
