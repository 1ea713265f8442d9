"""When everything has ended that can, what holds up the others is mended; then every run must have its one result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ..model import ENDED, RunRef, Status, StoredRun
from .acting import GOOD, LATE_UNIT, Answer
from .checker import Violation
from .database import FUTURE_KIND, at_once
from .plan import RunPlan
from .steps import expected

if TYPE_CHECKING:
    from .world import World


class Ends:
    def __init__(self, world: World) -> None:
        self._world = world
        self._people = world.people
        self._mended = False
        self.satisfied = False

    def mend(self) -> None:
        """When everything has ended that can, what holds up the others is mended."""
        world = self._world
        rows = {row.ref: row for row in world.store.rows()}
        resting = {*ENDED, Status.PARKED}
        if any(ref not in rows or rows[ref].status not in resting for ref in self._people.plans):
            return
        if any(shard.restless for shard in world.shards) or world.store.unsettled():
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
        for (ref, page), body in world.store.lost.items():
            if world.store.page_of(ref).get(page) == b"rubbish":
                world.store.page_of(ref)[page] = body
        world.store.lost = {}
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
        steps = {step for step, _ in self._people.plans[ref].steps}
        faults, reason = self._world.plan.faults, row.reason or ""
        allowed = (
            ("no worker knows" in reason and "orphan" in steps)
            or ("poison" in reason and "poison" in steps)
            or ("engines died" in reason and ("kill" in steps or "crash" in faults))
            or ("is not in the store" in reason and self._people.plans[ref].unknown_unit)
            or ("cannot be loaded" in reason and "corrupt" in faults)
            or ("kind 99" in reason and "future" in faults)
        )
        if not allowed:
            raise Violation("only what must be is parked", f"run {ref.run} {self._people.plans[ref]}: {reason!r}")

    def check_ends(self) -> None:
        world = self._world
        rows = {row.ref: row for row in world.store.rows()}
        if not self.satisfied:
            raise Violation("nothing is stuck", self.stuck())
        for ref, plan in self._people.plans.items():
            self._check(rows[ref], plan)
        if strangers := rows.keys() - self._people.plans.keys():
            raise Violation("one run a key", f"nobody started {strangers}")

    def _check(self, row: StoredRun, plan: RunPlan) -> None:
        assert row.outcome is not None
        answer = msgspec.msgpack.decode(row.outcome, type=Answer)
        if (known := self._people.known(plan)) is not None:
            cancelled = row.ref in self._people.cancelled and str(answer.value).startswith("CancelledError")
            if answer != Answer(True, known.result) and not cancelled:
                said = f"{plan} ended with {answer}, and not with {known.result}:\n{known.program.text}"
                raise Violation("the result is that of the program", said)
            return
        total = expected(plan.steps)
        caught = row.ref in self._people.cancelled and any(step == "catch" for step, _ in plan.steps)
        good = [Answer(True, total)] if total is not None else [Answer(False, "ValueError: no 7")]
        if caught and total is not None:
            good.append(Answer(True, total + 1_000))
        if row.ref in self._people.cancelled and (not caught or self._may_have_been_parked(row.ref, plan)):
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
        for ref, plan in self._people.plans.items():
            row = rows.get(ref)
            if row is None:
                lines.append(f"{plan.key} was never started")
            elif row.status not in ENDED:
                lines.append(f"{plan.key} {list(plan.steps)} is {row.status.value}: {row.reason or row.root!r}")
        lines += [f"{shard.name} holds {sorted(ref.run for ref in shard.core.runs)}" for shard in self._world.shards]
        lines += [f"in the inbox: {entry}" for entry in self._world.store.waiting()]
        return "; ".join(lines)
