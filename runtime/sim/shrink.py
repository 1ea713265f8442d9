"""A smaller plan that fails by the same rule: runs, steps, engines and faults are left out as long as it still does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from .checker import Violation
from .plan import Plan
from .pool import Pool
from .world import Bugs, World

TRIES_MAX = 400


def violation_of(plan: Plan, bugs: Bugs | None = None, pool: Pool | None = None) -> Violation | None:
    """What goes wrong in this world, if anything does."""
    try:
        World(plan, bugs, pool=pool).run()
    except Violation as violation:
        return violation
    return None


def shrunk(plan: Plan, bugs: Bugs | None = None, pool: Pool | None = None, tries_max: int = TRIES_MAX) -> Plan:
    """The smallest plan found that breaks the rule that `plan` breaks; at most so many are tried."""
    first = violation_of(plan, bugs, pool)
    assert first is not None, "nothing goes wrong in this plan"

    def fails(smaller: Plan) -> bool:
        found = violation_of(smaller, bugs, pool)
        return found is not None and found.rule == first.rule

    return _shrink(plan, fails, tries_max)


def _shrink(plan: Plan, fails: Callable[[Plan], bool], tries: int) -> Plan:
    again = True
    while again:
        again = False
        for smaller in _smaller(plan):
            if tries == 0:
                return plan
            tries -= 1
            if fails(smaller):
                plan, again = smaller, True
                break
    return plan


def _smaller(plan: Plan) -> Iterator[Plan]:
    runs = plan.runs
    for index in range(len(runs)):
        yield replace(plan, runs=runs[:index] + runs[index + 1 :])
    if plan.schedules:
        yield replace(plan, schedules=())
    for fault in sorted(plan.faults):
        yield replace(plan, faults=plan.faults - {fault})
    if plan.engines > 1:
        yield replace(plan, engines=plan.engines - 1)
    if plan.offers:
        yield replace(plan, offers=False)
    if plan.together:
        yield replace(plan, together=0)
    for index, run in enumerate(runs):
        for at in range(len(run.steps)):
            fewer = replace(run, steps=run.steps[:at] + run.steps[at + 1 :])
            yield replace(plan, runs=(*runs[:index], fewer, *runs[index + 1 :]))
        for order in ("cancel_us", "pause_us", "delay_us", "timeout_us"):
            if getattr(run, order) is not None:
                yield replace(plan, runs=(*runs[:index], replace(run, **{order: None}), *runs[index + 1 :]))
