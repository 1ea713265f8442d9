"""Somebody who keeps a schedule: registers it, pauses and resumes it, triggers it, fills in, deletes it in the end."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from .. import scheduling
from ..ports import Unreachable
from ..schedules import Overlap, Plan, Schedule, ScheduleState
from .acting import UNIT
from .plan import CAUGHT_UP_US, MS, SchedulePlan
from .steps import Step
from .timetable import wire

if TYPE_CHECKING:
    from .world import World

WORKFLOW = "sim"


class Planner:
    def __init__(self, world: World, number: int, plan: SchedulePlan) -> None:
        self._world = world
        self.plan = plan
        self.name = f"schedule-{number}"
        self.steps: tuple[Step, ...] = (("call", 1), ("sleep", plan.takes_us), ("say", 1))
        self._orders = sorted(
            [
                (at_us, what)
                for at_us, what in (
                    (plan.pause_us, "pause"),
                    (plan.trigger_us, "trigger"),
                    (plan.backfill_us, "fill in"),
                )
                if at_us is not None
            ]
        )
        self._resume_us = 0

    @property
    def cancels(self) -> bool:
        return self.plan.overlap is Overlap.CANCEL_PREVIOUS

    @property
    def misses_nothing(self) -> bool:
        plan = self.plan
        return plan.overlap is Overlap.ALLOW and plan.catch_up_us == CAUGHT_UP_US and plan.pause_us is None

    @property
    def done(self) -> bool:
        row = self._row()
        return row is not None and row.state is ScheduleState.DELETED

    def _row(self) -> Schedule | None:
        return next((row for row in self._world.store.schedules if row.name == self.name), None)

    async def keep(self) -> None:
        world = self._world
        until = world.database_now() + world.plan.span_us
        while not (world.calm and self.done):
            await self._look_after(until)
            await world.sleep(world.draw.randint(50 * MS, 300 * MS))

    async def _look_after(self, until: int) -> None:
        world, row, store = self._world, self._row(), wire(self._world)
        if row is None:
            await self._try("registers", self._register)
        elif row.state is ScheduleState.PAUSED and (world.calm or world.monotonic() >= self._resume_us):
            await self._try("resumes", lambda: scheduling.resume(store, WORKFLOW, self.name))
        elif self._orders and world.monotonic() >= self._orders[0][0]:
            _, what = self._orders.pop(0)
            await self._order(what)
        elif world.calm and row.state is ScheduleState.ACTIVE and row.due is not None and row.due > until:
            await self._try("deletes", lambda: scheduling.delete(store, WORKFLOW, self.name))

    async def _order(self, what: str) -> None:
        world, store = self._world, wire(self._world)
        match what:
            case "pause":
                self._resume_us = world.monotonic() + world.draw.randint(10 * MS, world.plan.span_us)
                await self._try("pauses", lambda: scheduling.pause(store, WORKFLOW, self.name))
            case "trigger":
                await self._try("triggers", lambda: scheduling.trigger(store, WORKFLOW, self.name))
            case _:
                now = world.database_now()
                since = now - 3 * self.plan.every_us
                await self._try("fills in", lambda: scheduling.backfill(store, WORKFLOW, self.name, since, now))

    async def _register(self) -> object:
        plan = Plan(
            every_us=self.plan.every_us,
            jitter_us=self.plan.jitter_us,
            overlap=self.plan.overlap,
            catch_up_us=self.plan.catch_up_us,
        )
        arguments = msgspec.msgpack.encode(self.steps)
        return await scheduling.register(
            wire(self._world), workflow=WORKFLOW, name=self.name, unit=UNIT, arguments=arguments, plan=plan,
            number=UUID(int=random.Random(f"{self._world.plan.seed} {self.name}").getrandbits(128)),
        )  # fmt: skip

    async def _try(self, what: str, do: Callable[[], Awaitable[object]]) -> None:
        try:
            await do()
        except Unreachable:
            self._world.say("client", f"{what} {self.name}, and does not know whether that arrived")
        else:
            self._world.say("client", f"{what} {self.name}")
