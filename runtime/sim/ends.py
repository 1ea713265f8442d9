"""When everything has ended that can, what holds up the others is mended; then every run must have its one result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ..engine.sending import OVER
from ..engine.slices import OVERDUE
from ..model import ENDED, RunRef, Status, StoredRun
from .acting import GOOD, LATE_UNIT, Answer
from .checker import Violation
from .database import FUTURE_KIND, at_once
from .plan import RunPlan
from .steps import expected, slept

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
        held = {parent for ref, (_, parent) in self._people.children.items() if self._is_parked(rows.get(ref))}
        if any(ref not in rows or rows[ref].status not in resting for ref in self._people.plans.keys() - held):
            return
        if any(ref in rows and rows[ref].status not in resting for ref in self._people.children):
            return
        if any(self._people.may_come_back(row) for row in rows.values()):
            return
        if any(shard.restless for shard in world.shards) or world.store.unsettled():
            return
        if not all(planner.done for planner in self._people.planners):
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

    @staticmethod
    def _is_parked(row: StoredRun | None) -> bool:
        return row is not None and row.status is Status.PARKED

    def _held(self) -> list[RunRef]:
        """What is in the memory of owners. When all runs have ended, nothing is, as soon as its owner has noticed."""
        world = self._world
        owners = {part: engine for part, (engine, _) in world.checker.owners.items()}
        return [ref for shard in world.shards for ref in shard.core.runs if owners.get(ref.part) == shard.id]

    def _may_be_parked(self, ref: RunRef, row: StoredRun) -> None:
        plan = self._people.plans[ref] if ref in self._people.plans else self._people.children[ref][0]
        steps = {step for step, _ in plan.steps}
        faults, reason = self._world.plan.faults, row.reason or ""
        allowed = (
            ("no worker knows" in reason and "orphan" in steps)
            or ("poison" in reason and "poison" in steps)
            or ("engines died" in reason and ("kill" in steps or "crash" in faults))
            or ("is not in the store" in reason and plan.unknown_unit)
            or ("cannot be loaded" in reason and "corrupt" in faults)
            or ("kind 99" in reason and "future" in faults)
        )
        if not allowed:
            raise Violation("only what must be is parked", f"run {ref.run} {plan}: {reason!r}")

    def check_ends(self) -> None:
        world = self._world
        rows = {row.ref: row for row in world.store.rows()}
        if not self.satisfied:
            raise Violation("nothing is stuck", self.stuck())
        for ref, plan in self._people.plans.items():
            self._check(rows[ref], plan)
        for ref, (plan, parent) in self._people.children.items():
            self._check_child(rows.get(ref), plan, rows[parent])
        self._check_schedules({row.key for row in rows.values()})
        self._check_payments()
        if strangers := rows.keys() - self._people.plans.keys() - self._people.children.keys():
            raise Violation("one run a key", f"nobody started {strangers}")

    def _check_child(self, row: StoredRun | None, plan: RunPlan, parent: StoredRun) -> None:
        """One run, with its result; unless the run that started it ended in another way, which stops it."""
        good = parent.status is Status.FINISHED
        if row is None:
            if good:  # of one on its own, too
                raise Violation("children are started once", f"{plan.key} never was, and its parent has its result")
            return
        answer = msgspec.msgpack.decode(row.outcome or b"", type=Answer)
        alone = row.ref in self._people.loose
        stopped = not good and not alone and answer == Answer(False, f"CancelledError: {OVER}")
        if answer != Answer(True, expected(plan.steps) or 0) and not stopped:
            raise Violation("the result is that of the steps", f"{plan} ended with {answer}")

    def _check(self, row: StoredRun, plan: RunPlan) -> None:
        assert row.outcome is not None
        answer = msgspec.msgpack.decode(row.outcome, type=Answer)
        if (known := self._people.known(plan)) is not None:
            may_be = row.ref in self._people.cancelled or plan.timeout_us is not None
            cancelled = may_be and str(answer.value).startswith("CancelledError")
            if answer != Answer(True, known.result) and not cancelled:
                said = f"{plan} ended with {answer}, and not with {known.result}:\n{known.program.text}"
                raise Violation("the result is that of the program", said)
            return
        total, catches = expected(plan.steps), any(step == "catch" for step, _ in plan.steps)
        reasons = ["enough"] * (row.ref in self._people.cancelled) + [OVERDUE] * (plan.timeout_us is not None)
        good = [Answer(True, total)] if total is not None else [Answer(False, "ValueError: no 7")]
        held = row.ref in self._world.checker.orders.still_us  # its sleep went on, and its time did not
        if plan.timeout_us is not None and not catches and not held and plan.timeout_us < slept(plan.steps):
            good = good[1:] if total is not None else good  # it cannot have ended in time
        if any(plan.key.startswith(each.name) and each.cancels for each in self._people.planners):
            reasons.append(f"schedule {plan.key.partition('@')[0].partition('+')[0]!r} starts the next run")
        if reasons and catches and total is not None:
            good.append(Answer(True, total + 1_000))
        if reasons:  # also where it catches that: before it has begun, or a second time
            good += [Answer(False, f"CancelledError: {reason}") for reason in reasons]
        if answer not in good:
            raise Violation("the result is that of the steps", f"{plan} ended with {answer}, and not one of {good}")

    def _check_schedules(self, started: set[str]) -> None:
        for row in self._world.store.schedules:
            planner = next(each for each in self._people.planners if each.name == row.name)
            missed = self._world.checker.timetable.missed(row, started) if planner.misses_nothing else []
            if missed:
                raise Violation("no instant is missed", f"{planner.plan} has no runs of {missed}")
            if not started:
                raise Violation("no instant is missed", f"{planner.plan} has never started a run")

    def _check_payments(self) -> None:
        store = self._world.store
        if not self._world.plan.offers:
            return  # without tickets they are actions like others
        earned, paid = store.earned(), store.paid
        if twice := [key for key, often in paid.items() if often > 1]:
            raise Violation("a ticket pays once", f"{twice} have paid more than once")
        if earned != paid.keys():
            raise Violation("a ticket's row and outcome are one", f"only one of them has {earned ^ paid.keys()}")

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
        lines += [f"{row.key} is {row.status.value}" for ref, row in rows.items() if ref in self._people.children]
        lines += [f"{row.name} is {row.state.value}, due at {row.due}" for row in self._world.store.schedules]
        lines += [f"in the inbox: {entry}" for entry in self._world.store.waiting()]
        return "; ".join(lines)
