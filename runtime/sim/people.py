"""Clients: they start runs until the database knows them, write to some, cancel some, and make schedules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from ..model import ENDED, PARTITIONS, NewRun, Part, RunRef, Status, StoredRun
from ..ports import Unreachable
from .acting import LATE_UNIT, UNIT, Answer
from .database import FUTURE_KIND, at_once
from .orders import Orders
from .plan import MS, RunPlan
from .planner import WORKFLOW, Planner
from .pool import Known, arguments_of
from .steps import child_of, child_steps, is_frail, run_of

if TYPE_CHECKING:
    from .world import World


class People:
    def __init__(self, world: World) -> None:
        self._world = world
        self.plans: dict[RunRef, RunPlan] = {}
        self.children: dict[RunRef, tuple[RunPlan, RunRef]] = {}  # with the run that starts them
        self.loose: set[RunRef] = set()  # those of them that are on their own
        self.orders = Orders(world)
        self.cancelled: set[RunRef] = set()  # a cancel was sent, and may have arrived
        self._done: list[NewRun] = []  # those that their clients know to have ended
        for plan in world.plan.runs:
            self._expect(plan)
        self.planners = [Planner(world, number, plan) for number, plan in enumerate(world.plan.schedules)]
        self._scheduled: set[RunRef] = set()

    def fired(self, key: str) -> None:
        """A schedule has started a run."""
        store = self._world.store
        ref = at_once(store.find_run(WORKFLOW, key))
        assert ref is not None, "it was started"
        if ref not in self.plans:
            planner = next(each for each in self.planners if key.startswith(each.name))
            self.plans[ref] = RunPlan(key, planner.steps, 0)
            if ref not in self._scheduled:
                self._world.checker.may_say(f"{ref.run} 1\n", 1)
            self._scheduled.add(ref)

    def _expect(self, plan: RunPlan) -> None:
        new = self._new(plan)
        self.plans[new.ref] = plan
        for at, (step, argument) in enumerate(plan.steps):
            if step in ("child", "loose"):
                child = RunPlan(child_of(new.run, at), child_steps(argument), 0)
                self.children[self._new(child).ref] = child, new.ref
                if step == "loose":
                    self.loose.add(self._new(child).ref)
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
        if self._world.plan.schedules:
            return frozenset(range(PARTITIONS))
        return frozenset(ref.part for ref in (*self.plans, *self.children))

    # --- what they do ---

    def begin(self) -> None:
        world = self._world
        for plan in world.plan.runs:
            world.spawn(None, self._client(plan))
        for planner in self.planners:
            world.spawn(None, planner.keep())
        if world.plan.together:
            world.spawn(None, self._start_together(world.plan.runs[: world.plan.together]))

    async def _start_together(self, plans: Sequence[RunPlan]) -> None:
        """Many at once, and all of them again as long as nobody knows whether they are."""
        world, news = self._world, [self._new(plan) for plan in plans]
        await world.sleep(min(plan.start_us for plan in plans))
        while True:
            try:
                refs = await world.ask(lambda: world.store.start_many(news))
            except Unreachable:
                await world.sleep(world.draw.randint(100 * MS, 900 * MS))
                continue
            said = f"{refs} came of {news}"
            world.checker.hold(refs == [new.ref for new in news], "one run a key", said)
            return

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
        """Say it until the run has it, or has ended; and again after a failover, which may lose it."""
        world, store = self._world, self._world.store
        said = -1
        while True:
            await world.sleep(world.draw.randint(10 * MS, world.plan.span_us))
            row, lives = store.row(ref), world.generation
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
                    if not self.may_come_back(row):
                        self._done.append(new)
                        return
                    if await self.orders.retry(new.ref):  # no: it goes on already
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
        self.plans = {ref: plan for ref, plan in self.plans.items() if ref not in self._scheduled or store.row(ref)}
        store.lost = {
            (ref, page): body for (ref, page), body in store.lost.items() if store.page_of(ref).get(page) == b"rubbish"
        }
        for new in list(self._done):
            self._done.remove(new)  # its end may be lost, and even its start
            self._world.spawn(None, self._ensure(new))
