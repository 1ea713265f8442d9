"""`waymark sim`: one seed told step by step, or many in a row until one breaks a rule."""

from __future__ import annotations

import time
from collections.abc import Callable

from .checker import Violation
from .plan import Plan, plan_of
from .pool import Pool
from .shrink import shrunk, violation_of
from .texts import HEAD
from .world import World


def tell_seed(seed: int, steps_max: int | None, tell: Callable[[str], None], pool: Pool | None = None) -> bool:
    """The trace of a world, and whether all is well with it. A plan that fails is told once more, smaller."""
    plan = plan_of(seed, len(pool) if pool is not None else 0)
    tell_plan(plan, tell, pool)
    violation = _told(plan, steps_max, tell, pool)
    if violation is None:
        return True
    tell(f"\n{violation}\n\nshrinking ...")
    small = shrunk(plan, pool=pool)
    tell("the smallest plan that was found to fail alike:\n")
    tell_plan(small, tell, pool)
    _told(small, None, tell, pool)
    tell(f"\n{violation_of(small, pool=pool)}")
    return False


def _told(plan: Plan, steps_max: int | None, tell: Callable[[str], None], pool: Pool | None) -> Violation | None:
    world = World(plan, trace=tell, pool=pool)
    try:
        world.run(steps_max)
    except Violation as violation:
        return violation
    tell(f"after {world.steps} steps")
    return None


def tell_plan(plan: Plan, tell: Callable[[str], None], pool: Pool | None = None) -> None:
    tell(f"seed {plan.seed}: {plan.engines} engines; what goes wrong for {plan.span_us / 1e6:g} s:")
    tell(f"    {', '.join(sorted(plan.faults)) or 'nothing'}")
    for each in plan.schedules:
        tell(f"    {each}")
    for run in plan.runs:
        steps = ", ".join(f"{step} {argument}" for step, argument in run.steps) or "nothing to do"
        orders = {
            "cancelled": run.cancel_us,
            "paused": run.pause_us,
            "delayed": run.delay_us,
            "limited": run.timeout_us,
        }
        steps += "".join(f"; {what} {us / 1e6:g} s" for what, us in orders.items() if us is not None)
        if run.program is None or pool is None:
            tell(f"    {run.key}: {steps}")
            continue
        known = pool.known[run.program]
        tell(f"    {run.key}: program {run.program}, which comes to {known.result}")
        for line in known.program.text.removeprefix(HEAD).splitlines():
            tell(f"        {line.strip() and line[4:]}")


def try_seeds(first: int, count: int, tell: Callable[[str], None], pool: Pool | None = None) -> int:
    """How many of these seeds break a rule."""
    began = time.perf_counter()
    failed = 0
    for seed in range(first, first + count):
        if (violation := violation_of(plan_of(seed, len(pool) if pool is not None else 0), pool=pool)) is not None:
            failed += 1
            tell(f"seed {seed}: {violation}")
    took = time.perf_counter() - began
    tell(f"{count} seeds, {failed} violations, {count / took:.1f} seeds a second")
    return failed
