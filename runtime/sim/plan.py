"""What a seed stands for: which runs there are, how many engines, what may go wrong and for how long.

A plan is plain data, so that a smaller one can be tried. What happens when is drawn from the same seed by the world.
"""

from __future__ import annotations

import random

import msgspec

from ..schedules import Overlap
from .steps import Step

MS = 1_000
SECOND = 1_000_000
CAUGHT_UP_US = 30 * 86_400 * SECOND  # a schedule that makes up for so long misses nothing

# Faults, and how often each comes: of a thousand times that it could.
FAULTS = {
    "crash": 6,  # of an engine, at an effect boundary
    "late_commit": 40,  # it arrives when its sender has given it up
    "lost_request": 15,
    "lost_answer": 25,
    "slow": 60,  # a message takes a hundred times as long
    "lost_worker": 40,
    "silent": 250,  # an attempt that has to beat does not, and never ends
    "slow_worker": 60,  # the attempt's time is over
    "twice": 80,  # a report, or a start, comes twice
    "late_entry": 200,  # an inbox entry is seen long after one with a higher number
    "outage": 5,  # of the database; this and those below at one of 200 beats of the world
    "failover": 8,  # to a standby that lacks the last commits
    "freeze": 8,  # an engine stops, and comes back
    "clock_step": 8,
    "steal": 10,  # an engine is declared dead that is not
    "corrupt": 6,  # a page is damaged
    "future": 3,  # an inbox entry of a later version
}


class RunPlan(msgspec.Struct, frozen=True):
    key: str
    steps: tuple[Step, ...]  # of a script
    start_us: int
    priority: int = 0
    cancel_us: int | None = None
    unknown_unit: bool = False
    program: int | None = None  # of the pool; then it has no steps
    pause_us: int | None = None  # when somebody pauses it, after its start
    delay_us: int | None = None  # so much later it is to begin
    timeout_us: int | None = None  # so much later it must have ended


class SchedulePlan(msgspec.Struct, frozen=True):
    every_us: int
    overlap: Overlap = Overlap.ALLOW
    catch_up_us: int | None = None
    jitter_us: int = 0
    takes_us: int = 0  # so long its runs sleep
    pause_us: int | None = None  # when somebody pauses it
    trigger_us: int | None = None  # when somebody starts a run of it by hand
    backfill_us: int | None = None  # when somebody fills in what was before


class Plan(msgspec.Struct, frozen=True):
    seed: int
    engines: int
    runs: tuple[RunPlan, ...]
    schedules: tuple[SchedulePlan, ...]
    faults: frozenset[str]
    span_us: int  # how long things go wrong
    offers: bool = True  # calls may be offered to other hosts
    together: int = 0  # so many of the runs somebody starts at once, too


def plan_of(seed: int, programs: int = 0) -> Plan:
    """`programs`: so many compiled ones are at hand; a third of the runs is one of them, if there are any."""
    plan = _plan_of(seed)
    if programs:
        draw = random.Random(f"{seed} compiled")
        runs = tuple(_compiled(draw, run, programs) if draw.random() < 0.33 else run for run in plan.runs)
        plan = msgspec.structs.replace(plan, runs=runs)
    return _with_orders(plan)


def _compiled(draw: random.Random, run: RunPlan, programs: int) -> RunPlan:
    return msgspec.structs.replace(run, steps=(), program=draw.randrange(programs))


def _plan_of(seed: int) -> Plan:
    draw = random.Random(seed)
    span_us = draw.choice([200 * MS, 1 * SECOND, 5 * SECOND, 40 * SECOND])
    runs = tuple(_run(draw, f"run-{number}", span_us) for number in range(draw.randint(1, 7)))
    faults = frozenset(name for name in FAULTS if draw.random() < 0.6)
    every = tuple(draw.randint(span_us // 4 + 1, span_us) for _ in range(draw.choice([0, 0, 0, 1])))
    schedules = tuple(SchedulePlan(every_us) for every_us in every)
    return Plan(seed, draw.randint(1, 3), runs, schedules, faults, span_us)


def _run(draw: random.Random, key: str, span_us: int) -> RunPlan:
    steps = [_step(draw) for _ in range(draw.choice([0, 1, 2, 2, 3, 3, 4, 6]))]
    chance = draw.random()
    if chance < 0.04:
        steps.insert(draw.randint(0, len(steps)), (draw.choice(["orphan", "poison"]), 3))
    elif chance < 0.08:
        steps.insert(draw.randint(0, len(steps)), ("kill", draw.choice([1, 2, 3, 5])))
    elif chance < 0.10:
        steps.append(("fail", 7))
    cancel_us = draw.randint(0, span_us) if draw.random() < 0.15 else None
    if cancel_us is not None and draw.random() < 0.6:
        steps.insert(0, ("catch", 0))
    return RunPlan(
        key, tuple(steps), draw.randint(0, span_us // 2), draw.choice([0, 0, 0, 5, -5]), cancel_us, draw.random() < 0.02
    )


def _with_orders(plan: Plan) -> Plan:
    """Drawn apart from the rest, which is as it was before there were orders."""
    draw = random.Random(f"{plan.seed} orders")
    plan = msgspec.structs.replace(plan, runs=tuple(_ordered(draw, run, plan.span_us) for run in plan.runs))
    draw = random.Random(f"{plan.seed} hosts")
    return msgspec.structs.replace(
        plan,
        runs=tuple(_hosted(draw, run) for run in plan.runs),
        schedules=tuple(_scheduled(draw, each.every_us, plan.span_us) for each in plan.schedules),
        offers=draw.random() < 0.8,
        together=draw.choice([0, 0, 2, len(plan.runs)]),
    )


def _hosted(draw: random.Random, run: RunPlan) -> RunPlan:
    """What is offered to any host, beats, is asked again, or goes on alone."""
    steps = run.steps
    for kinds, chance in ((["pay", "toss", "bill"], 0.2), (["again"], 0.08), (["beat"], 0.08), (["loose"], 0.1)):
        if run.program is None and draw.random() < chance:
            at = draw.randint(bool(steps) and steps[0][0] == "catch", len(steps))
            steps = (*steps[:at], (draw.choice(kinds), draw.randint(1, 3)), *steps[at:])
    if run.program is None and draw.random() < 0.06:  # it fails while messages are on their way
        steps = (*steps, (draw.choice(["frail", "pair"]), 1), ("receive", draw.randint(1, 4)))
    return msgspec.structs.replace(run, steps=steps)


def _scheduled(draw: random.Random, every_us: int, span_us: int) -> SchedulePlan:
    def at_times(chance: float) -> int | None:
        return draw.randint(0, span_us) if draw.random() < chance else None

    return SchedulePlan(
        every_us,
        draw.choice([Overlap.ALLOW, Overlap.ALLOW, *Overlap]),
        draw.choice([None, 1, CAUGHT_UP_US, CAUGHT_UP_US]),
        draw.choice([0, 0, every_us // 3]),
        draw.choice([0, every_us // 2, 2 * every_us]),
        at_times(0.3),
        at_times(0.3),
        at_times(0.2),
    )


def _ordered(draw: random.Random, run: RunPlan, span_us: int) -> RunPlan:
    pause_us = draw.randint(0, span_us) if draw.random() < 0.2 else None
    delay_us = draw.choice([50 * MS, 2 * SECOND, 30 * SECOND, 3600 * SECOND]) if draw.random() < 0.12 else None
    timeout_us = draw.choice([300 * MS, 5 * SECOND, 3600 * SECOND]) if draw.random() < 0.12 else None
    steps = run.steps
    if run.program is None and draw.random() < 0.12:
        at = draw.randint(bool(steps) and steps[0][0] == "catch", len(steps))
        steps = (*steps[:at], (draw.choice(["frail", "pair", "pair"]), draw.randint(1, 3)), *steps[at:])
    if run.program is None and draw.random() < 0.15:
        at = draw.randint(bool(steps) and steps[0][0] == "catch", len(steps))
        steps = (*steps[:at], ("child", draw.randint(1, 5)), *steps[at:])
    if run.program is None and draw.random() < 0.1:
        at = draw.randint(bool(steps) and steps[0][0] == "catch", len(steps))
        steps = (*steps[:at], ("flood", draw.randint(2, 7)), *steps[at:])
    return msgspec.structs.replace(run, steps=steps, pause_us=pause_us, delay_us=delay_us, timeout_us=timeout_us)


def _step(draw: random.Random) -> Step:
    step = draw.choice(["call"] * 5 + ["sleep"] * 3 + ["fan", "fan", "race", "spin", "say", "say", "bulk", "receive"])
    match step:
        case "fan" | "race":
            return step, draw.randint(1, 4)
        case "sleep":
            return step, draw.choice([1, 20 * MS, SECOND, 12 * SECOND, 3600 * SECOND, 30 * 86_400 * SECOND])
        case "bulk":
            return step, draw.choice([10, 900, 5_000])
        case _:
            return step, draw.randint(1, 5)
