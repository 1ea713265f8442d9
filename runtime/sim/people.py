"""Clients and schedulers: they start runs until the database knows them, cancel some, and know what should come of it.

What cannot go on by itself (an action that nobody registered, a damaged page) is mended when all faults are over, and
resumed; then every run has the one result that its steps have.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from ..machines.schedules import CatchUp, Every, due
from ..model import ENDED, NewRun, Part, RunRef, Status, StoredRun
from ..ports import Unreachable
from .acting import GOOD, UNIT, Answer
from .checker import Violation
from .database import at_once
from .plan import MS, SECOND, RunPlan
from .script import expected

if TYPE_CHECKING:
    from .world import World

WORKFLOW = "sim"
LATE_UNIT = b"l" * 32
FUTURE_KIND = 99


class People:
    def __init__(self, world: World) -> None:
        self._world = world
        self._plans: dict[RunRef, RunPlan] = {}
        self._cancelled: set[RunRef] = set()  # a cancel was sent, and may have arrived
        self._lost: dict[tuple[RunRef, int], bytes] = {}  # damaged pages, as they were
        self._done: list[NewRun] = []  # those that their clients know to have ended
        self._mended = False
        self.satisfied = False
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
        self._plans[new.ref] = plan
        for step, argument in plan.steps:
            if step == "say":
                self._world.checker.may_say(f"{new.run} {argument}\n", 1)

    def _new(self, plan: RunPlan) -> NewRun:
        unit = LATE_UNIT if plan.unknown_unit else UNIT
        run = UUID(bytes=msgspec.msgpack.encode(plan.key).rjust(16, b"\0")[-16:])
        return NewRun(WORKFLOW, plan.key, run, unit, msgspec.msgpack.encode(plan.steps), bytes(16), plan.priority)

    @property
    def parts(self) -> frozenset[Part]:
        return frozenset(ref.part for ref in self._plans)

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
        if plan.cancel_us is not None:
            world.later(max(0, plan.cancel_us - plan.start_us), lambda: world.spawn(None, self._cancel(new.ref)))
        await self._ensure(new)

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
                    self._done.append(new)
                    return
            except Unreachable:
                pass  # asked again below
            await world.sleep(world.draw.randint(100 * MS, 900 * MS))

    async def _cancel(self, ref: RunRef) -> None:
        """Once: whether it arrives is its luck."""
        world = self._world
        self._cancelled.add(ref)
        try:
            await world.ask(lambda: world.store.cancel(ref, "enough"))
        except Unreachable:
            world.say("client", "does not know whether its cancel arrived")

    async def _scheduler(self, number: int, every_us: int) -> None:
        world = self._world
        instants = list(self._instants(every_us))
        plan = Every(instants[0], every_us, catch_up=CatchUp.ALL)
        last = None
        while last != instants[-1]:
            for instant in due(plan, last, world.database_now()):
                if instant in instants:
                    world.spawn(None, self._ensure(self._new(self._fired(number, instant))))
                    last = instant
            await world.sleep(min(every_us, SECOND))

    # --- what is done to runs ---

    def corrupt(self) -> None:
        world = self._world
        held = [(row.ref, page) for row in world.store.live() for page in sorted(world.store.page_of(row.ref))]
        if held:
            ref, page = world.draw.choice(held)
            self._lost.setdefault((ref, page), world.store.page_of(ref)[page])
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
        self._lost = {
            (ref, page): body for (ref, page), body in self._lost.items() if store.page_of(ref).get(page) == b"rubbish"
        }
        for new in list(self._done):
            self._done.remove(new)  # its end may be lost, and even its start
            self._world.spawn(None, self._ensure(new))

    # --- the end ---

    def mend(self) -> None:
        """When everything has ended that can, what holds up the others is mended."""
        world = self._world
        rows = {row.ref: row for row in world.store.rows()}
        resting = {*ENDED, Status.PARKED}
        if any(ref not in rows or rows[ref].status not in resting for ref in self._plans):
            return
        if any(shard.restless for shard in world.shards) or any(e.kind != FUTURE_KIND for e in world.store.waiting()):
            return
        if not self._mended:
            for ref, row in rows.items():
                if row.status is Status.PARKED:
                    self._may_be_parked(ref, row)
            self._mended = True
        world.orphaned = False
        world.deeds.poisonous = False
        world.store.clear(FUTURE_KIND)
        at_once(world.store.put_units({LATE_UNIT: GOOD}))
        for (ref, page), body in self._lost.items():
            if world.store.page_of(ref).get(page) == b"rubbish":
                world.store.page_of(ref)[page] = body
        self._lost = {}
        parked = [row.ref for row in rows.values() if row.status is Status.PARKED]
        for ref in parked:
            world.say("client", f"resumes {ref.run}: {rows[ref].reason}")
            at_once(world.store.resume(ref))
        self.satisfied = not parked and not self._held()

    def _held(self) -> list[RunRef]:
        """What is in the memory of owners. When all runs have ended, nothing is, as soon as its owner has noticed."""
        world = self._world
        owners = {part: engine for part, (engine, _) in world.checker.owners.items()}
        return [ref for shard in world.shards for ref in shard.core.runs if owners.get(ref.part) == shard.id]

    def _may_be_parked(self, ref: RunRef, row: StoredRun) -> None:
        steps = {step for step, _ in self._plans[ref].steps}
        faults, reason = self._world.plan.faults, row.reason or ""
        allowed = (
            ("no worker knows" in reason and "orphan" in steps)
            or ("poison" in reason and "poison" in steps)
            or ("engines died" in reason and ("kill" in steps or "crash" in faults))
            or ("is not in the store" in reason and self._plans[ref].unknown_unit)
            or ("is corrupt" in reason and "corrupt" in faults)
            or ("kind 99" in reason and "future" in faults)
        )
        if not allowed:
            raise Violation("only what must be is parked", f"run {ref.run} {self._plans[ref]}: {reason!r}")

    def check_ends(self) -> None:
        world = self._world
        rows = {row.ref: row for row in world.store.rows()}
        if not self.satisfied:
            raise Violation("nothing is stuck", self.stuck())
        for ref, plan in self._plans.items():
            self._check(rows[ref], plan)
        if strangers := rows.keys() - self._plans.keys():
            raise Violation("one run a key", f"nobody started {strangers}")

    def _check(self, row: StoredRun, plan: RunPlan) -> None:
        assert row.outcome is not None
        answer = msgspec.msgpack.decode(row.outcome, type=Answer)
        total = expected(plan.steps)
        caught = row.ref in self._cancelled and any(step == "catch" for step, _ in plan.steps)
        good = [Answer(True, total)] if total is not None else [Answer(False, "ValueError: no 7")]
        if caught and total is not None:
            good.append(Answer(True, total + 1_000))
        if row.ref in self._cancelled and (not caught or self._may_have_been_parked(row.ref, plan)):
            good.append(Answer(False, "CancelledError: enough"))
        if answer not in good:
            raise Violation("the result is that of the steps", f"{plan} ended with {answer}, and not one of {good}")

    def _may_have_been_parked(self, ref: RunRef, plan: RunPlan) -> bool:
        """One that cannot run, and is to be cancelled, simply ends."""
        kinds = {step for step, _ in plan.steps} & {"orphan", "poison", "kill"}
        return bool(kinds or plan.unknown_unit or self._world.plan.faults & {"future", "corrupt", "crash"})

    def stuck(self) -> str:
        rows = {row.ref: row for row in self._world.store.rows()}
        lines = []
        for ref, plan in self._plans.items():
            row = rows.get(ref)
            if row is None:
                lines.append(f"{plan.key} was never started")
            elif row.status not in ENDED:
                lines.append(f"{plan.key} {list(plan.steps)} is {row.status.value}: {row.reason or row.root!r}")
        lines += [f"{shard.name} holds {sorted(ref.run for ref in shard.core.runs)}" for shard in self._world.shards]
        lines += [f"in the inbox: {entry}" for entry in self._world.store.waiting()]
        return "; ".join(lines)
